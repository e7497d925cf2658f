internal import Digests
internal import Exchange
internal import JSON
internal import Network
internal import Trading

/// What both fronts of Binance have: the house, the way out, limits, sockets, books.
final class BinanceDesk {
    let house: LocalHouse
    let outbox: Outbox
    let venue: VenueMarket
    /// The places of this venue's markets in the house.
    let markets: [Int]
    var limits: BinanceLimits
    var names = BinanceNames()
    var sockets: [SocketID: BinanceSocket] = [:]
    var books: [Int: BinanceBook] = [:]
    /// When each stream that is pushed by the clock was pushed, counted in its periods.
    var slots: [String: Int64] = [:]
    /// The best prices that were told last.
    var tops: [Int: Quote] = [:]
    /// The last update that each stream of best levels told.
    var partials: [String: Int64] = [:]
    /// The ids of cancel requests, whose orders' events tell them.
    var cancelNames: [UInt64: String] = [:]
    /// What of the accounts was told last.
    var told: BinanceToldAccounts
    private var places: [Int: (price: Int, quantity: Int)] = [:]

    init(_ house: LocalHouse, _ outbox: Outbox, _ venue: VenueMarket, _ terms: BinanceLimitTerms) {
        self.house = house
        self.outbox = outbox
        self.venue = venue
        limits = BinanceLimits(terms)
        markets = house.markets.indices.filter { house.markets[$0].venue == venue }
        told = BinanceToldAccounts(house, markets)
        for market in markets {
            countPlaces(market)
            books[market] = BinanceBook(step: isSpot ? 1 : 10, gap: isSpot ? 1 : 3)
        }
    }

    var isSpot: Bool { venue == .binanceSpot }

    /// Counts the decimals of a market's grid; those of a finer one before are kept, because what
    /// stands in the book has them.
    func countPlaces(_ market: Int) {
        let filters = house.markets[market].instrument.filters
        places[market] = (
            max(filters.priceTick.value.places, places[market]?.price ?? 0),
            max(filters.quantityStep.value.places, places[market]?.quantity ?? 0)
        )
    }

    func symbol(_ market: Int) -> String { house.markets[market].listing.symbol }

    // MARK: How amounts are written

    func pricePlaces(_ market: Int) -> Int { places[market]?.price ?? 8 }

    func quantityPlaces(_ market: Int) -> Int { places[market]?.quantity ?? 8 }

    func text(_ price: Price, _ market: Int) -> JSONText {
        isSpot ? price.eight : price.places(pricePlaces(market))
    }

    func text(_ quantity: Quantity, _ market: Int) -> JSONText {
        isSpot ? quantity.eight : quantity.places(quantityPlaces(market))
    }

    /// Quote units: with eight decimals on spot, as short as they are on USD-M.
    func text(_ money: Money) -> JSONText { isSpot ? money.eight : money.short }

    // MARK: Which market is meant

    /// The market of a request that must name one.
    func market(_ ask: BinanceAsk) throws(BinanceError) -> Int {
        try market(named: ask.parameters.required("symbol"))
    }

    /// The market of a request that may name one.
    func marketIfNamed(_ ask: BinanceAsk) throws(BinanceError) -> Int? {
        guard let symbol = ask.parameters.text("symbol") else { return nil }
        return try market(named: symbol)
    }

    func market(named symbol: String) throws(BinanceError) -> Int {
        let isLegal = symbol.utf8.count <= 20 && symbol.utf8.allSatisfy(Self.isLegal)
        guard isLegal else { throw .illegal("symbol", range: "^[A-Z0-9-_.]{1,20}$") }
        guard let market = house.market(venue, symbol) else { throw .badSymbol }
        return market
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x2D, 0x5F, 0x2E: true
        default: false
        }
    }

    /// One value for the symbol that is named, or a list: of those that are, or of all.
    func each(_ ask: BinanceAsk, _ make: (Int) -> JSONText) throws(BinanceError) -> JSONText {
        if let market = try marketIfNamed(ask) { return make(market) }
        guard let list = ask.parameters.text("symbols") else { return .list(markets.map(make)) }
        var values: [JSONText] = []
        for symbol in list.split(whereSeparator: { "[]\", ".contains($0) }) {
            values.append(make(try market(named: String(symbol))))
        }
        return .list(values)
    }
}

// MARK: Who asks

extension BinanceDesk {
    /// The account of a request.
    func account(
        _ access: BinanceAccess,
        key: String?,
        _ signature: BinanceSignature,
        _ parameters: BinanceParameters,
        at now: Timestamp
    ) throws(BinanceError) -> Int {
        if case .anyone = access { return 0 }
        guard let key, !key.isEmpty else { throw .badKeyFormat }
        guard let account = house.account(key: key) else { throw .badKey }
        if case .key = access { return account }
        try checkTime(parameters, at: now)
        guard signature.signature != nil else { throw .missing("signature") }
        guard signature.isValid(by: house.accounts[account].signer) else { throw .badSignature }
        switch access {
        case .trading, .order:
            guard house.accounts[account].mayTrade else { throw .badKey }
        default: break
        }
        return account
    }

    private func checkTime(_ parameters: BinanceParameters, at now: Timestamp) throws(BinanceError)
    {
        guard let stamp = try parameters.integer("timestamp") else { throw .missing("timestamp") }
        let window = try parameters.decimal("recvWindow") ?? Decimal(5000)
        guard window <= Decimal(60_000) else { throw .longWindow }
        // Spot takes microseconds as well; a time of the next ten thousand years tells by its size.
        let isMicroseconds = isSpot && stamp >= 1_000_000_000_000_000
        let (nanoseconds, isTooBig) = stamp.multipliedReportingOverflow(
            by: isMicroseconds ? 1000 : 1_000_000
        )
        guard !isTooBig else { throw .earlyTimestamp }
        let time = Timestamp(nanoseconds: nanoseconds)
        if time - now >= .second { throw .earlyTimestamp }
        let age = Decimal(units: Int128((now - time).nanoseconds) * Decimal.unitsPerOne / 1_000_000)
        if age > window { throw .lateTimestamp }
    }
}

/// Ids that the venue makes up: the same in the same order.
struct BinanceNames {
    private var count: UInt64 = 0

    /// So many letters and digits that were not given before.
    mutating func next(_ length: Int) -> String {
        count += 1
        var state = count
        var text = ""
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        for _ in 0..<length {
            // The mixing of SplitMix64: from neighbouring counts come unlike names.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            let letter = letters[Int((mixed >> 33) % UInt64(letters.count))]
            text.unicodeScalars.append(Unicode.Scalar(letter))
        }
        return text
    }
}
