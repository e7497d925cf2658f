"""The trading floor: a local exchange of many pairs with a bad day, and an engine that trades them.

Everything is the room of Tests/live with other files in it; what a person would do at the
exchange or ask the engine's tools is here as well.
"""

import ctypes
import decimal
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "live"))

import markets  # noqa: E402
import reconcile  # noqa: E402
import trade  # noqa: E402

BASES = """ADA ALGO APE APT ARB ATOM AVAX AXS BCH BNB BTC CHZ COMP CRV DASH DOGE DOT DYDX EGLD ENS
EOS ETC ETH FET FIL FLOW FTM GALA GMT GRT HBAR ICP IMX INJ JUP KAVA KSM LDO LINK LTC MANA MKR NEAR
NEO OP ORDI PEPE QNT RUNE SAND SEI SHIB SOL STX SUI TIA TON TRX UNI XLM""".split()
# What the account holds besides the engine's own, which must not be touched.
FOREIGN = {"BTC": decimal.Decimal(2), "ETH": decimal.Decimal(30)}
MONEY = decimal.Decimal(100_000)
THRESHOLD = decimal.Decimal(70)
FILTERS = {"priceTick": "0.01", "quantityStep": "0.0001", "minimumQuantity": "0.0001",
           "maximumQuantity": "1000000", "minimumNotional": "5"}
FEES = {"maker": "0.001", "taker": "0.001"}


def die_with_parent():
    """Lets a child end with this process, however that ends."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)


class Pairs(markets.BybitSpot):
    """Bybit's spot market with all pairs of the floor."""

    foreign = FOREIGN

    def __init__(self, bases):
        self.bases = bases
        self.symbols = [base + "USDT" for base in bases]

    def of_all(self, port, path, **more):
        """All rows of a list, of all pairs."""
        return self.rows(port, path, "category=spot&limit=50"
                         + "".join(f"&{key}={value}" for key, value in more.items()))

    def stops(self, port):
        """What waits for its trigger, by the name that its owner gave it."""
        rows = self.of_all(port, "/v5/order/realtime", orderFilter="tpslOrder")
        return {row["orderLinkId"]: row for row in rows if row["orderStatus"] == "Untriggered"}

    def working(self, port):
        """What works or waits, by name."""
        rows = self.of_all(port, "/v5/order/realtime")
        alive = {row["orderLinkId"]: row for row in rows
                 if row["orderStatus"] in ("New", "PartiallyFilled", "Untriggered")}
        return alive | self.stops(port)

    def placed(self, port):
        """The names of all orders that ever were, doubled where an order was."""
        seen = {row["orderId"]: row["orderLinkId"]
                for filters in ({}, {"orderFilter": "tpslOrder"})
                for path in ("/v5/order/history", "/v5/order/realtime")
                for row in self.of_all(port, path, **filters)}
        return list(seen.values())

    def executed(self, port):
        """How many fills there were."""
        return sum(row["execType"] == "Trade" for row in self.of_all(port, "/v5/execution/list"))


def instrument(place, base):
    """What the engine is told of a pair; every third holds what it buys until it is told."""
    return {
        "symbol": base + "USDT", "market": "spot", "base": base, "quote": "USDT",
        "filters": FILTERS, "fees": FEES,
        "strategy": {"kind": "signals", "threshold": str(THRESHOLD), "longestAge": "10s"},
        "order": {"notional": "500", "multiplier": "1"},
        "entry": {"type": "market", "timeInForce": "IOC", "timeout": "2s"},
        "stopLoss": "0.006",
        "takeProfit": {"fraction": "0.005", "rests": False},
        "trailing": {"activation": "0.002", "callback": "0.003"},
        "maximumHolding": "1h" if place % 3 == 0 else "8s",
    }


class Room(trade.Room):
    """A room whose exchange has many pairs and whose engine trades signals."""

    # Ctrl-C of the terminal is for the script alone, which ends its children in order.
    started = {"process_group": 0, "preexec_fn": die_with_parent, "stdin": subprocess.DEVNULL}

    def __init__(self, binaries, directory, bases, minutes, more_faults=()):
        self.engines, self.foreign = [], set()
        self.minutes, self.more_faults = minutes, list(more_faults)
        super().__init__(binaries, directory, Pairs(bases), faults=True, minutes=minutes)

    def write(self, name, value):
        """Writes a file, of which the path is given."""
        bases = self.market.bases
        if name == "accounts.json5":
            venue = {"venue": self.market.name, **FILTERS, **FEES}
            value["markets"] = [
                venue | {"symbol": base + "USDT", "base": base, "startPrice": 100 * (1 + place % 9)}
                for place, base in enumerate(bases)
            ]
            value["accounts"][0]["balances"]["USDT"] = str(MONEY)
        elif name == "engine.json5":
            value["instruments"] = [instrument(*pair) for pair in enumerate(bases)]
            value["risk"] |= {"maximumOpenDeals": len(bases), "maximumPositionSize": "1000",
                              "maximumExposure": "60000", "maximumOrderRate": 10000}
        elif name == "faults.json5":
            # After a ban by Bybit the engine keeps silent for ten minutes: longer than a run.
            value["faults"] = [rule for rule in value["faults"] if rule["do"] != "banned"]
            value["faults"] += self.more_faults
        return super().write(name, value)

    def engine(self):
        """Starts the engine."""
        self.engines.append(super().engine())
        return self.engines[-1]

    def now(self):
        """The state as the journal has it; `None` where there is none yet."""
        status, text = self.tool("state", "--json")
        return json.loads(text) if status == 0 else None

    def signals(self, lines):
        """Hands signals to the engine; gives its exit status and an answer for each."""
        done = subprocess.run(
            [f"{self.binaries}/holdfast", "signal", "--journal", self.journal, "--from", "-",
             "--json"],
            input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True,
            text=True, timeout=60, check=False, process_group=0, preexec_fn=die_with_parent,
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, answers, done.stderr.strip()

    def follow(self):
        """Starts to tell every event of the journal, from the first on."""
        return subprocess.Popen(
            [f"{self.binaries}/journalctl", "--journal", self.journal, "show", "--follow",
             "--json", "--from", "1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **self.started,
        )

    def by_hand(self, path, **body):
        """Does something as a person, beside the engine, who tries again where it is not now."""
        for _ in range(30):
            try:
                return reconcile.Hand(self).bybit(path, **body)
            except AssertionError as error:
                # It was asked twice where the first answer was lost.
                if "has been canceled" in str(error):
                    return None
                if "try again later" not in str(error) and "Rate Limit" not in str(error):
                    raise
                time.sleep(0.5)
        raise TimeoutError(f"{path} is never taken")

    def cancel(self, stop):
        """Cancels a stop by hand, beside the engine."""
        self.by_hand("/v5/order/cancel", symbol=stop["symbol"], orderId=stop["orderId"],
                     orderFilter="tpslOrder")

    def order(self, symbol, price, name=""):
        """Rests an order of somebody's, beside the engine."""
        named = {"orderLinkId": name} if name else {}
        self.by_hand("/v5/order/create", symbol=symbol, side="Buy", qty="0.5",
                     orderType="Limit", price=price, timeInForce="GTC", **named)

    def add_foreign_order(self):
        """Rests an order of somebody's that must be there in the end."""
        self.order("BTCUSDT", "50", "somebody-else")
        self.foreign.add("somebody-else")

    def close(self):
        """Ends everything that was started here, in a few seconds at most."""
        # The exchange last: an engine that starts would wait for it to answer.
        for process in self.engines + [self.exchange]:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.errors.close()
