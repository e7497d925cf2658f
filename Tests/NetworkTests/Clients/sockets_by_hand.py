"""Clients of the WebSocket side, by hand, so that they can be wrong."""

import struct
import time

import wire
from wire import HANDSHAKE, WebSocket, exchange, request, status

KEY = "AAAAAAAAAAAAAAAAAAAAAA=="


def notes():
    time.sleep(0.05)
    return request("GET", "/notes")[1].decode().split("\n")


def echoes():
    socket = WebSocket("/v5/private?max_active_time=30s&x=%41", "X-Custom: a b\r\n")
    assert socket.head.startswith(b"HTTP/1.1 101"), socket.head
    for text in ["", "a", "{}", "é龙虾", "x" * 125, "x" * 126, "x" * 65535, "x" * 65536, "y" * (1 << 20)]:
        socket.text(text)
        assert socket.message() == text, len(text)
    for number in range(8):
        socket.text(str(number) * (1 << 20))
        assert socket.message() == str(number) * (1 << 20)
    assert "opened /v5/private?max_active_time=30s&x=%41 a b" in notes()
    early = WebSocket("/greeting")
    assert early.message() == "hello"


def accept_key():
    handshake = HANDSHAKE.format("/", "dGhlIHNhbXBsZSBub25jZQ==", "").encode()
    with wire.connect() as connection:
        connection.sendall(handshake)
        head = connection.recv(4096)
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head, head


def fragments():
    socket = WebSocket()
    socket.frame(1, b"one ", final=False)
    socket.frame(9, b"between")
    socket.frame(0, b"two ", final=False)
    socket.frame(0, b"", final=False)
    socket.frame(0, b"\xc3", final=False)
    socket.frame(0, b"\xa9")
    assert socket.receive() == (10, b"between", True)
    assert socket.message() == "one two é"


def order():
    socket = WebSocket()
    socket.text("many 5000")
    for number in range(5000):
        assert socket.message() == f"message {number}"
    for number in range(1000):
        socket.text(f"n{number}")
    for number in range(1000):
        assert socket.message() == f"n{number}"


def at_once():
    """A frame in the same segment as the handshake."""
    first = WebSocket(more=b"\x81\x82\0\0\0\0hi")
    assert first.message() == "hi"


def pings():
    socket = WebSocket()
    for payload in [b"", b"1700000000000", b"p" * 125]:
        socket.frame(9, payload)
        assert socket.receive() == (10, payload, True)
    socket.text("ping payload")
    assert socket.receive() == (9, b"payload", True)
    socket.frame(10, b"payload")
    assert socket.message() == "ponged payload"
    socket.frame(10, b"unasked")
    assert socket.message() == "ponged unasked"


def closing():
    socket = WebSocket()
    socket.frame(8, struct.pack("!H", 4321) + b"enough")
    assert socket.close_code() == 4321
    assert wire.until_end(socket.connection) == b""
    assert "closed other 4321 enough" in notes(), notes()
    socket = WebSocket()
    socket.frame(8, b"")
    socket.close_code()
    assert "closed other - " in notes(), notes()
    socket = WebSocket()
    socket.text("close 4007 bye")
    assert socket.message() == "before"
    opcode, payload, _ = socket.receive()
    assert (opcode, payload) == (8, struct.pack("!H", 4007) + b"bye"), payload
    socket.frame(8, payload)
    assert wire.until_end(socket.connection) == b""
    assert "closed own 4007 bye" in notes(), notes()
    socket = WebSocket()
    socket.text("drop")
    assert socket.close_code() is None
    assert "closed own - dropped" in notes(), notes()
    socket = WebSocket()
    socket.connection.close()
    assert "closed nobody - " in notes(), notes()


def closing_unanswered():
    """One who never answers a close frame is gone nevertheless."""
    socket = WebSocket()
    socket.text("close 4007 bye")
    assert socket.message() == "before"
    assert socket.close_code() == 4007
    start = time.monotonic()
    wire.until_end(socket.connection)
    assert time.monotonic() - start < 10


def wrong_handshakes():
    good = HANDSHAKE.format("/", KEY, "").encode()
    line = b"Sec-WebSocket-Key: " + KEY.encode() + b"\r\n"
    for expected, data in [
        (400, good.replace(line, b"")), (400, good.replace(line, line + line)),
        (400, good.replace(KEY.encode(), b"short")), (400, good.replace(KEY.encode(), b"*" * 24)),
        (400, good.replace(b"Connection: Upgrade", b"Connection: close")),
        (400, good.replace(b"GET", b"POST")),
        (400, good[:-2] + b"Content-Length: 1\r\n\r\nx"),
        (426, good.replace(b"Version: 13", b"Version: 8")),
        (404, good.replace(b"GET / ", b"GET /nowhere ")),
    ]:
        with wire.connect() as connection:
            connection.sendall(data)
            code, head, _ = wire.response(connection)
        assert code == expected, (expected, data)
        assert code != 426 or b"Sec-WebSocket-Version: 13" in head
    with wire.connect() as connection:
        connection.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n" + good)
        assert wire.response(connection)[0] == 200
        assert connection.recv(12) == b"HTTP/1.1 101"


def wrong_frames():
    def code(*arguments, **names):
        socket = WebSocket()
        socket.frame(*arguments, **names)
        try:
            return socket.close_code()
        except AssertionError as error:
            raise AssertionError(f"{arguments} {names}: {error}")

    assert code(2, b"binary") == 1003
    assert code(1, b"\xff\xfe") == 1007
    assert code(1, b"\xed\xa0\x80") == 1007
    # What the library refuses by itself: with 1002, or by closing at once.
    for arguments, names in [
        ((3, b"x"), {}), ((11, b"x"), {}), ((1, b"x"), {"reserved": 4}),
        ((1, b"x"), {"reserved": 1}), ((0, b"x"), {}),
        ((9, b"x"), {"final": False}), ((9, b"x" * 126), {}), ((8, b"x"), {}),
        ((8, struct.pack("!H", 1005)), {}), ((8, struct.pack("!H", 999)), {}),
        ((1, b"x"), {"length": 1 << 63}),
    ]:
        got = code(*arguments, **names)
        assert got in (1002, None), (arguments[0], names, got)
    # It takes frames without a mask, which it should not; they do no harm.
    socket = WebSocket()
    socket.frame(1, b"x", masked=False)
    assert socket.message() == "x"
    socket.frame(1, b"x", final=False)
    socket.frame(1, b"y")
    assert socket.close_code() in (1002, None)
    assert request("GET", "/")[0].status == 200


def oversize():
    socket = WebSocket()
    try:
        socket.frame(1, b"z" * 200_000)
    except ConnectionError:
        pass
    assert socket.close_code() in (1009, None)
    assert any("closed own 1009" in note for note in notes()), notes()
    socket = WebSocket()
    try:
        for _ in range(100):
            socket.frame(1 if _ == 0 else 0, b"z" * 2000, final=False)
    except ConnectionError:
        pass
    assert socket.close_code() in (1009, None)
    socket = WebSocket()
    socket.text("z" * 100_000)
    assert len(socket.message()) == 100_000


def floods():
    socket = WebSocket()
    socket.text("flood")
    assert "flooded" in notes()
    assert any("wait to be read" in note for note in notes()), notes()
    wire.until_end(socket.connection)


def readers_that_stop():
    socket = WebSocket()
    for _ in range(12):
        socket.text("many 50000")
    end = time.monotonic() + 15
    while not any("does not read" in note for note in notes()):
        assert time.monotonic() < end, notes()
        time.sleep(0.1)


def random_bytes():
    import random

    generator = random.Random(4)
    for _ in range(300):
        socket = WebSocket()
        data = generator.randbytes(generator.randrange(1, 400))
        if generator.random() < 0.5:
            data = bytes([generator.choice([0x81, 0x01, 0x89, 0x88, 0x80, 0x8A]),
                          0x80 | generator.randrange(128)]) + data
        try:
            socket.connection.sendall(data)
        except ConnectionError:
            pass
        socket.connection.close()
    for _ in range(300):
        data = bytearray(HANDSHAKE.format("/", KEY, "").encode() + generator.randbytes(20))
        for _ in range(generator.randrange(4)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        with wire.connect() as connection:
            connection.sendall(data)
    end = time.monotonic() + 15
    left = None
    while left != "1":
        time.sleep(0.05)
        assert time.monotonic() < end, f"{left} connections are left"
        try:
            left = request("GET", "/count")[1].decode()
        except OSError:
            left = "more than all"


wire.main({name: body for name, body in list(globals().items()) if callable(body)})
