import Exchange
import Testing
import Trading

/// A depth event as Binance sends it; with `pu` it is one of USD-M.
func depthEvent(
    _ first: Int64,
    _ last: Int64,
    pu previous: Int64? = nil,
    symbol: String = "BTCUSDT",
    bids: String = #"["100.0","1"]"#,
    asks: String = #"["101.0","1"]"#
) -> String {
    let pu = previous.map { #","T":1,"pu":\#($0)"# } ?? ""
    return #"{"stream":"\#(symbol.lowercased())@depth@100ms","data":{"e":"depthUpdate","#
        + #""E":1700000000000,"s":"\#(symbol)","U":\#(first),"u":\#(last)\#(pu),"#
        + #""b":[\#(bids)],"a":[\#(asks)]}}"#
}

/// A REST snapshot; with `market` perpetual one of USD-M.
func depthSnapshot(
    _ last: Int64,
    _ market: Market = .spot,
    bids: String = #"["99.0","5"],["98.0","5"]"#,
    asks: String = #"["102.0","5"],["103.0","5"]"#
) -> String {
    let times = market == .perpetual ? #""E":1700000000000,"T":1700000000000,"# : ""
    return #"{"lastUpdateId": \#(last), \#(times)"bids":[\#(bids)],"asks":[\#(asks)]}"#
}

func tradeEvent(price: String = "100.5", quantity: String = "2", buyerIsMaker: Bool) -> String {
    #"{"stream":"btcusdt@trade","data":{"e":"trade","E":1700000000001,"s":"BTCUSDT","t":7,"#
        + #""p":"\#(price)","q":"\#(quantity)","T":1700000000000,"m":\#(buyerIsMaker),"M":true}}"#
}

extension BinanceDecoder {
    mutating func decode(_ text: String) throws(MessageError) -> MarketMessage {
        let bytes = Array(text.utf8)
        try decode(bytes.span)
        return message
    }
}

func price(_ text: String) throws -> Price { Price(try Decimal(text)) }

func quantity(_ text: String) throws -> Quantity { Quantity(try Decimal(text)) }

/// A feed of BTCUSDT that shows `depth` levels.
func feed(_ market: Market = .spot, capacity: Int = 100, depth: Int = 5) -> MarketFeed {
    MarketFeed(
        instrument: InstrumentID(1),
        symbol: "BTCUSDT",
        market: market,
        capacity: capacity,
        depth: depth
    )
}
