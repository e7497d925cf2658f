#!/usr/bin/env python3
"""Has the account of a local exchange changed, and looks whether each change was intended first.

Between both stands a proxy. It reads the journal whenever a change arrives, loses an answer,
holds one until the command is killed, and plays what the local exchange has not: an account in
hedge mode with cross margin. Beside a running engine nothing may change.
"""

import argparse
import http.client
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time

import markets
import trade

#: Where each market sets what, and where it tells it.
PATHS = {
    "binance-futures": {
        "position mode": "/fapi/v1/positionSide/dual", "margin mode": "/fapi/v1/marginType",
        "leverage": "/fapi/v1/leverage", "told": "/fapi/v2/positionRisk",
    },
    "bybit-linear": {
        "position mode": "/v5/position/switch-mode", "margin mode": "/v5/account/set-margin-mode",
        "leverage": "/v5/position/set-leverage", "told": "/v5/position/list",
    },
}


class Proxy(http.server.ThreadingHTTPServer):
    """Hands everything on but the trouble that is wanted."""

    daemon_threads = True

    def __init__(self, room):
        super().__init__(("127.0.0.1", 0), Handler)
        self.room, self.paths = room, PATHS[room.market.name]
        self.modes = {}  # what the exchange cannot be put in, until it is changed
        self.trouble = None
        self.arrived, self.last = [], []
        self.isHeld = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a command that was killed breaks its connections off

    def changed(self, path):
        """What a request changes; the journal must have the intent by now."""
        what = next((name for name, place in self.paths.items() if path.startswith(place)), None)
        self.arrived.append(what)
        self.last.append(self.room.settings()[-1:])
        return what


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.hand_on("GET")

    def do_POST(self):
        self.hand_on("POST")

    def hand_on(self, method):
        server, path = self.server, self.path.partition("?")[0]
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        what = server.changed(path) if method == "POST" else None
        trouble, server.trouble = (server.trouble, None) if what else (None, server.trouble)
        if trouble == "hold":
            server.isHeld.set()
            self.close_connection = True
            time.sleep(5)
            return
        if server.modes.pop(what, None):
            status, body = 200, b'{"code":200,"msg":"success"}'
        else:
            status, body = self.ask(method, content)
        if path == server.paths["told"] and server.modes:
            body = self.with_modes(json.loads(body))
        if trouble == "lose":
            self.close_connection = True
            return
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def ask(self, method, content):
        """What the exchange answers."""
        exchange = http.client.HTTPConnection("127.0.0.1", self.server.room.port)
        kept = {name: value for name, value in self.headers.items()
                if name.lower().startswith("x-") or name.lower() == "content-type"}
        exchange.request(method, self.path, content, kept)
        answer = exchange.getresponse()
        return answer.status, answer.read()

    def with_modes(self, rows):
        """The account as Binance tells it in hedge mode, or with cross margin."""
        if "margin mode" in self.server.modes:
            rows = [row | {"marginType": "cross"} for row in rows]
        if "position mode" in self.server.modes:
            rows = [row | {"positionSide": side} for row in rows for side in ("LONG", "SHORT")]
        return json.dumps(rows).encode()

    def log_message(self, *_):
        pass


class Room(trade.Room):
    """A directory with an exchange, a proxy before it, and a journal."""

    def __init__(self, binaries, directory, market):
        super().__init__(binaries, directory, market, faults=False)
        self.proxy = Proxy(self)
        self.environment = dict(
            os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
            XDG_STATE_HOME=self.state,
        )

    def want(self, leverage, port=None):
        """Writes a configuration with this leverage."""
        wanted = trade.configuration(self.market, port or self.proxy.server_address[1])
        wanted["instruments"][0]["margin"] = self.market.margin | {"leverage": leverage}
        self.write("engine.json5", wanted)

    def begin(self, *words):
        """Starts a command of the engine's program."""
        return subprocess.Popen(
            [f"{self.binaries}/holdfast", *words, "--config", self.configuration],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment,
        )

    def account(self, *words):
        """What the command ends with and prints."""
        process = self.begin("account", "--journal", self.journal, *words)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def check(self):
        process = self.begin("check")
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def settings(self):
        """What the journal says of changes: setting, value and phase."""
        if not os.path.exists(self.journal):
            return []
        status, text = self.tool("show", "--kind", "accountSetting", "--json")
        assert status == 0, f"the journal cannot be read: {text[-300:]}"
        rows = [json.loads(line) for line in text.splitlines()]
        for before, row in zip(rows, rows[1:]):
            if row["payload"]["phase"] != "intended":
                assert row["cause"] == row["trace"] == before["sequence"], f"no intent: {row}"
        return [tuple(row["payload"][key] for key in ("setting", "value", "phase"))
                for row in rows]

    def leverage(self):
        """What the exchange itself says."""
        if self.market.kind == "binance":
            rows = self.market.ask(self.port, "/fapi/v2/positionRisk", f"symbol={markets.SYMBOL}")
        else:
            query = f"category=linear&symbol={markets.SYMBOL}"
            rows = self.market.ask(self.port, "/v5/position/list", query)["list"]
        return rows[0]["leverage"]


def expect(got, status, *texts):
    """A command ended so, and printed these."""
    assert got[0] == status, f"ended with {got[0]} and not {status}: {got[1]}"
    for text in texts:
        assert text in got[1], f"it does not say {text!r}: {got[1]}"


def change(room):
    """Shows, changes, loses an answer, is refused."""
    proxy = room.proxy
    if room.market.kind == "binance":
        proxy.modes = {"position mode": True, "margin mode": True}
    names = list(PATHS[room.market.name])[0 if proxy.modes else 2 : 3]
    room.want("7")
    expect(room.check(), 1, "wanted", "holdfast account --apply")
    expect(room.account(), 1, "leverage 10, wanted 7", "--apply changes")
    assert not os.path.exists(room.journal) and not proxy.arrived, "something was changed"
    expect(room.account("--apply"), 0, "leverage to 7: done", "leverage 7")
    assert proxy.arrived == names, f"changed: {proxy.arrived}"
    wanted = {"position mode": "one-way", "margin mode": "isolated", "leverage": "7"}
    assert proxy.last == [[(name, wanted[name], "intended")] for name in names], proxy.last
    told = [(name, wanted[name], phase) for name in names for phase in ("intended", "done")]
    assert room.settings() == told, room.settings()
    assert room.leverage() == "7"
    expect(room.check(), 0, "one-way", "isolated", "leverage 7")

    head = room.tool("show")[1].count("\n")
    expect(room.account("--apply"), 0, "leverage 7")
    assert room.tool("show")[1].count("\n") == head, "nothing differed, and something was written"

    room.want("101")
    expect(room.account("--apply"), 1, "leverage to 101: refused", "leverage 7, wanted 101")
    told += [("leverage", "101", "intended"), ("leverage", "101", "refused")]

    room.want("8")
    proxy.trouble = "lose"
    expect(room.account("--apply"), 1, "leverage to 8: unknown", "then:", "leverage 8")
    told += [("leverage", "8", "intended"), ("leverage", "8", "unknown")]
    # It was done, which the venue tells.
    expect(room.account("--apply"), 0, "leverage 8")
    assert room.settings() == told, room.settings()

    room.want("9")
    proxy.trouble = "hold"
    process = room.begin("account", "--journal", room.journal, "--apply")
    assert proxy.isHeld.wait(30), "no change arrived"
    process.kill()
    process.communicate()
    told += [("leverage", "9", "intended")]
    assert room.settings() == told and room.leverage() == "8"
    expect(room.account("--apply"), 0, "leverage to 9: done")
    told += [("leverage", "9", "intended"), ("leverage", "9", "done")]
    assert room.settings() == told, room.settings()
    return len(told)


def beside_engine(room):
    """Where an engine runs nothing is changed, and its journal is only for its configuration."""
    room.want("9", room.port)
    engine = room.engine()
    try:
        deadline = time.monotonic() + 30
        while "recoveryStepped" not in (shown := room.tool("show")[1]) or "live from" not in shown:
            assert engine.poll() is None and time.monotonic() < deadline, "the engine does not run"
            time.sleep(0.3)
        room.want("5")
        expect(room.account("--apply"), 1, "stop the engine first")
    finally:
        engine.send_signal(signal.SIGTERM)
        engine.communicate(timeout=30)
    assert engine.returncode == 0, f"the engine ended with {engine.returncode}"
    expect(room.account("--apply"), 1, "another configuration")
    assert room.leverage() == "9"
    status, text = room.tool("verify", "--state-directory", room.state + "/holdfast")
    assert status == 0, "verify: " + text[-500:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", required=True)
    arguments = parser.parse_args()

    def act(room):
        count = change(room)
        beside_engine(room)
        return f"{count} events of settings, all as intended"

    return trade.rounds(PATHS, lambda *place: Room(arguments.binaries, *place), act)


if __name__ == "__main__":
    sys.exit(main())
