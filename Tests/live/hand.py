"""What a person does at the local exchange, beside the engine."""

import json
import time
import urllib.request

import markets


class Hand:
    """What a person does at the exchange, beside the engine."""

    def __init__(self, room):
        self.room, self.market = room, room.market

    def binance(self, method, path, query):
        """Sends a signed request in Binance's way."""
        query += f"&timestamp={int(time.time() * 1000)}&recvWindow=60000"
        address = f"http://127.0.0.1:{self.room.port}{path}?{query}&signature={markets.sign(query)}"
        headers = {"X-MBX-APIKEY": markets.KEY}
        return markets.fetch(urllib.request.Request(address, headers=headers, method=method))

    def bybit(self, path, **body):
        """Sends a signed request in Bybit's way."""
        text = json.dumps({"category": self.market.category, "symbol": markets.SYMBOL} | body)
        now = str(int(time.time() * 1000))
        headers = {
            "X-BAPI-API-KEY": markets.KEY, "X-BAPI-TIMESTAMP": now, "X-BAPI-RECV-WINDOW": "60000",
            "X-BAPI-SIGN": markets.sign(now + markets.KEY + "60000" + text),
            "Content-Type": "application/json",
        }
        address = f"http://127.0.0.1:{self.room.port}{path}"
        request = urllib.request.Request(address, data=text.encode(), headers=headers)
        answer = markets.fetch(request)
        assert answer["retCode"] == 0, answer

    def cancel(self, name):
        """Cancels the stop of this name."""
        symbol = f"symbol={markets.SYMBOL}"
        if self.market.name == "bybit-spot":
            self.bybit("/v5/order/cancel", orderLinkId=name, orderFilter="tpslOrder")
        elif self.market.kind == "bybit":
            self.bybit("/v5/order/cancel", orderLinkId=name)
        elif self.market.market == "spot":
            self.binance("DELETE", "/api/v3/order", f"{symbol}&origClientOrderId={name}")
        else:
            self.binance("DELETE", "/fapi/v1/algoOrder", f"{symbol}&clientAlgoId={name}")

    def order(self, side, quantity, price=None):
        """Trades at the market, or rests at a price."""
        if self.market.kind == "bybit":
            terms = {"side": side.title(), "qty": quantity, "orderType": "Market"}
            if price:
                terms |= {"orderType": "Limit", "price": price, "timeInForce": "GTC"}
            elif self.market.market == "spot":
                terms["marketUnit"] = "baseCoin"
            return self.bybit("/v5/order/create", **terms)
        path = "/api/v3/order" if self.market.market == "spot" else "/fapi/v1/order"
        query = f"symbol={markets.SYMBOL}&side={side.upper()}&quantity={quantity}"
        query += f"&type=LIMIT&timeInForce=GTC&price={price}" if price else "&type=MARKET"
        return self.binance("POST", path, query)
