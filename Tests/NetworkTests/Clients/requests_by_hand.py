"""Clients of the HTTP side: the standard library's and bytes by hand."""

import time

import wire
from wire import connect, exchange, request, response, status

HOST = b"Host: 127.0.0.1\r\n"


def raw_targets():
    for target in [
        "/", "/v5/account/transaction-log?", "/a?b=%7B%22c%22%3A1%7D&d=e+f&&g=;h", "/a//b/../c/./d",
        "/a?cursor=5771348%3A0%2C5771348%3A0", "/%2e%2E/%00x?y=%zz", "/a?b?c", "/" + "x" * 8000,
        "/q?s={\"k\": 1}".replace(" ", ""),
    ]:
        with connect() as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
            code, _, body = response(connection)
        assert code == 200, code
        assert body.split(b"\n")[0] == f"GET {target}".encode(), body


def custom_headers():
    headers = {
        "X-BAPI-SIGN": "0123abcdef", "X-BAPI-API-KEY": "key", "X-MBX-APIKEY": "k" * 64,
        "X-Referer": "CCXT", "x-lower": "a: b", "X-Empty": "", "X-Latin": "1,2, 3",
    }
    answer, body = request("GET", "/echo", headers=headers)
    lines = body.decode().split("\n")
    for name, value in headers.items():
        assert f"{name}: {value}" in lines, (name, lines)
    assert answer.getheader("x-bapi-limit") == "10"
    many = {f"X-Number-{number}": str(number) for number in range(100)}
    _, body = request("GET", "/echo", headers=many)
    assert all(f"X-Number-{n}: {n}" in body.decode().split("\n") for n in range(100))


def bodies():
    for method in ["GET", "POST", "PUT", "DELETE"]:
        for body in [b"", b"{}", bytes(range(256)) * 40, b'{"a": "\xc3\xa9"}']:
            answer, data = request(method, "/echo?x", body=body)
            assert answer.status == 200, answer.status
            head, _, echoed = data.partition(b"\n\n")
            assert head.split(b"\n")[0] == f"{method} /echo?x".encode()
            assert echoed == body, (method, len(body), len(echoed))
    with connect() as connection:
        start = b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 6\r\n\r\n"
        for byte in start + b"abc\r\nd"[:6]:
            connection.sendall(bytes([byte]))
        assert response(connection)[2].endswith(b"\n\nabc\r\nd")


def keeping():
    with connect() as connection:
        for number in range(50):
            body = b"x" * number
            connection.sendall(
                b"POST /n%d HTTP/1.1\r\n" % number + HOST + b"Content-Length: %d\r\n\r\n" % number + body
            )
            code, head, data = response(connection)
            assert code == 200 and data.startswith(b"POST /n%d\n" % number)
            assert b"Connection: close" not in head
        connection.sendall(b"GET /last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        rest = wire.until_end(connection)
        assert b"Connection: close" in rest, rest
    assert b"Connection: close" in exchange(b"GET /old HTTP/1.0\r\n\r\n")
    with connect() as connection:
        connection.sendall(b"GET /empty HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /x HTTP/1.1\r\n" + HOST + b"\r\n")
        code, head, _ = response(connection)
        assert code == 204 and b"Content-Length" not in head, head
        assert response(connection)[0] == 200


def pipelining():
    with connect() as connection:
        data = b""
        for number in range(200):
            target = b"/later" if number % 50 == 7 else b"/p%d" % number
            body = b"y" * (number % 3)
            data += b"PUT " + target + b" HTTP/1.1\r\n" + HOST
            data += b"Content-Length: %d\r\n\r\n" % len(body) + body
        connection.sendall(data)
        for number in range(200):
            code, _, body = response(connection)
            expected = b"later" if number % 50 == 7 else b"PUT /p%d\n" % number
            assert code == 200 and body.startswith(expected), (number, body)


def later_and_never():
    start = time.monotonic()
    _, body = request("GET", "/later")
    assert body == b"later" and time.monotonic() - start >= 0.04
    assert exchange(b"GET /drop HTTP/1.1\r\n" + HOST + b"\r\n") == b""
    with connect() as connection:
        connection.sendall(b"GET /later HTTP/1.1\r\n" + HOST + b"\r\n")
    time.sleep(0.3)
    assert b"nobody waited" in request("GET", "/notes")[1]


def large_answers():
    _, body = request("GET", "/big?5000000")
    assert body == b"x" * 5_000_000
    with connect() as connection:
        connection.sendall((b"GET /big?3000000 HTTP/1.1\r\n" + HOST + b"\r\n") * 3)
        time.sleep(0.3)
        for _ in range(3):
            assert len(response(connection)[2]) == 3_000_000
    before = request("GET", "/notes")[1].count(b"big")
    with connect() as connection:
        connection.sendall((b"GET /big?3000000 HTTP/1.1\r\n" + HOST + b"\r\n") * 50)
        time.sleep(0.5)
        taken = request("GET", "/notes")[1].count(b"big") - before
        assert taken < 10, f"{taken} answers wait for one who does not read"


def expecting():
    with connect() as connection:
        connection.sendall(
            b"POST /e HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert response(connection)[0] == 100
        connection.sendall(b"abc")
        assert response(connection)[2].endswith(b"abc")


def wrong_requests():
    length = b"Content-Length: "
    for expected, data in [
        (400, b"nonsense\r\n\r\n"), (400, b"GET / HTTP/1.1 x\r\n" + HOST + b"\r\n"),
        (400, b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n"), (400, b"GET x HTTP/1.1\r\n" + HOST + b"\r\n"),
        (400, b"GET http://a/ HTTP/1.1\r\n" + HOST + b"\r\n"), (400, b"GET / HTTP/1.1\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b" folded: x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"a b: x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"a : x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"a: x\ny\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"a: x\ry\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"a: x\0y\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + b"a: \xff\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + length + b"1\r\n" + length + b"2\r\n\r\nab"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + length + b"-1\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + length + b"+1\r\n\r\na"),
        (400, b"GET / HTTP/1.1\r\n" + HOST + length + b"1,1\r\n\r\na"),
        (413, b"POST / HTTP/1.1\r\n" + HOST + length + b"99999999999999999999\r\n\r\n"),
        (413, b"POST / HTTP/1.1\r\n" + HOST + length + b"1048577\r\n\r\n"),
        (411, b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + HOST + b"a: " + b"b" * 40000),
        (431, b"GET / HTTP/1.1\r\n" + HOST + b"a: b\r\n" * 200 + b"\r\n"),
        (501, b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n"), (505, b"GET / HTTP/2.0\r\n" + HOST + b"\r\n"),
        (500, b"GET /torn HTTP/1.1\r\n" + HOST + b"\r\n"),
    ]:
        answer = exchange(data)
        assert status(answer) == expected, (expected, data[:80], answer[:80])
        assert b"Connection: close" in answer and b"Injected" not in answer
    answer, _ = request("POST", "/echo", body=b"b" * (1 << 20))
    assert answer.status == 200


def slow_requests():
    with connect() as connection:
        start = time.monotonic()
        connection.sendall(b"GET / HT")
        assert status(wire.until_end(connection)) == 408
        assert 0.9 < time.monotonic() - start < 4
    with connect() as idle, connect() as trickling:
        start = time.monotonic()
        trickling.settimeout(0.2)
        got = None
        while time.monotonic() - start < 5 and got is None:
            try:
                trickling.sendall(b"x")
                got = trickling.recv(100)
            except TimeoutError:
                pass
        assert got and status(got) == 408, got
        assert wire.until_end(idle) == b""


def too_many():
    first = [connect() for _ in range(20)]
    time.sleep(0.2)
    assert exchange(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") == b""
    for connection in first:
        connection.close()
    time.sleep(0.2)
    assert request("GET", "/")[0].status == 200


def readers_that_stop():
    with connect() as connection:
        connection.sendall(b"GET /big?60000000 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(4)
        assert len(wire.until_end(connection)) < 60_000_000


wire.main({name: body for name, body in list(globals().items()) if callable(body)})
