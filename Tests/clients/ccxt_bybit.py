#!/usr/bin/env python3
"""ccxt on Bybit spot and linear of the local exchange."""

import sys
import time

import ccxt

from steps import Steps

PORT = sys.argv[1]


def exchange(key="key-of-bybit-client", secret="hidden-one-of-bybit-client", market="spot"):
    """A client that is pointed here and is otherwise as it comes."""
    made = ccxt.bybit({"apiKey": key, "secret": secret, "options": {"defaultType": market}})
    for name in made.urls["api"]:
        if isinstance(made.urls["api"][name], str):
            made.urls["api"][name] = f"http://127.0.0.1:{PORT}"
    return made


def life(steps, client, symbol):
    """What is done in one market, from its figures to the end of an order."""
    mark = "spot " if client.options["defaultType"] == "spot" else "linear "
    ticker = steps.gives(
        mark + "ticker", lambda: client.fetch_ticker(symbol), lambda t: t["bid"] > 0
    )
    steps.gives(
        mark + "order book",
        lambda: client.fetch_order_book(symbol, 50),
        lambda book: len(book["bids"]) == 50 and book["bids"][0][0] < book["asks"][0][0],
    )
    steps.gives(mark + "trades", lambda: client.fetch_trades(symbol), lambda rows: rows)
    steps.gives(mark + "candles", lambda: client.fetch_ohlcv(symbol, "1m"), lambda rows: rows)
    steps.gives(
        mark + "fee", lambda: client.fetch_trading_fee(symbol), lambda fee: fee["taker"] > 0
    )
    steps.gives(
        mark + "balance",
        lambda: client.fetch_balance(),
        lambda held: held["USDT"]["total"] > 0 and held["USDT"]["free"] > 0,
    )
    low = round(ticker["bid"] * 0.9, 1)
    name = f"c-{mark.strip()}-{client.milliseconds()}"
    placed = steps.gives(
        mark + "limit order",
        lambda: client.create_order(symbol, "limit", "buy", 0.01, low, {"clientOrderId": name}),
        lambda order: order["id"],
    )
    steps.raises(
        mark + "the id again",
        lambda: client.create_order(symbol, "limit", "buy", 0.01, low, {"clientOrderId": name}),
        ccxt.InvalidOrder,
        "uplicate",
    )
    steps.gives(
        mark + "open orders",
        lambda: client.fetch_open_orders(symbol),
        lambda rows: [row["clientOrderId"] for row in rows] == [name]
        and rows[0]["remaining"] == 0.01,
    )
    steps.gives(
        mark + "amend",
        lambda: client.edit_order(placed["id"], symbol, "limit", "buy", 0.02, low - 1),
        lambda order: order["id"] == placed["id"],
    )
    steps.gives(
        mark + "the order",
        lambda: client.fetch_order(placed["id"], symbol, {"acknowledged": True}),
        lambda order: order["amount"] == 0.02 and order["status"] == "open",
    )
    steps.gives(mark + "cancel", lambda: client.cancel_order(placed["id"], symbol))
    steps.raises(
        mark + "cancel again",
        lambda: client.cancel_order(placed["id"], symbol),
        (ccxt.OrderNotFound, ccxt.InvalidOrder),
    )
    steps.gives(
        mark + "canceled orders",
        lambda: client.fetch_canceled_orders(symbol),
        lambda rows: rows[-1]["id"] == placed["id"] and rows[-1]["status"] == "canceled",
    )
    bought = steps.gives(
        mark + "market order",
        lambda: client.create_order(symbol, "market", "buy", 0.01),
        lambda order: order["id"],
    )
    steps.gives(
        mark + "closed orders",
        lambda: client.fetch_closed_orders(symbol),
        lambda rows: rows[-1]["id"] == bought["id"] and rows[-1]["filled"] == 0.01,
    )
    steps.gives(
        mark + "my trades",
        lambda: client.fetch_my_trades(symbol),
        lambda rows: sum(row["amount"] for row in rows if row["order"] == bought["id"]) == 0.01
        and rows[-1]["fee"]["cost"] > 0,
    )


def spot(steps, client):
    """What only spot has."""
    symbol = "BTC/USDT"
    steps.gives(
        "spot buy for a cost",
        lambda: client.create_market_buy_order_with_cost(symbol, 100),
        lambda order: order["id"],
    )
    low = client.fetch_ticker(symbol)["bid"] * 0.8
    for kind in ["triggerPrice", "stopLossPrice"]:
        stop = steps.gives(
            "spot " + kind,
            lambda: client.create_order(symbol, "market", "sell", 0.01, None, {kind: low}),
            lambda order: order["id"],
        )
        orders = "StopOrder" if kind == "triggerPrice" else "tpslOrder"
        steps.gives(
            "spot open " + orders,
            lambda: client.fetch_open_orders(symbol, params={"orderFilter": orders}),
            lambda rows: rows[-1]["id"] == stop["id"] and rows[-1]["triggerPrice"] > 0,
        )
        steps.gives(
            "spot cancel " + orders,
            lambda: client.cancel_order(stop["id"], symbol, {"orderFilter": orders}),
        )
    steps.gives("spot sell", lambda: client.create_order(symbol, "market", "sell", 0.01))


def linear(steps, client):
    """What only contracts have."""
    symbol = "BTC/USDT:USDT"
    steps.gives("linear leverage", lambda: client.set_leverage(5, symbol))
    steps.raises("linear same leverage", lambda: client.set_leverage(5, symbol), ccxt.BadRequest)
    steps.raises(
        "linear hedge mode", lambda: client.set_position_mode(True, symbol), ccxt.BadRequest
    )
    steps.gives(
        "linear funding",
        lambda: client.fetch_funding_rate(symbol),
        lambda rate: rate["fundingRate"],
    )
    steps.gives(
        "linear positions",
        lambda: client.fetch_positions([symbol]),
        lambda rows: rows[0]["side"] == "long" and rows[0]["contracts"] == 0.01,
    )
    low = round(client.fetch_ticker(symbol)["bid"] * 0.9, 1)
    stop = steps.gives(
        "linear stop loss",
        lambda: client.create_order(
            symbol, "market", "sell", 0.01, None, {"stopLossPrice": low, "reduceOnly": True}
        ),
        lambda order: order["id"],
    )
    steps.gives(
        "linear open stops",
        lambda: client.fetch_open_orders(symbol, params={"trigger": True}),
        lambda rows: rows[0]["stopLossPrice"] == low and rows[0]["id"] == stop["id"],
    )
    steps.gives("linear cancel stops", lambda: client.cancel_all_orders(symbol, {"trigger": True}))
    steps.gives(
        "linear trading stop",
        lambda: client.private_post_v5_position_trading_stop(
            {"category": "linear", "symbol": "BTCUSDT", "stopLoss": str(low), "positionIdx": 0}
        ),
    )
    steps.gives(
        "linear stop of position",
        lambda: client.fetch_position(symbol),
        lambda held: held["stopLossPrice"] == low,
    )
    steps.gives(
        "linear batch",
        lambda: client.create_orders(
            [
                {"symbol": symbol, "type": "limit", "side": "buy", "amount": 0.01, "price": price}
                for price in [low, low - 1]
            ]
        ),
        lambda rows: len(rows) == 2 and all(row["id"] for row in rows),
    )
    steps.gives("linear cancel all", lambda: client.cancel_all_orders(symbol))
    steps.gives(
        "linear close",
        lambda: client.create_order(symbol, "market", "sell", 0.01, None, {"reduceOnly": True}),
    )
    steps.gives(
        "linear flat",
        lambda: client.fetch_positions([symbol]),
        lambda rows: not rows or not rows[0]["contracts"],
    )
    steps.raises(
        "linear nothing to reduce",
        lambda: client.create_order(symbol, "market", "sell", 0.01, None, {"reduceOnly": True}),
        ccxt.InvalidOrder,
    )
    steps.raises(
        "linear too much",
        lambda: client.create_order(symbol, "limit", "buy", 1000, low),
        ccxt.InsufficientFunds,
    )


def refusals(steps):
    """What is refused before anything is done."""
    for name, wrong in [
        ("unknown key", exchange(key="nobody")), ("wrong secret", exchange(secret="wrong"))
    ]:
        steps.raises(name, wrong.fetch_balance, ccxt.AuthenticationError)
    late = exchange()
    late.nonce = lambda: late.milliseconds() - 10_000
    steps.raises("stale timestamp", late.fetch_balance, ccxt.InvalidNonce)
    reader = exchange("key-of-bybit-reader", "hidden-one-of-bybit-reader")
    steps.gives("a reader reads", lambda: reader.fetch_balance())
    steps.raises(
        "a reader trades",
        lambda: reader.create_order("BTC/USDT", "limit", "buy", 0.01, 100),
        ccxt.PermissionDenied,
    )
    hasty = exchange()
    hasty.enableRateLimit = False
    hasty.load_markets()

    def hurry():
        for _ in range(40):
            try:
                hasty.cancel_order("x", "BTC/USDT")
            except ccxt.OrderNotFound:
                pass

    steps.raises("too many requests", hurry, ccxt.RateLimitExceeded)
    time.sleep(1.1)


def main():
    steps = Steps("ccxt bybit")
    for market, symbol in [("spot", "BTC/USDT"), ("linear", "BTC/USDT:USDT")]:
        client = exchange(market="spot" if market == "spot" else "swap")
        steps.gives(
            market + " markets",
            lambda: client.load_markets(),
            lambda found: symbol in found and len(found) == 4,
        )
        life(steps, client, symbol)
        spot(steps, client) if market == "spot" else linear(steps, client)
    steps.gives("time", lambda: exchange().fetch_time(), lambda time: time > 0)
    refusals(steps)
    steps.end()


main()
