internal import Trading

/// A stream of market data, as a client names it.
struct BinanceStream: Hashable {
    /// What a stream tells.
    enum Channel: Hashable {
        /// Changes of the book, every so many milliseconds.
        case depth(speed: Int)
        /// The best levels, every so many milliseconds.
        case partial(levels: Int, speed: Int)
        case bookTicker
        case trade
        case aggTrade
        case ticker
        case miniTicker
        case kline(String)
        /// Every so many seconds.
        case markPrice(seconds: Int)
    }

    /// The name, as it was given.
    let name: String
    /// The place of the market; `nil` for all of them.
    let market: Int?
    /// What it tells; `nil` for a name that is none of ours, which tells nothing.
    let channel: Channel?

    /// Reads a name, as `btcusdt@depth@100ms` or `!ticker@arr`.
    init(_ name: String, in desk: BinanceDesk) {
        self.name = name
        let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        let isForAll = name.hasPrefix("!")
        if isForAll {
            market = nil
            let rest = parts.dropFirst().filter { $0 != "arr" }
            channel = Self.channel([String(parts[0].dropFirst())] + rest, isSpot: desk.isSpot)
        } else {
            market = desk.house.market(desk.venue, parts[0].uppercased())
            let rest = Array(parts.dropFirst())
            channel = market == nil ? nil : Self.channel(rest, isSpot: desk.isSpot)
        }
    }

    private static func channel(_ parts: [String], isSpot: Bool) -> Channel? {
        guard let word = parts.first else { return nil }
        let option = parts.dropFirst().first
        switch word {
        case "bookTicker" where option == nil: return .bookTicker
        case "trade" where option == nil: return .trade
        case "aggTrade" where option == nil: return .aggTrade
        case "ticker" where option == nil: return .ticker
        case "miniTicker" where option == nil: return .miniTicker
        case "markPrice" where !isSpot: return .markPrice(seconds: option == "1s" ? 1 : 3)
        default: break
        }
        if word.hasPrefix("kline_") {
            let interval = String(word.dropFirst("kline_".count))
            return BinanceInterval(interval) == nil ? nil : .kline(interval)
        }
        guard word.hasPrefix("depth"), let speed = speed(option, isSpot: isSpot) else { return nil }
        if word == "depth" { return .depth(speed: speed) }
        guard let levels = Int(word.dropFirst("depth".count)), [5, 10, 20].contains(levels) else {
            return nil
        }
        return .partial(levels: levels, speed: speed)
    }

    private static func speed(_ text: String?, isSpot: Bool) -> Int? {
        switch text {
        case nil: isSpot ? 1000 : 250
        case "100ms": 100
        case "1000ms" where isSpot: 1000
        case "250ms" where !isSpot: 250
        case "500ms" where !isSpot: 500
        default: nil
        }
    }
}

extension BinanceStream.Channel {
    /// How often it is pushed; `nil` where it is when something happens.
    func period(isSpot: Bool) -> TimeSpan? {
        switch self {
        case .depth(let speed), .partial(_, let speed): TimeSpan(milliseconds: Int64(speed))
        case .bookTicker, .trade, .aggTrade: nil
        case .ticker, .miniTicker: .second
        case .kline: isSpot ? .second : TimeSpan(milliseconds: 250)
        case .markPrice(let seconds): TimeSpan(seconds: Int64(seconds))
        }
    }

    /// The part of the USD-M host that serves it.
    var category: String {
        switch self {
        case .depth, .partial, .bookTicker, .trade: "public"
        case .aggTrade, .ticker, .miniTicker, .kline, .markPrice: "market"
        }
    }
}

/// The length of a candle.
struct BinanceInterval {
    /// How long.
    let span: TimeSpan
    /// When the first one of all began: weeks begin on Mondays.
    let origin: TimeSpan

    /// Reads `1m`, `4h` and so on; months, which differ in length, are not served.
    init?(_ text: String) {
        let known: [String: Int64] = [
            "1s": 1, "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600,
            "2h": 7200, "4h": 14_400, "6h": 21_600, "8h": 28_800, "12h": 43_200, "1d": 86_400,
            "3d": 259_200, "1w": 604_800,
        ]
        guard let seconds = known[text] else { return nil }
        span = TimeSpan(seconds: seconds)
        origin = text == "1w" ? TimeSpan(seconds: 4 * 86_400) : .zero
    }

    /// When the candle of a moment began.
    func start(of time: Timestamp) -> Timestamp {
        let since = time.nanoseconds - origin.nanoseconds
        let start = since - since % span.nanoseconds
        return Timestamp(nanoseconds: start + origin.nanoseconds)
    }
}
