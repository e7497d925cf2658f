#!/usr/bin/env python3
"""Kills an engine that holds something, acts by hand at the exchange, and reads the plan.

First nothing of ours may differ. Then the stop is cancelled, somebody else's order is placed and
what is held is sold, all by hand: each must be found as what it is, in every market, and nothing
may be written. What the plan proves is then booked, and only while the world is as the plan saw it:
of a contract that others have closed it, too. Where they bought as well as sold, nothing is proven:
an engine that starts blocks the instrument. A person releases the case, beside the running engine
or where none runs, and the next start does not block again while the figures are the same; once the
journal is corrected the case is found no more. Last a part of what a running engine holds is sold by
hand: it books that once its stream has come back.
"""

import argparse
import decimal
import json
import os
import signal
import subprocess
import sys
import time

import markets
import trade
from hand import Hand


def plan(room):
    """What the command ends with, and the cases that it prints."""
    status, document = reconcile(room, "--plan")
    return status, document["cases"]


def reconcile(room, *words):
    """What the command ends with and prints; what it says instead where it says no."""
    environment = dict(
        os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
        XDG_STATE_HOME=room.state,
    )
    done = subprocess.run(
        [f"{room.binaries}/holdfast", "reconcile", "--config", room.configuration]
        + ["--journal", room.journal, *words, "--json"],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def holding(room):
    """Runs the engine until it holds something with a stop, and kills it; gives both."""
    engine = room.engine()
    deadline = time.monotonic() + 60
    while True:
        assert engine.poll() is None and time.monotonic() < deadline, "nothing was bought"
        time.sleep(0.3)
        if not os.path.exists(room.journal):
            continue
        status, text = room.tool("state", "--json")
        if status != 0:
            continue
        state = json.loads(text)
        stops = [order for order in state["orders"]
                 if order["role"] == "stop" and order["status"] == "placed"]
        if stops:
            engine.kill()
            engine.wait()
            return stops[0]


def expect(room, status, *kinds):
    """The plan has these cases, besides what is somebody else's from the start."""
    got, cases = plan(room)
    found = sorted(case["case"] for case in cases if case["case"] != "B2")
    assert found == sorted(kinds), f"found {cases}, expected {kinds}"
    assert got == status, f"ended with {got}"


def round_of(room):
    """Acts by hand, one thing after the other."""
    hand, isSpot = Hand(room), room.market.market == "spot"
    stop = holding(room)
    files = {path: os.stat(path).st_mtime_ns for path, _, _ in os.walk(room.journal)}
    head = room.tool("show")[1].count("\n")
    expect(room, 0)
    hand.cancel(stop["clientOrderId"])
    expect(room, 1, "O7", "S1")
    hand.order("buy", "0.01", "30000")
    expect(room, 1, "O7", "S1", "O20")
    # What the stop would have sold is sold by hand. On spot the account's own coins hide that it
    # is gone, and only the fill shows it.
    hand.order(stop["side"], stop["quantity"])
    _, cases = plan(room)
    found = {case["case"] for case in cases}
    assert {"F3" if isSpot else "P7"} <= found and "P1" not in found, f"found {cases}"
    assert room.tool("show")[1].count("\n") == head, "something was written"
    assert all(os.stat(path).st_mtime_ns == at for path, at in files.items()), "files were changed"
    apply(room, hand)
    if not isSpot:
        close_and_trade(room, hand)
        correct(room)
    return len(cases)


def apply(room, hand):
    """Has a plan booked: not when the world has moved, and not twice."""
    _, first = reconcile(room, "--plan")
    assert any(case["case"] == "O7" for case in first["cases"]) and first["events"], first
    _, same = reconcile(room, "--plan")
    assert same["plan"] == first["plan"], "the same world has two plans"
    head = room.tool("show")[1].count("\n")
    hand.order("buy", "0.01", "29000")
    status, text = reconcile(room, "--apply", first["plan"])
    assert status == 1 and "the world has moved" in text, text
    assert room.tool("show")[1].count("\n") == head, "a plan of another world was booked"
    _, second = reconcile(room, "--plan")
    status, done = reconcile(room, "--apply", second["plan"])
    assert status == 0 and done["events"] == second["events"], done
    _, third = reconcile(room, "--plan")
    assert not third["events"], third
    assert not any(case["action"] == "apply" for case in third["cases"]), third
    assert reconcile(room, "--apply", second["plan"])[0] == 1, "a plan is booked twice"
    assert room.tool("verify", "--state-directory", room.state + "/holdfast")[0] == 0


def close_and_trade(room, hand):
    """Closes by hand what a new deal holds, with a trade of one's own among it."""
    stop = holding(room)
    hand.cancel(stop["clientOrderId"])
    hand.order("buy" if stop["side"] == "sell" else "sell", "0.01")
    hand.order(stop["side"], str(decimal.Decimal(stop["quantity"]) + decimal.Decimal("0.01")))
    found = {case["case"] for case in plan(room)[1]}
    assert {"F3", "P1"} <= found and "P7" not in found, f"found {found}"


def release(room, *words):
    """What a release of the case of the position that is gone ends with, and says."""
    environment = dict(
        os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
        XDG_STATE_HOME=room.state,
    )
    done = subprocess.run(
        [f"{room.binaries}/holdfast", "reconcile", "--config", room.configuration]
        + ["--journal", room.journal, "--release", "P1", "--by", "ann"]
        + ["--reason", "closed by hand", *words],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )
    return done.returncode, done.stdout + done.stderr


def start(room, meanwhile=None):
    """The state some seconds after a start, and how P1 stands: blocks, released or nothing."""
    engine = room.engine()
    time.sleep(6)
    if meanwhile:
        meanwhile()
    state = json.loads(room.tool("state", "--json")[1])
    engine.send_signal(signal.SIGTERM)
    engine.communicate(timeout=30)
    assert engine.returncode == 0, f"the engine ended with {engine.returncode}"
    assert state["status"] == "running", state["statusReason"]
    return state, standing(state)


def standing(state):
    """Whether the case of the position that is gone blocks its instrument."""
    for block in state["blocks"]:
        if block["case"] == "P1":
            assert block["scope"] == state["deals"][0]["symbol"], block
            return "blocks" if block["holds"] else f"released by {block['releasedBy']}"
    return "nothing"


def correct(room):
    """Starts where the position is gone, releases the case, and then corrects the journal."""
    def released():
        status, text = release(room, "--subject", "another order")
        assert status == 1 and "no case P1" in text, text
        status, text = release(room)
        assert status == 0, text

    beside = room.market.kind == "bybit"
    state, stands = start(room, released if beside else None)
    alarms = [error["text"] for error in state["errors"] if error["severity"] == "alarm"]
    assert any(text.startswith("P1, ") for text in alarms), alarms
    if not beside:
        assert stands == "blocks", stands
        assert start(room)[1] == "blocks", "a restart forgets the block"
        released()
    state, stands = start(room)
    assert stands == "released by ann", stands
    assert release(room)[0] == 1, "a case is released twice"
    by_hand(room, "position", now(room)["deals"][0]["symbol"], "--quantity", "0")
    _, cases = plan(room)
    if any(case["case"] == "B1" for case in cases):
        # What closing it has cost is missing, and blocks all that settles in the asset.
        held = room.market.balances(room.port)["USDT"] - room.market.foreign.get("USDT", 0)
        by_hand(room, "balance", "USDT", "--to", f"{held:f}")
    assert start(room)[1] == "nothing", "the case stays where nothing differs"
    start(room, lambda: meddle(room))


def by_hand(room, *words):
    """Corrects the journal, after a look at what would change."""
    words = ["correct", *words, "--operator", "ann", "--reason", "closed by hand"]
    words += ["--state-directory", room.state + "/holdfast", "--json"]
    shown = json.loads(room.tool(*words)[1])
    status, text = room.tool(*words, "--expect", str(shown["version"]))
    assert status == 0 and json.loads(text)["applied"], text


def meddle(room):
    """Sells by hand a part of what a running engine holds, lets its stream break, and waits until
    it has found that."""
    deadline = time.monotonic() + 60
    while not any(float(deal["held"]) for deal in now(room)["deals"]):
        assert time.monotonic() < deadline, "nothing was bought"
        time.sleep(0.5)
    # It compares when its stream has opened, and must not be in the midst of that.
    time.sleep(12)
    deal = now(room)["deals"][0]
    rest = decimal.Decimal(deal["held"]) - decimal.Decimal("0.01")
    Hand(room).order("sell" if deal["side"] == "buy" else "buy", "0.01")
    room.exchange.send_signal(signal.SIGSTOP)
    time.sleep(50)
    room.exchange.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + 90
    while not follows(now(room), rest):
        assert time.monotonic() < deadline, f"it is not seen: {now(room)['deals']}"
        time.sleep(1)


def follows(state, rest):
    """Whether the deal holds so much, and its stop is for so much."""
    held = [decimal.Decimal(deal["held"]) for deal in state["deals"]]
    stops = [decimal.Decimal(order["quantity"]) for order in state["orders"]
             if order["role"] == "stop" and order["status"] == "placed"]
    return held == [rest] and stops == [rest]


def now(room):
    """The state as the journal has it."""
    return json.loads(room.tool("state", "--json")[1])


def main():
    """Runs a round in each market and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", required=True)
    arguments = parser.parse_args()

    def make(directory, market):
        room = trade.Room(arguments.binaries, directory, market, faults=False)
        wanted = trade.configuration(market, room.port)
        # Nothing is to end by itself while it is looked at.
        wanted["instruments"][0] |= {
            "maximumHolding": "1h", "stopLoss": "0.05",
            "takeProfit": {"fraction": "0.05", "rests": False},
        }
        wanted["instruments"][0]["strategy"]["closesOnOpposite"] = False
        room.write("engine.json5", wanted)
        return room

    return trade.rounds(
        sorted(markets.MARKETS), make, lambda room: f"{round_of(room)} cases, nothing written"
    )


if __name__ == "__main__":
    sys.exit(main())
