#!/usr/bin/env python3
"""Rescues where something else is wrong as well: what the account holds must never be sold.

Each is on Binance's spot market, where the account holds two bitcoins of its own, so that whatever
is sold too much is theirs.
"""

import argparse
import json
import os
import random
import resource
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


class Room(trade.Room):
    """A room that leaves no engine behind, whatever was wrong."""

    def engine(self):
        self.engines = getattr(self, "engines", []) + [super().engine()]
        return self.engines[-1]

    def close(self):
        for engine in getattr(self, "engines", []):
            if engine.poll() is None:
                engine.kill()
                engine.wait()
        super().close()


class Turned(Room):
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


def hung(room):
    """An engine that holds something and hangs; its deal would end when it wakes."""
    settings(room, cooldown="60s", maximumHolding="6s")
    engine = room.engine()
    until(room, "stop: accepted", engine)
    time.sleep(0.3)
    engine.send_signal(signal.SIGSTOP)
    return engine


def run(room, *words, **environment):
    """What a rescue in another environment ends with, says and prints."""
    done = subprocess.run(rescue.command(room, *words), capture_output=True, text=True, timeout=180,
                          env=rescue.environment(room) | environment, check=False)
    return done.returncode, done.stderr + done.stdout


def elsewhere(room, chance):
    """Rescue would record where the engine does not look: it says so, and sends nothing."""
    engine = hung(room)
    other = {"XDG_STATE_HOME": room.directory + "/other"}
    for words in [["flatten"], ["cancel"]]:
        status, text = run(room, *words, **other)
        assert status == 1 and "state elsewhere" in text, f"{status}: {text}"
    status, text = run(room, "status", **other)
    assert "state elsewhere" in text, text
    assert room.market.balances(room.port)["BTC"] > OWN + 0.3, "it was sold"
    rescue.flatten(room)
    rescue.wake_only(room, engine)
    time.sleep(8)
    own(room)
    stop(room, engine)
    return "refused, and done where the engine looks"


def unrecorded(room, chance):
    """Without a record nothing is done beside an engine that could wake."""
    engine = hung(room)
    status, text = run(room, "flatten", "--without-record")
    assert status == 1 and f"kill -KILL {engine.pid}" in text, f"{status}: {text}"
    assert room.market.balances(room.port)["BTC"] > OWN + 0.3, "it was sold"
    engine.kill()
    engine.wait()
    status, text = run(room, "flatten", "--without-record")
    assert status == 0, f"{status}: {text}"
    own(room)
    return "the engine has to end first"


def unread(room, chance):
    """Nobody takes the record: nothing is sent that nobody could import."""
    reconcile.holding(room)
    before = room.market.orders(room.port)
    words = rescue.command(room, "flatten", "--without-record")
    reading, writing = os.pipe()
    os.close(reading)
    for out in [writing, subprocess.DEVNULL, None]:
        # What is closed for a program has no number there.
        closing = {"preexec_fn": lambda: os.close(1)} if out is None else {}
        done = subprocess.run(words, stdout=out, stderr=subprocess.PIPE, text=True, check=False,
                              env=rescue.environment(room), timeout=180, **closing)
        assert done.returncode == 1, f"{out} ended with {done.returncode}: {done.stderr}"
        assert room.market.orders(room.port) == before, f"something was sent: {done.stderr}"
    os.close(writing)
    assert room.market.open_orders(room.port) == 1, "the stop is gone"
    rescue.flatten(room)
    own(room)
    return "a closed pipe, /dev/null and a closed stream are refused"


def failing(room, with_error, at, **more):
    """An environment in which a call fails, counted from the first."""
    return {"LD_PRELOAD": f"{room.binaries}/libInterpose.so", "INTERPOSE": "fail",
            "FAIL_WITH": with_error, "FAIL_AT": str(at), **more}


def full(room, chance):
    """The disk is full: rescue says how to go on, and that does it."""
    reconcile.holding(room)
    disk = failing(room, "ENOSPC", 1, FAIL_ALWAYS="1")
    status, text = run(room, "flatten", **disk)
    assert status == 2 and "--without-record" in text, f"{status}: {text}"
    assert room.market.open_orders(room.port) == 1, "the stop is gone"
    status, text = run(room, "flatten", "--without-record", **disk)
    assert status == 0, f"{status}: {text}"
    own(room)
    return "the way out is named, and leads out"


def short(room, most):
    """What a flatten ends with and says that may not write files beyond so many bytes."""
    def bound():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(rescue.command(room, "flatten"), stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, env=rescue.environment(room), timeout=180,
                          preexec_fn=bound, check=False)
    return done.returncode, done.stdout


def broken(room, chance):
    """Recording fails in the middle, later and later: what was not sent is said, and goes on."""
    engine = hung(room)
    unsent, bare, most, status = 0, 0, 100, None
    while status != 0:
        most += 100
        assert most < 10000, "it was never done"
        status, text = short(room, most)
        own_at_least(room)
        if "NOT SENT" not in text:
            continue
        unsent += 1
        assert status == 1 and "run it again" in text, f"{most} bytes, {status}: {text}"
        held = room.market.balances(room.port)["BTC"]
        if room.market.open_orders(room.port) == 0 and held > OWN + 0.3:
            bare += 1
            assert "has no stop" in text, f"{most} bytes: {text}"
            assert "at the market" not in text, f"{most} bytes, said and not done: {text}"
    assert unsent and bare, f"{unsent} were not sent, {bare} times without a stop"
    own(room)
    rescue.wake_only(room, engine)
    time.sleep(8)
    own(room)
    stop(room, engine)
    return f"failed {unsent} times in the middle, {bare} of them without a stop"


def own_at_least(room):
    """The account's own coins are there, whatever else is."""
    held = room.market.balances(room.port)["BTC"]
    assert held >= OWN, f"the account has {held}\n{rescue.log_of(room)}"


def refused(room, chance):
    """What a running engine refuses ends with 1, as every refusal."""
    engine = room.engine()
    until(room, "stop: accepted", engine)
    asked = [["breakers", "--close", "nosuch"], ["pause", "--by", "me", "--reason", "x" * 3000]]
    for words in asked:
        done = subprocess.run([f"{room.binaries}/holdfast", words[0], "--journal", room.journal,
                               *words[1:]], capture_output=True, text=True, check=False)
        assert done.returncode == 1, f"{words[:2]} ended with {done.returncode}: {done.stderr}"
    assert "at most" in done.stderr, done.stderr
    stop(room, engine)
    return "refusals end with 1"


ACTS = [turned, put_back, on_paper, elsewhere, unrecorded, unread, full, broken, refused]
PERILS = {act.__name__: act for act in ACTS}


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
            return getattr(act, "room", Room)(arguments.binaries, directory, market, False)

        chance = random.Random(arguments.seed)
        failed += trade.rounds(["binance-spot"], make, lambda room, act=act: act(room, chance))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
