"""What the clients share: raw connections, frames by hand, and the verdict."""

import base64
import http.client
import os
import socket
import struct
import sys
import traceback

PORT = int(sys.argv[1])


def connect():
    connection = socket.create_connection(("127.0.0.1", PORT), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def until_end(connection):
    """Everything that comes until the other end closes."""
    data = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return data
        if not piece:
            return data
        data += piece


def exchange(data):
    """Sends bytes and gives all that comes back until the server closes."""
    with connect() as connection:
        connection.sendall(data)
        return until_end(connection)


def status(data):
    return int(data.split(b" ", 2)[1]) if data else None


def response(connection):
    """One response with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(1)
        assert piece, f"closed after {data!r}"
        data += piece
    head, _, _ = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = b""
    while len(body) < length:
        piece = connection.recv(length - len(body))
        assert piece, "closed within a body"
        body += piece
    return int(head.split(b" ", 2)[1]), head, body


def request(method, target, body=None, headers={}):
    client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    client.request(method, target, body=body, headers=headers)
    answer = client.getresponse()
    data = answer.read()
    client.close()
    return answer, data


HANDSHAKE = (
    "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n{}\r\n"
)


class WebSocket:
    """A client that also says what no client should."""

    def __init__(self, target="/ws", headers="", more=b""):
        self.connection = connect()
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(HANDSHAKE.format(target, key, headers).encode() + more)
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.connection.recv(1)
            assert piece, f"closed in the handshake: {data!r}"
            data += piece
        self.head = data

    def frame(self, opcode, payload=b"", final=True, masked=True, reserved=0, length=None):
        length = len(payload) if length is None else length
        first = (0x80 if final else 0) | reserved << 4 | opcode
        mask_bit = 0x80 if masked else 0
        if length < 126:
            head = struct.pack("!BB", first, mask_bit | length)
        elif length < 65536:
            head = struct.pack("!BBH", first, mask_bit | 126, length)
        else:
            head = struct.pack("!BBQ", first, mask_bit | 127, length)
        if masked:
            mask = os.urandom(4)
            head += mask
            whole = (mask * (len(payload) // 4 + 1))[: len(payload)]
            number = int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")
            payload = number.to_bytes(len(payload), "big")
        self.connection.sendall(head + payload)

    def text(self, text):
        self.frame(1, text.encode())

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.connection.recv(count - len(data))
            if not piece:
                raise EOFError(f"closed after {len(data)} of {count} bytes")
            data += piece
        return data

    def receive(self):
        """One frame: opcode, payload, whether it is final."""
        first, second = self.exactly(2)
        length = second & 0x7F
        assert not second & 0x80, "a server does not mask"
        if length == 126:
            (length,) = struct.unpack("!H", self.exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self.exactly(8))
        return first & 0x0F, self.exactly(length), bool(first & 0x80)

    def message(self):
        data = b""
        while True:
            opcode, payload, final = self.receive()
            assert opcode in (0, 1), f"opcode {opcode} {payload!r}"
            data += payload
            if final:
                return data.decode()

    def close_code(self):
        """The code of the close frame that comes next; None where the connection just ends."""
        try:
            opcode, payload, _ = self.receive()
        except (EOFError, ConnectionResetError):
            return None
        assert opcode == 8, f"opcode {opcode}"
        if len(payload) == 1:
            return None
        return struct.unpack("!H", payload[:2])[0] if payload else 1005


def main(scenarios):
    """Runs the scenario that is named, and tells the server how it went."""
    try:
        scenarios[sys.argv[2]]()
        verdict = "ok"
    except BaseException:
        verdict = traceback.format_exc()
    request("POST", "/verdict", verdict)
