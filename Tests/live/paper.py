#!/usr/bin/env python3
"""Trades a local exchange's streams on paper, without a key, and kills the engine again and again.

At the end the engine is told to open nothing: its deals must have closed, nothing may work, the
journal must verify and replay to the same state, and the exchange must have seen no order at all.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time

import markets
import trade


class PaperRoom(trade.Room):
    """A room whose engine has no key."""

    def write(self, name, value):
        """Writes a file, of which the path is given."""
        if name == "engine.json5":
            del value["venue"]["credentials"]
        return super().write(name, value)


def differences(room, summary):
    """What is wrong, in sentences."""
    found = []
    if summary["deals"] < 2 or summary["fills"] < 4:
        found.append(f"{summary['deals']} deals, {summary['fills']} fills: this proves nothing")
    if summary["openDeals"]:
        found.append("a deal is still open")
    _, text = room.tool("state", "--json")
    state = json.loads(text)
    alive = ("pending", "placed", "partially filled")
    working = [order["id"] for order in state["orders"] if order["status"] in alive]
    if working:
        found.append(f"orders still work: {working}")
    status, text = room.tool("verify", "--state-directory", room.state + "/holdfast")
    if status != 0:
        found.append("verify: " + text.strip()[-300:])
    _, text = room.tool("replay", "--from-genesis", "--json")
    if json.loads(text)["stateHash"] != summary["stateHash"]:
        found.append("a replay from the beginning gives another state")
    if room.market.orders(room.port):
        found.append("an order came to the exchange")
    print(f"  {summary['deals']} deals, {summary['fills']} fills, {summary['events']} events")
    return found


def round_of(binaries, market, kills, chance):
    """One round; gives what was found wrong."""
    with tempfile.TemporaryDirectory() as directory:
        room = PaperRoom(binaries, directory, market, faults=False)
        try:
            for _ in range(kills):
                engine = room.engine()
                time.sleep(chance.uniform(1, 5))
                engine.kill()
                engine.wait()
            engine = room.engine()
            time.sleep(12)
            open(os.path.join(directory, "pause"), "w").close()
            time.sleep(8)
            engine.send_signal(signal.SIGTERM)
            output, _ = engine.communicate(timeout=30)
            log = open(os.path.join(directory, "engine.log")).read()
            if engine.returncode != 0:
                return [f"the engine ended with {engine.returncode}: {log[-1500:]}"]
            return differences(room, json.loads(output))
        finally:
            room.close()


def main():
    """Runs a round in each market and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = 0
    for name in ["bybit-linear", "binance-spot"]:
        print(f"on paper, {name}, {arguments.kills} kills, seed {arguments.seed}", flush=True)
        chance = random.Random(arguments.seed)
        found = round_of(arguments.binaries, markets.MARKETS[name], arguments.kills, chance)
        for line in found:
            print("  WRONG: " + line, flush=True)
        failed += bool(found)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
