#!/usr/bin/env python3
"""ccxt.pro on Bybit spot and linear of the local exchange: books, trades, lives of orders."""

import asyncio
import sys

import ccxt.pro

from steps import Steps

PORT = sys.argv[1]
STREAMS = f"ws://127.0.0.1:{PORT}/v5"


def exchange(market, hidden="hidden-one-of-bybit-client"):
    """A client that is pointed here."""
    made = ccxt.pro.bybit(
        {
            "apiKey": "key-of-bybit-client",
            "secret": hidden,
            "options": {"defaultType": market},
        }
    )
    api = made.urls["api"]
    for name in api:
        if isinstance(api[name], str):
            api[name] = f"http://127.0.0.1:{PORT}"
    for category in ["spot", "linear", "inverse", "option"]:
        api["ws"]["public"][category] = f"{STREAMS}/public/{category}"
    api["ws"]["private"]["spot"]["unified"] = f"{STREAMS}/private"
    api["ws"]["private"]["contract"] = f"{STREAMS}/private"
    api["ws"]["private"]["trade"] = f"{STREAMS}/trade"
    return made


async def market(steps, kind, symbol):
    """What is watched in one market while an order lives in it."""
    it = exchange("spot" if kind == "spot" else "swap")

    async def gives(name, call, check=lambda value: True):
        try:
            value = await asyncio.wait_for(call, 20)
            return steps.gives(f"{kind} {name}", lambda: value, check)
        except Exception as error:  # told as what the step raised
            steps.gives(f"{kind} {name}", lambda: (_ for _ in ()).throw(error))

    try:
        await it.load_markets()
        for limit in [50, 200, 1000, 1]:
            await gives(
                f"book of {limit}",
                it.watch_order_book(symbol, limit),
                lambda book: book["bids"][0][0] < book["asks"][0][0],
            )
        for _ in range(5):
            await gives(
                "book goes on",
                it.watch_order_book(symbol, 50),
                lambda book: book["bids"][0][0] < book["asks"][0][0],
            )
        await gives("trades", it.watch_trades(symbol), lambda rows: rows[-1]["price"] > 0)
        ticker = await gives("ticker", it.watch_ticker(symbol), lambda t: t["last"] > 0)
        await gives("best prices", it.watch_bids_asks([symbol]), lambda t: t[symbol]["bid"] > 0)
        low = round(ticker["last"] * 0.9, 1)
        watching = asyncio.ensure_future(it.watch_orders(symbol))
        balance = asyncio.ensure_future(it.watch_balance())
        await asyncio.sleep(1)
        placed = await it.create_order(symbol, "limit", "buy", 0.01, low)
        await gives("order opened", watching, lambda rows: rows[-1]["status"] == "open")
        await gives("balance", balance, lambda held: held["USDT"]["total"] > 0)
        watching = asyncio.ensure_future(it.watch_orders(symbol))
        await it.edit_order(placed["id"], symbol, "limit", "buy", 0.02, low)
        await gives("order amended", watching, lambda rows: rows[-1]["amount"] == 0.02)
        watching = asyncio.ensure_future(it.watch_orders(symbol))
        await it.cancel_order(placed["id"], symbol)
        await gives("order cancelled", watching, lambda rows: rows[-1]["status"] == "canceled")
        watching = asyncio.ensure_future(it.watch_my_trades(symbol))
        await asyncio.sleep(1)
        await it.create_order(symbol, "market", "buy", 0.01)
        await gives("my trade", watching, lambda rows: rows[-1]["amount"] > 0)
        if kind == "linear":
            held = asyncio.ensure_future(it.watch_positions([symbol]))
            await asyncio.sleep(1)
            await gives("position", held, lambda rows: rows[-1]["side"] == "long")
            held = asyncio.ensure_future(it.watch_positions([symbol]))
            await asyncio.sleep(1)
            await it.create_order(symbol, "market", "sell", 0.01, None, {"reduceOnly": True})
            await gives("position closed", held, lambda rows: rows[-1]["contracts"] == 0)
        placed = await gives(
            "order by socket",
            it.create_order_ws(symbol, "limit", "buy", 0.01, low),
            lambda order: order["id"],
        )
        await gives(
            "amend by socket",
            it.edit_order_ws(placed["id"], symbol, "limit", "buy", 0.02, low),
            lambda order: order["id"] == placed["id"],
        )
        await gives("cancel by socket", it.cancel_order_ws(placed["id"], symbol))
        await gives("stop of books", it.un_watch_order_book(symbol))
        wrong = exchange("spot", "wrong")
        wrong.options["enableUnifiedMargin"] = False
        wrong.options["enableUnifiedAccount"] = True
        try:
            wrong.markets = it.markets
            wrong.markets_by_id = it.markets_by_id
            await asyncio.wait_for(wrong.watch_orders(), 10)
            steps.gives(f"{kind} wrong secret", lambda: "was let in", lambda value: False)
        except ccxt.AuthenticationError:
            steps.gives(f"{kind} wrong secret", lambda: True)
        await wrong.close()
    finally:
        await it.close()


async def main():
    """Both markets, one after the other."""
    steps = Steps("ccxt.pro bybit")
    await market(steps, "spot", "BTC/USDT")
    await market(steps, "linear", "BTC/USDT:USDT")
    steps.end()


asyncio.run(main())
