"""What the engine is told of each market, and how the venue is asked what became of its orders."""

import decimal
import hashlib
import hmac
import json
import sys
import time
import urllib.request

KEY = "key-of-the-engine"
HIDDEN = "hidden-one-of-the-engine"
SYMBOL = "BTCUSDT"


def faults(venue, place, cancel, fills, order, book, minutes=1):
    """Every kind of trouble, again and again, as often as a bad day of a venue has it.

    Texts that are found in: requests that place, those that cancel, those for fills; messages
    about orders and about the book. What a minute has comes again in each that follows.
    """
    return [rule for minute in range(minutes)
            for rule in faults_of_a_minute(venue, place, cancel, fills, order, book, minute)]


def faults_of_a_minute(venue, place, cancel, fills, order, book, minute):
    """The trouble of one minute, behind that of the minutes before."""
    def at(where, skip, do, times=1, **more):
        request, method = where
        place = {"request": request} | ({"method": method} if method else {})
        return place | {"skip": skip + 40 * minute, "times": times, "do": do} | more

    def message(text, skip, do, times=1, **more):
        skip += (300 if text == book else 40) * minute
        return {"message": text, "skip": skip, "times": times, "do": do} | more

    def after(seconds, do, **more):
        return {"after": f"{seconds + 60 * minute}s", "do": do} | more

    return [
        at(place, 3, "loseAnswer", times=2), at(place, 9, "loseRequest"),
        at(place, 13, "serverError", status=504, done=True),
        at(place, 17, "tooMany", by="1s"), at(place, 21, "delay", by="700ms"),
        at(place, 25, "serverError", status=502), at(place, 28, "banned", by="2s"),
        at(cancel, 2, "loseAnswer"), at(cancel, 5, "loseRequest"),
        at((fills, None), 1, "serverError", status=500),
        message(order, 8, "drop", times=3), message(order, 16, "duplicate"),
        message(order, 20, "swap"), message(order, 24, "delay", times=2, by="500ms"),
        message(order, 30, "disconnect"), message(book, 120, "drop"),
        after(20, "disconnect"),
        after(32, "maintenance", by="2s"),
        after(40, "drift", by="300ms"),
        after(15, "forget", by="2h"),
        after(25, "filters", venue=venue, symbol=SYMBOL, minimumNotional="1"),
    ]


def sign(text):
    """The signature of a text, as both venues want it."""
    return hmac.new(HIDDEN.encode(), text.encode(), hashlib.sha256).hexdigest()


def fetch(request):
    """The answer to a question, asked again where none comes."""
    for _ in range(5):
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())
        except OSError:
            time.sleep(1)
    sys.exit(f"the exchange does not answer {request.full_url}")


class Binance:
    """Asks in Binance's words."""

    kind = "binance"
    # What faults are found by: requests, and messages.
    order_path = fills_path = order_message = time_path = ""

    def faults(self, minutes=1):
        """The script of trouble."""
        return faults(self.name, (self.order_path, "POST"), (self.order_path, "DELETE"),
                      self.fills_path, self.order_message, "depthUpdate", minutes)

    def ask(self, port, path, query=""):
        """The answer to a signed question."""
        query = (query + "&" if query else "") + f"timestamp={int(time.time() * 1000)}"
        query += "&recvWindow=60000"
        address = f"http://127.0.0.1:{port}{path}?{query}&signature={sign(query)}"
        return fetch(urllib.request.Request(address, headers={"X-MBX-APIKEY": KEY}))

    def time(self, port):
        """The venue's time, in milliseconds."""
        address = f"http://127.0.0.1:{port}{self.time_path}"
        return fetch(urllib.request.Request(address))["serverTime"]

    def trades(self, port):
        """All rows of fills, oldest first."""
        rows = []
        while True:
            first = rows[-1]["id"] + 1 if rows else 0
            page = self.ask(port, self.fills_path, f"symbol={SYMBOL}&limit=1000&fromId={first}")
            rows += page
            if len(page) < 1000:
                return rows

    def fills(self, port):
        """How many fills there were."""
        return len(self.trades(port))

    @staticmethod
    def fill(row, is_buy):
        """A fill, as every market tells it: the fee is what it took of what was bought."""
        fee = decimal.Decimal(row["commission"]) if row["commissionAsset"] == "BTC" else 0
        return {"order": str(row["orderId"]), "side": 1 if is_buy else -1, "fee": fee,
                "quantity": decimal.Decimal(row["qty"]), "price": decimal.Decimal(row["price"]),
                "time": row["time"]}


class BinanceSpot(Binance):
    """Binance's spot market."""

    name = "binance-spot"
    order_path, fills_path = "/api/v3/order", "/api/v3/myTrades"
    time_path = "/api/v3/time"
    order_message = "executionReport"
    market = "spot"
    # What the account holds besides the engine's own.
    foreign = {"BTC": decimal.Decimal(2)}
    filters = {"priceTick": "0.01", "quantityStep": "0.00001", "minimumQuantity": "0.00001",
               "maximumQuantity": "9000", "minimumNotional": "5"}
    fees = {"maker": "0.001", "taker": "0.001"}
    margin = None

    def balances(self, port):
        """All that is held, by asset."""
        rows = self.ask(port, "/api/v3/account")["balances"]
        return {r["asset"]: decimal.Decimal(r["free"]) + decimal.Decimal(r["locked"])
                for r in rows}

    def orders(self, port):
        """The names of all orders."""
        rows = self.ask(port, "/api/v3/allOrders", f"symbol={SYMBOL}&limit=1000")
        return [row["clientOrderId"] for row in rows]

    def open_orders(self, port):
        """How many orders work."""
        return len(self.ask(port, "/api/v3/openOrders"))

    def history(self, port, _known):
        """What the venue says of the newest orders, as every market tells it."""
        rows = self.ask(port, "/api/v3/allOrders", f"symbol={SYMBOL}&limit=1000")
        return [{"id": str(row["orderId"]), "name": row["clientOrderId"],
                 "side": 1 if row["side"] == "BUY" else -1,
                 "stop": row["type"].startswith("STOP_LOSS"),
                 "quantity": decimal.Decimal(row["origQty"]), "made": row["time"],
                 "open": row["status"] == "NEW" and not row["isWorking"],
                 "ended": row.get("workingTime") or row["updateTime"],
                 "again": False} for row in rows]

    def executions(self, port):
        """All fills, as every market tells them."""
        return [self.fill(row, row["isBuyer"]) for row in self.trades(port)]

    def position(self, port):
        """What is held of a contract."""
        return decimal.Decimal(0)


class BinanceFutures(Binance):
    """Binance's USD-M contracts."""

    name = "binance-futures"
    # Plain orders and algo orders alike.
    order_path, fills_path = "rder?", "/fapi/v1/userTrades"
    time_path = "/fapi/v1/time"
    order_message = "_UPDATE\""
    market = "perpetual"
    foreign = {}
    filters = {"priceTick": "0.1", "quantityStep": "0.001", "minimumQuantity": "0.001",
               "maximumQuantity": "1000", "minimumNotional": "100"}
    fees = {"maker": "0.0002", "taker": "0.0005"}
    margin = {"leverage": "10", "maintenanceRate": "0.005"}

    def balances(self, port):
        """All that is held, by asset."""
        rows = self.ask(port, "/fapi/v3/balance")
        return {row["asset"]: decimal.Decimal(row["balance"]) for row in rows}

    def orders(self, port):
        """The names of all orders, a triggered stop once."""
        rows = self.ask(port, "/fapi/v1/allOrders", f"symbol={SYMBOL}&limit=1000")
        algos = self.ask(port, "/fapi/v1/allAlgoOrders", f"symbol={SYMBOL}&limit=1000")
        children = {str(row["actualOrderId"]) for row in algos if row.get("actualOrderId")}
        names = [row["clientOrderId"] for row in rows if str(row["orderId"]) not in children]
        return names + [row["clientAlgoId"] for row in algos]

    def open_orders(self, port):
        """How many orders work."""
        algos = self.ask(port, "/fapi/v1/openAlgoOrders")
        return len(self.ask(port, "/fapi/v1/openOrders")) + len(algos)

    def history(self, port, _known):
        """What the venue says of the newest orders, as every market tells it.

        What a triggered stop became is an order of the same name, and there again.
        """
        query = f"symbol={SYMBOL}&limit=1000"
        stops = self.ask(port, "/fapi/v1/allAlgoOrders", query)
        children = {row["actualOrderId"] for row in stops}
        return [{"id": str(row["orderId"]), "name": row["clientOrderId"],
                 "side": 1 if row["side"] == "BUY" else -1, "stop": False,
                 "quantity": decimal.Decimal(row["origQty"]), "made": row["time"],
                 "open": row["status"] in ("NEW", "PARTIALLY_FILLED"),
                 "ended": row["updateTime"], "again": str(row["orderId"]) in children}
                for row in self.ask(port, "/fapi/v1/allOrders", query)] + [
               {"id": str(row["algoId"]), "name": row["clientAlgoId"],
                "side": 1 if row["side"] == "BUY" else -1, "stop": True,
                "quantity": decimal.Decimal(row["quantity"]), "made": row["createTime"],
                "open": row["algoStatus"] == "NEW",
                "ended": row["triggerTime"] or row["updateTime"], "again": False}
                for row in stops]

    def executions(self, port):
        """All fills, as every market tells them."""
        return [self.fill(row, row["side"] == "BUY") for row in self.trades(port)]

    def position(self, port):
        """What is held of a contract."""
        rows = self.ask(port, "/fapi/v3/positionRisk", f"symbol={SYMBOL}")
        return sum((decimal.Decimal(row["positionAmt"]) for row in rows), decimal.Decimal(0))


class Bybit:
    """Asks in Bybit's words."""

    kind = "bybit"
    category = ""

    def faults(self, minutes=1):
        """The script of trouble."""
        return faults(self.name, ("/v5/order/create", None), ("/v5/order/cancel", None),
                      "/v5/execution/list", '"orderStatus"', '"topic":"orderbook', minutes)

    def ask(self, port, path, query):
        """The result of a signed question, asked again where the venue says: not now."""
        address = f"http://127.0.0.1:{port}{path}?{query}"
        for _ in range(20):
            now = str(int(time.time() * 1000))
            headers = {"X-BAPI-API-KEY": KEY, "X-BAPI-TIMESTAMP": now,
                       "X-BAPI-RECV-WINDOW": "60000",
                       "X-BAPI-SIGN": sign(now + KEY + "60000" + query)}
            answer = fetch(urllib.request.Request(address, headers=headers))
            if answer["retCode"] == 0:
                return answer["result"]
            # Maintenance, and too many visits of the account, which are the engine's as well.
            if answer["retCode"] not in (10016, 10006):
                break
            time.sleep(0.5)
        sys.exit(f"{path}: {answer}")

    def rows(self, port, path, query=None):
        """All rows of a list of pages."""
        rows, cursor = [], ""
        query = query or f"category={self.category}&symbol={SYMBOL}&limit=50"
        while True:
            page = self.ask(port, path, query + (f"&cursor={cursor}" if cursor else ""))
            rows += page["list"]
            cursor = page.get("nextPageCursor", "")
            if not page["list"] or not cursor:
                return rows

    def time(self, port):
        """The venue's time, in milliseconds."""
        return int(self.ask(port, "/v5/market/time", "")["timeNano"]) // 1_000_000

    def history(self, port, known):
        """What the venue says of orders, as every market tells it: from the newest to those whose
        end is known."""
        rows, cursor = [], ""
        waiting = {order for order, row in known.items() if row["open"]}
        query = f"category={self.category}&symbol={SYMBOL}&limit=50"
        while True:
            page = self.ask(port, "/v5/order/history", query + (cursor and f"&cursor={cursor}"))
            rows += page["list"]
            cursor = page.get("nextPageCursor", "")
            ended = [row["orderId"] for row in page["list"]
                     if not known.get(row["orderId"], {"open": True})["open"]]
            waiting -= {row["orderId"] for row in page["list"]}
            if not cursor or len(ended) == len(page["list"]) and not waiting:
                break
        working = ("New", "PartiallyFilled", "Untriggered")
        return [{"id": row["orderId"], "name": row["orderLinkId"],
                 "side": 1 if row["side"] == "Buy" else -1,
                 "stop": bool(row["triggerPrice"]),
                 "quantity": decimal.Decimal(row["qty"]), "made": int(row["createdTime"]),
                 "open": row["orderStatus"] in working, "ended": int(row["updatedTime"]),
                 "again": False} for row in rows]

    def executions(self, port):
        """All fills, as every market tells them: the fee is what it took of what was bought."""
        return [{"order": row["orderId"], "side": 1 if row["side"] == "Buy" else -1,
                 "fee": decimal.Decimal(row["execFee"]) if row["feeCurrency"] == "BTC" else 0,
                 "quantity": decimal.Decimal(row["execQty"]),
                 "price": decimal.Decimal(row["execPrice"]), "time": int(row["execTime"])}
                for row in self.rows(port, "/v5/execution/list") if row["execType"] == "Trade"]

    def balances(self, port):
        """All that is held, by asset."""
        wallet = self.ask(port, "/v5/account/wallet-balance", "accountType=UNIFIED")
        coins = wallet["list"][0]["coin"]
        return {row["coin"]: decimal.Decimal(row["walletBalance"]) for row in coins}

    def orders(self, port):
        """The names of all orders."""
        ended = self.rows(port, "/v5/order/history")
        seen = {row["orderId"]: row["orderLinkId"] for row in ended}
        for row in self.rows(port, "/v5/order/realtime"):
            seen.setdefault(row["orderId"], row["orderLinkId"])
        return list(seen.values())

    def open_orders(self, port):
        """How many orders work."""
        working = ("New", "PartiallyFilled", "Untriggered")
        return sum(row["orderStatus"] in working for row in self.rows(port, "/v5/order/realtime"))

    def fills(self, port):
        """How many fills there were."""
        rows = self.rows(port, "/v5/execution/list")
        return sum(row["execType"] == "Trade" for row in rows)


class BybitSpot(Bybit):
    """Bybit's spot market."""

    name = "bybit-spot"
    category = "spot"
    market = "spot"
    foreign = {"BTC": decimal.Decimal(2)}
    filters = {"priceTick": "0.01", "quantityStep": "0.000001", "minimumQuantity": "0.000048",
               "maximumQuantity": "71", "minimumNotional": "5"}
    fees = {"maker": "0.001", "taker": "0.001"}
    margin = None

    def open_orders(self, port):
        """How many orders work; stops that hold assets are told apart."""
        query = f"category=spot&symbol={SYMBOL}&limit=50&orderFilter=tpslOrder"
        stops = self.ask(port, "/v5/order/realtime", query)["list"]
        return super().open_orders(port) + len(stops)

    def position(self, port):
        """What is held of a contract."""
        return decimal.Decimal(0)


class BybitLinear(Bybit):
    """Bybit's contracts in USDT."""

    name = "bybit-linear"
    category = "linear"
    market = "perpetual"
    foreign = {"BTC": decimal.Decimal(2)}
    filters = {"priceTick": "0.1", "quantityStep": "0.001", "minimumQuantity": "0.001",
               "maximumQuantity": "1000", "minimumNotional": "5"}
    fees = {"maker": "0.0002", "taker": "0.00055"}
    margin = {"leverage": "10", "maintenanceRate": "0.005"}

    def position(self, port):
        """What is held of a contract."""
        rows = self.ask(port, "/v5/position/list", f"category=linear&symbol={SYMBOL}")["list"]
        sides = {"Buy": 1, "Sell": -1}
        return sum((decimal.Decimal(row["size"]) * sides.get(row["side"], 0) for row in rows),
                   decimal.Decimal(0))


MARKETS = {market.name: market for market in
           [BinanceSpot(), BinanceFutures(), BybitSpot(), BybitLinear()]}
