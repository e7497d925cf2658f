#!/usr/bin/env python3
"""Rescues what an engine left behind: killed, hung, with rescue killed in the middle.

Each time the account must be flat of what is ours, to the last unit; what somebody else holds and
has working must be untouched; the next start must find nothing to do.
"""

import argparse
import decimal
import glob
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import markets
import reconcile
import trade

ZERO = decimal.Decimal(0)


def environment(room):
    """What the engine's programs are told of the account."""
    return dict(os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
                XDG_STATE_HOME=room.state)


def command(room, *words):
    """The words of a rescue."""
    return [f"{room.binaries}/holdfast", "rescue", *words, "--config", room.configuration,
            "--journal", room.journal]


def rescue(room, *words):
    """What a rescue ends with and prints; what it says beside goes to a log."""
    done = subprocess.run(command(room, *words), capture_output=True, text=True,
                          env=environment(room), timeout=180, check=False)
    with open(os.path.join(room.directory, "rescue.log"), "a") as log:
        log.write(f"$ rescue {' '.join(words)}\n{done.stderr}{done.stdout}")
    return done.returncode, done.stdout


def log_of(room):
    """What rescues said."""
    path = os.path.join(room.directory, "rescue.log")
    return open(path).read()[-3000:] if os.path.exists(path) else ""


def sides(room, ending):
    """The side journals that wait, or that were imported."""
    return glob.glob(f"{room.state}/holdfast/*.rescue/*{ending}")


def flatten(room, *words):
    """Closes everything of ours, which must be done at the end."""
    status, text = rescue(room, "flatten", "--json", *words)
    assert status == 0, f"flatten ended with {status}: {text}\n{log_of(room)}"
    return json.loads(text)


def place_foreign(room):
    """Has somebody else's order rest at the venue; a hand whose answer is lost asks again."""
    before = room.market.open_orders(room.port)
    reconcile.Hand(room).order("buy", "0.01", "30000")
    room.foreign = room.market.open_orders(room.port) - before


def place_named(room, name):
    """Has an order of this name rest at the venue, whoever has that name from."""
    hand, market = reconcile.Hand(room), room.market
    if market.kind == "bybit":
        return hand.bybit("/v5/order/create", side="Buy", qty="0.01", orderType="Limit",
                          price="30000", timeInForce="GTC", orderLinkId=name)
    path = "/api/v3/order" if market.market == "spot" else "/fapi/v1/order"
    return hand.binance("POST", path, f"symbol={markets.SYMBOL}&side=BUY&quantity=0.01&type=LIMIT"
                        f"&timeInForce=GTC&price=30000&newClientOrderId={name}")


def flat(room):
    """Nothing of ours is at the venue any more, and nothing of others is gone."""
    market, port = room.market, room.port
    assert market.position(port) == ZERO, f"a position is left\n{log_of(room)}"
    working = market.open_orders(port)
    assert working == getattr(room, "foreign", 0), f"{working} orders work\n{log_of(room)}"
    names = [name for name in market.orders(port) if name.startswith(("hf-", "hr-"))]
    assert len(names) == len(set(names)), f"an order was placed twice: {sorted(names)}"


def agree(room):
    """Journal and venue agree to the last unit, and no fill was booked twice or is missing."""
    market, port = room.market, room.port
    held = market.balances(port)
    state = json.loads(room.tool("state", "--json")[1])
    ours = {row["asset"]: decimal.Decimal(row["total"]) for row in state["balances"]}
    for asset in ["USDT", "BTC"]:
        venue = held.get(asset, ZERO) - market.foreign.get(asset, ZERO)
        assert venue == ours.get(asset, ZERO), \
            f"{asset}: the venue has {venue}, the journal {ours.get(asset)}\n{log_of(room)}"
    count = len(room.tool("show", "--kind", "orderFilled")[1].splitlines())
    fills = market.fills(port)
    assert fills == count, f"the venue knows {fills} fills, the journal {count}\n{log_of(room)}"
    step = decimal.Decimal(market.filters["minimumQuantity"])
    for row in state.get("positions", []):
        assert abs(decimal.Decimal(row["quantity"])) < step, f"left: {row}"
    status, text = room.tool("verify", "--state-directory", room.state + "/holdfast")
    assert status == 0, "verify: " + text.strip()[-400:]


def alarms_of(room):
    """What the journal remembers of alarms."""
    errors = json.loads(room.tool("state", "--json")[1])["errors"]
    return [error["text"] for error in errors if error["severity"] == "alarm"]


def start(room):
    """What the engine says of itself some seconds after a start, with its alarms."""
    engine = room.engine()
    time.sleep(6)
    state = json.loads(room.tool("state", "--json")[1])
    engine.send_signal(signal.SIGTERM)
    engine.communicate(timeout=30)
    assert engine.returncode == 0, f"the engine ended with {engine.returncode}"
    alarms = [error["text"] for error in state["errors"] if error["severity"] == "alarm"]
    return state["status"], state["statusReason"], alarms


def start_again(room):
    """The next start finds nothing that a person has to decide, and trades nothing."""
    known = alarms_of(room)
    status, reason, _ = start(room)
    alarms = alarms_of(room)[len(known):]
    assert (status, reason) == ("paused", "kill switch"), (status, reason, alarms)
    alarms = [text for text in alarms if re.match(r"[A-Z][0-9]+, ", text)]
    assert not alarms, alarms
    status, cases = reconcile.plan(room)
    assert status == 0, cases


def killed(room, chance):
    """The engine is killed with a deal open."""
    reconcile.holding(room)
    place_foreign(room)
    before = room.tool("show")[1].count("\n")
    files = {path: os.stat(path).st_mtime_ns for path, _, _ in os.walk(room.journal)}
    status, text = rescue(room, "status", "--json")
    told = json.loads(text)
    assert status in (0, 1) and told["instruments"], text
    assert told["instruments"][0]["quantity"] != "0", text
    assert room.tool("show")[1].count("\n") == before, "status wrote something"
    assert all(os.stat(path).st_mtime_ns == at for path, at in files.items()), "files changed"
    done = flatten(room)
    assert done["record"] == "journal", done
    flat(room)
    again = flatten(room)
    assert again["changes"] == 0, again
    quiet(room)
    start_again(room)
    flat(room)
    agree(room)
    return f"{done['changes']} changes"


def quiet(room):
    """From now on the engine opens nothing."""
    open(os.path.join(room.directory, "pause"), "w").close()


def hung(room):
    """An engine that holds something and is stopped, its lock held; the tick after it sleeps."""
    reconcile.holding(room)
    engine = room.engine()
    # It has to take its journal up again before it hangs.
    deadline = time.monotonic() + 30
    while "live from" not in open(os.path.join(room.directory, "engine.log")).read().split(
            "events replayed")[-1]:
        assert engine.poll() is None and time.monotonic() < deadline, "it did not start"
        time.sleep(0.1)
    time.sleep(1)
    engine.send_signal(signal.SIGSTOP)
    return engine


def ours(room):
    """What the engine placed, by name."""
    return {name for name in room.market.orders(room.port) if name.startswith("hf-")}


def wake_only(room, engine):
    """Lets it go on, until it has imported what rescue did."""
    engine.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + 30
    while sides(room, ".side"):
        assert engine.poll() is None, open(f"{room.directory}/engine.log").read()[-3000:]
        assert time.monotonic() < deadline, \
            "nothing is imported: " + open(f"{room.directory}/engine.log").read()[-3000:]
        time.sleep(0.1)


def wake(room, engine):
    """Lets it go on: it opens nothing, and imports what rescue did."""
    before = ours(room)
    wake_only(room, engine)
    time.sleep(3)
    state = json.loads(room.tool("state", "--json")[1])
    assert state["status"] == "paused" and "rescue acted" in state["statusReason"], state["status"]
    assert not state["deals"], state["deals"]
    engine.send_signal(signal.SIGTERM)
    engine.communicate(timeout=30)
    assert engine.returncode == 0, engine.returncode
    placed = ours(room) - before
    assert not placed, f"the engine placed {placed} without knowing what rescue had done"


def stopped(room, chance):
    """The engine hangs with a deal open, and wakes up after rescue has acted."""
    engine = hung(room)
    place_foreign(room)
    status, text = rescue(room, "status", "--json")
    assert json.loads(text)["instruments"], text
    done = flatten(room)
    assert done["record"] in sides(room, ".side"), done
    flat(room)
    assert flatten(room)["changes"] == 0, "flat, and something was sent"
    wake(room, engine)
    assert len(sides(room, ".imported")) == 2, sides(room, "")
    flat(room)
    quiet(room)
    start_again(room)
    flat(room)
    agree(room)
    return f"{done['changes']} changes beside the journal, imported by the engine"


def torn(room, chance, times=5):
    """Kills rescue in the middle, again and again, and lets the last one finish."""
    for _ in range(times):
        process = subprocess.Popen(command(room, "flatten"), env=environment(room),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, 1.6))
        process.kill()
        process.wait()
    done = flatten(room)
    flat(room)
    return done


def interrupted(room, chance):
    """The engine is killed, and so is rescue, five times."""
    reconcile.holding(room)
    place_foreign(room)
    torn(room, chance)
    quiet(room)
    start_again(room)
    flat(room)
    agree(room)
    return f"killed five times, {len(room.market.orders(room.port))} orders"


def interrupted_beside(room, chance):
    """The engine hangs, and rescue beside it is killed five times."""
    engine = hung(room)
    place_foreign(room)
    torn(room, chance)
    left = len(sides(room, ".side"))
    wake(room, engine)
    quiet(room)
    start_again(room)
    flat(room)
    agree(room)
    return f"killed five times, {left} side journals imported"


def started(room, chance):
    """The engine hangs for good: the next start imports what rescue did, once."""
    engine = hung(room)
    flatten(room)
    engine.kill()
    engine.wait()
    kept = {path: open(path, "rb").read() for path in sides(room, ".side")}
    assert kept, "nothing was recorded beside the journal"
    quiet(room)
    start_again(room)
    assert not sides(room, ".side") and len(sides(room, ".imported")) == len(kept)
    # As if the start had been killed before it changed the name.
    for path, text in kept.items():
        open(path, "wb").write(text)
    start_again(room)
    assert not sides(room, ".side"), "the second start left it"
    flat(room)
    agree(room)
    return f"{len(kept)} side journals imported once"


def unrecorded(room, chance):
    """Rescue writes nothing; the engine opens nothing until its record is imported."""
    reconcile.holding(room)
    head = room.tool("show")[1].count("\n")
    status, text = rescue(room, "flatten", "--without-record")
    assert status == 0, log_of(room)
    flat(room)
    assert not sides(room, ""), "something was written"
    assert room.tool("show")[1].count("\n") == head, "the journal was written"
    assert not market_orders_unmarked(room, text)
    before = ours(room)
    status, reason, alarms = start(room)
    assert status == "paused" and "rescue acted beside the engine" in reason, (status, reason)
    assert ours(room) == before, "it placed something without knowing what rescue had done"
    assert any(alarm.startswith("F10, ") for alarm in alarms), alarms
    record = room.directory + "/record.jsonl"
    open(record, "w").write(text)
    status, text = rescue(room, "import", record, "--json")
    assert status == 0 and "imported" in text, text + log_of(room)
    status, text = rescue(room, "import", record, "--json")
    assert status == 0 and "before" in text, text
    quiet(room)
    start_again(room)
    flat(room)
    agree(room)
    return f"{len(open(record).readlines())} lines imported"


def market_orders_unmarked(room, record):
    """Names of rescue at the venue that the record does not have."""
    names = [name for name in room.market.orders(room.port) if name.startswith("hr-")]
    assert names, "nothing of rescue is at the venue"
    return [name for name in names if name not in record]


def damage(room):
    """Breaks the batch that holds the fill of the entry."""
    fill = json.loads(room.tool("show", "--kind", "orderFilled", "--json")[1].splitlines()[0])
    path = sorted(glob.glob(room.journal + "/segments/*/data.mdb"))[-1]
    data = bytearray(open(path, "rb").read())
    found = 0
    for place in [match.start() for match in re.finditer(b"HFBATCH\n", data)]:
        first = int.from_bytes(data[place + 32:place + 40], "little")
        count = int.from_bytes(data[place + 40:place + 44], "little")
        if first <= int(fill["sequence"]) < first + count:
            data[place + 132] ^= 0x10
            found += 1
    assert found, "the batch was not found"
    for snapshot in glob.glob(room.journal + "/snapshots/*.snapshot"):
        os.remove(snapshot)
    open(path, "wb").write(data)


def damaged(room, chance):
    """The journal cannot be replayed: rescue lists what can be read, and asks the venue."""
    reconcile.holding(room)
    place_foreign(room)
    damage(room)
    status, text = rescue(room, "status", "--json")
    told = json.loads(text)
    assert status == 1 and not told["isReplayed"], text
    status, text = rescue(room, "status", "--venue", "--json")
    told = json.loads(text)
    assert told["instruments"][0]["quantity"] != "0", text
    done = flatten(room)
    assert done["record"] in sides(room, ".side"), done
    flat(room)
    if room.market.market != "spot":
        text = log_of(room).split("$ rescue flatten")[-1]
        assert text.index(" exit: filled") < text.index(": cancel stop"), "unprotected: " + text
    assert flatten(room)["changes"] == 0
    return f"{done['changes']} changes, recorded beside the journal"


def alive(room, chance):
    """The engine trades all the while: it opens nothing more, and imports what rescue did."""
    reconcile.holding(room)
    engine = room.engine()
    time.sleep(4)
    place_foreign(room)
    done = flatten(room)
    assert done["record"] != "journal", done
    deadline = time.monotonic() + 30
    while sides(room, ".side"):
        assert engine.poll() is None and time.monotonic() < deadline, "nothing is imported"
        time.sleep(0.1)
    wake(room, engine)
    flat(room)
    quiet(room)
    start_again(room)
    flat(room)
    agree(room)
    return f"{done['changes']} changes beside an engine that trades"


def cancelled(room, chance):
    """Everything is cancelled but the stop; then the stop.

    An order of ours that the journal has lost goes too, and one of a copy of us stays.
    """
    _, tag, epoch, draw, _ = reconcile.holding(room)["clientOrderId"].split("-")
    place_foreign(room)
    place_named(room, f"hf-{tag}-{epoch}-{draw}-zzzz")
    place_named(room, f"hf-{tag}-99-copy-1")
    room.foreign += 1
    isSpot = room.market.market == "spot"
    status, text = rescue(room, "cancel", "--json")
    assert status == 0 and "another copy's, not touched" in text, text + log_of(room)
    working = room.market.open_orders(room.port)
    assert working == 3, f"{working} orders work, not the stop and those of others" + log_of(room)
    status, text = rescue(room, "status", "--json")
    assert status == 0, text
    status, text = rescue(room, "cancel", "--stops", "--json")
    assert status == 0 and json.loads(text)["changes"] == 1, text + log_of(room)
    assert room.market.open_orders(room.port) == 2, "those of others work"
    status, text = rescue(room, "status", "--json")
    assert status == 1 and json.loads(text)["unprotected"] == 1, text
    assert isSpot or room.market.position(room.port) != ZERO, "something was sold"
    flatten(room)
    flat(room)
    return "the stop stays unless told otherwise"


def in_trouble(act):
    """The same, while the exchange has a bad day."""
    def troubled(room, chance):
        return act(room, chance)
    troubled.__name__ = act.__name__ + "_in_trouble"
    return troubled


ACTS = {act.__name__: act for act in
        [killed, stopped, alive, cancelled, interrupted, interrupted_beside, started, unrecorded,
         damaged, in_trouble(killed), in_trouble(stopped), in_trouble(interrupted)]}


def main():
    """Runs every scene in each market and prints what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markets", nargs="*", choices=sorted(markets.MARKETS))
    parser.add_argument("--acts", nargs="*", choices=sorted(ACTS))
    arguments = parser.parse_args()

    def make(directory, market, faults):
        room = trade.Room(arguments.binaries, directory, market, faults)
        wanted = trade.configuration(market, room.port)
        # Nothing is to end by itself while it is looked at.
        wanted["instruments"][0] |= {
            "maximumHolding": "1h", "stopLoss": "0.05",
            "takeProfit": {"fraction": "0.05", "rests": market.market != "spot"},
        }
        wanted["instruments"][0]["strategy"]["closesOnOpposite"] = False
        room.write("engine.json5", wanted)
        return room

    failed = 0
    for name in arguments.acts or sorted(ACTS):
        print(f"rescue, {name}:", flush=True)
        chance = random.Random(arguments.seed)
        failed += trade.rounds(
            arguments.markets or sorted(markets.MARKETS),
            lambda directory, market, faults=name.endswith("trouble"):
            make(directory, market, faults),
            lambda room, act=ACTS[name]: act(room, chance)
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
