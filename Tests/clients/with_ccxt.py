"""ccxt, the client with the same calls for every venue: what both of its kinds share, and the
kind without streams."""

import time

import ccxt

from ccxt_words import (
    DUPLICATES, ENDED, LIMITS, PROTECTING, REFUSALS, TOO_LITTLE, TOO_MUCH, WAITING, addresses,
    closed_off)
from exchange import BALANCES, Account
from markets import AMENDED, AMOUNT, SERVED
from steps import Failure, Session, check, close, equal, number, ordered_book, raises


class Ccxt(Session):
    """ccxt in one market."""

    client = "ccxt"
    library = ccxt

    def __init__(self, market):
        self.listing = market
        self.market = market.name
        self.account = Account(f"{self.client}-{market.name}", market.venue)
        self.symbol = market.symbol
        self.is_bybit = market.venue == "bybit"
        self.not_offered = {"private stream": "streams are what ccxt.pro is for"}
        if market.is_spot:
            self.not_offered["positions"] = "ccxt has positions for contracts only"

    def open(self, exchange):
        self.exchange = exchange
        self.client_of = self.make()
        self.last_id = 0

    def make(self, **changes):
        """A client; `changes` to its settings make a wrong one."""
        market = self.listing
        settings = {
            "apiKey": self.account.key, "secret": self.account.secret,
            # The exchange is to say when it is too much.
            "enableRateLimit": False,
            "timeout": 5000,
            "urls": {"api": addresses(market, self.exchange)},
            "options": {
                "defaultType": "spot" if market.is_spot else "swap",
                # Else it asks for inverse contracts and options too.
                "fetchMarkets": {"types": ["spot" if market.is_spot else "linear"]},
            },
        }
        settings["options"] |= changes.pop("options", {})
        kind = getattr(self.library, "bybit" if self.is_bybit else "binance")
        client = kind(settings | changes)
        client.urls["api"] = closed_off(client.urls["api"], f"{self.exchange.http}/nowhere")
        return client

    def call(self, name, *arguments, of=None):
        return getattr(of or self.client_of, name)(*arguments)

    def close_client(self, client):
        """ccxt without streams holds nothing."""

    def next_id(self):
        self.last_id += 1
        return f"c{self.last_id}-{time.time_ns() // 1_000_000}"

    def at(self, share):
        """A price that is this share of the last one, as the exchange takes it."""
        return float(self.client_of.price_to_precision(self.symbol, self.last * share))

    def place(self, kind, side, amount, price=None, **parameters):
        return self.call(
            "create_order", self.symbol, kind, side, float(amount), price, parameters)

    def find(self, number_of_order):
        parameters = {"acknowledged": True} if self.is_bybit else {}
        return self.call("fetch_order", number_of_order, self.symbol, parameters)

    def waiting(self, **parameters):
        return self.call("fetch_open_orders", self.symbol, None, None, parameters)

    # Markets and prices

    def load_markets(self):
        markets = self.call("load_markets")
        check(self.symbol in markets, f"{self.symbol} is not among {list(markets)[:9]}")
        told, listing = markets[self.symbol], self.listing
        equal("id", told["id"], "BTCUSDT")
        equal("base and quote", (told["base"], told["quote"]), ("BTC", "USDT"))
        equal("active", told["active"], True)
        equal("spot", told["spot"], listing.is_spot)
        equal("tick", told["precision"]["price"], listing.tick)
        equal("step", told["precision"]["amount"], listing.step)
        equal("least amount", told["limits"]["amount"]["min"], listing.least)
        equal("least cost", told["limits"]["cost"]["min"], listing.notional)
        if not listing.is_spot:
            equal("settle", told["settle"], "USDT")
            equal("linear", told["linear"], True)

    def balance(self):
        told = self.call("fetch_balance")
        for asset in BALANCES if self.is_bybit or self.listing.is_spot else ["USDT"]:
            equal(f"{asset} in all", told[asset]["total"], BALANCES[asset])
            equal(f"{asset} in use", told[asset]["used"], 0)
            equal(f"{asset} free", told[asset]["free"], BALANCES[asset])

    def ticker(self):
        told = self.call("fetch_ticker", self.symbol)
        equal("symbol", told["symbol"], self.symbol)
        self.last = told["last"]
        check(30_000 < self.last < 120_000, f"the last price is {self.last}")
        if told["bid"] is None:
            # The venue's daily figures of contracts have no quote.
            told = self.call("fetch_bids_asks", [self.symbol])[self.symbol]
        check(told["bid"] < told["ask"], f"the quote is {told['bid']} and {told['ask']}")

    def book(self):
        told = self.call("fetch_order_book", self.symbol, 50)
        bid, ask = ordered_book(told["bids"], told["asks"])
        close("the middle", (bid + ask) / 2, self.last, tolerance=self.last / 50)

    def trades(self):
        told = self.call("fetch_trades", self.symbol, None, 5)
        check(1 <= len(told) <= 5, f"there are {len(told)} trades")
        for trade in told:
            close("price", trade["price"], self.last, tolerance=self.last / 50)
            check(trade["amount"] > 0 and trade["side"] in ("buy", "sell"), f"one is {trade}")

    def fees(self):
        told = self.call("fetch_trading_fee", self.symbol)
        equal("taker", told["taker"], self.listing.taker)

    # Orders

    def check_order(self, order, **expected):
        for name, value in expected.items():
            equal(name, order[name], value)
        equal("symbol", order["symbol"], self.symbol)

    def place_limit(self):
        name, self.far = self.next_id(), self.at(0.5)
        placed = self.place("limit", "buy", AMOUNT, self.far, clientOrderId=name)
        check(isinstance(placed["id"], str) and placed["id"], f"its id is {placed['id']!r}")
        self.resting = placed["id"]
        told = self.find(self.resting)
        self.check_order(
            told, id=self.resting, clientOrderId=name, status="open", side="buy", type="limit",
            price=self.far, amount=AMOUNT, filled=0, remaining=AMOUNT, timeInForce="GTC")
        age = time.time() * 1000 - told["timestamp"]
        check(-1000 < age < 20_000, f"it was placed {age} ms ago")

    def amend(self):
        self.amended = self.at(0.51)
        told = self.call("edit_order", self.resting, self.symbol, "limit", "buy", float(AMENDED),
                         self.amended)
        if self.listing.name == "binance-spot":
            # There ccxt amends with cancelReplace: another order takes the place of the first.
            check(told["id"] != self.resting, "the order that replaced it has the same id")
            self.check_order(self.find(self.resting), status="canceled", filled=0)
            self.resting = told["id"]
        equal("id", told["id"], self.resting)
        self.check_order(
            self.find(self.resting), status="open", price=self.amended, amount=AMENDED, filled=0)

    def check_open(self, *expected, **parameters):
        told = self.waiting(**parameters)
        equal("ids", sorted(order["id"] for order in told), sorted(expected))
        return told

    def open_orders(self):
        [told] = self.check_open(self.resting)
        self.check_order(told, status="open", price=self.amended, amount=AMENDED, side="buy")

    def cancel(self):
        told = self.call("cancel_order", self.resting, self.symbol)
        equal("id", told["id"], self.resting)
        self.check_order(self.find(self.resting), status="canceled", filled=0, amount=AMENDED)
        with raises(*ENDED[self.market]):
            self.call("cancel_order", self.resting, self.symbol)
        self.check_open()

    def place_market(self):
        placed = self.place("market", "buy", AMOUNT)
        self.bought = placed["id"]
        told = self.find(self.bought)
        self.check_order(told, id=self.bought, status="closed", side="buy", type="market",
                         filled=AMOUNT, remaining=0)
        close("average", told["average"], self.last, tolerance=self.last / 50)
        close("cost", told["cost"], number(told["average"]) * number(AMOUNT), "0.0001")
        self.average, self.cost = told["average"], told["cost"]

    def fee(self):
        """What the purchase costs, and in what: spot takes it from what is bought."""
        paid = number(AMOUNT) if self.listing.is_spot else number(self.cost)
        return paid * number(self.listing.taker), "BTC" if self.listing.is_spot else "USDT"

    def place_stop(self):
        price, name = self.at(1.5), self.next_id()
        parameters = {"triggerPrice": price, "clientOrderId": name}
        if self.listing.name == "bybit-linear":
            parameters["triggerDirection"] = "ascending"
        if self.listing.name == "binance-spot":
            placed = self.place("limit", "buy", AMOUNT, price, **parameters)
        else:
            placed = self.place("market", "buy", AMOUNT, **parameters)
        self.check_waiting(placed["id"], "buy", price, WAITING[self.market])

    def check_waiting(self, order, side, price, seen):
        """A stop waits with this trigger, can be seen and cancelled."""
        [told] = self.check_open(order, **seen)
        self.check_order(told, status="open", side=side, triggerPrice=price, amount=AMOUNT,
                         filled=0)
        # Bybit's contracts need no word for it, and ccxt would pass on one.
        self.call("cancel_order", order, self.symbol,
                  {} if self.listing.name == "bybit-linear" else seen)
        self.check_open(**seen)

    def duplicate_client_id(self):
        name = self.next_id()
        placed = self.place("limit", "buy", AMOUNT, self.far, clientOrderId=name)
        kind, code = DUPLICATES[self.market]
        with raises(kind, code):
            self.place("limit", "buy", AMOUNT, self.far, clientOrderId=name)
        self.check_open(placed["id"])
        self.call("cancel_order", placed["id"], self.symbol)

    def refused_orders(self):
        with raises(*TOO_MUCH[self.market]):
            self.place("limit", "buy", "50", self.far)
        with raises(*TOO_LITTLE[self.market]):
            self.place("limit", "buy", self.listing.least, self.at(0.03))
        with raises(ccxt.OrderNotFound):
            self.call("cancel_order", "999999", self.symbol)
        self.check_open()

    def closed_orders(self):
        closed = {order["id"]: order
                  for order in self.call("fetch_closed_orders", self.symbol)}
        check(self.bought in closed, f"{self.bought} is not among {list(closed)}")
        self.check_order(closed[self.bought], status="closed", filled=AMOUNT,
                         average=self.average)
        check(self.resting not in closed, "a cancelled order is among the closed ones")
        cancelled = {order["id"]: order
                     for order in self.call("fetch_canceled_orders", self.symbol)}
        check(self.resting in cancelled, f"{self.resting} is not among {list(cancelled)}")
        self.check_order(cancelled[self.resting], status="canceled", filled=0)

    def executions(self):
        fills = [fill for fill in self.call("fetch_my_trades", self.symbol)
                 if fill["order"] == self.bought]
        check(fills, "there is none of the market order")
        equal("ids", len({fill["id"] for fill in fills}), len(fills))
        self.check_fills(fills)

    def check_fills(self, fills):
        equal("amount", sum(number(fill["amount"]) for fill in fills), AMOUNT)
        close("cost", sum(number(fill["cost"]) for fill in fills), self.cost, "0.0001")
        fee, asset = self.fee()
        equal("fee's asset", {fill["fee"]["currency"] for fill in fills}, {asset})
        close("fee", sum(number(fill["fee"]["cost"]) for fill in fills), fee, "0.000001")
        equal("side", {fill["side"] for fill in fills}, {"buy"})
        equal("taker or maker", {fill["takerOrMaker"] for fill in fills}, {"taker"})

    # Positions and stops

    def position(self):
        held = [position for position in self.call("fetch_positions", [self.symbol])
                if number(position["contracts"] or 0) != 0]
        equal("positions", len(held), 1)
        return held[0]

    def positions(self):
        told = self.position()
        self.check_order(told, side="long", contracts=AMOUNT)
        close("entry", told["entryPrice"], self.average, "0.1")

    def set_stop(self):
        price = self.at(0.5)
        if self.listing.name == "bybit-linear":
            self.place("market", "sell", 0, stopLossPrice=price, tradingStopEndpoint=True)
            equal("stop of the position", self.position()["stopLossPrice"], price)
            return "on the position, by /v5/position/trading-stop"
        if self.listing.name == "binance-spot":
            placed = self.place("limit", "sell", AMOUNT, self.at(0.49), stopLossPrice=price)
        elif self.listing.name == "binance-futures":
            placed = self.place("market", "sell", AMOUNT, stopLossPrice=price, reduceOnly=True)
        else:
            placed = self.place("market", "sell", AMOUNT, stopLossPrice=price)
        self.check_waiting(placed["id"], "sell", price, PROTECTING[self.market])
        return "an order that waits"

    # Refusals

    def refused(self, kind, code, **changes):
        client = self.make(**changes)
        try:
            with raises(kind, code):
                self.call("fetch_balance", of=client)
        finally:
            self.close_client(client)

    def wrong_key(self):
        self.refused(*REFUSALS[self.market]["key"], apiKey="nobody")

    def wrong_signature(self):
        self.refused(*REFUSALS[self.market]["signature"], secret="wrong")

    def stale_timestamp(self):
        code = "10002" if self.is_bybit else "-1021"
        self.refused(ccxt.InvalidNonce, code, options={"timeDifference": 60_000})

    def rate_limit(self):
        kind, code, most = LIMITS[self.market]
        name = self.next_id()
        # Bybit counts the orders of a second: those of earlier steps are not to count.
        time.sleep(1.1)
        for count in range(most + 1):
            try:
                order = self.place(
                    "limit", "buy", AMOUNT, self.far, clientOrderId=f"{name}-{count}")
                if not self.is_bybit:
                    # It counts orders of ten seconds, and allows fewer at a time.
                    self.call("cancel_order", order["id"], self.symbol)
            except Exception as error:
                check(type(error) is kind and code in str(error), f"the error is {error!r}")
                check(count > 2, "the first orders were too many already")
                return f"after {count} orders"
        raise Failure(f"{most + 1} orders were not too many")


def sessions():
    return [Ccxt(market) for market in SERVED]
