import Exchange
import FoundationEssentials
import Testing
import Trading

struct PublicFile: Sendable, CustomTestStringConvertible {
    var path: String
    var kinds: [MarketMessage.Kind]
    var testDescription: String { path }
}

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Bybit's recorded public streams` {
    static let files = [
        PublicFile(
            path: "docs_examples/websocket__public__orderbook.json",
            kinds: [.depthSnapshot]
        ),
        PublicFile(
            path: "docs_examples/websocket__public__orderbook_2.json",
            kinds: [.depthUpdate]
        ),
        PublicFile(path: "docs_examples/websocket__public__trade.json", kinds: [.trade]),
        // A spot ticker tells neither mark nor best prices; an option's has other keys.
        PublicFile(path: "docs_examples/websocket__public__ticker_3.json", kinds: [.other]),
        PublicFile(path: "docs_examples/websocket__public__ticker_2.json", kinds: [.other]),
        PublicFile(path: "docs_examples/websocket__public__full-ob.json", kinds: [.other]),
        PublicFile(path: "docs_examples/websocket__public__orderbook-rpi.json", kinds: [.other]),
        PublicFile(path: "docs_examples/websocket__public__kline.json", kinds: [.other]),
        PublicFile(
            path: "docs_examples/websocket__public__all-liquidation.json",
            kinds: [.other]
        ),
        PublicFile(path: "docs_examples/websocket__public__adl-alert.json", kinds: [.other]),
        PublicFile(path: "docs_examples/websocket__public__insurance-pool.json", kinds: [.other]),
        PublicFile(
            path: "docs_examples/websocket__public__order-price-limit.json",
            kinds: [.other]
        ),
        // A topic that no version of Bybit has.
        PublicFile(path: "nautilus/ws_public_trade.json", kinds: [.other]),
    ]

    @Test(arguments: files)
    func `an example is decoded`(file: PublicFile) throws {
        #expect(try Self.kinds(try BybitFixtures.body(file.path)) == file.kinds)
    }

    private static func kinds(_ text: String) throws -> [MarketMessage.Kind] {
        var decoder = BybitDecoder(market: .perpetual)
        var kinds = [try decoder.decode(text).kind]
        while decoder.next() { kinds.append(decoder.message.kind) }
        return kinds
    }

    /// The whole of Tardis's lines: books, trades and tickers; liquidations are passed over, and
    /// the trade of an option, whose topic names no symbol, is refused.
    @Test func `every line of Tardis is decoded`() throws {
        var counts: [MarketMessage.Kind: Int] = [:]
        for file in ["tardis/bybit_v5_linear.jsonl", "tardis/bybit_v5_options.jsonl"] {
            var decoder = BybitDecoder(market: .perpetual)
            for line in try BybitFixtures.lines(file) {
                if line.contains("\"topic\":\"publicTrade.BTC\"") {
                    #expect(throws: MessageError.self) { try decoder.decode(line) }
                    continue
                }
                counts[try decoder.decode(line).kind, default: 0] += 1
                while decoder.next() { counts[decoder.message.kind, default: 0] += 1 }
            }
        }
        #expect(
            counts == [
                .trade: 4, .depthSnapshot: 4, .depthUpdate: 4, .mark: 3, .quote: 5, .other: 5,
            ]
        )
    }

    @Test func `the mark price and funding of a real ticker`() throws {
        let lines = try BybitFixtures.lines("tardis/bybit_v5_linear.jsonl")
        let line = try #require(lines.first { $0.contains("tickers.BTCUSDT\"") })
        var decoder = BybitDecoder(market: .perpetual)
        let message = try decoder.decode(line)
        #expect(message.kind == .mark)
        #expect(message.mark.price == (try price("28552.81")))
        #expect(message.mark.fundingRate == (try Decimal("0.0001")))
        #expect(
            message.mark.nextFunding == Timestamp(nanoseconds: 1_680_681_600_000_000_000)
        )
        let hasQuote = decoder.next()
        #expect(hasQuote)
        #expect(decoder.message.quote.bid.price == (try price("28550.7")))
        #expect(decoder.message.quote.ask.quantity == (try quantity("15.328")))
    }

    /// Depth and symbol of a topic, changes that follow, and a stranger's in the end: the last
    /// line of this topic was recorded weeks later.
    static let books = [
        ("orderbook.1.BTCUSDT", 1, true), ("orderbook.50.BTCPERP", 1, false),
        ("orderbook.25.SOL-28APR23-30-C", 1, false),
    ]

    @Test(arguments: books)
    func `a recorded book is rebuilt without gap and without crossing`(
        topic: String,
        changes: Int,
        endsWithStranger: Bool
    ) throws {
        let lines =
            try BybitFixtures.lines("tardis/bybit_v5_linear.jsonl")
            + BybitFixtures.lines("tardis/bybit_v5_options.jsonl")
        var decoder = BybitDecoder(market: .perpetual)
        var depth = DepthSynchronizer(market: .perpetual, rules: .bybit, capacity: 100)
        var outcomes: [DepthSynchronizer.Outcome] = []
        for line in lines where line.contains("\"topic\":\"\(topic)\"") {
            let message = try decoder.decode(line)
            outcomes.append(
                message.kind == .depthSnapshot
                    ? depth.take(snapshot: message) : depth.take(update: message)
            )
        }
        #expect(
            Array(outcomes.prefix(1 + changes)) == Array(repeating: .changed, count: 1 + changes)
        )
        guard endsWithStranger else {
            #expect(outcomes.count == 1 + changes)
            #expect(!depth.book.isCrossed)
            return
        }
        let fault = MarketFault(kind: .gap, expected: 7_003_307, found: 1_188_472)
        #expect(outcomes.last == .lost(fault))
    }

    /// The first 50 messages of an archive of Bybit's, which lie in the file uncompressed.
    @Test func `fifty real messages of 500 levels have no gap and no crossing`() throws {
        let folder = try #require(Fixtures.market)
        let file = URL(filePath: folder).appending(path: "nautilus/bybit_xrpusdt-ob500.data.zip")
        let bytes = Array(try Data(contentsOf: file))
        var decoder = BybitDecoder(market: .perpetual)
        var feed = MarketFeed(
            instrument: InstrumentID(1),
            symbol: "XRPUSDT",
            market: .perpetual,
            rules: .bybit
        )
        var messages = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let start = line.firstIndex(of: UInt8(ascii: "{")),
                let end = line.lastIndex(of: UInt8(ascii: "}"))
            else { continue }
            let message = Array(line[start...end])
            try decoder.decode(message.span)
            messages += 1
            let changes = feed.take(decoder.message)
            #expect(changes == .book)
            #expect(!feed.book.isCrossed)
            #expect(feed.book.count(.buy) == 500)
            #expect(feed.book.count(.sell) == 500)
        }
        #expect(messages == 50)
        #expect(feed.counters.gaps == 0)
        #expect(feed.counters.depthSnapshots == 1)
        #expect(feed.faults.isEmpty)
    }
}
