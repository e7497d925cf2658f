#!/usr/bin/env python3
"""Looks for a key and a secret in every byte that a live run writes.

An engine trades on a local exchange through a gateway that answers some orders with a page which
repeats the whole request, key and signature included. Then everything is searched: journal, state,
log files, terminal, summary, control socket, bundle, and what is said when the start fails.
The log is held against the journal on the way: every fill has its chain, every error its file.
"""

import argparse
import base64
import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import markets
import trade

KEY = "CANARYkEyQ7vT2nXr9LmWc4"
MARKET = markets.MARKETS["binance-spot"]
HIDDEN = "CANARYhIdDeN5bZp8YsJf3"


class Gateway:
    """Stands between engine and exchange, and spoils one placement of an order in six."""

    def __init__(self, port):
        self.port = port
        self.placements = 0
        self.signatures = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def own_port(self):
        """Where it listens."""
        return self.listener.getsockname()[1]

    def accept(self):
        """A thread for each connection."""
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=(connection,), daemon=True).start()

    def carry(self, client):
        """Hands requests on, one after the other; a WebSocket becomes bytes both ways."""
        server = socket.create_connection(("127.0.0.1", self.port))
        waiting = b""
        while True:
            for ready in select.select([client, server], [], [])[0]:
                try:
                    data = ready.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    client.close()
                    server.close()
                    return
                if ready is server:
                    client.sendall(data)
                    continue
                for found in re.findall(rb"signature=([0-9a-f]{64})", data):
                    self.signatures.add(found.decode())
                waiting += data
                if waiting.startswith(b"POST /api/v3/order?") and b"\r\n\r\n" in waiting:
                    self.placements += 1
                    if self.placements % 6 == 4:
                        client.sendall(self.page(waiting))
                        waiting = b""
                        continue
                server.sendall(waiting)
                waiting = b""

    @staticmethod
    def page(request):
        """What a bad gateway says: everything it was told."""
        body = b"bad gateway: " + b" ".join(reversed(request.split()))
        head = f"HTTP/1.1 502 Bad Gateway\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


class Echo(http.server.BaseHTTPRequestHandler):
    """A venue that tells the time, and refuses all else with the words of the request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answers."""
        if self.path.startswith("/api/v3/time"):
            status, body = 200, {"serverTime": int(time.time() * 1000)}
        else:
            words = f"{self.path} {self.headers}"
            status, body = 401, {"code": -2015, "msg": words}
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        """Says nothing."""


def forms(secret):
    """A secret in the forms in which programs write one."""
    plain = secret.encode()
    found = {plain, plain.hex().encode(), plain.hex().upper().encode(), plain[::-1]}
    for shift in range(3):
        text = base64.b64encode(b"x" * shift + plain).rstrip(b"=")
        found.add(text[(0, 2, 3)[shift]:-1])
    return found


class Search:
    """Looks for secrets in bytes, and counts them."""

    def __init__(self):
        self.wanted = {form for secret in (KEY, HIDDEN) for form in forms(secret)}
        self.bytes = 0
        self.places = 0
        self.found = []

    def look(self, place, data):
        """Searches some bytes."""
        self.bytes += len(data)
        self.places += 1
        for form in self.wanted:
            if form in data:
                at = data.index(form)
                near = data[max(0, at - 60):at + 20]
                self.found.append(f"{place} holds a secret at byte {at}: …{near!r}")

    def look_below(self, directory, place):
        """Searches every file below a directory."""
        for top, _, names in os.walk(directory):
            for name in names:
                path = os.path.join(top, name)
                if os.path.isfile(path):
                    self.look(f"{place}: {os.path.relpath(path, directory)}",
                              open(path, "rb").read())


class Stage:
    """A directory with an exchange, a gateway and a configuration."""

    def __init__(self, binaries, directory):
        self.binaries = binaries
        self.work = os.path.join(directory, "work")
        self.journal = os.path.join(self.work, "journal")
        os.mkdir(self.work)
        accounts = trade.accounts(MARKET)
        accounts["accounts"][0].update(key=KEY, secret=HIDDEN)
        path = os.path.join(directory, "accounts.json5")
        with open(path, "w") as file:
            json.dump(accounts, file)
        self.errors = open(os.path.join(self.work, "exchange.log"), "w")
        self.exchange = subprocess.Popen(
            [f"{binaries}/exchange-sim", "--accounts", path],
            stdout=subprocess.PIPE, stderr=self.errors)
        self.port = json.loads(self.exchange.stdout.readline())["port"]

    def configuration(self, name, port, credentials=None):
        """Writes a configuration; gives its path."""
        told = trade.configuration(MARKET, port)
        if credentials:
            told["venue"]["credentials"] = {"file": credentials}
        path = os.path.join(self.work, name)
        with open(path, "w") as file:
            json.dump(told, file)
        return path

    def command(self, configuration, journal):
        """How the engine is started."""
        return [f"{self.binaries}/holdfast", "run", "--config", configuration,
                "--journal", journal, "--json"]

    def environment(self, key=KEY, secret=HIDDEN):
        """What it is started with."""
        return dict(os.environ, HOLDFAST_KEY=key, HOLDFAST_SECRET=secret,
                    XDG_STATE_HOME=os.path.join(self.work, "state"))

    def trouble(self, search, place, configuration, word, **given):
        """A start that is refused, or a run that cannot trade; `word` is part of what is said."""
        journal = os.path.join(self.work, "journal-" + place.replace(" ", "-"))
        engine = subprocess.Popen(self.command(configuration, journal), stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=self.environment(**given))
        try:
            output, errors = engine.communicate(timeout=4)
        except subprocess.TimeoutExpired:
            engine.send_signal(signal.SIGTERM)
            output, errors = engine.communicate(timeout=60)
        search.look(place, output + errors)
        if word not in errors.decode(errors="replace"):
            search.found.append(f"{place}: nothing of \"{word}\" is said: {errors[-300:]}")


def ask(journal, request):
    """One request to the control socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(os.path.join(journal, "control"))
        client.sendall(request.encode() + b"\n")
        return client.recv(65536)


def live(stage, search, seconds):
    """A live run on a terminal; gives the gateway it went through."""
    gateway = Gateway(stage.port)
    configuration = stage.configuration("engine.json5", gateway.own_port)
    terminal, side = pty.openpty()
    engine = subprocess.Popen(stage.command(configuration, stage.journal),
                              stdout=subprocess.PIPE, stderr=side, env=stage.environment())
    os.close(side)
    seen = []

    def read():
        while True:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                return
            if not data:
                return
            seen.append(data)

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(seconds)
    for request in ['{"request":"status"}', '{"request":"seal"}', f'{{"request":"{KEY[:6]}"}}',
                    "no request at all"]:
        search.look(f"control socket: {request}", ask(stage.journal, request))
    engine.send_signal(signal.SIGTERM)
    output, _ = engine.communicate(timeout=60)
    reader.join()
    search.look("summary", output)
    search.look("terminal", b"".join(seen))
    if engine.returncode != 0:
        search.found.append(f"the engine ended with {engine.returncode}: {seen[-1:]}")
    if gateway.placements < 2:
        search.found.append("no placement was spoiled: this proves nothing")
    return gateway


def bundle(stage, search):
    """Packs a bundle and searches what is in it."""
    path = os.path.join(stage.work, "a.bundle")
    done = subprocess.run([f"{stage.binaries}/journalctl", "--journal", stage.journal, "bundle",
                           path, "--whole", "--state-directory",
                           os.path.join(stage.work, "state", "holdfast")],
                          capture_output=True, env=stage.environment(), check=False)
    search.look("what bundle says", done.stdout + done.stderr)
    if done.returncode != 0:
        search.found.append(f"bundle: {done.returncode} {done.stderr[-300:]}")
        return
    room = os.path.join(stage.work, "unpacked")
    os.mkdir(room)
    subprocess.run(["tar", "--zstd", "-xf", path, "-C", room], check=True)
    if not os.path.exists(os.path.join(room, "log.jsonl")):
        search.found.append("the bundle has no log")


def records(path):
    """The records of a log file."""
    return [json.loads(line) for line in open(path)]


def log_findings(stage):
    """What is wrong with the log files, held against the journal."""
    found = []
    directory = stage.journal + "-log"
    names = sorted(os.listdir(directory))
    every = [n for n in names if re.fullmatch(r"\d{4}-\d\d-\d\d\.jsonl", n)]
    errors = [n for n in names if re.fullmatch(r"\d{4}-\d\d-\d\d\.errors\.jsonl", n)]
    if not every or not errors or set(names) != set(every + errors):
        return [f"the log directory holds {names}"]
    told = [r for name in every for r in records(f"{directory}/{name}")]
    bad = [r for name in errors for r in records(f"{directory}/{name}")]
    severe = ("warning", "error", "alarm")
    if bad != [r for r in told if r["level"] in severe]:
        found.append("the error log is not the log's warnings and worse")
    if any(not r["time"].startswith(name[:10]) for name in every
           for r in records(f"{directory}/{name}")):
        found.append("a record is not in the file of its day")
    done = subprocess.run([f"{stage.binaries}/journalctl", "--journal", stage.journal, "show",
                           "--json"], capture_output=True, text=True, check=True)
    events = {str(e["sequence"]): e for e in map(json.loads, done.stdout.splitlines())}
    steps = {str(e["sequence"]) for e in events.values()
             if e["kind"] in ("orderIntended", "orderFilled", "dealOpened", "dealClosed",
                              "outcomeUnknown", "orderAccepted", "cancelIntended")}
    by_event = {r["event"]: r for r in told if "event" in r}
    if not steps <= set(by_event):
        found.append(f"not in the log: {sorted(steps - set(by_event))[:5]}")
    for number, record in by_event.items():
        event = events[number]
        cause = str(event["cause"]) if event.get("cause") else None
        if record.get("trace") != str(event["trace"]) or record.get("cause") != cause:
            found.append(f"trace or cause of {record} is not that of {event}")
    kinds = {}
    for event in events.values():
        kinds.setdefault(str(event["trace"]), set()).add(event["kind"])
    whole = {"dealOpened", "orderIntended", "orderFilled", "dealClosed"}
    if not any(whole <= chain for chain in kinds.values()):
        found.append("no chain goes from signal to fill and close: this proves nothing")
    unknown = [e for e in events.values() if e["kind"] == "outcomeUnknown"]
    if not any("[redacted]" in json.dumps(e) for e in unknown):
        found.append("no unknown outcome was told in the gateway's words: this proves nothing")
    if any(not whole & kinds[str(e["trace"])] for e in unknown):
        found.append("an unknown outcome is not in the chain of its deal")
    print(f"  {len(told)} log records, {len(bad)} of them errors, of {len(events)} events; "
          f"{len(unknown)} outcomes unknown")
    return found


def troubles(stage, search):
    """Runs that cannot trade, each for another reason."""
    echo = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    echo.handle_error = lambda *_: None
    repeating = stage.configuration("echo.json5", echo.server_port)
    stage.trouble(search, "a venue that repeats the request", repeating, "[redacted]")
    echo.shutdown()
    plain = stage.configuration("plain.json5", stage.port)
    stage.trouble(search, "a wrong secret", plain, "Signature", secret=HIDDEN[::-1] + HIDDEN[:6])
    stage.trouble(search, "a key with a space", plain, "refuses", key=KEY[:9] + " " + KEY[9:])
    stage.trouble(search, "no key", plain, "HOLDFAST_KEY", key="")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nobody = stage.configuration("nobody.json5", port)
    stage.trouble(search, "nobody there", nobody, "does not answer")
    # Files that hold the secrets are nobody's output: they lie beside what is searched.
    for name, mode, text in [("open", 0o644, f"{KEY}\n{HIDDEN}\n"),
                             ("short", 0o600, f"{KEY}{HIDDEN}\n"),
                             ("long", 0o600, f"{KEY}\n{HIDDEN}\n{KEY}\n")]:
        path = os.path.join(os.path.dirname(stage.work), name + ".key")
        open(path, "w").write(text)
        os.chmod(path, mode)
        configuration = stage.configuration(name + ".json5", stage.port, path)
        stage.trouble(search, f"credentials {name}", configuration, "must")


def main():
    """Runs it and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    binaries = os.path.abspath(arguments.binaries)
    search = Search()
    # A search that finds nothing anywhere proves nothing.
    for secret in (KEY, HIDDEN):
        for form in forms(secret):
            search.look("planted", b"before " + form + b" behind")
    if len(search.found) != len(search.wanted):
        sys.exit(f"what is planted is not found: {search.found}")
    search = Search()
    with tempfile.TemporaryDirectory() as directory:
        stage = Stage(binaries, directory)
        try:
            gateway = live(stage, search, arguments.seconds)
            found = log_findings(stage)
            troubles(stage, search)
        finally:
            stage.exchange.send_signal(signal.SIGTERM)
            stage.exchange.wait(timeout=10)
        bundle(stage, search)
        # Signatures are no secrets for long, and nothing that anybody has to see.
        search.wanted |= {signature.encode() for signature in gateway.signatures}
        search.look_below(stage.work, "file")
    print(f"  {search.places} places, {search.bytes} bytes searched for key, secret and "
          f"{len(gateway.signatures)} signatures")
    found += search.found
    for line in found:
        print("  WRONG: " + line)
    print("no secret was written" if not found else f"{len(found)} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
