"""What the exchange lists for BTCUSDT in each market, as clients must tell it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Market:
    """Filters and fees of a market."""

    name: str
    venue: str
    is_spot: bool
    tick: str
    step: str
    least: str
    notional: str
    taker: str
    # In ccxt's words.
    symbol: str

    @property
    def category(self):
        """In Bybit's words."""
        return "spot" if self.is_spot else "linear"


BYBIT_SPOT = Market("bybit-spot", "bybit", True, "0.01", "0.000001", "0.000001", "5", "0.001",
                    "BTC/USDT")
BYBIT_LINEAR = Market("bybit-linear", "bybit", False, "0.1", "0.001", "0.001", "5", "0.00055",
                      "BTC/USDT:USDT")
BINANCE_SPOT = Market("binance-spot", "binance", True, "0.01", "0.00001", "0.00001", "5", "0.001",
                      "BTC/USDT")
BINANCE_FUTURES = Market("binance-futures", "binance", False, "0.1", "0.001", "0.001", "100",
                         "0.0005", "BTC/USDT:USDT")
# What the exchange speaks.
SERVED = [BYBIT_SPOT, BYBIT_LINEAR, BINANCE_SPOT, BINANCE_FUTURES]

# What is bought and sold: worth some hundreds of USDT, above every least notional even at half
# the price.
AMOUNT = "0.01"
AMENDED = "0.011"
