#!/usr/bin/env python3
"""python-binance on Binance spot of the local exchange."""

import sys

from binance.client import Client
from binance.exceptions import BinanceAPIException

from steps import Steps

BASE = f"http://127.0.0.1:{sys.argv[1]}/api"
SYMBOL = "BTCUSDT"


def client(key="key-of-python-binance", hidden="hidden-one-of-python-binance"):
    """A client that is pointed at the local exchange."""
    made = Client(key, hidden, ping=False)
    made.API_URL = BASE
    made.MARGIN_API_URL = BASE.replace("/api", "/sapi")
    return made


it = client()
steps = Steps("python-binance")
steps.gives("ping", it.ping, lambda p: p == {})
steps.gives("exchange info", it.get_exchange_info, lambda i: len(i["symbols"]) == 2)
steps.gives("symbol info", lambda: it.get_symbol_info(SYMBOL), lambda i: i["baseAsset"] == "BTC")
steps.gives("balance", lambda: it.get_asset_balance("USDT"), lambda b: b["free"] == "100000.00000000")
steps.gives("ticker", lambda: it.get_symbol_ticker(symbol=SYMBOL), lambda t: float(t["price"]) > 0)
steps.gives("book ticker", lambda: it.get_orderbook_ticker(symbol=SYMBOL), lambda t: t["askPrice"])
steps.gives("book", lambda: it.get_order_book(symbol=SYMBOL, limit=5), lambda b: len(b["asks"]) == 5)
order = steps.gives(
    "place limit",
    lambda: it.order_limit_buy(symbol=SYMBOL, quantity="0.01", price="50000"),
    lambda o: o["status"] == "NEW" and o["fills"] == [],
)
steps.gives(
    "fetch",
    lambda: it.get_order(symbol=SYMBOL, orderId=order["orderId"]),
    lambda o: o["clientOrderId"] == order["clientOrderId"] and o["isWorking"],
)
steps.raises(
    "duplicate client id",
    lambda: it.order_limit_buy(
        symbol=SYMBOL, quantity="0.01", price="50000", newClientOrderId=order["clientOrderId"]
    ),
    BinanceAPIException,
    "Duplicate order sent.",
)
steps.gives("open orders", lambda: it.get_open_orders(symbol=SYMBOL), lambda o: len(o) == 1)
steps.gives(
    "cancel",
    lambda: it.cancel_order(symbol=SYMBOL, orderId=order["orderId"]),
    lambda o: o["status"] == "CANCELED" and o["origClientOrderId"] == order["clientOrderId"],
)
steps.gives(
    "place market",
    lambda: it.order_market_buy(symbol=SYMBOL, quoteOrderQty="600"),
    lambda o: o["status"] == "FILLED" and o["fills"] and float(o["cummulativeQuoteQty"]) <= 600,
)
steps.gives(
    "place stop",
    lambda: it.create_order(
        symbol=SYMBOL, side="SELL", type="STOP_LOSS", quantity="0.01", stopPrice="40000"
    ),
    lambda o: "orderId" in o,
)
steps.gives("test order", lambda: it.create_test_order(
    symbol=SYMBOL, side="SELL", type="MARKET", quantity="0.01"), lambda o: o == {})
steps.gives("all orders", lambda: it.get_all_orders(symbol=SYMBOL), lambda o: len(o) == 3)
steps.gives("executions", lambda: it.get_my_trades(symbol=SYMBOL), lambda t: t[0]["isBuyer"])
steps.gives("account", it.get_account, lambda a: a["canTrade"] and not a["canWithdraw"])
steps.gives("permissions", it.get_account_api_permissions, lambda p: not p["enableWithdrawals"])
steps.raises("wrong symbol", lambda: it.get_order_book(symbol="NOPE"), BinanceAPIException, "-1121")
steps.raises(
    "grid", lambda: it.order_limit_buy(symbol=SYMBOL, quantity="0.01", price="50000.001"),
    BinanceAPIException, "PRICE_FILTER",
)
steps.raises("wrong key", client(key="nobody").get_account, BinanceAPIException, "-2015")
steps.raises("wrong signature", client(hidden="not-this-one").get_account, BinanceAPIException, "-1022")
steps.end()
