import Exchange
import Network
import Testing
import Trading

/// The files about Binance, which a clone of the repository does not have.
enum BinanceFixtures {
    /// The text of a file of the fixtures.
    static func text(_ path: String) throws -> String {
        let bytes = try #require(Fixtures.bytes(path), "the file is there")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The JSON of a file below `binance`, without the lines that name its request and without
    /// comments.
    static func body(_ path: String) throws -> String {
        let lines = try text("binance/" + path).split(separator: "\n")
        let start = try #require(
            lines.firstIndex { $0.hasPrefix("{") || $0.hasPrefix("[") },
            "it has JSON"
        )
        return lines[start...].map { line in
            guard let comment = line.firstRange(of: "//") else { return String(line) }
            return String(line[..<comment.lowerBound])
        }
        .joined(separator: "\n")
    }

    /// What the lines before the JSON say of the request: method, path, whether it is signed.
    static func asked(_ path: String) throws -> [String] {
        try text("binance/" + path).split(whereSeparator: \.isNewline).prefix(3).map { line in
            String(line.split(separator: "?")[0]).filter { !$0.isWhitespace }
        }
    }
}

extension BinanceAdapter {
    static func test(_ market: VenueMarket) -> BinanceAdapter {
        BinanceAdapter(market, AdapterFixture.credentials())
    }

    func answer(to call: VenueCall, _ body: String, status: Int = 200) -> VenueAnswer {
        answer(to: call, AdapterFixture.response(status, body), at: AdapterFixture.time)
    }

    func events(_ text: String) throws(MessageError) -> [VenueEvent] {
        let bytes = Array(text.utf8)
        return try events(in: bytes.span)
    }
}

// Everything that is read, in words: what the tests compare with what a person reads in a file.

extension Timestamp {
    fileprivate var words: String { "\(nanoseconds / 1_000_000)" }
}

extension VenueOrder {
    var words: String {
        var words = "order \(venueOrder) \(clientID) \(symbol) \(side.name) \(type?.name ?? "-")"
        words += " \(timeInForce?.name ?? "-") \(quantity) at \(price) trigger \(trigger)"
        words += " filled \(filled) worth \(filledValue.map { "\($0)" } ?? "-") \(status.name)"
        if isUntriggered { words += " waiting" }
        if isReduceOnly { words += " reduce-only" }
        if let becameOrder { words += " became \(becameOrder)" }
        if let reason { words += " because \(reason.name)" }
        if !reasonText.isEmpty { words += " (\(reasonText))" }
        if let made { words += " made \(made.words)" }
        if let changed { words += " changed \(changed.words)" }
        return words
    }
}

extension VenueExecution {
    var words: String {
        "\(kind) \(id) of \(venueOrder) \(clientID ?? "-") \(symbol) \(side.name) \(quantity)"
            + " at \(price) fee \(fee) \(feeAsset ?? "-") \(liquidity.name) \(time.words)"
    }
}

extension VenuePosition {
    var words: String {
        var words = "position \(symbol) \(quantity) from \(entryPrice)"
        if isHedge { words += " hedge" }
        if let marginMode { words += " \(marginMode)" }
        if let liquidationPrice { words += " liquidated at \(liquidationPrice)" }
        if let time { words += " at \(time.words)" }
        return words
    }
}

extension VenueBalance {
    var words: String { "balance \(asset) \(total) locked \(locked.map { "\($0)" } ?? "-")" }
}

extension VenueInstrument {
    var words: String {
        var words = "\(symbol) \(base)/\(quote) in \(settle)"
        if isTrading { words += " trading" }
        if isPerpetual { words += " perpetual" }
        words += " tick \(filters.priceTick) step \(filters.quantityStep)"
        words += " quantity \(filters.minimumQuantity) to \(filters.maximumQuantity)"
        words += " worth \(filters.minimumNotional)"
        words += " at market to \(maximumMarketQuantity.map { "\($0)" } ?? "-")"
        words += " stops \(stops.map { "\($0)" }.joined(separator: " "))"
        words += " at most \(maximumStops.map { "\($0)" } ?? "-")"
        return words
    }
}

extension VenueAccountMode {
    var words: String {
        "mode hedge \(isHedge.map { "\($0)" } ?? "-") \(marginMode.map { "\($0)" } ?? "-")"
            + " leverage \(leverage.map { "\($0)" } ?? "-")"
    }
}

extension VenueFacts {
    /// What it says, a line a row.
    var words: [String] {
        switch self {
        case .accepted(let venueOrder, let clientID):
            ["accepted \(venueOrder.map { "\($0)" } ?? "-") \(clientID)"]
        case .done: ["done"]
        case .orders(let rows, _): rows.map(\.words)
        case .executions(let rows, _): rows.map(\.words)
        case .positions(let rows): rows.map(\.words)
        case .balances(let rows): rows.map(\.words)
        case .entries(let rows, _):
            rows.map { "\($0.kind) \($0.symbol ?? "-") \($0.amount) \($0.asset) \($0.time.words)" }
        case .instruments(let rows, _): rows.map(\.words)
        case .tickers(let rows):
            rows.map { row in
                "\(row.symbol) \(row.last) bid \(row.bid) ask \(row.ask) turnover \(row.turnover)"
            }
        case .fees(let fees): ["maker \(fees.maker) taker \(fees.taker)"]
        case .time(let time): [time.words]
        case .key(let key):
            [
                "trade \(key.mayTrade.map { "\($0)" } ?? "-")"
                    + " contracts \(key.mayTradeFutures.map { "\($0)" } ?? "-")"
                    + " withdraw \(key.mayWithdraw.map { "\($0)" } ?? "-")"
                    + " bound \(key.isBoundToAddresses.map { "\($0)" } ?? "-")"
                    + " until \(key.expires.map(\.words) ?? "-")"
            ]
        case .mode(let mode): [mode.words]
        case .book(let book):
            ["\(book.symbol) \(book.lastUpdate) at \(book.time?.words ?? "-")"]
                + (book.bids + book.asks).map { "\($0.price) \($0.quantity)" }
        case .listenKey(let key): ["listen key \(key)"]
        }
    }
}

extension VenueEvent {
    var words: String {
        switch self {
        case .order(let order): order.words
        case .execution(let fill): fill.words
        case .position(let position): position.words
        case .balance(let balance): balance.words
        case .mode(let symbol, let mode): "\(symbol) \(mode.words)"
        case .unreadable(let why): "unreadable: \(why)"
        case .subscribed: "subscribed"
        case .refused(let why): "refused: \(why)"
        case .ends: "ends"
        }
    }
}
