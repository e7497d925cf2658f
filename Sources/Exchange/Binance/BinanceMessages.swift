internal import JSON
internal import Trading

extension MarketMessage {
    private static let depthKeys = Letters("EsUuba")
    private static let tradeKeys = Letters("sTm")
    private static let pricedTradeKeys = Letters("pq")
    private static let quoteKeys = Letters("sbBaA")
    private static let markKeys = Letters("EsprT")

    /// `{"e":"depthUpdate","E":…,"s":…,"U":…,"u":…,"b":[…],"a":[…]}`; USD-M adds `T` and `pu`.
    mutating func decode(depthUpdate data: JSONValue) throws(MessageError) {
        var seen = Letters()
        var previous: Int64?
        var members = data.members
        while let member = members.next() {
            let letter = member.letter
            guard letter != 0 else {
                if member.key.equals("pu") {
                    guard previous == nil else { throw .repeated(key: "pu") }
                    previous = try member.value.count("pu")
                }
                continue
            }
            try seen.insert(letter)
            switch letter {
            case UInt8(ascii: "b"): try member.value.levels("b", into: &bids)
            case UInt8(ascii: "a"): try member.value.levels("a", into: &asks)
            case UInt8(ascii: "U"): firstUpdate = try member.value.count("U")
            case UInt8(ascii: "u"): lastUpdate = try member.value.count("u")
            case UInt8(ascii: "E"): time = try member.value.time("E")
            case UInt8(ascii: "e"): try member.value.requireEvent("depthUpdate")
            case UInt8(ascii: "s"): try member.value.requireSymbol(symbol)
            default: break
            }
        }
        try seen.require(Self.depthKeys)
        guard firstUpdate <= lastUpdate else {
            throw .outOfRange(key: "u", rule: "expected at least \"U\", \(firstUpdate)")
        }
        market = previous == nil ? .spot : .perpetual
        previousUpdate = previous ?? 0
    }

    /// `{"lastUpdateId":…,"bids":[…],"asks":[…]}`; USD-M adds `E` and `T`.
    mutating func decode(snapshot root: JSONValue) throws(MessageError) {
        var seen = Letters()
        var members = root.members
        while let member = members.next() {
            if member.key.equals("lastUpdateId") {
                try seen.insert(UInt8(ascii: "u"))
                lastUpdate = try member.value.count("lastUpdateId")
            } else if member.key.equals("bids") {
                try seen.insert(UInt8(ascii: "b"))
                try member.value.levels("bids", into: &bids)
            } else if member.key.equals("asks") {
                try seen.insert(UInt8(ascii: "a"))
                try member.value.levels("asks", into: &asks)
            } else if member.key.equals("E") {
                try seen.insert(UInt8(ascii: "E"))
                time = try member.value.time("E")
            } else if member.key.equals("T") {
                try seen.insert(UInt8(ascii: "T"))
            }
        }
        guard seen.contains(UInt8(ascii: "b")) else { throw .missing(key: "bids") }
        guard seen.contains(UInt8(ascii: "a")) else { throw .missing(key: "asks") }
        let isPerpetual = seen.contains(UInt8(ascii: "E")) || seen.contains(UInt8(ascii: "T"))
        market = isPerpetual ? .perpetual : .spot
        kind = .depthSnapshot
    }

    /// `{"e":"trade","E":…,"s":…,"t":…,"p":…,"q":…,"T":…,"m":…}`; USD-M adds `X`.
    mutating func decode(trade data: JSONValue) throws(MessageError) {
        var seen = Letters()
        var price = Decimal.zero
        var quantity = Decimal.zero
        var taker = Side.buy
        isMarketTrade = true
        var members = data.members
        while let member = members.next() {
            let letter = member.letter
            guard letter != 0 else { continue }
            try seen.insert(letter)
            switch letter {
            case UInt8(ascii: "p"): price = try member.value.decimal("p", .notNegative)
            case UInt8(ascii: "q"): quantity = try member.value.decimal("q", .notNegative)
            case UInt8(ascii: "T"): time = try member.value.time("T")
            // The buyer rested in the book: the seller took.
            case UInt8(ascii: "m"): taker = try member.value.truth("m") ? .sell : .buy
            case UInt8(ascii: "X"):
                guard let origin = member.value.string else {
                    throw member.value.isNot("a string", at: "X")
                }
                isMarketTrade = origin.equals("MARKET")
            case UInt8(ascii: "e"): try member.value.requireEvent("trade")
            case UInt8(ascii: "s"): try member.value.requireSymbol(symbol)
            default: break
            }
        }
        try seen.require(Self.tradeKeys)
        if isMarketTrade {
            try seen.require(Self.pricedTradeKeys)
            guard price.units > 0 else {
                throw .outOfRange(key: "p", rule: "expected more than zero")
            }
            guard quantity.units > 0 else {
                throw .outOfRange(key: "q", rule: "expected more than zero")
            }
        }
        market = seen.contains(UInt8(ascii: "X")) ? .perpetual : .spot
        trade = PublicTrade(
            price: Price(price),
            quantity: Quantity(quantity),
            taker: taker,
            time: time
        )
    }

    /// `{"u":…,"s":…,"b":…,"B":…,"a":…,"A":…}`; USD-M adds `e`, `E` and `T`.
    mutating func decode(quote data: JSONValue) throws(MessageError) {
        var seen = Letters()
        var members = data.members
        while let member = members.next() {
            let letter = member.letter
            guard letter != 0 else { continue }
            try seen.insert(letter)
            // A side without orders is sent as a price and a quantity of zero.
            switch letter {
            case UInt8(ascii: "b"):
                quote.bid.price = Price(try member.value.decimal("b", .notNegative))
            case UInt8(ascii: "B"):
                quote.bid.quantity = Quantity(try member.value.decimal("B", .notNegative))
            case UInt8(ascii: "a"):
                quote.ask.price = Price(try member.value.decimal("a", .notNegative))
            case UInt8(ascii: "A"):
                quote.ask.quantity = Quantity(try member.value.decimal("A", .notNegative))
            case UInt8(ascii: "u"): lastUpdate = try member.value.count("u")
            case UInt8(ascii: "E"): time = try member.value.time("E")
            case UInt8(ascii: "e"): try member.value.requireEvent("bookTicker")
            case UInt8(ascii: "s"): try member.value.requireSymbol(symbol)
            default: break
            }
        }
        try seen.require(Self.quoteKeys)
        market = seen.contains(UInt8(ascii: "e")) ? .perpetual : .spot
    }

    /// `{"e":"markPriceUpdate","E":…,"s":…,"p":…,"i":…,"P":…,"r":…,"T":…}`; only USD-M.
    mutating func decode(mark data: JSONValue) throws(MessageError) {
        var seen = Letters()
        var members = data.members
        while let member = members.next() {
            let letter = member.letter
            guard letter != 0 else { continue }
            try seen.insert(letter)
            switch letter {
            case UInt8(ascii: "p"):
                mark.price = Price(try member.value.decimal("p", .positive))
            case UInt8(ascii: "r"): mark.fundingRate = try member.value.decimal("r", .rate)
            case UInt8(ascii: "T"): mark.nextFunding = try member.value.time("T")
            case UInt8(ascii: "E"): time = try member.value.time("E")
            case UInt8(ascii: "e"): try member.value.requireEvent("markPriceUpdate")
            case UInt8(ascii: "s"): try member.value.requireSymbol(symbol)
            default: break
            }
        }
        try seen.require(Self.markKeys)
        mark.time = time
        market = .perpetual
    }
}
