import Exchange
import JSON
import Testing
import Trading

func bybitBook(
    _ update: Int64,
    isSnapshot: Bool = false,
    bids: String = #"["100.0","1"]"#,
    asks: String = #"["101.0","1"]"#
) -> String {
    #"{"topic":"orderbook.50.BTCUSDT","type":"\#(isSnapshot ? "snapshot" : "delta")","#
        + #""ts":1700000000000,"data":{"s":"BTCUSDT","b":[\#(bids)],"a":[\#(asks)],"#
        + #""u":\#(update),"seq":9}}"#
}

func bybitTrades(_ rows: String...) -> String {
    #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1,"data":["#
        + rows.joined(separator: ",") + "]}"
}

func bybitTrade(
    _ price: String = "100.5",
    _ quantity: String = "2",
    side: String = "Buy",
    more: String = ""
) -> String {
    #"{"T":1700000000000,"s":"BTCUSDT","S":"\#(side)","v":"\#(quantity)","p":"\#(price)","#
        + #""L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af"\#(more)}"#
}

extension BybitDecoder {
    mutating func decode(_ text: String) throws(MessageError) -> MarketMessage {
        let bytes = Array(text.utf8)
        try decode(bytes.span)
        return message
    }
}

@Suite struct `Decoding what Bybit sends in public` {
    @Test func `a snapshot and a change of a book`() throws {
        var decoder = BybitDecoder(market: .perpetual)
        let snapshot = try decoder.decode(bybitBook(7, isSnapshot: true))
        #expect(snapshot.kind == .depthSnapshot)
        #expect(snapshot.market == .perpetual)
        #expect(snapshot.lastUpdate == 7)
        #expect(String(decoding: snapshot.symbol, as: UTF8.self) == "BTCUSDT")
        #expect(snapshot.time == Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        #expect(snapshot.bids == [BookLevel(price: try price("100"), quantity: try quantity("1"))])
        let change = try decoder.decode(bybitBook(8, asks: #"["101","0"]"#))
        #expect(change.kind == .depthUpdate)
        #expect(change.lastUpdate == 8)
        #expect(change.asks == [BookLevel(price: try price("101"), quantity: .zero)])
        let more = decoder.next()
        #expect(!more)
    }

    @Test func `update number 1 is a snapshot whatever it calls itself`() throws {
        var decoder = BybitDecoder(market: .spot)
        #expect(try decoder.decode(bybitBook(1)).kind == .depthSnapshot)
        #expect(try decoder.decode(bybitBook(2)).kind == .depthUpdate)
    }

    @Test func `several trades come one after the other`() throws {
        var decoder = BybitDecoder(market: .spot)
        let text = bybitTrades(
            bybitTrade(),
            bybitTrade("100.4", "3", side: "Sell", more: #","BT":false,"RPI":false,"seq":1"#),
            bybitTrade("99", "9", more: #","BT":true"#),
            bybitTrade("98", "8", more: #","RPI":true"#)
        )
        var trades = [try decoder.decode(text)]
        while decoder.next() { trades.append(decoder.message) }
        #expect(trades.allSatisfy { $0.kind == .trade && $0.market == .spot })
        #expect(trades.map(\.trade.price) == (try ["100.5", "100.4", "99", "98"].map(price)))
        #expect(trades.map(\.trade.quantity) == (try ["2", "3", "9", "8"].map(quantity)))
        #expect(trades.map(\.trade.taker) == [.buy, .sell, .buy, .buy])
        // Block trades and retail orders did not take from the book.
        #expect(trades.map(\.isMarketTrade) == [true, true, false, false])
    }

    @Test func `a ticker is merged from what changes`() throws {
        func ticker(_ type: String, _ fields: String) -> String {
            #"{"topic":"tickers.BTCUSDT","type":"\#(type)","cs":1,"ts":1700000000000,"#
                + #""data":{"symbol":"BTCUSDT"\#(fields)}}"#
        }
        var decoder = BybitDecoder(market: .perpetual)
        // Changes of what is not known yet bring nothing.
        #expect(try decoder.decode(ticker("delta", #","markPrice":"99""#)).kind == .other)
        let whole =
            #","markPrice":"100","fundingRate":"-0.0001","nextFundingTime":"1700006400000","#
            + #""bid1Price":"99.5","bid1Size":"1","ask1Price":"100.5","ask1Size":"2""#
        let first = try decoder.decode(ticker("snapshot", whole))
        #expect(first.kind == .mark)
        #expect(
            first.mark
                == MarkPrice(
                    price: try price("100"),
                    fundingRate: try Decimal("-0.0001"),
                    nextFunding: Timestamp(nanoseconds: 1_700_006_400_000_000_000),
                    time: Timestamp(nanoseconds: 1_700_000_000_000_000_000)
                )
        )
        let hasQuote = decoder.next()
        #expect(hasQuote)
        #expect(decoder.message.kind == .quote)
        #expect(decoder.message.quote.ask.quantity == (try quantity("2")))
        let hasMore = decoder.next()
        #expect(!hasMore)
        let next = try decoder.decode(ticker("delta", #","markPrice":"101""#))
        #expect(next.mark.price == (try price("101")))
        #expect(next.mark.fundingRate == (try Decimal("-0.0001")))
        let moved = try decoder.decode(ticker("delta", #","bid1Price":"99.6""#))
        #expect(moved.kind == .quote)
        #expect(moved.quote.bid.price == (try price("99.6")))
        #expect(try decoder.decode(ticker("delta", #","volume24h":"1""#)).kind == .other)
        // A fault changes nothing of what is known.
        #expect(throws: MessageError.self) {
            try decoder.decode(ticker("delta", #","fundingRate":"0.5","markPrice":"x""#))
        }
        let after = try decoder.decode(ticker("delta", #","markPrice":"102""#))
        #expect(after.mark.fundingRate == (try Decimal("-0.0001")))
        let twice = #","markPrice":"1","markPrice":"2""#
        #expect(throws: MessageError.self) { try decoder.decode(ticker("delta", twice)) }
        // A new snapshot begins anew.
        #expect(try decoder.decode(ticker("snapshot", #","markPrice":"1""#)).kind == .other)
    }

    @Test(arguments: [
        #"{"topic":"kline.1.BTCUSDT","data":[]}"#, #"{"topic":"orderbook.rpi.BTCUSDT"}"#,
        #"{"topic":"orderbook.full.BTCUSDT"}"#, #"{"topic":"orderbook.50"}"#,
        #"{"topic":"tickers."}"#, #"{"topic":"news"}"#, #"{"success":true}"#, "{}",
    ])
    func `what is of no use here is passed over`(text: String) throws {
        var decoder = BybitDecoder(market: .spot)
        #expect(try decoder.decode(text).kind == .other)
    }

    static let faults = [
        "", "[]", "7", #"{"topic":5}"#, bybitBook(-1), bybitBook(5, bids: #"["0","1"]"#),
        bybitBook(5, bids: #"["1"]"#), bybitBook(5, bids: #"["1","-1"]"#),
        bybitBook(5, bids: #"[1,2]"#), bybitBook(5).replacing("delta", with: "other"),
        bybitBook(5).replacing(#""s":"BTCUSDT""#, with: #""s":"ETHUSDT""#),
        bybitBook(5).replacing(#""u":5"#, with: #""u":5,"u":6"#),
        bybitBook(5).replacing(#""u":5,"#, with: ""),
        bybitBook(5).replacing(#""ts":1700000000000,"#, with: ""),
        bybitTrades(bybitTrade("0")), bybitTrades(bybitTrade("1", "0")),
        bybitTrades(bybitTrade(side: "buy")), bybitTrades(bybitTrade(), "{}"),
        bybitTrades(bybitTrade(), bybitTrade("x")),
        bybitTrades(bybitTrade(more: #","BT":1"#)), bybitTrades(bybitTrade(more: #","p":"1""#)),
    ]

    @Test(arguments: faults)
    func `a message that cannot be right is an error and leaves nothing`(text: String) throws {
        var decoder = BybitDecoder(market: .spot)
        var thrown = false
        do throws(MessageError) { _ = try decoder.decode(text) } catch { thrown = true }
        #expect(thrown)
        #expect(decoder.message.kind == .other)
        let more = decoder.next()
        #expect(!more)
    }
}

/// What arrives, and what has to become of it.
enum BybitStep: Sendable {
    case snapshot(Int64, DepthSynchronizer.Outcome)
    case delta(Int64, DepthSynchronizer.Outcome)
}

struct BybitScenario: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [BybitStep]
    var reached: Int64?
    var testDescription: String { name }
}

private func gap(_ expected: Int64, _ found: Int64) -> DepthSynchronizer.Outcome {
    .lost(MarketFault(kind: .gap, expected: expected, found: found))
}

@Suite struct `A book in step with Bybit` {
    static let scenarios = [
        BybitScenario(name: "a change before a snapshot", steps: [.delta(5, .stale)]),
        BybitScenario(
            name: "changes in order",
            steps: [.snapshot(5, .changed), .delta(6, .changed), .delta(7, .changed)],
            reached: 7
        ),
        BybitScenario(
            name: "a gap, and nothing until a snapshot",
            steps: [
                .snapshot(5, .changed), .delta(7, gap(6, 7)), .delta(8, .stale),
                .snapshot(9, .changed), .delta(10, .changed),
            ],
            reached: 10
        ),
        BybitScenario(
            name: "a change that comes again",
            steps: [.snapshot(5, .changed), .delta(6, .changed), .delta(6, gap(7, 6))]
        ),
        BybitScenario(
            name: "a number that falls back without a snapshot",
            steps: [.snapshot(500, .changed), .delta(2, gap(501, 2))]
        ),
        BybitScenario(
            name: "a restart of the venue",
            steps: [
                .snapshot(500, .changed), .delta(1, .changed), .delta(2, .changed),
                .snapshot(1, .changed), .delta(2, .changed),
            ],
            reached: 2
        ),
        BybitScenario(
            name: "the same snapshot again",
            steps: [.snapshot(5, .changed), .snapshot(5, .changed), .delta(6, .changed)],
            reached: 6
        ),
    ]

    @Test(arguments: scenarios, [Market.spot, .perpetual])
    func `follows its numbers`(scenario: BybitScenario, market: Market) throws {
        var decoder = BybitDecoder(market: market)
        var depth = DepthSynchronizer(market: market, rules: .bybit, capacity: 10)
        for (index, step) in scenario.steps.enumerated() {
            let place: Comment = "step \(index + 1)"
            let outcome: DepthSynchronizer.Outcome
            let expected: DepthSynchronizer.Outcome
            switch step {
            case .snapshot(let update, let becomes):
                let message = try decoder.decode(bybitBook(update, isSnapshot: true))
                outcome = depth.take(snapshot: message)
                expected = becomes
            case .delta(let update, let becomes):
                let message = try decoder.decode(bybitBook(update))
                outcome =
                    message.kind == .depthSnapshot
                    ? depth.take(snapshot: message) : depth.take(update: message)
                expected = becomes
            }
            #expect(outcome == expected, place)
            #expect(depth.heldEvents == 0, place)
            #expect(depth.isInStep || depth.book.bestBid == nil, place)
        }
        #expect(depth.isInStep == (scenario.reached != nil))
        #expect(depth.reached == scenario.reached ?? 0)
    }

    @Test func `no number is too large to be followed`() throws {
        var decoder = BybitDecoder(market: .spot)
        var depth = DepthSynchronizer(market: .spot, rules: .bybit, capacity: 10)
        let last = try decoder.decode(bybitBook(.max, isSnapshot: true))
        #expect(depth.take(snapshot: last) == .changed)
        #expect(depth.take(update: try decoder.decode(bybitBook(5))) == gap(.max, 5))
    }

    @Test func `a snapshot replaces every level`() throws {
        var decoder = BybitDecoder(market: .spot)
        var depth = DepthSynchronizer(market: .spot, rules: .bybit, capacity: 10)
        let first = try decoder.decode(
            bybitBook(5, isSnapshot: true, bids: #"["90","1"],["80","1"]"#)
        )
        #expect(depth.take(snapshot: first) == .changed)
        #expect(
            depth.take(snapshot: try decoder.decode(bybitBook(3, isSnapshot: true))) == .changed
        )
        #expect(depth.book.count(.buy) == 1)
        #expect(depth.book.bestBid?.price == (try price("100")))
    }

    @Test func `a crossed book is lost`() throws {
        var decoder = BybitDecoder(market: .spot)
        var depth = DepthSynchronizer(market: .spot, rules: .bybit, capacity: 10)
        _ = depth.take(snapshot: try decoder.decode(bybitBook(5, isSnapshot: true)))
        let crossing = try decoder.decode(bybitBook(6, bids: #"["101","1"]"#, asks: ""))
        let fault = MarketFault(kind: .crossed, expected: 5, found: 6)
        #expect(depth.take(update: crossing) == .lost(fault))
    }

    @Test func `a feed counts a loss and comes back in step`() throws {
        var decoder = BybitDecoder(market: .perpetual)
        var feed = MarketFeed(
            instrument: InstrumentID(1),
            symbol: "BTCUSDT",
            market: .perpetual,
            rules: .bybit
        )
        #expect(feed.take(try decoder.decode(bybitBook(5, isSnapshot: true))) == .book)
        #expect(feed.take(try decoder.decode(bybitBook(7))) == .bookLost)
        #expect(feed.take(try decoder.decode(bybitBook(8))) == [])
        #expect(feed.take(try decoder.decode(bybitBook(9, isSnapshot: true))) == .book)
        #expect(feed.counters.gaps == 1)
        #expect(feed.counters.resyncs == 1)
        #expect(feed.counters.stale == 1)
    }
}
