"""What ccxt must be told of each market, and how it names what each refuses."""

import ccxt


def addresses(market, exchange):
    """Where ccxt finds the exchange: nothing else of it is changed."""
    http, ws = exchange.http, exchange.ws
    if market.venue == "bybit":
        return {"public": http, "private": http, "ws": {
            "public": {"spot": f"{ws}/v5/public/spot", "linear": f"{ws}/v5/public/linear"},
            "private": {"spot": {"unified": f"{ws}/v5/private"}, "contract": f"{ws}/v5/private",
                        "trade": f"{ws}/v5/trade"},
        }}
    versions = {"": "v1", "V2": "v2", "V3": "v3"}
    return {
        "public": f"{http}/api/v3", "private": f"{http}/api/v3", "sapi": f"{http}/sapi/v1",
    } | {
        f"fapi{kind}{name}": f"{http}/fapi/{version}"
        for kind in ("Public", "Private") for name, version in versions.items()
    } | {
        # ccxt tells spot's streams by "/stream" in the address, where the real host's name has it.
        "ws": {
            "spot": f"{ws.replace('//', '//stream@')}/ws", "linear": f"{ws}/ws",
            "ws-api": {"spot": f"{ws}/ws-api/v3", "linear": f"{ws}/ws-fapi/v1"},
        }
    }


def closed_off(addresses_of, nowhere):
    """The addresses with all that are not on this machine replaced: nothing may leave it."""
    if isinstance(addresses_of, dict):
        return {name: closed_off(value, nowhere) for name, value in addresses_of.items()}
    return addresses_of if "127.0.0.1" in addresses_of else nowhere


# What ccxt must be told to see an order that waits for its trigger, and one that protects.
WAITING = {
    "bybit-spot": {"trigger": True}, "bybit-linear": {"trigger": True}, "binance-spot": {},
    "binance-futures": {"trigger": True},
}
PROTECTING = WAITING | {"bybit-spot": {"orderFilter": "tpslOrder"}}
# What is said to whom cancels a cancelled order again; Bybit's spot remembers it.
ENDED = {
    "bybit-spot": (ccxt.InvalidOrder, "170142"), "bybit-linear": (ccxt.OrderNotFound, "110001"),
    "binance-spot": (ccxt.OrderNotFound, "Unknown order sent."),
    "binance-futures": (ccxt.OrderNotFound, "Unknown order sent."),
}
# On this machine's address ccxt cannot tell Binance's markets apart, and takes the names that hold
# for all of them.
TOO_MUCH = {
    "bybit-spot": (ccxt.InsufficientFunds, "170131"),
    "bybit-linear": (ccxt.InsufficientFunds, "110007"),
    "binance-spot": (ccxt.InsufficientFunds, "insufficient balance"),
    "binance-futures": (ccxt.ExchangeError, "-2019"),
}
TOO_LITTLE = {
    "bybit-spot": (ccxt.InvalidOrder, "170140"), "bybit-linear": (ccxt.InvalidOrder, "110094"),
    "binance-spot": (ccxt.BadRequest, "Filter failure: NOTIONAL"),
    "binance-futures": (ccxt.ExchangeError, "-4164"),
}
# How ccxt names an id that is taken.
DUPLICATES = {
    "bybit-spot": (ccxt.InvalidOrder, "170141"),
    "bybit-linear": (ccxt.InvalidOrder, "110072"),
    "binance-spot": (ccxt.InvalidOrder, "Duplicate order sent."),
    "binance-futures": (ccxt.ExchangeError, "-4116"),
}
BYBIT_REFUSALS = {
    "key": (ccxt.AuthenticationError, "10003"), "signature": (ccxt.AuthenticationError, "10004"),
}
BINANCE_REFUSALS = {
    "key": (ccxt.AuthenticationError, "-2015"), "signature": (ccxt.AuthenticationError, "-1022"),
}
REFUSALS = {
    "bybit-spot": BYBIT_REFUSALS, "bybit-linear": BYBIT_REFUSALS,
    "binance-spot": BINANCE_REFUSALS, "binance-futures": BINANCE_REFUSALS,
}
# How an order too many is refused, and how many are never too few.
LIMITS = {
    "bybit-spot": (ccxt.RateLimitExceeded, "10006", 200),
    "bybit-linear": (ccxt.RateLimitExceeded, "10006", 100),
    "binance-spot": (ccxt.DDoSProtection, "-1015", 200),
    "binance-futures": (ccxt.DDoSProtection, "-1015", 700),
}
