"""Servers of WebSockets, by hand, so that they can be wrong; each serves one client.

They tell their port to the server that started them, by a request.
"""

import base64
import hashlib
import os
import socket
import ssl
import struct
import sys
import time

import wire


def frame(opcode, payload=b"", final=True, mask=False, reserved=0):
    length = len(payload)
    first = (0x80 if final else 0) | reserved << 4 | opcode
    bit = 0x80 if mask else 0
    if length < 126:
        head = struct.pack("!BB", first, bit | length)
    elif length < 65536:
        head = struct.pack("!BBH", first, bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, bit | 127, length)
    return head + (b"\0\0\0\0" if mask else b"") + payload


def read_head(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(1)
        if not piece:
            raise EOFError
        data += piece
    return data


def accept(connection, extra=b""):
    head = read_head(connection)
    key = [line for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")]
    key = key[0].split(b":")[1].strip()
    proof = base64.b64encode(
        hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    )
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + proof + b"\r\n" + extra + b"\r\n"
    )
    return head


def exactly(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read_frame(connection):
    first, second = exactly(connection, 2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", exactly(connection, 2))
    elif length == 127:
        (length,) = struct.unpack("!Q", exactly(connection, 8))
    assert second & 0x80, "a client masks"
    mask = exactly(connection, 4)
    data = exactly(connection, length)
    return first & 15, bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))


def echoing(connection):
    head = accept(connection, b"Set-Cookie: " + b"c" * 6000 + b"\r\n")
    connection.sendall(frame(1, head))
    while True:
        opcode, payload = read_frame(connection)
        if opcode == 8:
            connection.sendall(frame(8, payload))
            return
        connection.sendall(frame(10 if opcode == 9 else opcode, payload))


def greeting(connection):
    """Messages in the same segment as the answer to the handshake, in pieces, with a ping."""
    accept(connection)
    connection.sendall(frame(1, b"first") + frame(1, b"sec", final=False) + frame(9, b"now?"))
    connection.sendall(frame(0, b"ond"))
    assert read_frame(connection) == (10, b"now?")
    connection.sendall(frame(1, b"ponged") + frame(8, struct.pack("!H", 4012) + b"restart"))
    read_frame(connection)


def large(connection):
    accept(connection)
    connection.sendall(frame(1, b"l" * (3 << 20)) + frame(8, struct.pack("!H", 1000)))
    time.sleep(0.5)


def cut(connection):
    accept(connection)
    connection.sendall(frame(1, b"whole") + frame(1, b"half of it")[:6])


def silent(connection):
    time.sleep(8)


def answer(data):
    def serve(connection):
        read_head(connection)
        connection.sendall(data)
        time.sleep(0.5)

    return serve


def frames(*data):
    def serve(connection):
        accept(connection)
        connection.sendall(b"".join(data))
        time.sleep(0.5)

    return serve


SERVERS = {
    "echoing": echoing, "greeting": greeting, "late": greeting, "large": large, "cut": cut, "silent": silent,
    "closes": lambda connection: read_head(connection),
    "refuses": answer(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"),
    "redirects": answer(
        b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:%d/moved\r\nContent-Length: 0\r\n\r\n"
        % wire.PORT
    ),
    "other_proof": answer(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"
    ),
    "no_http": answer(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "endless_head": answer(b"HTTP/1.1 101 Switching\r\n" + b"a: b\r\n" * 100_000),
    "binary": frames(frame(2, b"x")), "broken_text": frames(frame(1, b"\xff")),
    "reserved": frames(frame(1, b"x", reserved=4)), "opcode": frames(frame(5, b"x")),
    "long_ping": frames(frame(9, b"x" * 200)), "lone": frames(frame(0, b"x")),
    "short_close": frames(frame(8, b"x")), "masked": frames(frame(1, b"x", mask=True)),
    "random": frames(os.urandom(500)),
}


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)
    wire.request("POST", "/verdict", str(listener.getsockname()[1]))
    connection, _ = listener.accept()
    connection.settimeout(20)
    listener.close()
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        names = []
        if sys.argv[2] == "late":
            time.sleep(1)
        context.sni_callback = lambda _, name, __: names.append(name)
        connection = context.wrap_socket(connection, server_side=True)
        if sys.argv[2] == "greeting":
            assert names == ["localhost"], names
    SERVERS[sys.argv[2]](connection)
    connection.close()


try:
    main()
except (OSError, EOFError):
    pass
