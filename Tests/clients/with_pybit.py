"""pybit, Bybit's own client: REST by requests, streams on threads."""

import contextlib
import time
from unittest import mock

import pybit.unified_trading
from pybit.exceptions import FailedRequestError, InvalidRequestError

from exchange import BALANCES, Account
from markets import AMENDED, AMOUNT, SERVED
from steps import Failure, Session, check, close, equal, number, ordered_book, raises, wait_for


class Pybit(Session):
    """pybit in one category."""

    client = "pybit"

    def __init__(self, market):
        self.listing = market
        self.market = market.name
        self.category = market.category
        self.account = Account(f"pybit-{market.name}", "bybit")
        if market.is_spot:
            self.not_offered = {"positions": "Bybit has positions for contracts only"}

    def open(self, exchange):
        self.exchange = exchange
        self.http = self.make()
        self.last_id = 0

    def make(self, **changes):
        """A client; it has no setting for an address, and asks for it at every call."""
        settings = {"api_key": self.account.key, "api_secret": self.account.secret, "timeout": 5}
        http = pybit.unified_trading.HTTP(**(settings | changes))
        http.endpoint = self.exchange.http
        return http

    def ask(self, name, **parameters):
        """The result of a call about BTCUSDT in the session's category."""
        answer = getattr(self.http, name)(
            category=self.category, symbol="BTCUSDT", **parameters)
        equal("retCode", answer["retCode"], 0)
        check(abs(answer["time"] - time.time() * 1000) < 5000, f"the time is {answer['time']}")
        return answer["result"]

    def next_id(self):
        self.last_id += 1
        return f"p{self.last_id}-{time.time_ns() // 1_000_000}"

    def at(self, share):
        """A price that is this share of the last one, as the exchange takes it."""
        return str((number(self.last) * number(share)).quantize(number("0.1")))

    def place(self, side, kind, amount=AMOUNT, **parameters):
        placed = self.ask("place_order", side=side, orderType=kind, qty=amount, **parameters)
        check(isinstance(placed["orderId"], str) and placed["orderId"], "it has no id")
        return placed["orderId"]

    def find(self, order):
        found = self.ask("get_open_orders", orderId=order)["list"] or self.ask(
            "get_order_history", orderId=order)["list"]
        equal("orders of this id", len(found), 1)
        return found[0]

    def check_row(self, row, **expected):
        """Compares a row's fields, those that are decimals by their values."""
        for name, value in expected.items():
            told = row[name]
            if name.lower().endswith(("qty", "price", "size", "loss")):
                told, value = number(told), number(value)
            equal(name, told, value)
        equal("symbol", row["symbol"], "BTCUSDT")

    # Markets and prices

    def load_markets(self):
        [told] = self.ask("get_instruments_info")["list"]
        listing = self.listing
        equal("assets", (told["symbol"], told["baseCoin"], told["quoteCoin"], told["status"]),
              ("BTCUSDT", "BTC", "USDT", "Trading"))
        lots = told["lotSizeFilter"]
        equal("tick", number(told["priceFilter"]["tickSize"]), number(listing.tick))
        equal("step", number(lots["basePrecision" if listing.is_spot else "qtyStep"]),
              number(listing.step))
        equal("least amount", number(lots["minOrderQty"]), number(listing.least))
        notional = lots["minOrderAmt" if listing.is_spot else "minNotionalValue"]
        equal("least value", number(notional), number(listing.notional))

    def coins(self):
        answer = self.http.get_wallet_balance(accountType="UNIFIED")
        [account] = answer["result"]["list"]
        return {coin["coin"]: coin for coin in account["coin"]}

    def balance(self):
        coins = self.coins()
        for asset, total in BALANCES.items():
            equal(asset, number(coins[asset]["walletBalance"]), number(total))
            equal(f"{asset} held back", number(coins[asset]["locked"]), 0)

    def ticker(self):
        [told] = self.ask("get_tickers")["list"]
        self.last = told["lastPrice"]
        check(30_000 < number(self.last) < 120_000, f"the last price is {self.last}")
        check(number(told["bid1Price"]) < number(told["ask1Price"]), "the quote crosses")

    def book(self):
        told = self.ask("get_orderbook", limit=50)
        equal("symbol", told["s"], "BTCUSDT")
        bid, ask = ordered_book(told["b"], told["a"])
        close("the middle", (bid + ask) / 2, self.last, tolerance=number(self.last) / 50)

    def trades(self):
        told = self.ask("get_public_trade_history", limit=5)["list"]
        check(1 <= len(told) <= 5, f"there are {len(told)} trades")
        for trade in told:
            close("price", trade["price"], self.last, tolerance=number(self.last) / 50)
            check(number(trade["size"]) > 0 and trade["side"] in ("Buy", "Sell"), f"one: {trade}")

    def fees(self):
        [told] = self.ask("get_fee_rates")["list"]
        equal("taker", number(told["takerFeeRate"]), number(self.listing.taker))
        told = self.http.get_api_key_information()["result"]
        equal("key", told["apiKey"], self.account.key)
        equal("reads only", told["readOnly"], 0)

    # Orders

    def place_limit(self):
        name, self.far = self.next_id(), self.at("0.5")
        self.resting = self.place("Buy", "Limit", price=self.far, orderLinkId=name)
        told = self.find(self.resting)
        self.check_row(
            told, orderId=self.resting, orderLinkId=name, orderStatus="New", side="Buy",
            orderType="Limit", timeInForce="GTC", price=self.far, qty=AMOUNT, leavesQty=AMOUNT,
            cumExecQty="0")
        age = time.time() * 1000 - int(told["createdTime"])
        check(-1000 < age < 20_000, f"it was placed {age} ms ago")

    def amend(self):
        self.amended = self.at("0.51")
        told = self.ask("amend_order", orderId=self.resting, price=self.amended, qty=AMENDED)
        equal("id", told["orderId"], self.resting)
        self.check_row(self.find(self.resting), orderStatus="New", price=self.amended,
                       qty=AMENDED, cumExecQty="0")

    def check_open(self, *expected, **parameters):
        told = self.ask("get_open_orders", openOnly=0, **parameters)["list"]
        equal("ids", sorted(order["orderId"] for order in told), sorted(expected))
        return told

    def open_orders(self):
        [told] = self.check_open(self.resting)
        self.check_row(told, orderStatus="New", price=self.amended, qty=AMENDED)

    def cancel(self):
        told = self.ask("cancel_order", orderId=self.resting)
        equal("id", told["orderId"], self.resting)
        self.check_row(self.find(self.resting), orderStatus="Cancelled", cumExecQty="0",
                       rejectReason="EC_PerCancelRequest", cancelType="CancelByUser")
        code = "170142" if self.listing.is_spot else "110001"
        with raises(InvalidRequestError, f"ErrCode: {code}"):
            self.ask("cancel_order", orderId=self.resting)
        self.check_open()

    def place_market(self):
        in_base = {"marketUnit": "baseCoin"} if self.listing.is_spot else {}
        self.bought = self.place("Buy", "Market", **in_base)
        told = self.find(self.bought)
        self.check_row(told, orderStatus="Filled", orderType="Market", side="Buy",
                       cumExecQty=AMOUNT, leavesQty="0")
        self.average, self.value = number(told["avgPrice"]), number(told["cumExecValue"])
        close("average", self.average, self.last, tolerance=number(self.last) / 50)
        close("value", self.value, self.average * number(AMOUNT), "0.0001")
        fee, asset = self.fee()
        equal("fee's asset", list(told["cumFeeDetail"]), [asset])
        close("fee", told["cumFeeDetail"][asset], fee)

    def fee(self):
        """What the purchase costs, and in what: spot takes it from what is bought."""
        paid = number(AMOUNT) if self.listing.is_spot else self.value
        return paid * number(self.listing.taker), "BTC" if self.listing.is_spot else "USDT"

    def place_stop(self):
        price = self.at("1.5")
        if self.listing.is_spot:
            order = self.place("Buy", "Limit", price=price, triggerPrice=price,
                               orderFilter="StopOrder")
            filters = {"orderFilter": "StopOrder"}
        else:
            order = self.place("Buy", "Market", triggerPrice=price, triggerDirection=1)
            filters = {}
        self.check_waiting(order, price, "Buy", "Stop", filters)

    def check_waiting(self, order, price, side, kind, filters):
        """A stop waits with this trigger, can be seen and cancelled."""
        [told] = self.check_open(order, **filters)
        self.check_row(told, orderStatus="Untriggered", triggerPrice=price, qty=AMOUNT,
                       side=side, stopOrderType=kind)
        self.ask("cancel_order", orderId=order, **filters)
        self.check_open(**filters)

    def duplicate_client_id(self):
        name = self.next_id()
        order = self.place("Buy", "Limit", price=self.far, orderLinkId=name)
        code = "170141" if self.listing.is_spot else "110072"
        with raises(InvalidRequestError, f"ErrCode: {code}"):
            self.place("Buy", "Limit", price=self.far, orderLinkId=name)
        self.check_open(order)
        self.ask("cancel_order", orderLinkId=name)
        self.check_open()

    def refused_orders(self):
        too_much, too_little = (170131, 170140) if self.listing.is_spot else (110007, 110094)
        with raises(InvalidRequestError, f"ErrCode: {too_much}"):
            self.place("Buy", "Limit", "50", price=self.far)
        with raises(InvalidRequestError, f"ErrCode: {too_little}"):
            self.place("Buy", "Limit", self.listing.least, price=self.at("0.03"))
        with raises(InvalidRequestError, "ErrCode: 10001"):
            self.http.get_tickers(category=self.category, symbol="NOPE")
        self.check_open()

    def closed_orders(self):
        history = {order["orderId"]: order for order in self.ask("get_order_history")["list"]}
        check(self.bought in history and self.resting in history, "orders are missing")
        self.check_row(history[self.bought], orderStatus="Filled", avgPrice=self.average)
        self.check_row(history[self.resting], orderStatus="Cancelled", cumExecQty="0")

    def executions(self):
        fills = [fill for fill in self.ask("get_executions")["list"]
                 if fill["orderId"] == self.bought]
        self.check_fills(fills)

    def check_fills(self, fills):
        check(fills, "there is none of the market order")
        equal("ids", len({fill["execId"] for fill in fills}), len(fills))
        equal("amount", sum(number(fill["execQty"]) for fill in fills), number(AMOUNT))
        close("value", sum(number(fill["execValue"]) for fill in fills), self.value, "0.0001")
        close("fee", sum(number(fill["execFee"]) for fill in fills), self.fee()[0])
        for fill in fills:
            equal("kind", (fill["execType"], fill["side"], fill["isMaker"]),
                  ("Trade", "Buy", False))
            equal("rate", number(fill["feeRate"]), number(self.listing.taker))

    # Positions and stops

    def position(self):
        [held] = self.ask("get_positions")["list"]
        return held

    def positions(self):
        held = self.position()
        self.check_row(held, side="Buy", size=AMOUNT, positionIdx=0)
        close("entry", held["avgPrice"], self.average, "0.1")

    def set_stop(self):
        price = self.at("0.5")
        if self.listing.is_spot:
            order = self.place("Sell", "Market", triggerPrice=price, orderFilter="tpslOrder")
            equal("held back", number(self.coins()["BTC"]["locked"]), number(AMOUNT))
            self.check_waiting(order, price, "Sell", "tpslOrder", {"orderFilter": "tpslOrder"})
            equal("held back", number(self.coins()["BTC"]["locked"]), 0)
            return "an order that holds the asset back"
        stop = {"stopLoss": price, "tpslMode": "Full", "positionIdx": 0}
        self.ask("set_trading_stop", **stop)
        self.check_row(self.position(), stopLoss=price)
        with raises(InvalidRequestError, "ErrCode: 34040"):
            self.ask("set_trading_stop", **stop)
        return "on the position, by /v5/position/trading-stop"

    # Streams

    def private_stream(self):
        self.told = {"order": [], "execution": [], "position": [], "wallet": []}
        address = f"{self.exchange.ws}/v5/private"
        with mock.patch("pybit.unified_trading.PRIVATE_WSS", address):
            socket = pybit.unified_trading.WebSocket(
                testnet=False, channel_type="private", api_key=self.account.key,
                api_secret=self.account.secret, private_auth_expire=5, retries=2)
        try:
            for topic, rows in self.told.items():
                if topic != "position" or not self.listing.is_spot:
                    getattr(socket, f"{topic}_stream")(
                        lambda message, rows=rows: rows.extend(message["data"]))
            time.sleep(0.5)
            self.live_and_die()
            self.live_and_fill()
        finally:
            socket.exit()

    def told_of(self, order, **expected):
        """The first message about an order with these values."""
        def first():
            for row in list(self.told["order"]):
                with contextlib.suppress(Failure):
                    self.check_row(row, orderId=order, category=self.category, **expected)
                    return row
            return None

        return wait_for(f"message of {order} with {expected}", first, seconds=4)

    def live_and_die(self):
        name, price, amended = self.next_id(), self.at("0.5"), self.at("0.51")
        order = self.place("Buy", "Limit", price=price, orderLinkId=name)
        self.told_of(order, orderStatus="New", price=price, qty=AMOUNT, orderLinkId=name)
        self.ask("amend_order", orderId=order, price=amended, qty=AMENDED)
        self.told_of(order, orderStatus="New", price=amended, qty=AMENDED)
        self.ask("cancel_order", orderId=order)
        self.told_of(order, orderStatus="Cancelled", cumExecQty="0")

    def live_and_fill(self):
        in_base = {"marketUnit": "baseCoin"} if self.listing.is_spot else {}
        order = self.place("Buy", "Market", **in_base)
        told = self.told_of(order, orderStatus="Filled", cumExecQty=AMOUNT, leavesQty="0")
        self.value = number(told["cumExecValue"])

        def fills():
            return [fill for fill in list(self.told["execution"]) if fill["orderId"] == order]

        wait_for("fills of it", lambda: sum(
            number(fill["execQty"]) for fill in fills()) == number(AMOUNT))
        self.check_fills(fills())
        wait_for("wallet", lambda: self.told["wallet"])
        if not self.listing.is_spot:
            total = 2 * number(AMOUNT)
            wait_for("position of both purchases", lambda: any(
                number(held["size"]) == total for held in list(self.told["position"])))

    # Refusals

    def refused(self, code, **changes):
        with raises(InvalidRequestError, f"ErrCode: {code}"):
            self.make(**changes).get_wallet_balance(accountType="UNIFIED")

    def wrong_key(self):
        self.refused(10003, api_key="nobody")

    def wrong_signature(self):
        self.refused(10004, api_secret="wrong")

    def stale_timestamp(self):
        # Without this setting pybit tries again by itself, and then tells no code.
        with mock.patch("pybit._helpers.generate_timestamp",
                        lambda: int(time.time() * 1000) - 60_000):
            self.refused(10002, retry_codes={10006})

    def rate_limit(self):
        patient, self.http = self.http, self.make(max_retries=1)
        try:
            count = self.orders_until_too_many()
        finally:
            self.http = patient
        # With its usual settings pybit waits for the time in the headers, and tries again.
        began = time.monotonic()
        for _ in range(count + 5):
            self.place("Buy", "Limit", price=self.far)
        waited = time.monotonic() - began
        check(waited < 10, f"pybit waited {waited:.1f} s")
        self.http.cancel_all_orders(category=self.category, symbol="BTCUSDT")
        self.check_open()
        return f"after {count} orders; with retries none failed in {waited:.1f} s"

    def orders_until_too_many(self):
        # The orders of earlier steps are not to count.
        time.sleep(1.1)
        for count in range(200):
            try:
                self.place("Buy", "Limit", price=self.far)
            except FailedRequestError as error:
                check("retries exceeded maximum" in str(error), f"the error is {error!r}")
                check(count > 2, "the first orders were too many already")
                return count
        raise Failure("200 orders were not too many")


def sessions():
    return [Pybit(market) for market in SERVED if market.venue == "bybit"]
