import FoundationEssentials
import Trading

// The same messages as Codable structures, as a program without a decoder of its own would have
// them: the fields that our decoders read, and numbers as exactly as ours.

/// A decimal in a text, as both venues send numbers; an empty one is zero.
struct Exact: Decodable {
    var value = Trading.Decimal.zero

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        if !text.isEmpty { value = try Trading.Decimal(text) }
    }
}

/// Price and quantity of a level.
struct Level: Decodable {
    var price: Exact
    var quantity: Exact

    init(from decoder: any Decoder) throws {
        var cells = try decoder.unkeyedContainer()
        price = try cells.decode(Exact.self)
        quantity = try cells.decode(Exact.self)
    }
}

struct CombinedMessage<Content: Decodable>: Decodable {
    var stream: String
    var data: Content
}

struct BinanceDepth: Decodable {
    var E: Int64
    var T: Int64?
    var s: String
    var U: Int64
    var u: Int64
    var pu: Int64?
    var b: [Level]
    var a: [Level]
}

struct BinanceTrade: Decodable {
    var E: Int64
    var T: Int64
    var s: String
    var t: Int64
    var p: Exact
    var q: Exact
    var m: Bool
}

struct BinanceReport: Decodable {
    struct Event: Decodable {
        var e, s, c, S, o, f, C, x, X, r: String
        var q, p, P, l, z, L, n, Z: Exact
        var N: String?
        var E, i, T, t, O: Int64
        var w, m: Bool
    }
    var event: Event
}

struct BinanceFuturesReport: Decodable {
    struct Order: Decodable {
        var s, c, S, o, f, x, X, ot: String
        var q, p, ap, sp, l, z, L: Exact
        var n: Exact?
        var N: String?
        var i, T, t: Int64
        var m, R: Bool
    }
    var e: String
    var E, T: Int64
    var o: Order
}

struct BinanceOrderRow: Decodable {
    var symbol, clientOrderId, status, timeInForce, type, side: String
    var orderId, time, updateTime: Int64
    var price, origQty, executedQty, cummulativeQuoteQty, stopPrice: Exact
    var isWorking: Bool
}

struct BinanceExchangeInfo: Decodable {
    struct Filter: Decodable {
        var filterType: String
        var tickSize, stepSize, minQty, maxQty, minNotional: Exact?
    }
    struct Symbol: Decodable {
        var symbol, status, baseAsset, quoteAsset: String
        var filters: [Filter]
    }
    var symbols: [Symbol]
}

struct BybitBook: Decodable {
    struct Content: Decodable {
        var s: String
        var b, a: [Level]
        var u, seq: Int64
    }
    var topic, type: String
    var ts: Int64
    var data: Content
}

struct BybitTrades: Decodable {
    struct Row: Decodable {
        var T: Int64
        var s, S, i: String
        var v, p: Exact
    }
    var topic: String
    var ts: Int64
    var data: [Row]
}

struct BybitOrderRow: Decodable {
    var symbol, orderId, orderLinkId, side, orderType, orderStatus, timeInForce: String
    var rejectReason, createdTime, updatedTime: String
    var price, qty, leavesQty, cumExecQty, avgPrice, triggerPrice: Exact
    var reduceOnly: Bool
    var positionIdx: Int
}

struct BybitOrders: Decodable {
    var topic: String
    var creationTime: Int64
    var data: [BybitOrderRow]
}

struct BybitList<Row: Decodable>: Decodable {
    struct Result: Decodable {
        var list: [Row]
        var nextPageCursor: String?
    }
    var retCode: Int
    var retMsg: String
    var result: Result
}

struct BybitInstrumentRow: Decodable {
    struct Lots: Decodable { var minOrderQty, maxOrderQty, qtyStep: Exact }
    struct Prices: Decodable { var tickSize: Exact }
    struct Leverages: Decodable { var maxLeverage: Exact }
    var symbol, status, baseCoin, quoteCoin, settleCoin: String
    var lotSizeFilter: Lots
    var priceFilter: Prices
    var leverageFilter: Leverages
}
