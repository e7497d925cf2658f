#!/usr/bin/env python3
"""pybit on Bybit spot and linear of the local exchange, REST and all three kinds of sockets."""

import sys
import time

import pybit._websocket_trading
import pybit.unified_trading as bybit
from pybit.exceptions import InvalidRequestError

from steps import Steps

PORT = sys.argv[1]
KEY, HIDDEN = "key-of-bybit-client", "hidden-one-of-bybit-client"

# pybit has no setting for its addresses.
bybit.PUBLIC_WSS = f"ws://127.0.0.1:{PORT}/v5/public/" + "{CHANNEL_TYPE}"
bybit.PRIVATE_WSS = f"ws://127.0.0.1:{PORT}/v5/private"
pybit._websocket_trading.TRADE_WSS = f"ws://127.0.0.1:{PORT}/v5/trade"


def session(key=KEY, hidden=HIDDEN, **options):
    """A client that is pointed here."""
    made = bybit.HTTP(api_key=key, api_secret=hidden, **options)
    made.endpoint = f"http://127.0.0.1:{PORT}"
    return made


def rows(answer):
    """The list of an answer."""
    return answer["result"]["list"]


def until(call, wanted):
    """Waits for what a socket brings."""
    for _ in range(100):
        if wanted(call()):
            break
        time.sleep(0.05)
    return call()


def life(steps, it, category):
    """What is done in one market."""
    pair = {"category": category, "symbol": "BTCUSDT"}

    def gives(name, call, check=lambda value: True):
        return steps.gives(f"{category} {name}", call, check)

    gives(
        "instruments",
        lambda: rows(it.get_instruments_info(category=category)),
        lambda r: len(r) == 2,
    )
    gives("book", lambda: it.get_orderbook(**pair, limit=50)["result"], lambda b: len(b["b"]) == 50)
    last = gives(
        "ticker", lambda: rows(it.get_tickers(**pair))[0], lambda t: float(t["lastPrice"]) > 0
    )
    gives("trades", lambda: rows(it.get_public_trade_history(**pair)), lambda r: r)
    gives("candles", lambda: rows(it.get_kline(**pair, interval=1)), lambda r: len(r[0]) == 7)
    low = str(round(float(last["lastPrice"]) * 0.9, 1))
    name = f"p-{category}-{time.time_ns()}"
    order = {**pair, "side": "Buy", "orderType": "Limit", "qty": "0.01", "price": low}
    placed = gives(
        "place",
        lambda: it.place_order(**order, orderLinkId=name)["result"],
        lambda r: r["orderLinkId"] == name,
    )
    steps.raises(
        f"{category} the id again",
        lambda: it.place_order(**order, orderLinkId=name),
        InvalidRequestError,
        "uplicate",
    )
    gives("amend", lambda: it.amend_order(**pair, orderId=placed["orderId"], qty="0.02"))
    gives(
        "open orders",
        lambda: rows(it.get_open_orders(**pair)),
        lambda r: [row["orderLinkId"] for row in r] == [name] and float(r[0]["qty"]) == 0.02,
    )
    gives("cancel", lambda: it.cancel_order(**pair, orderLinkId=name))
    gives(
        "history",
        lambda: rows(it.get_order_history(**pair)),
        lambda r: r[0]["orderStatus"] == "Cancelled" and r[0]["orderId"] == placed["orderId"],
    )
    bought = gives(
        "market order",
        lambda: it.place_order(
            **pair, side="Buy", orderType="Market", qty="0.01", marketUnit="baseCoin"
        )["result"],
    )
    gives(
        "executions",
        lambda: rows(it.get_executions(**pair, orderId=bought["orderId"])),
        lambda r: sum(float(row["execQty"]) for row in r) == 0.01,
    )
    gives(
        "batch",
        lambda: it.place_batch_order(category=category, request=[{**order}, {**order}]),
        lambda a: [item["code"] for item in a["retExtInfo"]["list"]] == [0, 0],
    )
    gives("cancel all", lambda: rows(it.cancel_all_orders(**pair)), lambda r: len(r) == 2)
    gives("fees", lambda: rows(it.get_fee_rates(**pair)), lambda r: float(r[0]["takerFeeRate"]) > 0)


def linear(steps, it):
    """What only contracts have."""
    pair = {"category": "linear", "symbol": "BTCUSDT"}
    steps.gives(
        "linear leverage", lambda: it.set_leverage(**pair, buyLeverage="7", sellLeverage="7")
    )
    held = steps.gives(
        "linear position", lambda: rows(it.get_positions(**pair))[0], lambda p: p["side"] == "Buy"
    )
    low = str(round(float(held["markPrice"]) * 0.9, 1))
    steps.gives(
        "linear trading stop",
        lambda: it.set_trading_stop(**pair, tpslMode="Full", positionIdx=0, stopLoss=low),
    )
    steps.gives(
        "linear stop of position",
        lambda: rows(it.get_positions(**pair))[0]["stopLoss"],
        lambda price: float(price) == float(low),
    )
    steps.gives(
        "linear close",
        lambda: it.place_order(
            **pair, side="Sell", orderType="Market", qty="0", reduceOnly=True, closeOnTrigger=True
        ),
    )
    steps.gives(
        "linear flat", lambda: rows(it.get_positions(**pair))[0]["size"], lambda s: float(s) == 0
    )
    steps.gives("linear funding", lambda: it.get_funding_rate_history(**pair))


def sockets(steps, it):
    """Public, private and trade sockets."""
    for category in ["spot", "linear"]:
        books, trades, tickers = [], [], []
        public = bybit.WebSocket(testnet=False, channel_type=category)
        public.orderbook_stream(50, "BTCUSDT", books.append)
        public.trade_stream("BTCUSDT", trades.append)
        public.ticker_stream("BTCUSDT", tickers.append)
        steps.gives(
            f"{category} book stream",
            lambda: until(lambda: books, lambda b: len(b) > 20)[-1]["data"],
            lambda b: max(float(p) for p, _ in b["b"]) < min(float(p) for p, _ in b["a"]),
        )
        steps.gives(f"{category} trade stream", lambda: until(lambda: trades, len)[0]["data"], len)
        steps.gives(
            f"{category} ticker stream",
            lambda: until(lambda: tickers, len)[-1]["data"]["lastPrice"],
            lambda price: float(price) > 0,
        )
        public.exit()
    told = {"order": [], "execution": [], "position": [], "wallet": []}
    own = bybit.WebSocket(testnet=False, channel_type="private", api_key=KEY, api_secret=HIDDEN)
    own.order_stream(lambda m: told["order"].extend(m["data"]))
    own.execution_stream(lambda m: told["execution"].extend(m["data"]))
    own.position_stream(lambda m: told["position"].extend(m["data"]))
    own.wallet_stream(lambda m: told["wallet"].extend(m["data"]))
    time.sleep(1)
    trading = bybit.WebSocketTrading(testnet=False, api_key=KEY, api_secret=HIDDEN)
    time.sleep(0.5)
    answers = []
    pair = {"category": "linear", "symbol": "BTCUSDT"}
    last = float(rows(it.get_tickers(**pair))[0]["lastPrice"])
    order = {**pair, "side": "Buy", "orderType": "Limit", "qty": "0.01"}
    trading.place_order(answers.append, **order, price=str(round(last * 0.9, 1)))
    first = steps.gives(
        "order by socket", lambda: until(lambda: answers, len)[0]["data"], lambda a: a["orderId"]
    )
    trading.amend_order(answers.append, **pair, orderId=first["orderId"], qty="0.02")
    until(lambda: answers, lambda a: len(a) == 2)
    trading.cancel_order(answers.append, **pair, orderId=first["orderId"])
    until(lambda: answers, lambda a: len(a) == 3)
    it.place_order(**pair, side="Buy", orderType="Market", qty="0.01")
    it.place_order(**pair, side="Sell", orderType="Market", qty="0.01", reduceOnly=True)
    steps.gives(
        "life of an order",
        lambda: until(
            lambda: [
                row["orderStatus"] for row in told["order"] if row["orderId"] == first["orderId"]
            ],
            lambda states: len(states) == 3,
        ),
        lambda states: states == ["New", "New", "Cancelled"],
    )
    steps.gives(
        "execution stream", lambda: until(lambda: told["execution"], lambda e: len(e) > 1), len
    )
    steps.gives(
        "position stream",
        lambda: until(lambda: told["position"], lambda p: p and float(p[-1]["size"]) == 0)[-1],
        lambda p: float(p["size"]) == 0,
    )
    steps.gives("wallet stream", lambda: until(lambda: told["wallet"], len)[-1]["coin"], len)
    own.exit()
    trading.exit()


def refusals(steps):
    """What is refused before anything is done."""
    for name, wrong, code in [
        ("unknown key", session("nobody"), "10003"),
        ("wrong secret", session(hidden="x"), "10004"),
        ("no window", session(recv_window=-1, max_retries=1), "10001"),
    ]:
        steps.raises(name, wrong.get_account_info, InvalidRequestError, code)
    reader = session("key-of-bybit-reader", "hidden-one-of-bybit-reader")
    steps.gives(
        "key that only reads",
        lambda: reader.get_api_key_information()["result"],
        lambda key: key["readOnly"] == 1,
    )
    steps.raises(
        "reader trades",
        lambda: reader.place_order(
            category="spot", symbol="BTCUSDT", side="Buy", orderType="Market", qty="10"
        ),
        InvalidRequestError,
        "10005",
    )


def main():
    """All of it."""
    steps = Steps("pybit")
    it = session()
    steps.gives("time", lambda: it.get_server_time()["result"], lambda t: int(t["timeSecond"]) > 0)
    steps.gives(
        "wallet",
        lambda: rows(it.get_wallet_balance(accountType="UNIFIED"))[0]["coin"],
        lambda coins: {"USDT", "BTC"} <= {coin["coin"] for coin in coins},
    )
    steps.gives("coins", lambda: it.get_coin_info()["result"]["rows"], len)
    for category in ["spot", "linear"]:
        life(steps, it, category)
    linear(steps, it)
    steps.gives("log", lambda: rows(it.get_transaction_log(accountType="UNIFIED")), len)
    steps.gives("disconnect window", lambda: it.set_dcp(timeWindow=40))
    sockets(steps, it)
    refusals(steps)
    steps.end()


main()
