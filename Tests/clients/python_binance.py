"""python-binance, the client for Binance alone: what its two markets share."""

import time

from binance import AsyncClient, BinanceSocketManager, Client
from binance.exceptions import BinanceAPIException
from binance.ws.websocket_api import WebsocketAPI

from exchange import Account
from loop import Loop
from markets import AMOUNT
from steps import Failure, Session, check, close, equal, number, ordered_book, raises, wait_for


class PythonBinance(Session):
    """What spot and futures have in common."""

    client = "python-binance"
    tolerance = "0.00000001"

    def __init__(self, market):
        self.listing = market
        self.market = market.name
        self.account = Account(f"python-binance-{market.name}", "binance")

    def open(self, exchange):
        self.exchange = exchange
        self.http = self.make()
        self.loop = Loop()
        self.last_id = 0

    def close(self):
        self.loop.stop()

    def make(self, key=None, secret=None):
        # The constructor would ask the real venue for a ping.
        client = Client(key or self.account.key, secret or self.account.secret, ping=False)
        return self.point(client)

    def point(self, client):
        """Points a client at the exchange."""
        client.API_URL = f"{self.exchange.http}/api"
        client.MARGIN_API_URL = f"{self.exchange.http}/sapi"
        client.FUTURES_URL = f"{self.exchange.http}/fapi"
        client.ws_api = WebsocketAPI(url=f"{self.exchange.ws}/ws-api/v3")
        client.ws_future = WebsocketAPI(url=f"{self.exchange.ws}/ws-fapi/v1")
        return client

    def ask(self, name, **parameters):
        return getattr(self.http, name)(symbol="BTCUSDT", **parameters)

    def next_id(self):
        self.last_id += 1
        return f"b{self.last_id}-{time.time_ns() // 1_000_000}"

    def at(self, share):
        """A price that is this share of the last one, as the exchange takes it."""
        return str((number(self.last) * number(share)).quantize(number("0.1")))

    def check_row(self, row, **expected):
        """Compares a row's fields, those that are decimals by their values."""
        for name, value in expected.items():
            told = row[name]
            if name.lower().endswith(("qty", "price", "quantity", "amt")):
                told, value = number(told), number(value)
            equal(name, told, value)
        equal("symbol", row["symbol"], "BTCUSDT")

    def check_age(self, moment):
        age = time.time() * 1000 - moment
        check(-1000 < age < 20_000, f"it is {age} ms old")

    def check_filters(self, told, notional_name):
        filters = {row["filterType"]: row for row in told["filters"]}
        equal("assets", (told["baseAsset"], told["quoteAsset"], told["status"]),
              ("BTC", "USDT", "TRADING"))
        lot = filters["LOT_SIZE"]
        equal("tick", number(filters["PRICE_FILTER"]["tickSize"]), number(self.listing.tick))
        equal("step", number(lot["stepSize"]), number(self.listing.step))
        equal("least amount", number(lot["minQty"]), number(self.listing.least))
        notional = filters.get("NOTIONAL") or filters["MIN_NOTIONAL"]
        equal("least value", number(notional[notional_name]), number(self.listing.notional))

    def check_book(self, told):
        check(told["lastUpdateId"] > 0, f"its number is {told['lastUpdateId']}")
        bid, ask = ordered_book(told["bids"], told["asks"])
        close("the middle", (bid + ask) / 2, self.last, tolerance=number(self.last) / 50)

    def check_trades(self, told):
        check(1 <= len(told) <= 5, f"there are {len(told)} trades")
        for trade in told:
            close("price", trade["price"], self.last, tolerance=number(self.last) / 50)
            check(number(trade["qty"]) > 0, f"one is {trade}")

    def check_ids(self, told, *expected):
        equal("ids", sorted(order["orderId"] for order in told), sorted(expected))

    def check_fills(self, fills):
        check(fills, "there is none of the market order")
        equal("ids", len({fill["id"] for fill in fills}), len(fills))
        equal("amount", sum(number(fill["qty"]) for fill in fills), number(AMOUNT))
        close("value", sum(number(fill["quoteQty"]) for fill in fills), self.value, "0.0001")
        fee, asset = self.fee()
        close("fee", sum(number(fill["commission"]) for fill in fills), fee, self.tolerance)
        equal("fee's asset", {fill["commissionAsset"] for fill in fills}, {asset})

    def fee(self):
        """What the purchase costs, and in what: spot takes it from what is bought."""
        paid = number(AMOUNT) if self.listing.is_spot else self.value
        return paid * number(self.listing.taker), "BTC" if self.listing.is_spot else "USDT"

    # Streams

    async def follow(self, into):
        """Adds what the private stream tells to a list."""
        client = self.point(AsyncClient(self.account.key, self.account.secret))
        manager = BinanceSocketManager(client)
        manager.STREAM_URL = manager.FSTREAM_URL = f"{self.exchange.ws}/"
        try:
            async with self.private_socket(manager) as socket:
                while True:
                    into.append(await socket.recv())
        finally:
            await client.ws_api.close()
            await client.close_connection()

    def private_stream(self):
        self.told = []
        follower = self.loop.start(self.follow(self.told))
        try:
            time.sleep(1)
            check(not follower.done(), "the stream has ended")
            self.live_and_die()
            self.live_and_fill()
        finally:
            follower.cancel()
            time.sleep(0.2)

    def told_of(self, is_it, what):
        """The first message that is it."""
        return wait_for(what, lambda: next(
            (told for told in list(self.told) if is_it(told)), None), seconds=4)

    # Refusals

    def refused(self, code, client):
        with raises(BinanceAPIException, f"code={code}"):
            self.read_balances(client)

    def wrong_key(self):
        self.refused(-2015, self.make(key="nobody"))

    def wrong_signature(self):
        self.refused(-1022, self.make(secret="wrong"))

    def stale_timestamp(self):
        client = self.make()
        client.timestamp_offset = -60_000
        self.refused(-1021, client)

    def rate_limit(self):
        # The venue counts in windows of ten seconds; a burst may fall into two.
        for count in range(700):
            try:
                # As many as count may not be open at a time.
                self.cancel_far(self.place_far()["orderId"])
            except BinanceAPIException as error:
                equal("code", error.code, -1015)
                equal("status", error.status_code, 429)
                wait = int(error.response.headers["Retry-After"])
                check(0 < wait <= 60, f"Retry-After is {wait}")
                check(count > 2, "the first orders were too many already")
                return f"after {count} orders, for {wait} s"
        raise Failure("700 orders were not too many")
