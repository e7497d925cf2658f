#!/usr/bin/env python3
"""Trades on a local exchange with faults on, kills the engine, and compares both sides.

At the end the engine is told to open nothing, its deals close, and then: what the venue holds is
what the journal says, to the last unit; no order was placed twice or lost; the journal verifies.
"""

import argparse
import decimal
import hashlib
import hmac
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "key-of-the-engine"
HIDDEN = "hidden-one-of-the-engine"


class Room:
    """A directory with an exchange and an engine."""

    def __init__(self, binaries, directory, faults):
        self.binaries = binaries
        self.directory = directory
        self.state = os.path.join(directory, "state")
        command = [f"{binaries}/exchange-sim", "--accounts", f"{HERE}/accounts.json5"]
        if faults:
            command += ["--faults", f"{HERE}/faults.json5"]
        self.errors = open(os.path.join(directory, "exchange.log"), "w")
        self.exchange = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors)
        self.port = json.loads(self.exchange.stdout.readline())["port"]
        text = open(f"{HERE}/engine.json5").read().replace("local: 1,", f"local: {self.port},")
        self.configuration = os.path.join(directory, "engine.json5")
        open(self.configuration, "w").write(text)
        self.journal = os.path.join(directory, "journal")

    def engine(self):
        """Starts the engine."""
        environment = dict(
            os.environ, HOLDFAST_KEY=KEY, HOLDFAST_SECRET=HIDDEN, XDG_STATE_HOME=self.state
        )
        log = open(os.path.join(self.directory, "engine.log"), "a")
        return subprocess.Popen(
            [f"{self.binaries}/holdfast", "run", "--config", self.configuration]
            + ["--journal", self.journal, "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
        )

    def ask(self, path, query=""):
        """Asks the exchange something in the name of the engine."""
        query = (query + "&" if query else "") + f"timestamp={int(time.time() * 1000)}"
        query += "&recvWindow=60000"
        code = hmac.new(HIDDEN.encode(), query.encode(), hashlib.sha256).hexdigest()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}?{query}&signature={code}",
            headers={"X-MBX-APIKEY": KEY},
        )
        for _ in range(5):
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.loads(answer.read())
            except OSError:
                time.sleep(1)
        sys.exit(f"the exchange does not answer {path}")

    def tool(self, *words):
        """What journalctl prints."""
        done = subprocess.run(
            [f"{self.binaries}/journalctl", "--journal", self.journal, *words],
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout

    def close(self):
        """Stops the exchange."""
        self.exchange.send_signal(signal.SIGTERM)
        self.exchange.wait(timeout=10)


def differences(room, summary):
    """What differs between the venue and the journal, in sentences."""
    found = []
    held = {b["asset"]: b for b in room.ask("/api/v3/account")["balances"]}
    status, text = room.tool("state", "--json")
    state = json.loads(text)
    ours = {a["asset"]: decimal.Decimal(a["total"]) for a in state["balances"]}
    for asset, start in [("USDT", "0"), ("BTC", "2")]:
        balance = held[asset]
        venue = decimal.Decimal(balance["free"]) + decimal.Decimal(balance["locked"])
        venue -= decimal.Decimal(start)
        if venue != ours.get(asset, decimal.Decimal(0)):
            found.append(f"{asset}: the venue has {venue}, the journal {ours.get(asset)}")
    orders = room.ask("/api/v3/allOrders", "symbol=BTCUSDT&limit=1000")
    names = [order["clientOrderId"] for order in orders]
    if len(names) != len(set(names)):
        found.append("an order was placed twice")
    still = room.ask("/api/v3/openOrders")
    if still:
        found.append(f"{len(still)} orders are still open at the venue")
    _, shown = room.tool("show", "--kind", "orderIntended")
    intended = set(re.findall(r"hf-[a-z0-9]{4}-[a-z0-9]+-[a-z0-9]{4}-[a-z0-9]+", shown))
    if not set(names) <= intended:
        found.append(f"without an intent: {sorted(set(names) - intended)}")
    fills = room.ask("/api/v3/myTrades", "symbol=BTCUSDT&limit=1000")
    _, booked = room.tool("show", "--kind", "orderFilled")
    count = len(booked.splitlines())
    if len(fills) != count:
        found.append(f"the venue knows {len(fills)} fills, the journal {count}")
    status, text = room.tool("verify", "--state-directory", room.state + "/holdfast")
    if status != 0:
        found.append("verify: " + text.strip()[-300:])
    if int(summary["deals"]) < 1:
        found.append("no deal was traded: this proves nothing")
    print(
        f"  {summary['deals']} deals, {len(names)} orders at the venue of {len(intended)} "
        f"intended, {count} fills, {summary['events']} events"
    )
    return found


def trade(binaries, kills, faults, chance):
    """One round; gives what was found wrong."""
    with tempfile.TemporaryDirectory() as directory:
        room = Room(binaries, directory, faults)
        try:
            for _ in range(kills):
                engine = room.engine()
                time.sleep(chance.uniform(1.5, 6))
                engine.kill()
                engine.wait()
            engine = room.engine()
            time.sleep(20)
            open(os.path.join(directory, "pause"), "w").close()
            # The longest holding time, what is unknown, and the absence that must be proven.
            time.sleep(25)
            engine.send_signal(signal.SIGTERM)
            output, _ = engine.communicate(timeout=30)
            if engine.returncode != 0:
                log = open(os.path.join(directory, "engine.log")).read()
                return [f"the engine ended with {engine.returncode}: {log[-1500:]}"]
            found = differences(room, json.loads(output))
            if found:
                found.append(open(os.path.join(directory, "engine.log")).read()[-3000:])
            return found
        finally:
            room.close()


def main():
    """Runs rounds and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = 0
    for number in range(arguments.rounds):
        chance = random.Random(arguments.seed + number)
        for faults in [False, True]:
            print(f"round {number + 1}, {'with' if faults else 'without'} faults, "
                  f"{arguments.kills} kills, seed {arguments.seed + number}", flush=True)
            found = trade(arguments.binaries, arguments.kills, faults, chance)
            for line in found:
                print("  WRONG: " + line)
            failed += bool(found)
    print(f"{failed} of {2 * arguments.rounds} rounds wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
