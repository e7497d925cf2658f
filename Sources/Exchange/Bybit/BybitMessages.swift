internal import JSON
internal import Trading

extension MarketMessage {
    private static let bookKeys = Letters("sbau")
    private static let tradeKeys = Letters("TsSvp")

    /// Takes the symbol from the name of a topic.
    mutating func takeSymbol(_ name: Span<UInt8>, from start: Int) {
        var index = start
        while index < name.count {
            symbol.append(name[index])
            index += 1
        }
    }

    /// `{"topic":…,"type":"snapshot"|"delta","ts":…,"data":{"s":…,"b":[…],"a":[…],"u":…}}`.
    mutating func decode(bybitBook root: JSONValue) throws(MessageError) {
        let isSnapshot = try Self.isSnapshot(root)
        time = try root.required("ts").time("ts")
        var seen = Letters()
        var members = try root.object(at: "data").members
        while let member = members.next() {
            let letter = member.letter
            guard letter != 0 else { continue }
            try seen.insert(letter)
            switch letter {
            case UInt8(ascii: "b"): try member.value.levels("b", into: &bids)
            case UInt8(ascii: "a"): try member.value.levels("a", into: &asks)
            case UInt8(ascii: "u"): lastUpdate = try member.value.count("u")
            case UInt8(ascii: "s"): try member.value.requireSymbol(symbol)
            default: break
            }
        }
        try seen.require(Self.bookKeys)
        firstUpdate = lastUpdate
        previousUpdate = 0
        // The number 1 is a restart of the venue, whatever the message calls itself.
        kind = isSnapshot || lastUpdate == 1 ? .depthSnapshot : .depthUpdate
    }

    /// Whether a message tells all, rather than what changed.
    static func isSnapshot(_ root: JSONValue) throws(MessageError) -> Bool {
        switch try root.text(at: "type") {
        case "snapshot": true
        case "delta": false
        default: throw .outOfRange(key: "type", rule: "expected snapshot or delta")
        }
    }

    /// `{"topic":…,"ts":…,"data":[{"T":…,"s":…,"S":…,"v":…,"p":…,"BT":…},…]}`.
    func decode(
        bybitTrades root: JSONValue,
        into parts: inout [BybitPart]
    ) throws(MessageError) {
        var rows = try root.array(at: "data").elements
        while let row = rows.next() { parts.append(try trade(row)) }
    }

    private func trade(_ row: JSONValue) throws(MessageError) -> BybitPart {
        var seen = Letters()
        var price = Decimal.zero
        var quantity = Decimal.zero
        var taker = Side.buy
        var time = Timestamp.never
        var isMarketTrade = true
        var members = row.members
        while let member = members.next() {
            let letter = member.letter
            guard letter != 0 else {
                // Block trades are agreed apart, and retail orders are not in the book.
                if member.key.equals("BT"), try member.value.truth("BT") { isMarketTrade = false }
                if member.key.equals("RPI"), try member.value.truth("RPI") { isMarketTrade = false }
                continue
            }
            try seen.insert(letter)
            switch letter {
            case UInt8(ascii: "p"): price = try member.value.decimal("p", .positive)
            case UInt8(ascii: "v"): quantity = try member.value.decimal("v", .notNegative)
            case UInt8(ascii: "T"): time = try member.value.time("T")
            case UInt8(ascii: "S"): taker = try Self.side(member.value)
            case UInt8(ascii: "s"): try member.value.requireSymbol(symbol)
            default: break
            }
        }
        try seen.require(Self.tradeKeys)
        guard quantity.units > 0 else {
            throw .outOfRange(key: "v", rule: "expected more than zero")
        }
        let trade = PublicTrade(
            price: Price(price),
            quantity: Quantity(quantity),
            taker: taker,
            time: time
        )
        return .trade(trade, isMarketTrade: isMarketTrade)
    }

    private static func side(_ value: JSONValue) throws(MessageError) -> Side {
        guard let text = value.string else { throw value.isNot("a string", at: "S") }
        if text.equals("Buy") { return .buy }
        guard text.equals("Sell") else {
            throw .outOfRange(key: "S", rule: "expected Buy or Sell")
        }
        return .sell
    }

    /// The ticker that a message changes: a snapshot begins a new one.
    mutating func beginTicker(
        _ root: JSONValue,
        known: BybitTicker?
    ) throws(MessageError) -> BybitTicker {
        time = try root.required("ts").time("ts")
        let isNew = try Self.isSnapshot(root)
        return isNew ? BybitTicker() : known ?? BybitTicker()
    }
}

/// What a symbol's ticker has told so far: after a snapshot only what changes comes.
struct BybitTicker {
    private var mark: Price?
    private var rate: Decimal?
    private var nextFunding: Timestamp?
    private var bid: Price?
    private var bidQuantity: Quantity?
    private var ask: Price?
    private var askQuantity: Quantity?

    /// What a message changed.
    struct Changes {
        var mark = false
        var quote = false
    }

    /// Takes what a message tells, all of it or nothing.
    mutating func take(
        _ data: JSONValue,
        symbol: [UInt8]
    ) throws(MessageError) -> Changes {
        var changes = Changes()
        var seen = Letters()
        var members = data.members
        while let member = members.next() {
            let key = member.key
            let value = member.value
            // Contracts that are delivered have no funding, and spot has no mark price.
            if value.string?.isEmpty == true { continue }
            if key.equals("symbol") {
                try seen.insert(UInt8(ascii: "s"))
                try value.requireSymbol(symbol)
            } else if key.equals("markPrice") {
                try seen.insert(UInt8(ascii: "m"))
                mark = Price(try value.decimal("markPrice", .positive))
                changes.mark = true
            } else if key.equals("fundingRate") {
                try seen.insert(UInt8(ascii: "r"))
                rate = try value.decimal("fundingRate", .rate)
                changes.mark = true
            } else if key.equals("nextFundingTime") {
                try seen.insert(UInt8(ascii: "n"))
                guard let moment = value.text.flatMap(Timestamp.init(milliseconds:)) else {
                    throw value.isNot("milliseconds in a string", at: "nextFundingTime")
                }
                nextFunding = moment
                changes.mark = true
            } else if try takeQuote(key, value, &seen) {
                changes.quote = true
            }
        }
        guard seen.contains(UInt8(ascii: "s")) else { throw .missing(key: "symbol") }
        return changes
    }

    private mutating func takeQuote(
        _ key: Span<UInt8>,
        _ value: JSONValue,
        _ seen: inout Letters
    ) throws(MessageError) -> Bool {
        if key.equals("bid1Price") {
            try seen.insert(UInt8(ascii: "b"))
            bid = Price(try value.decimal("bid1Price", .notNegative))
        } else if key.equals("bid1Size") {
            try seen.insert(UInt8(ascii: "B"))
            bidQuantity = Quantity(try value.decimal("bid1Size", .notNegative))
        } else if key.equals("ask1Price") {
            try seen.insert(UInt8(ascii: "a"))
            ask = Price(try value.decimal("ask1Price", .notNegative))
        } else if key.equals("ask1Size") {
            try seen.insert(UInt8(ascii: "A"))
            askQuantity = Quantity(try value.decimal("ask1Size", .notNegative))
        } else {
            return false
        }
        return true
    }

    /// The parts that a message brings, where all of each is known.
    func parts(_ changes: Changes, at time: Timestamp) -> [BybitPart] {
        var parts: [BybitPart] = []
        if changes.mark, let mark, let rate, let nextFunding {
            parts.append(
                .mark(
                    MarkPrice(
                        price: mark,
                        fundingRate: rate,
                        nextFunding: nextFunding,
                        time: time
                    )
                )
            )
        }
        if changes.quote, let bid, let bidQuantity, let ask, let askQuantity {
            parts.append(
                .quote(
                    Quote(
                        bid: BookLevel(price: bid, quantity: bidQuantity),
                        ask: BookLevel(price: ask, quantity: askQuantity)
                    )
                )
            )
        }
        return parts
    }
}
