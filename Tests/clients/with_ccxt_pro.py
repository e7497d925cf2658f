"""ccxt.pro: the calls of ccxt as coroutines, and its streams."""

import asyncio
import contextlib

import ccxt.pro

from loop import Loop
from markets import AMENDED, AMOUNT, SERVED
from steps import Failure, check, close, equal, number, ordered_book, wait_for
from with_ccxt import Ccxt


class CcxtPro(Ccxt):
    """ccxt.pro in one market."""

    client = "ccxt.pro"
    library = ccxt.pro

    def __init__(self, market):
        super().__init__(market)
        del self.not_offered["private stream"]

    def open(self, exchange):
        self.loop = Loop()
        super().open(exchange)

    def close(self):
        self.close_client(self.client_of)
        self.loop.stop()

    def close_client(self, client):
        self.loop.run(asyncio.wait_for(client.close(), 5))

    def call(self, name, *arguments, of=None):
        return self.loop.run(getattr(of or self.client_of, name)(*arguments))

    # Streams

    def ticker(self):
        super().ticker()
        told = self.call("watch_ticker", self.symbol)
        equal("symbol", told["symbol"], self.symbol)
        close("last of the stream", told["last"], self.last, tolerance=self.last / 50)

    def book(self):
        super().book()
        for _ in range(3):
            told = self.call("watch_order_book", self.symbol)
            bid, ask = ordered_book(list(told["bids"]), list(told["asks"]))
            close("the middle", (bid + ask) / 2, self.last, tolerance=self.last / 50)

    def trades(self):
        super().trades()
        told = self.call("watch_trades", self.symbol)
        equal("symbols", {trade["symbol"] for trade in told}, {self.symbol})
        close("price", told[-1]["price"], self.last, tolerance=self.last / 50)

    async def follow(self, name, into, *arguments):
        """Adds what a stream tells to a list."""
        while True:
            told = await getattr(self.client_of, name)(*arguments)
            into += [dict(row) for row in told] if isinstance(told, list) else [dict(told)]

    def private_stream(self):
        self.orders, self.fills, self.wallets, self.held = [], [], [], []
        followers = [
            self.loop.start(self.follow("watch_orders", self.orders, self.symbol)),
            self.loop.start(self.follow("watch_my_trades", self.fills, self.symbol)),
            self.loop.start(self.follow("watch_balance", self.wallets)),
        ]
        if not self.listing.is_spot:
            followers.append(
                self.loop.start(self.follow("watch_positions", self.held, [self.symbol])))
        try:
            self.loop.run(asyncio.sleep(1))
            for follower in followers:
                check(not follower.done(), "a stream has ended")
            self.live_and_die()
            self.live_and_fill()
        finally:
            for follower in followers:
                follower.cancel()

    def told_of(self, order, **expected):
        """The first thing that the stream told of an order with these values."""
        def first():
            for told in list(self.orders):
                with contextlib.suppress(Failure):
                    self.check_order(told, id=order, **expected)
                    return told
            return None

        return wait_for(f"message of {order} with {expected}", first, seconds=4)

    def live_and_die(self):
        name, price, amended = self.next_id(), self.at(0.5), self.at(0.51)
        order = self.place("limit", "buy", AMOUNT, price, clientOrderId=name)["id"]
        told = self.told_of(order, status="open", price=price, amount=AMOUNT, filled=0)
        self.check_order(told, side="buy", type="limit", clientOrderId=name)
        last = self.call("edit_order", order, self.symbol, "limit", "buy", float(AMENDED),
                         amended)["id"]
        if last != order:
            self.told_of(order, status="canceled")
        self.told_of(last, status="open", price=amended, amount=AMENDED)
        self.call("cancel_order", last, self.symbol)
        self.told_of(last, status="canceled", filled=0)

    def live_and_fill(self):
        order = self.place("market", "buy", AMOUNT)["id"]
        told = self.told_of(order, status="closed", filled=AMOUNT)
        self.check_order(told, side="buy", type="market", remaining=0)

        def fills():
            return [fill for fill in list(self.fills) if fill["order"] == order]

        wait_for("fills of it", lambda: sum(
            number(fill["amount"]) for fill in fills()) == number(AMOUNT))
        found = fills()
        self.cost = sum(number(fill["cost"]) for fill in found)
        self.check_fills(found)
        close("average", told["average"], self.cost / number(AMOUNT), "0.1")
        wait_for("balance", lambda: self.wallets)
        if not self.listing.is_spot:
            total = 2 * number(AMOUNT)
            wait_for("position of both purchases", lambda: any(
                number(held["contracts"] or 0) == total for held in list(self.held)))


def sessions():
    return [CcxtPro(market) for market in SERVED]
