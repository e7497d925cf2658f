#!/usr/bin/env python3
"""Measures how long the engine takes from its start to being recovered, on a local exchange.

For each market, round trip and number of positions: the engine opens them, each with a stop at
the venue; then, for each outage, it is killed with SIGKILL, the venue's clock goes on by the
outage, others trade on the account, and at the longer ones some stops are met. Where there is a
position, one stop is cancelled by hand. Then the engine is started, and it is measured when it is
live and when that stop is back. Figures are of one start each: --starts takes the middle of more.
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "Tests", "live"))
import markets  # noqa: E402
import trade  # noqa: E402

# How long the engine was away, how far the venue's clock goes on, and how many fills others make.
OUTAGES = {"0 s": (0, 0), "1 min": (60, 10), "1 h": (3600, 100), "12 h": (43200, 1000)}
# Who else trades: venues limit how many orders an account places.
OTHERS = 20
# What rests, and where stops are met.
ASK, BID, LOW = "100.1", "99.9", "96"
FILTERS = {"priceTick": "0.1", "quantityStep": "0.1", "minimumQuantity": "0.1",
           "maximumQuantity": "100000", "minimumNotional": "5"}


def symbol(number):
    """The symbol of an instrument."""
    return f"A{number:03}USDT"


class Client:
    """Trades in a venue's words, over a connection of its own."""

    def __init__(self, market, port, key, hidden):
        self.market, self.key, self.hidden = market, key, hidden
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.drift = 0

    def sign(self, text):
        """The signature of a text."""
        return hmac.new(self.hidden.encode(), text.encode(), hashlib.sha256).hexdigest()

    def send(self, method, path, query, body=None, headers=None):
        """The answer, whatever it is."""
        self.connection.request(method, f"{path}?{query}", body, headers or {})
        answer = self.connection.getresponse()
        return json.loads(answer.read())

    def signed(self, method, path, values):
        """The answer to a signed request, asked again while the venue says too many."""
        while True:
            now = str(int(time.time() * 1000) + self.drift)
            if self.market.kind == "binance":
                query = "&".join(f"{key}={value}" for key, value in values.items())
                query += f"&timestamp={now}&recvWindow=60000"
                query += f"&signature={self.sign(query)}"
                answer = self.send(method, path, query, None, {"X-MBX-APIKEY": self.key})
                code = answer.get("code", 0) if isinstance(answer, dict) else 0
                isLimited = code in (-1003, -1015)
            else:
                body = json.dumps(values)
                headers = {"X-BAPI-API-KEY": self.key, "X-BAPI-TIMESTAMP": now,
                           "X-BAPI-RECV-WINDOW": "60000", "Content-Type": "application/json",
                           "X-BAPI-SIGN": self.sign(now + self.key + "60000" + body)}
                answer = self.send(method, path, "", body, headers)
                code = answer["retCode"]
                isLimited = code == 10006
            if not isLimited:
                if code:
                    sys.exit(f"{path} {values}: {answer}")
                return answer
            time.sleep(1)

    def order(self, name, side, quantity, price, force="GTC"):
        """Places a limit order."""
        if self.market.kind == "binance":
            self.signed("POST", "/api/v3/order", {
                "symbol": name, "side": side.upper(), "type": "LIMIT", "quantity": quantity,
                "price": price, "timeInForce": force})
        else:
            self.signed("POST", "/v5/order/create", {
                "category": "linear", "symbol": name, "side": side, "orderType": "Limit",
                "qty": quantity, "price": price, "timeInForce": force})

    def cancel(self, name, client):
        """Cancels an order by its name."""
        if self.market.kind == "binance":
            self.signed("DELETE", "/api/v3/order", {"symbol": name, "origClientOrderId": client})
        else:
            self.signed("POST", "/v5/order/cancel", {
                "category": "linear", "symbol": name, "orderLinkId": client})


class Scene(trade.Room):
    """An exchange with instruments of which only clients make the books, and an engine."""

    def __init__(self, binaries, directory, market, positions, latency):
        self.positions = positions
        self.latency = latency
        super().__init__(binaries, directory, market, None)
        self.others = [Client(market, self.port, f"key-{n}", f"hidden-{n}")
                       for n in range(OTHERS)]
        self.ours = Client(market, self.port, markets.KEY, markets.HIDDEN)
        self.lines, self.moments = [], []
        self.stopped = 0
        self.process = None

    def write(self, name, value):
        """Writes a file; those of the room as this measurement wants them."""
        if name == "accounts.json5":
            value = self.accounts(value)
        if name == "engine.json5":
            value = self.plan(value)
        return super().write(name, value)

    def accounts(self, value):
        """Markets and others besides the engine's account."""
        isSpot = self.market.market == "spot"
        held = {f"A{n:03}": "100000" for n in range(self.count)} if isSpot else {}
        place = "spot" if self.market.kind == "binance" else "balances"
        value["accounts"][0][place] = {"USDT": "1000000"}
        value["accounts"] += [
            {"name": f"other-{n}", "venue": self.market.kind, "key": f"key-{n}",
             "secret": f"hidden-{n}", place: {"USDT": "100000000", **held}}
            for n in range(OTHERS)]
        listed = {"venue": self.market.name, **FILTERS, **self.market.fees, "book": "clients"}
        if not isSpot:
            listed["leverage"] = "100"
        value["markets"] = [{**listed, "symbol": symbol(n), "base": f"A{n:03}"}
                            for n in range(self.count)]
        rules = [{"request": f"outage={name.replace(' ', '')}", "do": "drift", "by": f"{span}s"}
                 for name, (span, _) in OUTAGES.items()]
        faults = os.path.join(self.directory, "faults.json5")
        with open(faults, "w") as file:
            json.dump({"faults": rules}, file)
        return value

    def command(self):
        """The exchange, with the clock and the round trip that are measured."""
        faults = os.path.join(self.directory, "faults.json5")
        return ["--faults", faults, "--latency", f"{self.latency}ms"]

    @property
    def count(self):
        """How many instruments there are."""
        return max(1, self.positions)

    def plan(self, value):
        """What the engine is told: it buys once, and holds."""
        plan = value["instruments"][0]
        plan |= {"filters": FILTERS, "order": {"notional": "50", "multiplier": "1"},
                 "stopLoss": "0.03", "allowsShort": False, "cooldown": "1d"}
        plan["takeProfit"] = {"fraction": "0.2", "rests": self.market.market != "spot"}
        plan["strategy"] |= {"buyThreshold": "0.8", "sellThreshold": "0.01",
                             "closesOnOpposite": False}
        del plan["maximumHolding"]
        value["book"] = {"depth": 100}
        value["balances"] = {"USDT": "900000"}
        value["instruments"] = [{**plan, "symbol": symbol(n), "base": f"A{n:03}"}
                                for n in range(self.count)]
        value["risk"] |= {"maximumOpenDeals": 1000, "maximumPositionSize": "200",
                          "maximumExposure": "500000", "maximumOrderRate": 10000}
        return value

    def in_parallel(self, work):
        """Lets each of the others do its part of the work."""
        # The exchange closes connections that rest for a minute.
        for client in [self.ours, *self.others]:
            client.connection.close()
        def do(place):
            for act in work[place::OTHERS]:
                act(self.others[place])
        threads = [threading.Thread(target=do, args=(place,)) for place in range(OTHERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def make_books(self, numbers):
        """Bids enough to buy at, and something to buy."""
        work = []
        for name in map(symbol, numbers):
            for side, quantity, price in [("Buy", "10", LOW), ("Sell", "5", ASK),
                                          ("Buy", "100", BID)]:
                work.append(lambda other, name=name, side=side, quantity=quantity, price=price:
                            other.order(name, side, quantity, price))
        self.in_parallel(work)

    def start(self):
        """Starts the engine, whose lines are read as they come."""
        self.lines, self.moments = [], []
        environment = dict(os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
                           XDG_STATE_HOME=self.state)
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [f"{self.binaries}/holdfast", "run", "--config", self.configuration]
            + ["--journal", self.journal, "--json"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
        threading.Thread(target=self.read, args=(self.process,), daemon=True).start()

    def read(self, process):
        """Keeps each line with its moment."""
        for line in process.stderr:
            self.moments.append(time.monotonic() - self.began)
            self.lines.append(line.decode())

    def wait(self, pattern, seconds, times=1):
        """The moment of a line, and what was found in it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [(self.moments[place], match) for place, line in enumerate(list(self.lines))
                     if (match := re.search(pattern, line))]
            if len(found) >= times:
                return found[times - 1]
            time.sleep(0.002)
        sys.exit(f"no line {pattern!r} in {seconds} s:\n" + "".join(self.lines[-20:]))

    def processor_time(self):
        """The processor time of the engine and of what it started, in seconds."""
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        """Kills the engine."""
        self.process.kill()
        self.process.wait()

    def is_away(self, outage):
        """Lets happen what does while the engine is away."""
        span, fills = OUTAGES[outage]
        path = "/api/v3/time" if self.market.kind == "binance" else "/v5/market/time"
        self.ours.send("GET", path, f"outage={outage.replace(' ', '')}")
        for client in [self.ours, *self.others]:
            client.drift = span * 1000
        name = symbol(0)
        self.in_parallel([lambda other: other.order(name, "Sell", "0.1", "100")] * fills)
        if fills:
            self.ours.order(name, "Buy", f"{fills // 10}.{fills % 10}", "100", "IOC")
        if span >= 3600:
            met = range(self.count - 1 - self.stopped, 1, -1)[:self.positions // 10]
            self.stopped += len(met)
            self.in_parallel([lambda other, n=n: other.order(symbol(n), "Sell", "101", LOW)
                              for n in met])
        if self.positions:
            self.ours.cancel(name, self.stop_of(name))

    def stop_of(self, name):
        """The name of the stop that works for a symbol."""
        if self.market.kind == "binance":
            rows = self.ours.signed("GET", "/api/v3/openOrders", {"symbol": name})
            return next(r["clientOrderId"] for r in rows if r["type"].startswith("STOP"))
        query = f"category=linear&symbol={name}&limit=50"
        now = str(int(time.time() * 1000) + self.ours.drift)
        headers = {"X-BAPI-API-KEY": markets.KEY, "X-BAPI-TIMESTAMP": now,
                   "X-BAPI-RECV-WINDOW": "60000",
                   "X-BAPI-SIGN": self.ours.sign(now + markets.KEY + "60000" + query)}
        rows = self.ours.send("GET", "/v5/order/realtime", query, None, headers)["result"]["list"]
        return next(r["orderLinkId"] for r in rows if r["orderStatus"] == "Untriggered")


def measure(scene, outage):
    """One start after an outage."""
    scene.kill()
    scene.is_away(outage)
    scene.start()
    moment, match = scene.wait(
        r"started in (\d+) ms: asked for its rules (\d+) ms, journal (\d+) ms, compared (\d+) ms; "
        r"(\d+) questions of weight (\d+), held back by the venue's limits for (\d+) ms", 300)
    processor = scene.processor_time()
    figures = dict(zip(["started", "rules", "journal", "compared", "questions", "weight", "held"],
                       map(int, match.groups())))
    figures |= {"live": round(moment * 1000), "processor": round(processor * 1000)}
    events = [match for line in scene.lines if (match := re.search(r"(\d+) events replayed", line))]
    figures["events"] = int(events[0].group(1)) if events else 0
    if scene.positions:
        figures["stop"] = round(scene.wait(r"order \d+, stop: accepted", 60)[0] * 1000)
    # What it does after the start is done before it is killed again.
    time.sleep(3)
    return figures


def row(market, latency, positions, outage, figures):
    """A line of the table."""
    middle = {key: round(statistics.median(f[key] for f in figures)) for key in figures[0]}
    return [market, latency, positions, outage, middle["events"], middle["live"],
            middle.get("stop", ""), middle["rules"], middle["journal"], middle["compared"],
            middle["questions"], middle["weight"], middle["held"], middle["processor"]]


HEAD = ["market", "round trip, ms", "positions", "outage", "events replayed", "live, ms",
        "stop back, ms", "rules, ms", "journal, ms", "compared, ms", "questions", "weight",
        "held by limits, ms", "processor, ms"]


def main():
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--markets", nargs="*", default=["binance-spot", "bybit-linear"],
                        choices=["binance-spot", "bybit-linear"])
    parser.add_argument("--positions", nargs="*", type=int, default=[0, 1, 10, 100, 400])
    parser.add_argument("--latencies", nargs="*", type=int, default=[0, 50])
    parser.add_argument("--outages", nargs="*", default=list(OUTAGES), choices=list(OUTAGES))
    parser.add_argument("--starts", type=int, default=1)
    parser.add_argument("--log", help="keeps what the engine said in the last start")
    arguments = parser.parse_args()
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|", flush=True)
    for name in arguments.markets:
        for latency in arguments.latencies:
            for positions in arguments.positions:
                one(arguments, markets.MARKETS[name], latency, positions)


def one(arguments, market, latency, positions):
    """Every outage of one scene."""
    with tempfile.TemporaryDirectory() as directory:
        scene = Scene(arguments.binaries, directory, market, positions, latency)
        try:
            if not positions:
                open(os.path.join(directory, "pause"), "w").close()
            scene.start()
            scene.wait("started in", 300)
            # A start with many symbols has spent the minute's weight, and an entry is given up
            # that cannot leave in time.
            if positions >= 100 and market.kind == "binance":
                time.sleep(61)
            # A few at a time: stops wait for the same limits as entries.
            for first in range(0, positions or 1, 20):
                numbers = range(first, min(first + 20, positions or 1))
                scene.make_books(numbers)
                if positions:
                    scene.wait(r"stop: accepted", 60, times=numbers.stop)
                if positions >= 100 and market.kind == "binance":
                    time.sleep(10)
            time.sleep(3)
            for outage in arguments.outages:
                figures = [measure(scene, outage) for _ in range(arguments.starts)]
                cells = row(market.name, latency, positions, outage, figures)
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)
            scene.kill()
        finally:
            if arguments.log:
                with open(arguments.log, "w") as file:
                    file.writelines(f"{moment:.3f} {line}" for moment, line
                                    in zip(scene.moments, scene.lines))
            if scene.process and scene.process.poll() is None:
                scene.kill()
            scene.close()


if __name__ == "__main__":
    main()
