"""python-binance on USD-M futures."""

from binance.exceptions import BinanceAPIException

from exchange import BALANCES
from markets import AMENDED, AMOUNT, BINANCE_FUTURES, SERVED
from python_binance import PythonBinance
from steps import check, close, equal, number, raises


class Futures(PythonBinance):
    """It holds positions; orders that wait for a trigger are algo orders."""

    def load_markets(self):
        told = {row["symbol"]: row for row in self.http.futures_exchange_info()["symbols"]}
        self.check_filters(told["BTCUSDT"], "notional")
        equal("contract", told["BTCUSDT"]["contractType"], "PERPETUAL")

    def read_balances(self, client):
        return {row["asset"]: row for row in client.futures_account_balance()}

    def balance(self):
        told = self.read_balances(self.http)["USDT"]
        equal("USDT", number(told["balance"]), number(BALANCES["USDT"]))
        equal("USDT available", number(told["availableBalance"]), number(BALANCES["USDT"]))

    def ticker(self):
        self.last = self.ask("futures_ticker")["lastPrice"]
        check(30_000 < number(self.last) < 120_000, f"the last price is {self.last}")
        told = self.ask("futures_orderbook_ticker")
        check(number(told["bidPrice"]) < number(told["askPrice"]), "the quote crosses")

    def book(self):
        self.check_book(self.ask("futures_order_book", limit=50))

    def trades(self):
        self.check_trades(self.ask("futures_recent_trades", limit=5))

    def fees(self):
        told = self.ask("futures_commission_rate")
        equal("taker", number(told["takerCommissionRate"]), number(self.listing.taker))

    def place(self, side, kind, **parameters):
        return self.ask("futures_create_order", side=side, type=kind, **parameters)

    def place_far(self, **parameters):
        return self.place("BUY", "LIMIT", timeInForce="GTC", quantity=AMOUNT, price=self.far,
                          **parameters)

    def cancel_far(self, order):
        self.ask("futures_cancel_order", orderId=order)

    def find(self, order):
        return self.ask("futures_get_order", orderId=order)

    def place_limit(self):
        name, self.far = self.next_id(), self.at("0.5")
        placed = self.place_far(newClientOrderId=name)
        self.resting = placed["orderId"]
        check(isinstance(self.resting, int), f"its id is {self.resting!r}")
        for told in (placed, self.find(self.resting)):
            self.check_row(
                told, orderId=self.resting, clientOrderId=name, status="NEW", side="BUY",
                type="LIMIT", timeInForce="GTC", price=self.far, origQty=AMOUNT, executedQty=0,
                reduceOnly=False, positionSide="BOTH")
        self.check_age(told["time"])

    def amend(self):
        self.amended = self.at("0.51")
        told = self.ask("futures_modify_order", orderId=self.resting, side="BUY",
                        quantity=AMENDED, price=self.amended)
        for row in (told, self.find(self.resting)):
            self.check_row(row, orderId=self.resting, status="NEW", price=self.amended,
                           origQty=AMENDED)

    def open_orders(self):
        told = self.ask("futures_get_open_orders")
        self.check_ids(told, self.resting)
        self.check_row(told[0], status="NEW", price=self.amended, origQty=AMENDED)

    def cancel(self):
        told = self.ask("futures_cancel_order", orderId=self.resting)
        self.check_row(told, orderId=self.resting, status="CANCELED")
        self.check_row(self.find(self.resting), status="CANCELED", executedQty=0)
        with raises(BinanceAPIException, "code=-2011", "Unknown order sent."):
            self.ask("futures_cancel_order", orderId=self.resting)
        self.check_ids(self.ask("futures_get_open_orders"))

    def place_market(self):
        placed = self.place("BUY", "MARKET", quantity=AMOUNT, newOrderRespType="RESULT")
        self.bought = placed["orderId"]
        for told in (placed, self.find(self.bought)):
            self.check_row(told, status="FILLED", type="MARKET", executedQty=AMOUNT)
        self.average, self.value = number(told["avgPrice"]), number(told["cumQuote"])
        close("average", self.average, self.last, tolerance=number(self.last) / 50)
        close("value", self.value, self.average * number(AMOUNT), "0.0001")

    def check_waiting(self, side, price, **parameters):
        """A stop waits with this trigger, can be seen and cancelled."""
        placed = self.place(side, "STOP_MARKET", stopPrice=price, **parameters)
        waiting = self.ask("futures_get_open_algo_orders")
        equal("waiting", [row["algoId"] for row in waiting], [placed["algoId"]])
        self.check_row(waiting[0], algoStatus="NEW", side=side, orderType="STOP_MARKET",
                       triggerPrice=price, clientAlgoId=placed["clientAlgoId"])
        self.check_ids(self.ask("futures_get_open_orders"))
        told = self.ask("futures_cancel_algo_order", algoId=placed["algoId"])
        equal("id", told["algoId"], placed["algoId"])
        equal("waiting", self.ask("futures_get_open_algo_orders"), [])
        return waiting[0]

    def place_stop(self):
        told = self.check_waiting("BUY", self.at("1.5"), quantity=AMOUNT)
        equal("amount", number(told["quantity"]), number(AMOUNT))
        return "as an algo order"

    def duplicate_client_id(self):
        name = self.next_id()
        order = self.place_far(newClientOrderId=name)["orderId"]
        with raises(BinanceAPIException, "code=-4116", "ClientOrderId is duplicated."):
            self.place_far(newClientOrderId=name)
        self.check_ids(self.ask("futures_get_open_orders"), order)
        self.ask("futures_cancel_order", origClientOrderId=name)

    def refused_orders(self):
        def refused(code, amount, price, *, symbol="BTCUSDT"):
            with raises(BinanceAPIException, f"code={code}"):
                self.http.futures_create_order(
                    symbol=symbol, side="BUY", type="LIMIT", timeInForce="GTC", quantity=amount,
                    price=price)

        refused(-2019, "50", self.far)
        refused(-4164, self.listing.least, self.far)
        refused(-1111, AMOUNT, "30000.01")
        refused(-1121, AMOUNT, self.far, symbol="NOPE")
        self.check_ids(self.ask("futures_get_open_orders"))

    def closed_orders(self):
        history = {order["orderId"]: order for order in self.ask("futures_get_all_orders")}
        check(self.bought in history and self.resting in history, "orders are missing")
        self.check_row(history[self.bought], status="FILLED", executedQty=AMOUNT,
                       avgPrice=self.average)
        self.check_row(history[self.resting], status="CANCELED", executedQty=0)

    def executions(self):
        fills = [fill for fill in self.ask("futures_account_trades")
                 if fill["orderId"] == self.bought]
        self.check_fills(fills)
        equal("taker and side", {(fill["maker"], fill["side"]) for fill in fills},
              {(False, "BUY")})

    def positions(self):
        [told] = self.ask("futures_position_information")
        self.check_row(told, positionAmt=AMOUNT, positionSide="BOTH")
        close("entry", told["entryPrice"], self.average, "0.1")

    def set_stop(self):
        told = self.check_waiting("SELL", self.at("0.5"), closePosition="true")
        equal("closes the position", told["closePosition"], True)
        return "as an algo order that closes the position"

    def private_socket(self, manager):
        return manager.futures_user_socket()

    def report(self, order, **expected):
        def is_it(told):
            row = told.get("o", {})
            return (told["e"] == "ORDER_TRADE_UPDATE" and row["i"] == order
                    and all(row[key] == value for key, value in expected.items()))

        return self.told_of(is_it, f"ORDER_TRADE_UPDATE of {order} with {expected}")["o"]

    def live_and_die(self):
        name, amended = self.next_id(), self.at("0.51")
        order = self.place_far(newClientOrderId=name)["orderId"]
        told = self.report(order, x="NEW", X="NEW", c=name)
        equal("price and amount", (number(told["p"]), number(told["q"])),
              (number(self.far), number(AMOUNT)))
        self.ask("futures_modify_order", orderId=order, side="BUY", quantity=AMENDED,
                 price=amended)
        told = self.report(order, x="AMENDMENT", X="NEW")
        equal("price and amount", (number(told["p"]), number(told["q"])),
              (number(amended), number(AMENDED)))
        self.ask("futures_cancel_order", orderId=order)
        told = self.report(order, x="CANCELED", X="CANCELED", c=name)
        equal("filled", number(told["z"]), 0)

    def live_and_fill(self):
        order = self.place("BUY", "MARKET", quantity=AMOUNT)["orderId"]
        self.report(order, x="NEW")
        told = self.report(order, x="TRADE", X="FILLED", S="BUY", m=False)
        equal("filled", number(told["z"]), number(AMOUNT))
        average, rate = number(told["ap"]), number(self.listing.taker)
        close("average", average, self.last, tolerance=number(self.last) / 50)
        fees = [row["o"] for row in list(self.told)
                if row["e"] == "ORDER_TRADE_UPDATE" and row["o"]["i"] == order
                and row["o"]["x"] == "TRADE"]
        close("fee", sum(number(row["n"]) for row in fees), average * number(AMOUNT) * rate,
              "0.000001")
        equal("fee's asset", {row["N"] for row in fees}, {"USDT"})
        total = 2 * number(AMOUNT)
        self.told_of(
            lambda row: row["e"] == "ACCOUNT_UPDATE" and any(
                held["s"] == "BTCUSDT" and number(held["pa"]) == total
                for held in row["a"]["P"]),
            "ACCOUNT_UPDATE with both purchases")


def sessions():
    return [Futures(market) for market in SERVED if market is BINANCE_FUTURES]
