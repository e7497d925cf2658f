#!/usr/bin/env python3
"""Kills an engine that holds something, acts by hand at the exchange, and reads the plan.

First nothing of ours may differ. Then the stop is cancelled, somebody else's order is placed and
what is held is sold, all by hand: each must be found as what it is, in every market, and nothing
may be written. An engine that starts then opens nothing where a position is gone, until a person has
corrected the journal; the next start trades again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import markets
import trade


class Hand:
    """What a person does at the exchange, beside the engine."""

    def __init__(self, room):
        self.room, self.market = room, room.market

    def binance(self, method, path, query):
        """Sends a signed request in Binance's way."""
        query += f"&timestamp={int(time.time() * 1000)}&recvWindow=60000"
        address = f"http://127.0.0.1:{self.room.port}{path}?{query}&signature={markets.sign(query)}"
        headers = {"X-MBX-APIKEY": markets.KEY}
        return markets.fetch(urllib.request.Request(address, headers=headers, method=method))

    def bybit(self, path, **body):
        """Sends a signed request in Bybit's way."""
        text = json.dumps({"category": self.market.category, "symbol": markets.SYMBOL} | body)
        now = str(int(time.time() * 1000))
        headers = {
            "X-BAPI-API-KEY": markets.KEY, "X-BAPI-TIMESTAMP": now, "X-BAPI-RECV-WINDOW": "60000",
            "X-BAPI-SIGN": markets.sign(now + markets.KEY + "60000" + text),
            "Content-Type": "application/json",
        }
        address = f"http://127.0.0.1:{self.room.port}{path}"
        request = urllib.request.Request(address, data=text.encode(), headers=headers)
        answer = markets.fetch(request)
        assert answer["retCode"] == 0, answer

    def cancel(self, name):
        """Cancels the stop of this name."""
        symbol = f"symbol={markets.SYMBOL}"
        if self.market.name == "bybit-spot":
            self.bybit("/v5/order/cancel", orderLinkId=name, orderFilter="tpslOrder")
        elif self.market.kind == "bybit":
            self.bybit("/v5/order/cancel", orderLinkId=name)
        elif self.market.market == "spot":
            self.binance("DELETE", "/api/v3/order", f"{symbol}&origClientOrderId={name}")
        else:
            self.binance("DELETE", "/fapi/v1/algoOrder", f"{symbol}&clientAlgoId={name}")

    def order(self, side, quantity, price=None):
        """Trades at the market, or rests at a price."""
        if self.market.kind == "bybit":
            terms = {"side": side.title(), "qty": quantity, "orderType": "Market"}
            if price:
                terms |= {"orderType": "Limit", "price": price, "timeInForce": "GTC"}
            elif self.market.market == "spot":
                terms["marketUnit"] = "baseCoin"
            return self.bybit("/v5/order/create", **terms)
        path = "/api/v3/order" if self.market.market == "spot" else "/fapi/v1/order"
        query = f"symbol={markets.SYMBOL}&side={side.upper()}&quantity={quantity}"
        query += f"&type=LIMIT&timeInForce=GTC&price={price}" if price else "&type=MARKET"
        return self.binance("POST", path, query)


def plan(room):
    """What the command ends with, and the cases that it prints."""
    environment = dict(
        os.environ, HOLDFAST_KEY=markets.KEY, HOLDFAST_SECRET=markets.HIDDEN,
        XDG_STATE_HOME=room.state,
    )
    done = subprocess.run(
        [f"{room.binaries}/holdfast", "reconcile", "--config", room.configuration]
        + ["--journal", room.journal, "--plan", "--json"],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)["cases"]


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
    assert {"F3"} | (set() if isSpot else {"P1"}) <= found, f"found {cases}"
    assert room.tool("show")[1].count("\n") == head, "something was written"
    assert all(os.stat(path).st_mtime_ns == at for path, at in files.items()), "files were changed"
    if not isSpot:
        correct(room)
    return len(cases)


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


def correct(room):
    """Starts where the position is gone, corrects the journal, and starts again."""
    status, reason, alarms = start(room)
    assert (status, reason) == ("paused", "the venue differs from the journal"), (status, reason)
    assert any(text.startswith("P1, ") for text in alarms), alarms
    name = json.loads(room.tool("state", "--json")[1])["deals"][0]["symbol"]
    words = ["correct", "position", name, "--quantity", "0", "--operator", "ann"]
    words += ["--reason", "closed by hand", "--state-directory", room.state + "/holdfast", "--json"]
    status, text = room.tool(*words)
    shown = json.loads(text)
    status, text = room.tool(*words, "--expect", str(shown["version"]))
    assert status == 0 and json.loads(text)["applied"], text
    status, reason, _ = start(room)
    assert status == "running", (status, reason)


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
        room.write("engine.json5", wanted)
        return room

    return trade.rounds(
        sorted(markets.MARKETS), make, lambda room: f"{round_of(room)} cases, nothing written"
    )


if __name__ == "__main__":
    sys.exit(main())
