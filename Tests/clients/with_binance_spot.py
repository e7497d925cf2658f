"""python-binance on spot."""

from binance.exceptions import BinanceAPIException

from exchange import BALANCES
from markets import AMENDED, AMOUNT, BINANCE_SPOT, SERVED
from python_binance import PythonBinance
from steps import check, close, equal, number, raises


class Spot(PythonBinance):
    """It buys and sells assets."""

    def __init__(self, market):
        super().__init__(market)
        self.not_offered = {"positions": "spot has balances, and no positions"}

    def load_markets(self):
        told = self.http.get_symbol_info("BTCUSDT")
        self.check_filters(told, "minNotional")
        check({"LIMIT", "MARKET", "STOP_LOSS_LIMIT"} <= set(told["orderTypes"]),
              f"the order types are {told['orderTypes']}")

    def read_balances(self, client):
        return {row["asset"]: row for row in client.get_account()["balances"]}

    def balance(self):
        told = self.read_balances(self.http)
        for asset, total in BALANCES.items():
            equal(asset, number(told[asset]["free"]), number(total))
            equal(f"{asset} held back", number(told[asset]["locked"]), 0)

    def ticker(self):
        told = self.ask("get_ticker")
        self.last = told["lastPrice"]
        check(30_000 < number(self.last) < 120_000, f"the last price is {self.last}")
        check(number(told["bidPrice"]) < number(told["askPrice"]), "the quote crosses")

    def book(self):
        self.check_book(self.ask("get_order_book", limit=50))

    def trades(self):
        self.check_trades(self.ask("get_recent_trades", limit=5))

    def fees(self):
        [told] = self.ask("get_trade_fee")
        equal("taker", number(told["takerCommission"]), number(self.listing.taker))
        equal("withdraws", self.http.get_account_api_permissions()["enableWithdrawals"], False)

    def place_far(self, **parameters):
        return self.ask("order_limit_buy", quantity=AMOUNT, price=self.far, **parameters)

    def cancel_far(self, order):
        self.ask("cancel_order", orderId=order)

    def find(self, order):
        return self.ask("get_order", orderId=order)

    def place_limit(self):
        name, self.far = self.next_id(), self.at("0.5")
        placed = self.place_far(newClientOrderId=name)
        self.resting = placed["orderId"]
        check(isinstance(self.resting, int), f"its id is {self.resting!r}")
        for told in (placed, self.find(self.resting)):
            self.check_row(
                told, orderId=self.resting, clientOrderId=name, status="NEW", side="BUY",
                type="LIMIT", timeInForce="GTC", price=self.far, origQty=AMOUNT, executedQty=0)
        self.check_age(told["time"])

    def amend(self):
        self.amended = self.at("0.51")
        told = self.ask(
            "cancel_replace_order", side="BUY", type="LIMIT", timeInForce="GTC",
            quantity=AMENDED, price=self.amended, cancelOrderId=self.resting,
            cancelReplaceMode="STOP_ON_FAILURE")
        equal("results", (told["cancelResult"], told["newOrderResult"]), ("SUCCESS", "SUCCESS"))
        self.check_row(self.find(self.resting), status="CANCELED", executedQty=0)
        self.resting = told["newOrderResponse"]["orderId"]
        self.check_row(self.find(self.resting), status="NEW", price=self.amended,
                       origQty=AMENDED)
        return "by cancelReplace; it has no call for amend/keepPriority"

    def open_orders(self):
        told = self.ask("get_open_orders")
        self.check_ids(told, self.resting)
        self.check_row(told[0], status="NEW", price=self.amended, origQty=AMENDED)

    def cancel(self):
        name = self.find(self.resting)["clientOrderId"]
        told = self.ask("cancel_order", orderId=self.resting)
        self.check_row(told, orderId=self.resting, status="CANCELED", origClientOrderId=name)
        check(told["clientOrderId"] != name, "the cancellation has the order's own client id")
        self.check_row(self.find(self.resting), status="CANCELED", executedQty=0)
        with raises(BinanceAPIException, "code=-2011", "Unknown order sent."):
            self.ask("cancel_order", orderId=self.resting)
        self.check_ids(self.ask("get_open_orders"))

    def place_market(self):
        placed = self.ask("order_market_buy", quantity=AMOUNT)
        self.bought = placed["orderId"]
        for told in (placed, self.find(self.bought)):
            self.check_row(told, status="FILLED", type="MARKET", executedQty=AMOUNT)
        self.value = number(placed["cummulativeQuoteQty"])
        close("average", self.value / number(AMOUNT), self.last,
              tolerance=number(self.last) / 50)
        paid = sum(number(fill["price"]) * number(fill["qty"]) for fill in placed["fills"])
        close("value", self.value, paid, "0.0001")
        close("fee", sum(number(fill["commission"]) for fill in placed["fills"]), self.fee()[0])

    def check_waiting(self, side, price, limit):
        """A stop waits with this trigger, can be seen and cancelled."""
        placed = self.ask("create_order", side=side, type="STOP_LOSS_LIMIT", timeInForce="GTC",
                          quantity=AMOUNT, price=limit, stopPrice=price)
        order = placed["orderId"]
        told = self.ask("get_open_orders")
        self.check_ids(told, order)
        self.check_row(told[0], status="NEW", side=side, stopPrice=price, price=limit,
                       origQty=AMOUNT, type="STOP_LOSS_LIMIT", isWorking=False)
        locked = {asset: number(row["locked"])
                  for asset, row in self.read_balances(self.http).items()}
        self.ask("cancel_order", orderId=order)
        self.check_ids(self.ask("get_open_orders"))
        return locked

    def place_stop(self):
        price = self.at("1.5")
        locked = self.check_waiting("BUY", price, price)
        equal("held back", locked["USDT"], number(price) * number(AMOUNT))

    def duplicate_client_id(self):
        name = self.next_id()
        order = self.place_far(newClientOrderId=name)["orderId"]
        with raises(BinanceAPIException, "code=-2010", "Duplicate order sent."):
            self.place_far(newClientOrderId=name)
        self.check_ids(self.ask("get_open_orders"), order)
        self.ask("cancel_order", origClientOrderId=name)
        again = self.place_far(newClientOrderId=name)["orderId"]
        check(again != order, "the second order under the id is the first")
        self.ask("cancel_order", orderId=again)
        return "once the order has ended, its id is free again"

    def refused_orders(self):
        def refused(words, amount, price, *, symbol="BTCUSDT"):
            with raises(BinanceAPIException, *words):
                self.http.order_limit_buy(symbol=symbol, quantity=amount, price=price)

        refused(["code=-2010", "insufficient balance"], "50", self.far)
        refused(["code=-1013", "NOTIONAL"], self.listing.least, self.far)
        refused(["code=-1013", "PRICE_FILTER"], AMOUNT, "30000.001")
        refused(["code=-1121"], AMOUNT, self.far, symbol="NOPE")
        test = self.ask("create_test_order", side="BUY", type="MARKET", quantity=AMOUNT)
        equal("test order", test, {})
        self.check_ids(self.ask("get_open_orders"))

    def closed_orders(self):
        history = {order["orderId"]: order for order in self.ask("get_all_orders")}
        check(self.bought in history and self.resting in history, "orders are missing")
        self.check_row(history[self.bought], status="FILLED", executedQty=AMOUNT)
        equal("value", number(history[self.bought]["cummulativeQuoteQty"]), self.value)
        self.check_row(history[self.resting], status="CANCELED", executedQty=0)

    def executions(self):
        fills = [fill for fill in self.ask("get_my_trades") if fill["orderId"] == self.bought]
        self.check_fills(fills)
        equal("taker and buyer", {(fill["isMaker"], fill["isBuyer"]) for fill in fills},
              {(False, True)})

    def set_stop(self):
        locked = self.check_waiting("SELL", self.at("0.5"), self.at("0.49"))
        equal("held back", locked["BTC"], number(AMOUNT))
        return "a STOP_LOSS_LIMIT that holds the asset back"

    def private_socket(self, manager):
        return manager.user_socket()

    def report(self, order, **expected):
        def is_it(told):
            return (told["e"] == "executionReport" and told["i"] == order
                    and all(told[key] == value for key, value in expected.items()))

        return self.told_of(is_it, f"executionReport of {order} with {expected}")

    def live_and_die(self):
        name = self.next_id()
        order = self.place_far(newClientOrderId=name)["orderId"]
        told = self.report(order, x="NEW", X="NEW", c=name)
        equal("price and amount", (number(told["p"]), number(told["q"])),
              (number(self.far), number(AMOUNT)))
        self.ask("cancel_order", orderId=order)
        told = self.report(order, x="CANCELED", X="CANCELED", C=name)
        equal("filled", number(told["z"]), 0)

    def live_and_fill(self):
        order = self.ask("order_market_buy", quantity=AMOUNT)["orderId"]
        self.report(order, x="NEW")
        told = self.report(order, x="TRADE", X="FILLED", S="BUY", m=False)
        equal("filled", number(told["z"]), number(AMOUNT))
        value, rate = number(told["Z"]), number(self.listing.taker)
        close("average", value / number(AMOUNT), self.last, tolerance=number(self.last) / 50)
        fees = [row for row in list(self.told)
                if row["e"] == "executionReport" and row["i"] == order and row["x"] == "TRADE"]
        close("fee", sum(number(row["n"]) for row in fees), number(AMOUNT) * rate)
        equal("fee's asset", {row["N"] for row in fees}, {"BTC"})
        self.told_of(lambda row: row["e"] == "outboundAccountPosition", "balances")


def sessions():
    return [Spot(market) for market in SERVED if market is BINANCE_SPOT]
