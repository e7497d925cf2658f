#!/usr/bin/env python3
"""How fast Python decodes messages of venues: json alone, and with what ccxt makes of them.

decoders.py DIRECTORY SET…: reads SET.jsonl of the directory; prints messages a second as JSON.
"""

import json
import statistics
import sys
import time

try:
    import ccxt
    import ccxt.pro
except ImportError:
    ccxt = None


def market(symbol, base, quote, kind):
    """A market as ccxt keeps it, as far as its parsers look."""
    return {"id": symbol, "symbol": f"{base}/{quote}" + (f":{quote}" if kind == "swap" else ""),
            "base": base, "quote": quote, "settle": quote if kind == "swap" else None,
            "baseId": base, "quoteId": quote, "type": kind, "spot": kind == "spot",
            "swap": kind == "swap", "future": False, "option": False, "contract": kind == "swap",
            "linear": True if kind == "swap" else None, "inverse": False, "active": True,
            "contractSize": 1, "precision": {"price": 0.1, "amount": 0.001}, "limits": {}}


def parsers():
    """What ccxt does with a message of each set, after json."""
    if ccxt is None:
        print("ccxt is not installed here (make test-clients installs it): json alone",
              file=sys.stderr)
        return {}
    binance, bybit = ccxt.pro.binance(), ccxt.pro.bybit()
    for exchange in (binance, bybit):
        exchange.set_markets([
            market(base + "USDT", base, "USDT", kind)
            for base in ("BTC", "ETH", "XRP", "LTC", "ACH", "ACT") for kind in ("spot", "swap")])

    for name in ("crossMarginPairsData", "isolatedMarginPairsData"):
        binance.options[name] = []

    def levels(exchange, data):
        parse = exchange.parse_order_book_bids_asks
        return parse(data["b"]), parse(data["a"])

    def orders(exchange, rows):
        return [exchange.parse_order(row) for row in rows]

    return {
        "binanceDepth": lambda m: levels(binance, m["data"]),
        "binanceTrades": lambda m: binance.parse_ws_trade(m["data"]),
        "bybitDepth": lambda m: levels(bybit, m["data"]),
        "bybitTrades": lambda m: [bybit.parse_ws_trade(row) for row in m["data"]],
        "binanceReports": lambda m: binance.parse_ws_order(m["event"]),
        "binanceFuturesReports": lambda m: binance.parse_ws_order(m["o"]),
        "bybitOrders": lambda m: orders(bybit, m["data"]),
        "binanceOrderList": lambda m: orders(binance, m),
        "bybitOrderList": lambda m: orders(bybit, m["result"]["list"]),
        "binanceListing": lambda m: [binance.parse_market(row) for row in m["symbols"]],
    }


def rate(messages, body):
    """Messages a second, the middle of three rounds of a tenth of a second."""
    found = []
    for _ in range(3):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.1:
            for message in messages:
                body(message)
            count += len(messages)
        found.append(count / (time.perf_counter() - start))
    return statistics.median(found)


def main():
    """Measures all."""
    directory, told, known = sys.argv[1], {}, parsers()
    for name in sys.argv[2:]:
        messages = open(f"{directory}/{name}.jsonl", "rb").read().splitlines()
        told[name] = {"json": rate(messages, json.loads)}
        if name in known:
            parse = known[name]
            told[name]["ccxt"] = rate(messages, lambda message: parse(json.loads(message)))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
