#!/usr/bin/env python3
"""ccxt.pro on Binance spot of the local exchange: books, trades, and the life of an order."""

import asyncio
import sys

import ccxt.pro

from steps import Steps

PORT = sys.argv[1]
PAIR = "BTC/USDT"


async def main():
    """Watches while it trades."""
    it = ccxt.pro.binance(
        {
            "apiKey": "key-of-ccxt",
            "secret": "hidden-one-of-ccxt",
            "options": {
                "fetchMarkets": {"types": ["spot"]},
                "fetchCurrencies": False,
                "defaultType": "spot",
            },
        }
    )
    api = it.urls["api"]
    for name, address in api.items():
        if isinstance(address, str):
            api[name] = f"http://127.0.0.1:{PORT}" + ("/sapi/v1" if "sapi" in name else "/api/v3")
    api["ws"]["spot"] = f"ws://127.0.0.1:{PORT}/ws"
    api["ws"]["ws-api"]["spot"] = f"ws://127.0.0.1:{PORT}/ws-api/v3"
    steps = Steps("ccxt.pro spot")

    async def gives(name, call, check):
        try:
            value = await asyncio.wait_for(call, 20)
            steps.gives(name, lambda: value, check)
            return value
        except Exception as error:
            steps.gives(name, lambda: (_ for _ in ()).throw(error))

    try:
        await it.load_markets()
        for _ in range(5):
            await gives("book", it.watch_order_book(PAIR), lambda b: b["bids"][0] < b["asks"][0])
        await gives("trades", it.watch_trades(PAIR), lambda t: t[0]["price"] > 0)
        watching = asyncio.ensure_future(it.watch_orders(PAIR))
        await asyncio.sleep(1)
        order = await it.create_order(PAIR, "limit", "buy", 0.01, 50000)
        await gives("order opened", watching, lambda o: o[-1]["status"] == "open")
        watching = asyncio.ensure_future(it.watch_orders(PAIR))
        await it.cancel_order(order["id"], PAIR)
        await gives(
            "order cancelled",
            watching,
            lambda o: o[-1]["status"] == "canceled" and o[-1]["id"] == order["id"],
        )
        trading = asyncio.ensure_future(it.watch_my_trades(PAIR))
        holding = asyncio.ensure_future(it.watch_balance())
        await asyncio.sleep(0.5)
        await it.create_order(PAIR, "market", "buy", 0.01)
        await gives("fill", trading, lambda t: t[-1]["amount"] == 0.01 and t[-1]["fee"]["cost"] > 0)
        await gives("balance", holding, lambda b: b["BTC"]["total"] > 2)
    finally:
        await it.close()
    steps.end()


asyncio.run(main())
