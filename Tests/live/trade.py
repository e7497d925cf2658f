#!/usr/bin/env python3
"""Trades on a local exchange with faults on, kills the engine, and compares both sides.

At the end the engine is told to open nothing, its deals close, and then: what the venue holds is
what the journal says, to the last unit; no order was placed twice or lost; the journal verifies; no
position was without its stop for longer than may be while an engine was up.
"""

import argparse
import decimal
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import markets
import protection
from hand import Hand

HERE = os.path.dirname(os.path.abspath(__file__))


def configuration(market, port):
    """What the engine is told: it trades in quick succession, so that much happens."""
    instrument = {
        "symbol": markets.SYMBOL,
        "market": market.market,
        "base": "BTC",
        "quote": "USDT",
        "filters": market.filters,
        "fees": market.fees,
        "strategy": {
            "kind": "imbalance",
            "depth": 5,
            "buyThreshold": "0.55",
            "sellThreshold": "0.2" if market.market == "spot" else "0.45",
            "minimumClusterVolume": "1",
            "closesOnOpposite": True,
        },
        "order": {"notional": "20000", "multiplier": "1"},
        "entry": {"type": "market", "timeInForce": "IOC", "timeout": "2s"},
        "stopLoss": "0.002",
        "takeProfit": {"fraction": "0.002", "rests": False},
        "maximumHolding": "3s",
        "cooldown": "500ms",
        "allowsShort": market.market != "spot",
    }
    if market.margin:
        instrument["margin"] = market.margin
    return {
        "mode": "testnet",
        "venue": {
            "kind": market.kind,
            "local": port,
            "credentials": {"keyVariable": "HOLDFAST_KEY", "secretVariable": "HOLDFAST_SECRET"},
        },
        "balances": {"USDT": "100000"},
        "instruments": [instrument],
        "risk": {
            "maximumOpenDeals": 1,
            "maximumPositionSize": "25000",
            "maximumExposure": "50000",
            "minimumOrderSize": "10",
            "maximumDailyLoss": "0",
            "maximumDrawdown": "0",
            "maximumOrderRate": 600,
            "orderRateWindow": "1m",
        },
        "journal": {"snapshotInterval": "10s", "diskReserve": "16MiB"},
        "killSwitch": "pause",
    }


def accounts(market):
    """Who may trade at the exchange."""
    held = {"USDT": "100000", **{asset: str(total) for asset, total in market.foreign.items()}}
    place = {"binance-spot": "spot", "binance-futures": "futures"}.get(market.name, "balances")
    account = {"name": "engine", "venue": market.kind, "key": markets.KEY}
    return {"accounts": [{**account, "secret": markets.HIDDEN, place: held}]}


class Room:
    """A directory with an exchange and an engine."""

    # How its processes are started.
    started = {}

    def __init__(self, binaries, directory, market, faults, minutes=1):
        self.binaries = binaries
        self.directory = directory
        self.market = market
        self.state = os.path.join(directory, "state")
        self.journal = os.path.join(directory, "journal")
        self.configuration = os.path.join(directory, "engine.json5")
        command = [f"{binaries}/exchange-sim", "--accounts"]
        command.append(self.write("accounts.json5", accounts(market)))
        if faults:
            command += ["--faults", self.write("faults.json5", {"faults": market.faults(minutes)})]
        command += self.command()
        self.errors = open(os.path.join(directory, "exchange.log"), "w")
        self.exchange = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors,
                                         **self.started)
        self.port = json.loads(self.exchange.stdout.readline())["port"]
        self.write("engine.json5", configuration(market, self.port))

    def command(self):
        """What else the exchange is told."""
        return []

    def write(self, name, value):
        """Writes a file, of which the path is given."""
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            json.dump(value, file, default=str)
        return path

    def engine(self):
        """Starts the engine."""
        environment = dict(
            os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
            XDG_STATE_HOME=self.state
        )
        log = open(os.path.join(self.directory, "engine.log"), "a")
        return subprocess.Popen(
            [f"{self.binaries}/holdfast", "run", "--config", self.configuration]
            + ["--journal", self.journal, "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            **self.started,
        )

    def tool(self, *words):
        """What journalctl prints."""
        done = subprocess.run(
            [f"{self.binaries}/journalctl", "--journal", self.journal, *words],
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout

    def log(self):
        """What the engine said."""
        with open(os.path.join(self.directory, "engine.log")) as file:
            return file.read()

    def close(self):
        """Stops the exchange."""
        self.exchange.send_signal(signal.SIGTERM)
        self.exchange.wait(timeout=10)


def differences(room, summary, witness):
    """What differs between the venue and the journal, in sentences."""
    found = []
    market, port = room.market, room.port
    held = market.balances(port)
    status, text = room.tool("state", "--json")
    state = json.loads(text)
    ours = {a["asset"]: decimal.Decimal(a["total"]) for a in state["balances"]}
    for asset in ["USDT", "BTC"]:
        venue = held.get(asset, 0) - market.foreign.get(asset, 0)
        if venue != ours.get(asset, decimal.Decimal(0)):
            found.append(f"{asset}: the venue has {venue}, the journal {ours.get(asset)}")
    position = market.position(port)
    if position != 0:
        found.append(f"the venue holds a position of {position}")
    names = [row["name"] for row in witness.orders.values() if not row["again"]]
    if len(names) != len(set(names)):
        found.append("an order was placed twice")
    still = market.open_orders(port)
    if still:
        found.append(f"{still} orders are still open at the venue")
    _, shown = room.tool("show", "--kind", "orderIntended")
    intended = set(re.findall(r"hf-[a-z0-9]{4}-[a-z0-9]+-[a-z0-9]{4}-[a-z0-9]+", shown))
    if not set(names) <= intended:
        found.append(f"without an intent: {sorted(set(names) - intended)}")
    lost = protection.accepted(room) - set(names)
    if lost:
        found.append(f"accepted, and the venue never had them: {sorted(lost)}")
    fills = market.fills(port)
    _, booked = room.tool("show", "--kind", "orderFilled")
    count = len(booked.splitlines())
    if fills != count:
        found.append(f"the venue knows {fills} fills, the journal {count}")
    # Nobody meddles here: only a venue that does not answer may block anything.
    _, blocked = room.tool("show", "--kind", "riskBlocked")
    found += [line for line in blocked.splitlines() if "case V1 " not in line]
    status, text = room.tool("verify", "--state-directory", room.state + "/holdfast")
    if status != 0:
        found.append("verify: " + text.strip()[-300:])
    if int(summary["deals"]) < 1:
        found.append("no deal was traded: this proves nothing")
    print(f"  {len(names)} orders at the venue of {len(intended)} intended, {count} fills, "
          f"{summary['events']} events")
    return found


def rounds(names, make, act):
    """Acts in a room for each market, and tells what came of it; gives the exit status."""
    failed = 0
    for name in names:
        with tempfile.TemporaryDirectory() as directory:
            room = make(directory, markets.MARKETS[name])
            try:
                print(f"  {name}: {act(room)}", flush=True)
            except AssertionError as error:
                failed += 1
                print(f"  WRONG: {name}: {error}", flush=True)
            finally:
                room.close()
    return 1 if failed else 0


class Lives:
    """How long an engine lives before it is killed, by chance."""

    # The longest of an early end: a start takes a tenth of a second, more on a busy machine.
    EARLY = 0.5

    def __init__(self, life, early, chance):
        self.life, self.early, self.chance = life, early, chance

    def next(self):
        """The seconds of one life; an early end meets the start, or is close behind it."""
        if self.chance.random() < self.early:
            return self.chance.uniform(0, self.EARLY)
        return self.chance.uniform(*self.life)

    def minutes(self, count):
        """How many minutes so many lives take, and what comes after them."""
        mean = self.early * self.EARLY / 2 + (1 - self.early) * sum(self.life) / 2
        return int(count * (mean + 0.5) / 60) + 2


def live(room, seconds, act=None):
    """Lets an engine live so long; gives it, and when its start was over, if it was.

    Acts on it, where something is to be done, once its start is over.
    """
    with open(os.path.join(room.directory, "engine.log"), "a+") as log:
        log.seek(0, os.SEEK_END)
        engine = room.engine()
        end = time.time() + seconds
        begun = None
        while time.time() < end and engine.poll() is None:
            time.sleep(0.02)
            if begun is None and '"recovery 10: ' in log.read():
                begun = time.time()
                if act:
                    act(engine)
                    end = time.time() + seconds
    return engine, begun


def hold(room, engine, seconds):
    """Cancels the stop of a deal by hand, and holds the engine, which is then to be noticed."""
    for _ in range(600):
        time.sleep(0.1)
        rows = [row for row in room.market.history(room.port, {}) if row["stop"] and row["open"]]
        if rows:
            break
    engine.send_signal(signal.SIGSTOP)
    Hand(room).cancel(rows[0]["name"])
    time.sleep(seconds)
    engine.send_signal(signal.SIGCONT)


def trade(binaries, market, kills, faults, lives, sabotage=False, keep=None):
    """One round; gives what was found wrong, and keeps all there is of it where told."""
    with tempfile.TemporaryDirectory() as directory:
        room = Room(binaries, directory, market, faults, minutes=lives.minutes(kills))
        try:
            found = lived(room, kills, faults, lives, sabotage)
        finally:
            room.close()
        if found:
            found.append(room.log()[-3000:])
            if keep:
                shutil.copytree(directory, keep, dirs_exist_ok=True)
        return found


def come_to_an_end(room, engine):
    """Waits until a paused engine has nothing open any more."""
    # The longest holding time, what is unknown, and the absence that must be proven.
    time.sleep(25)
    # A ban of Bybit is ten minutes in which nothing leaves.
    for _ in range(130):
        _, text = room.tool("state", "--json")
        if not json.loads(text)["deals"] or engine.poll() is not None:
            break
        time.sleep(5)


def lived(room, kills, faults, lives, sabotage):
    """Lets engines live in a room until each but the last is killed; gives what is wrong then."""
    witness = protection.Witness(room.market, room.port)
    witness.look()
    while len(witness.kills) < kills:
        engine, begun = live(room, lives.next())
        end = time.time()
        code = engine.poll()
        engine.kill()
        engine.wait()
        witness.look()
        if code is None:
            witness.killed(begun, end)
            continue
        # A start that the venue does not answer ends with a failure.
        witness.lived(begun, end)
        witness.ends += 1
        if not faults or witness.ends > kills:
            return [f"the engine ended by itself with {code}"]
    bound = (protection.CALL if faults else protection.GAP) / 1000
    act = (lambda engine: hold(room, engine, bound + 1)) if sabotage else None
    engine, begun = live(room, 20, act)
    open(os.path.join(room.directory, "pause"), "w").close()
    come_to_an_end(room, engine)
    witness.look()
    witness.lived(begun, time.time())
    engine.send_signal(signal.SIGTERM)
    output, _ = engine.communicate(timeout=30)
    witness.look()
    if engine.returncode != 0:
        return [f"the engine ended with {engine.returncode}"]
    found = differences(room, json.loads(output), witness)
    words, bare = protection.review(room, witness, faults)
    print("  " + words)
    room.write("venue.json", vars(witness) | {"market": room.market.name})
    return found + bare


def main():
    """Runs rounds and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markets", nargs="*", choices=sorted(markets.MARKETS))
    parser.add_argument("--faults", nargs="*", default=["without", "with"],
                        choices=["without", "with"])
    parser.add_argument("--life", nargs=2, type=float, default=[1.5, 6], metavar="SECONDS",
                        help="the shortest and the longest life before a kill (1.5 6)")
    parser.add_argument("--early", type=float, default=0, metavar="SHARE",
                        help="the share of lives of at most half a second, whose kills meet the "
                             "start or come close behind it (0)")
    parser.add_argument("--keep", metavar="DIRECTORY", help="where wrong rounds are kept")
    parser.add_argument("--sabotage", action="store_true",
                        help="takes a stop away and holds the engine: each round must be wrong")
    arguments = parser.parse_args()
    chosen = [markets.MARKETS[name] for name in arguments.markets or sorted(markets.MARKETS)]
    failed = rounds = 0
    for number in range(arguments.rounds):
        seed = arguments.seed + number
        for market in chosen:
            chance = random.Random(seed)
            for faults in arguments.faults:
                rounds += 1
                print(f"round {number + 1}, {market.name}, {faults} faults, "
                      f"{arguments.kills} kills, seed {seed}", flush=True)
                lives = Lives(arguments.life, arguments.early, chance)
                found = trade(arguments.binaries, market, arguments.kills, faults == "with",
                              lives, arguments.sabotage, arguments.keep
                              and os.path.join(arguments.keep, f"{market.name}-{seed}-{faults}"))
                for line in found:
                    print("  WRONG: " + line, flush=True)
                failed += bool(found)
    print(f"{failed} of {rounds} rounds wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
