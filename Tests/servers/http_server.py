#!/usr/bin/env python3
"""A small HTTP server on 127.0.0.1 that behaves well and badly, for tests of the client.

http_server.py PORT_FILE LOG_FILE [--tls CERTIFICATE KEY] [--h2]

It picks a port and writes it to PORT_FILE, writes each request, byte for byte in hexadecimal, as a
line of JSON to LOG_FILE, and answers by the path. It ends with its parent, and after two minutes.
"""
import argparse
import gzip
import json
import os
import socket
import ssl
import struct
import threading
import time

LOCK = threading.Lock()
# Connections up to this number say nothing more, as if the way to them were cut.
FROZEN = 0
ACCEPTED = 0


def freeze():
    global FROZEN
    FROZEN = ACCEPTED


def log(arguments, connection, head, body):
    line = json.dumps({"connection": connection, "head": head.hex(), "body": body.hex()})
    with LOCK, open(arguments.log, "a", encoding="ascii") as file:
        file.write(line + "\n")


def reset(connection):
    """Closes so that the other end gets a RST and not a FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.socket.close(connection)


def head(status=200, length=None, **headers):
    lines = [f"HTTP/1.1 {status} Something"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def hold(connection):
    """Says nothing more until the other end leaves."""
    while connection.recv(65536):
        pass


def answer(connection, path, query, body):
    """Answers one request; whether the connection may be kept."""
    send = connection.sendall
    if path == "/echo":
        send(head(200, len(body)) + body)
    elif path == "/status":
        send(head(int(query), 0, Retry_After="7"))
    elif path == "/big":
        send(head(200, int(query)) + b"x" * int(query))
    elif path == "/gzip":
        packed = gzip.compress(b"unpacked " * 1000)
        send(head(200, len(packed), Content_Encoding="gzip") + packed)
    elif path == "/bomb":
        packed = gzip.compress(bytes(int(query)))
        send(head(200, len(packed), Content_Encoding="gzip") + packed)
    elif path == "/broken-gzip":
        send(head(200, 20, Content_Encoding="gzip") + b"this is not gzipped!")
    elif path == "/zero-in-head":
        send(b"HTTP/1.1 200 OK\r\nX-Zero: a\0b\r\nContent-Length: 0\r\n\r\n")
    elif path == "/broken-brotli":
        send(head(200, 20, Content_Encoding="br") + b"this is not brotli!!")
    elif path == "/chunked":
        send(head(200, Transfer_Encoding="chunked"))
        send(b"5\r\nhello\r\n6\r\n again\r\n0\r\nX-Trailer: ignored\r\n\r\n")
    elif path == "/interim":
        send(b"HTTP/1.1 103 Early Hints\r\nX-Interim: 1\r\n\r\n" + head(200, 2, X_Real="2") + b"ok")
    elif path == "/redirect":
        send(head(302, 0, Location="/landed"))
    elif path == "/cookie":
        send(head(200, 0, Set_Cookie="session=1; Path=/"))
    elif path == "/delay":
        time.sleep(int(query) / 1000)
        send(head(200, 4) + b"late")
    elif path == "/silent":
        hold(connection)
    elif path == "/stuck":
        send(head(200, 100) + b"0123456789")
        hold(connection)
    elif path == "/short":
        send(head(200, 100) + b"0123456789")
        return False
    elif path == "/close":
        return False
    elif path == "/leave":
        send(head(200, 0))
        time.sleep(0.2)
        reset(connection)
        return False
    elif path == "/reset":
        reset(connection)
        return False
    elif path == "/reset-within":
        send(head(200, 100) + b"0123456789")
        # So that the part arrives before the reset takes it away.
        time.sleep(0.2)
        reset(connection)
        return False
    elif path == "/garbage":
        send(b"this is no HTTP at all\r\n\r\n")
        return False
    elif path == "/endless-head":
        send(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100000):
            send(b"X-More: " + b"y" * 1000 + b"\r\n")
    else:
        send(head(200, 5) + b"hello")
    return True


def tunnel(connection, target):
    """Passes bytes on in both directions, as a proxy does after CONNECT."""
    host, _, port = target.rpartition(":")
    other = socket.create_connection((host, int(port)))
    connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")

    def pass_on(source, sink):
        while part := source.recv(65536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)

    threading.Thread(target=pass_on, args=(other, connection), daemon=True).start()
    pass_on(connection, other)


def serve(arguments, connection, number):
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return
            data += part
        first, data = data.split(b"\r\n\r\n", 1)
        target = first.split(b" ")[1].decode("latin-1")
        path, _, query = target.partition("?")
        length = 0
        for line in first.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if path == "/reset-early":
            reset(connection)
            return
        while len(data) < length:
            part = connection.recv(65536)
            if not part:
                return
            data += part
        body, data = data[:length], data[length:]
        log(arguments, number, first, body)
        if first.startswith(b"CONNECT "):
            tunnel(connection, target)
            return
        if path == "/freeze":
            freeze()
        if number <= FROZEN:
            hold(connection)
            return
        if not answer(connection, path, query, body):
            return


def serve_http2(arguments, connection, number):
    """Just enough of RFC 9113: any request is answered with the number of its stream."""
    data = b""

    def take(count):
        nonlocal data
        while len(data) < count:
            part = connection.recv(65536)
            if not part:
                raise ConnectionError
            data += part
        taken, data = data[:count], data[count:]
        return taken

    def give(kind, flags, stream, payload=b""):
        size = struct.pack(">I", len(payload))[1:]
        connection.sendall(size + struct.pack(">BBI", kind, flags, stream) + payload)

    take(24)
    give(4, 0, 0)
    bodies = {}
    while True:
        size = int.from_bytes(take(3), "big")
        kind, flags, stream = struct.unpack(">BBI", take(6))
        payload = take(size)
        if kind == 4 and not flags & 1:
            give(4, 1, 0)
        elif kind == 6 and not flags & 1:
            give(6, 1, 0, payload)
        elif kind == 0:
            bodies[stream] = bodies.get(stream, b"") + payload
        if kind in (0, 1) and flags & 1:
            body = bodies.pop(stream, b"")
            log(arguments, number, b"stream %d" % stream, body)
            if body == b"close":
                return
            if body == b"freeze":
                freeze()
            if number <= FROZEN:
                continue
            give(1, 4, stream, b"\x88")
            give(0, 1, stream, b"stream %d" % stream)


def handle(arguments, context, connection, number):
    try:
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        http2 = context and connection.selected_alpn_protocol() == "h2"
        (serve_http2 if http2 else serve)(arguments, connection, number)
    except (OSError, ConnectionError):
        pass
    finally:
        connection.close()


def end_with_parent(parent):
    end = time.monotonic() + 1200
    while os.getppid() == parent and time.monotonic() < end:
        time.sleep(0.2)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file")
    parser.add_argument("log")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--h2", action="store_true")
    arguments = parser.parse_args()
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    context = None
    if arguments.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*arguments.tls)
        if arguments.h2:
            context.set_alpn_protocols(["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    with open(arguments.port_file + ".new", "w", encoding="ascii") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(arguments.port_file + ".new", arguments.port_file)
    global ACCEPTED
    while True:
        connection, _ = listener.accept()
        ACCEPTED += 1
        work = (arguments, context, connection, ACCEPTED)
        threading.Thread(target=handle, args=work, daemon=True).start()


if __name__ == "__main__":
    main()
