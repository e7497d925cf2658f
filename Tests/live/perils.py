#!/usr/bin/env python3
"""Rescues where something else is wrong as well: what the account holds must never be sold.

Each is on Binance's spot market, where the account holds two bitcoins of its own, so that whatever
is sold too much is theirs.
"""

import argparse
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import markets
import reconcile
import rescue
import trade

OWN = 2


def settings(room, **instrument):
    """Changes what the engine is told of its instrument."""
    with open(room.configuration) as file:
        wanted = json.load(file)
    wanted["instruments"][0] |= instrument
    room.write("engine.json5", wanted)


def until(room, words, engine, seconds=60):
    """Waits until the engine has said something."""
    deadline = time.monotonic() + seconds
    while not os.path.exists(f"{room.directory}/engine.log") or words not in room.log():
        assert engine.poll() is None and time.monotonic() < deadline, f"no {words}: {room.log()}"
        time.sleep(0.05)


def own(room):
    """Nothing of the account's own coins was sold."""
    held = room.market.balances(room.port).get("BTC", 0)
    assert OWN <= held < OWN + 0.0001, f"the account has {held}\n{rescue.log_of(room)}{room.log()}"


def stop(room, engine):
    """Ends an engine, stopped or not."""
    if engine.poll() is None:
        engine.send_signal(signal.SIGCONT)
        engine.send_signal(signal.SIGTERM)
        engine.communicate(timeout=30)


class Turned(trade.Room):
    """A room whose exchange turns the third placement away, the exit, for half a minute."""

    def command(self):
        faults = [{"request": "/api/v3/order", "method": "POST", "skip": 2, "times": 1,
                   "do": "tooMany", "by": "25s"}]
        return ["--faults", self.write("turned.json5", {"faults": faults})]


def turned(room, chance):
    """An exit waits in an engine that hangs: it never leaves once rescue has sold."""
    engine = room.engine()
    until(room, "exit: ", engine)
    time.sleep(0.5)
    engine.send_signal(signal.SIGSTOP)
    done = rescue.flatten(room)
    own(room)
    rescue.wake_only(room, engine)
    time.sleep(14)
    own(room)
    stop(room, engine)
    return f"{done['changes']} changes, and the exit stayed"


turned.room = Turned


def put_back(room, chance):
    """A copy from the time of a deal is put back after that has ended: nothing is closed."""
    settings(room, cooldown="60s", maximumHolding="6s")
    engine = room.engine()
    until(room, "stop: accepted", engine)
    engine.send_signal(signal.SIGSTOP)
    old = room.directory + "/old"
    shutil.copytree(room.journal, old, ignore=shutil.ignore_patterns("control"))
    engine.send_signal(signal.SIGCONT)
    until(room, "closed by", engine)
    engine.kill()
    engine.wait()
    shutil.move(room.journal, room.directory + "/newer")
    shutil.move(old, room.journal)
    status, text = rescue.rescue(room, "status", "--json")
    assert status == 1 and not json.loads(text)["isNewest"], text
    status, text = rescue.rescue(room, "flatten", "--json")
    assert status == 1 and "NOTHING WAS CLOSED" in text, text + rescue.log_of(room)
    own(room)
    return "the copy is not believed"


def on_paper(room, chance):
    """An engine on paper holds something: none of it is at the venue, and nothing is sold."""
    with open(room.configuration) as file:
        sent = json.load(file)
    paper = json.loads(json.dumps(sent))
    del paper["venue"]["credentials"]
    room.write("engine.json5", paper)
    engine = room.engine()
    until(room, "stop: accepted", engine)
    engine.kill()
    engine.wait()
    room.write("engine.json5", sent)
    for words in [["flatten"], ["flatten", "--without-record"], ["cancel"]]:
        status, text = rescue.rescue(room, *words)
        assert status == 1, f"{words} ended with {status}: {text}\n{rescue.log_of(room)}"
    assert "another configuration" in rescue.log_of(room), rescue.log_of(room)
    own(room)
    return "the journal is refused"


PERILS = {act.__name__: act for act in [turned, put_back, on_paper]}


def main():
    """Runs every scene and prints what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acts", nargs="*", choices=sorted(PERILS))
    arguments = parser.parse_args()
    failed = 0
    for name in arguments.acts or sorted(PERILS):
        print(f"perils, {name}:", flush=True)
        act = PERILS[name]

        def make(directory, market, act=act):
            return getattr(act, "room", trade.Room)(arguments.binaries, directory, market, False)

        chance = random.Random(arguments.seed)
        failed += trade.rounds(["binance-spot"], make, lambda room, act=act: act(room, chance))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
