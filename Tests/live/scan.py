#!/usr/bin/env python3
"""Scans a local exchange, kills the scan with SIGKILL again and again, and looks what it asked.

Between both stands a proxy that counts requests and is as far away as a venue. Whatever a
checkpoint counted before a kill must not be asked for again; the ranking must be that of the
turnovers that the exchange told; and the journal must verify.
"""

import argparse
import http.client
import http.server
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import markets
import trade

#: Symbols of each market with generated books, and with books of orders alone.
MARKETS = {
    "binance-spot": (30, 170),
    "binance-futures": (20, 130),
    "bybit-spot": (20, 180),
    "bybit-linear": (20, 1080),
}
TICKERS = ("/api/v3/ticker/24hr", "/fapi/v1/ticker/24hr", "/v5/market/tickers")
BOOKS = ("/api/v3/depth", "/fapi/v1/depth", "/v5/market/orderbook")
EVERY = 10
WINDOW = 8


def accounts():
    """The accounts file: markets of many prices, some of them in another quote asset."""
    opened = []
    for name, (generated, still) in MARKETS.items():
        for number in range(generated + still):
            base, quote = f"C{number:04}", "USDC" if number % 5 == 4 else "USDT"
            row = {
                "venue": name, "symbol": base + quote, "base": base, "quote": quote,
                "priceTick": "0.01", "quantityStep": "0.001", "minimumQuantity": "0.001",
                "maximumQuantity": "100000", "minimumNotional": "5",
                "book": "generated" if number < generated else "clients",
                "startPrice": 100 * (1 + number * 7 % generated),
            }
            if name in ("binance-futures", "bybit-linear"):
                row["leverage"] = "20"
            opened.append(row)
    account = {"name": "ann", "venue": "binance", "key": "k", "secret": "s"}
    return {"accounts": [account], "markets": opened}


class Proxy(http.server.ThreadingHTTPServer):
    """Hands everything on, and remembers what it was."""

    daemon_threads = True

    def __init__(self, port, distance):
        super().__init__(("127.0.0.1", 0), Handler)
        self.exchange, self.distance = port, distance
        self.books, self.tickers, self.pages = [], [], 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        pass  # a scan that was killed breaks its connections off

    def forget(self):
        self.books, self.tickers, self.pages = [], [], 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.exchange = http.client.HTTPConnection("127.0.0.1", self.server.exchange)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path in BOOKS:
            self.server.books.append(urllib.parse.parse_qs(query)["symbol"][0])
        time.sleep(self.server.distance)
        self.exchange.request("GET", self.path)
        answer = self.exchange.getresponse()
        body = answer.read()
        if path in TICKERS:
            self.server.tickers.append(turnovers(json.loads(body)))
        self.server.pages += "instruments-info" in path or "exchangeInfo" in path
        try:
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the scan was killed

    def log_message(self, *_):
        pass


def turnovers(body):
    """What each symbol turned over, as a venue tells it."""
    if isinstance(body, list):
        return {row["symbol"]: float(row["quoteVolume"]) for row in body}
    return {row["symbol"]: float(row["turnover24h"]) for row in body["result"]["list"]}


class Room:
    """A directory with an exchange, a proxy before it, and a journal."""

    def __init__(self, binaries, directory, distance):
        self.binaries, self.directory = binaries, directory
        with open(f"{directory}/accounts.json5", "w") as file:
            json.dump(accounts(), file)
        self.exchange = subprocess.Popen(
            [f"{binaries}/exchange-sim", "--accounts", f"{directory}/accounts.json5"],
            stdout=subprocess.PIPE,
            stderr=open(f"{directory}/exchange.log", "w"),
        )
        port = json.loads(self.exchange.stdout.readline())["port"]
        self.proxy = Proxy(port, distance)
        self.configuration = f"{directory}/engine.json5"
        with open(self.configuration, "w") as file:
            json.dump(trade.configuration(markets.MARKETS["binance-spot"], port), file)
        self.journal = f"{directory}/scans"
        self.environment = dict(os.environ, XDG_STATE_HOME=f"{directory}/state")

    def words(self, market, *more):
        return [
            f"{self.binaries}/holdfast", "scan", "--config", self.configuration,
            "--market", market, "--local", str(self.proxy.port), "--journal", self.journal,
            "--top", "100", "--checkpoint-every", str(EVERY), "--json", *more,
        ]

    def start(self, market, *more):
        return subprocess.Popen(
            self.words(market, *more),
            stdout=subprocess.PIPE,
            stderr=open(f"{self.directory}/scan.log", "a"),
            env=self.environment,
        )

    def scan(self, market, *more):
        process = self.start(market, *more)
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, f"the scan ended with {process.returncode}"
        return json.loads(output)

    def listed(self, market):
        words = self.words(market, "--list")
        done = subprocess.run(words, capture_output=True, env=self.environment, check=True)
        return json.loads(done.stdout)["scans"]

    def verify(self):
        done = subprocess.run(
            [f"{self.binaries}/journalctl", "--journal", self.journal, "verify"],
            capture_output=True, env=self.environment, text=True, check=False,
        )
        assert done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]

    def close(self):
        self.exchange.send_signal(signal.SIGTERM)
        self.exchange.wait(timeout=30)


def in_order(market):
    """The symbols of a market as a scan goes through them."""
    count = sum(MARKETS[market])
    pairs = [(f"C{n:04}", "USDC" if n % 5 == 4 else "USDT") for n in range(count)]
    return [base + quote for base, quote in sorted(pairs, key=lambda p: (p[1], p[0] + p[1]))]


def check_ranking(rows, told):
    """Every turnover is one that the exchange told, and the ranks are those of the turnovers."""
    for row in rows:
        found = [float(row["turnover"]) == some[row["symbol"]] for some in told]
        assert any(found), f"nobody told this turnover: {row}"
    # No pair leads from one quote asset to the other, so that those of USDC have no value.
    valued = [row for row in rows if row["value"] is not None]
    assert rows[: len(valued)] == valued, "a pair without value ranks before one with"
    assert all(row["symbol"].endswith("USDT") for row in valued)
    for some in (valued, rows[len(valued) :]):
        keys = [(-float(row["turnover"]), row["symbol"]) for row in some]
        assert keys == sorted(keys), "the ranks are not those of the turnovers"


def best(told, count):
    """The best pairs of one list of turnovers."""
    def key(symbol):
        return (symbol.endswith("USDC"), -told[symbol], symbol)
    return sorted(told, key=key)[:count]


def round_of(room, market, kills, chance):
    """Scans a market whole, and then with kills; gives what a person wants to read."""
    symbols, total = in_order(market), sum(MARKETS[market])
    room.proxy.forget()
    whole = room.scan(market)
    assert whole["status"] == "completed" and whole["processed"] == whole["total"] == total
    assert sorted(room.proxy.books) == sorted(symbols), "not every book was asked for once"
    check_ranking(whole["top"], room.proxy.tickers)
    assert [row["symbol"] for row in whole["top"]] == best(room.proxy.tickers[0], 100)
    assert market != "bybit-linear" or room.proxy.pages >= 2, "there was one page"

    room.proxy.forget()
    identity, before = None, 0
    for _ in range(kills):
        process, start = room.start(market), len(room.proxy.books)
        wanted = chance.randrange(1, max(2, (total - before) // 3))
        deadline = time.monotonic() + 60
        while len(room.proxy.books) - start < wanted and process.poll() is None:
            assert time.monotonic() < deadline, "the scan asks for nothing"
            time.sleep(0.001)
        process.kill()
        process.communicate()
        time.sleep(4 * room.proxy.distance)
        scan = room.listed(market)[-1]
        assert scan["status"] == "running", scan["status"]
        assert identity in (None, scan["scan"]), "a new scan was begun"
        again = set(symbols[:before]) & set(room.proxy.books[start:])
        assert not again, f"asked for again after a kill: {sorted(again)}"
        assert scan["processed"] >= before
        identity, before = scan["scan"], scan["processed"]
    start = len(room.proxy.books)
    result = room.scan(market)
    assert result["scan"] == identity and result["resumedAt"] == before
    assert result["status"] == "completed" and result["processed"] == total
    assert sorted(room.proxy.books[start:]) == sorted(symbols[before:])
    assert sorted(set(room.proxy.books)) == sorted(symbols), "a book was never asked for"
    asked = len(room.proxy.books)
    assert asked <= total + kills * (EVERY + WINDOW), f"{asked} requests for {total} books"
    check_ranking(result["top"], room.proxy.tickers)
    room.verify()
    print(
        f"  {market}: {total} pairs, whole in {whole['seconds']} s with "
        f"{whole['checkpoints']} checkpoints ({whole['checkpointPercent']} % of the time); "
        f"{kills} kills, {asked} books asked for, resumed last at {before}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", default=".build/release")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--distance", type=float, default=0.02, help="seconds to the exchange")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    failed = 0
    for market in MARKETS:
        with tempfile.TemporaryDirectory() as directory:
            room = Room(arguments.binaries, directory, arguments.distance)
            try:
                chance = random.Random(f"{arguments.seed}.{market}")
                round_of(room, market, arguments.kills, chance)
            except AssertionError as error:
                failed += 1
                print(f"  {market}: {error}")
            finally:
                room.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
