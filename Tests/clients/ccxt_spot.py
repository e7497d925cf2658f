#!/usr/bin/env python3
"""ccxt on Binance spot of the local exchange."""

import sys

import ccxt

from steps import Steps

BASE = f"http://127.0.0.1:{sys.argv[1]}"
PAIR = "BTC/USDT"


def client(key="key-of-ccxt", hidden="hidden-one-of-ccxt", **options):
    """A client that is pointed at the local exchange."""
    made = ccxt.binance(
        {
            "apiKey": key,
            "secret": hidden,
            "options": {
                "fetchMarkets": {"types": ["spot"]},
                "fetchCurrencies": False,
                "defaultType": "spot",
                **options,
            },
        }
    )
    for name, address in made.urls["api"].items():
        if isinstance(address, str):
            path = "/sapi/v1" if "sapi" in name else "/api/v3"
            made.urls["api"][name] = BASE + path
    return made


it = client()
steps = Steps("ccxt spot")
steps.gives("load markets", it.load_markets, lambda m: {PAIR, "ETH/USDT"} <= set(m))
steps.gives("precision", lambda: it.market(PAIR)["precision"]["price"], lambda p: p == 0.01)
steps.gives("balance", lambda: it.fetch_balance()["USDT"]["total"], lambda b: b == 100000)
steps.gives("ticker", lambda: it.fetch_ticker(PAIR), lambda t: 0 < t["bid"] < t["ask"])
steps.gives("book", lambda: it.fetch_order_book(PAIR, 5), lambda b: len(b["bids"]) == 5)
steps.gives("trades", lambda: it.fetch_trades(PAIR, limit=2), lambda t: len(t) <= 2)
low = {"newClientOrderId": "ccxt-1"}
order = steps.gives(
    "place limit",
    lambda: it.create_order(PAIR, "limit", "buy", 0.01, 50000, low),
    lambda o: o["status"] == "open" and o["clientOrderId"] == "ccxt-1",
)
steps.raises(
    "duplicate client id",
    lambda: it.create_order(PAIR, "limit", "buy", 0.01, 50000, low),
    ccxt.InvalidOrder,
    "Duplicate order sent.",
)
steps.gives("balance locked", lambda: it.fetch_balance()["USDT"]["used"], lambda b: b == 500)
steps.gives("fetch", lambda: it.fetch_order(order["id"], PAIR), lambda o: o["remaining"] == 0.01)
steps.gives("open orders", lambda: it.fetch_open_orders(PAIR), lambda o: len(o) == 1)
steps.gives(
    "cancel",
    lambda: it.cancel_order(order["id"], PAIR),
    lambda o: o["status"] == "canceled",
)
steps.raises(
    "cancel again", lambda: it.cancel_order(order["id"], PAIR), ccxt.OrderNotFound
)
steps.raises("fetch unknown", lambda: it.fetch_order("999999", PAIR), ccxt.OrderNotFound)
filled = steps.gives(
    "place market",
    lambda: it.create_order(PAIR, "market", "buy", 0.01),
    lambda o: o["status"] == "closed" and o["filled"] == 0.01 and o["average"] > 0,
)
steps.gives("fee", lambda: filled["fee"], lambda f: f["currency"] == "BTC" and f["cost"] > 0)
stop = steps.gives(
    "place stop",
    lambda: it.create_order(PAIR, "limit", "sell", 0.01, 40000, {"stopPrice": 45000}),
    lambda o: bool(o["id"]),
)
steps.gives(
    "fetch stop",
    lambda: it.fetch_order(stop["id"], PAIR),
    lambda o: o["stopPrice"] == 45000 and o["info"]["type"] == "STOP_LOSS_LIMIT",
)
steps.gives("cancel stop", lambda: it.cancel_order(stop["id"], PAIR))
steps.gives("executions", lambda: it.fetch_my_trades(PAIR), lambda t: t[0]["amount"] == 0.01)
steps.gives(
    "order history",
    lambda: [o["status"] for o in it.fetch_orders(PAIR)],
    lambda s: s == ["canceled", "closed", "canceled"],
)
steps.gives("fees", lambda: it.fetch_trading_fee(PAIR), lambda f: f["taker"] == 0.001)
steps.raises(
    "insufficient",
    lambda: it.create_order(PAIR, "limit", "buy", 100, 50000),
    ccxt.InsufficientFunds,
)
steps.raises(
    "below minimum", lambda: it.create_order(PAIR, "limit", "buy", 0.00001, 50000), ccxt.BaseError,
    "NOTIONAL",
)
stranger = client(key="nobody")
stranger.set_markets(it.markets)
steps.raises("wrong key", stranger.fetch_balance, ccxt.AuthenticationError, "-2015")
forger = client(hidden="not-this-one")
forger.set_markets(it.markets)
steps.raises("wrong signature", forger.fetch_balance, ccxt.AuthenticationError, "-1022")
late = client(adjustForTimeDifference=False, timeDifference=20000)
late.set_markets(it.markets)
steps.raises("stale timestamp", late.fetch_balance, ccxt.InvalidNonce, "-1021")
steps.end()
