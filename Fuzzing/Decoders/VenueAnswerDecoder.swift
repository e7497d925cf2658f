import Exchange
import Network
import Trading

/// What Binance answers to each kind of call, on both of its markets; see ``VenueAnswers``.
final class BinanceAnswerDecoder: Decoder {
    private let answers: VenueAnswers

    init(scratch: String) {
        answers = VenueAnswers([
            BinanceAdapter(.binanceSpot, nil), BinanceAdapter(.binanceFutures, nil),
        ])
    }

    func take(_ bytes: [UInt8]) throws { try answers.take(bytes) }
}

/// What Bybit answers to each kind of call, on both of its markets; see ``VenueAnswers``.
final class BybitAnswerDecoder: Decoder {
    private let answers: VenueAnswers

    init(scratch: String) {
        answers = VenueAnswers([
            BybitAdapter(market: .bybitSpot), BybitAdapter(market: .bybitLinear),
        ])
    }

    func take(_ bytes: [UInt8]) throws { try answers.take(bytes) }
}

/// Answers of a venue.
///
/// The first byte chooses market and call, the second the status. Up to a line feed follows the
/// value of the headers that ask to wait; the rest is the body.
private struct VenueAnswers {
    private let adapters: [any VenueAdapter]
    private let now = Timestamp(nanoseconds: 1_790_000_000_000_000_000)

    init(_ adapters: [any VenueAdapter]) { self.adapters = adapters }

    private static let statuses = [
        200, 200, 200, 201, 400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504, 302,
    ]

    func take(_ bytes: [UInt8]) throws {
        guard bytes.count >= 2 else { return }
        let adapter = adapters[Int(bytes[0] & 1)]
        let calls = VenueCalls.all
        let call = calls[Int(bytes[0] >> 1) % calls.count]
        let status = Self.statuses[Int(bytes[1]) % Self.statuses.count]
        let rest = bytes.dropFirst(2)
        let line = rest.prefix { $0 != 0x0A }
        let value = String(decoding: line, as: UTF8.self)
        let response = HTTPResponse(
            status: status,
            headers: ["Retry-After", "X-Bapi-Limit-Reset-Timestamp"].map { HTTPHeader($0, value) },
            body: Array(rest.dropFirst(line.count + 1))
        )
        let answer = adapter.answer(to: call, response, at: now)
        try require(adapter.answer(to: call, response, at: now) == answer, "an answer is one")
        switch answer {
        case .yes(let facts):
            try require(Self.belongs(facts, to: call), "a yes brings what was asked for")
            try VenueChecks.check(facts)
        case .no(let refusal):
            try require(refusal.code != 0, "a refusal has a number")
        case .unknown(let doubt):
            try require(doubt.cause != .silence, "there was an answer")
        }
    }

    /// Whether these facts are what a yes to the call brings.
    private static func belongs(_ facts: VenueFacts, to call: VenueCall) -> Bool {
        switch (call, facts) {
        case (.place, .accepted), (.cancel, .accepted), (.cancel, .done), (.amend, .accepted),
            (.amend, .done), (.cancelOnSilence, .done), (.setLeverage, .done),
            (.setOneWayMode, .done), (.setMarginMode, .done), (.order, .orders),
            (.openOrders, .orders), (.orderHistory, .orders), (.executions, .executions),
            (.positions, .positions), (.balances, .balances), (.instruments, .instruments),
            (.tickers, .tickers), (.fees, .fees), (.serverTime, .time), (.keyPermissions, .key),
            (.accountMode, .mode), (.marginMode, .mode), (.marginMode, .done), (.book, .book),
            (.listenKey, .listenKey), (.listenKey, .done):
            true
        default: false
        }
    }
}

/// A call of each kind.
enum VenueCalls {
    private static let name = VenueOrderName(
        symbol: "BTCUSDT",
        clientID: "hf-1",
        isConditional: false
    )
    private static let stop = VenueOrderName(
        symbol: "BTCUSDT",
        clientID: "hf-2",
        isConditional: true
    )

    static let all: [VenueCall] = changes + questions

    private static let changes: [VenueCall] = [
        .place(VenuePlacement(name: name, terms: terms(.limit))),
        .place(VenuePlacement(name: stop, terms: terms(.stopMarket))),
        .cancel(name), .cancel(stop),
        .amend(name, amendment), .amend(stop, amendment),
        .cancelOnSilence(symbol: "BTCUSDT", after: TimeSpan(seconds: 10)),
        .setLeverage(symbol: "BTCUSDT", Decimal(5)),
        .setOneWayMode(symbol: "BTCUSDT"),
        .setMarginMode(symbol: "BTCUSDT", .isolated),
    ]

    private static let questions: [VenueCall] = [
        .order(name), .order(stop),
        .openOrders(symbol: "BTCUSDT", page: .first),
        .openOrders(symbol: nil, page: .after("algo")),
        .orderHistory(symbol: "BTCUSDT", from: .never, to: .never, page: .first),
        .executions(symbol: "BTCUSDT", from: .never, to: .never, page: .after("7")),
        .positions(symbol: nil), .balances, .instruments(page: .first), .tickers,
        .fees(symbol: "BTCUSDT"), .serverTime, .keyPermissions, .accountMode(symbol: "BTCUSDT"),
        .marginMode(symbol: "BTCUSDT"), .book(symbol: "BTCUSDT", depth: 5), .listenKey(.make),
    ]

    private static var amendment: VenueAmendment {
        VenueAmendment(
            quantity: Quantity(.one),
            price: Price(Decimal(100)),
            trigger: .zero,
            side: .buy
        )
    }

    private static func terms(_ type: OrderType) -> OrderTerms {
        OrderTerms(
            instrument: InstrumentID(0),
            side: .buy,
            type: type,
            timeInForce: .goodTillCancelled,
            isReduceOnly: false,
            quantity: Quantity(.one),
            price: type == .limit ? Price(Decimal(100)) : .zero,
            trigger: type == .limit ? .zero : Price(Decimal(110))
        )
    }
}
