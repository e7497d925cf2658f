import Exchange
import Testing
import Trading

struct Recording: Sendable, CustomTestStringConvertible {
    var tapes: [String]
    var symbol: String
    var market: Market
    var depthUpdates: Int
    var trades: Int
    var quotes: Int
    var otherTrades = 0
    var marks = 0
    var hasSnapshot = true
    var testDescription: String { tapes.joined(separator: " + ") }
}

/// The counts are those of the fixtures' manifest, cut to the tapes that are there.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Replaying recorded markets` {
    static let recordings: [Recording] = [
        Recording(
            tapes: [
                "hftbacktest/spot_btcusdt_20240808.gz", "hftbacktest/spot_btcusdt_20240809.gz",
            ],
            symbol: "BTCUSDT",
            market: .spot,
            depthUpdates: 6495,
            trades: 19_904,
            quotes: 73_174
        ),
        Recording(
            tapes: ["hftbacktest/usdm_btcusdt_20240808.gz"],
            symbol: "BTCUSDT",
            market: .perpetual,
            depthUpdates: 6551,
            trades: 21_313,
            quotes: 66_089
        ),
        Recording(
            tapes: ["hftbacktest_playground/spot_btcusdt_20230405.dat.gz"],
            symbol: "BTCUSDT",
            market: .spot,
            depthUpdates: 3929,
            trades: 3144,
            quotes: 8015,
            hasSnapshot: false
        ),
        Recording(
            tapes: [
                "hftbacktest_playground/spot_nexousdt_20240723.dat.gz",
                "hftbacktest_playground/spot_nexousdt_20240724.dat.gz",
            ],
            symbol: "NEXOUSDT",
            market: .spot,
            depthUpdates: 68_182,
            trades: 12_458,
            quotes: 33_437
        ),
        Recording(
            tapes: [
                "hftbacktest_playground/usdm_btcusdt_20230404.dat.gz",
                "hftbacktest_playground/usdm_btcusdt_20230405.dat.gz",
            ],
            symbol: "BTCUSDT",
            market: .perpetual,
            depthUpdates: 16_110,
            trades: 12_934,
            quotes: 44_205,
            otherTrades: 1,
            marks: 514
        ),
    ]

    @Test(arguments: recordings)
    func `every event is seen, without a gap and never crossed`(recording: Recording) throws {
        let paths = Fixtures.tapes(recording.tapes)
        try #require(!paths.isEmpty, "the tapes are there")
        var tapes = try TapeSet(paths: paths)
        for source in tapes.sources {
            #expect(source.identity.symbol == recording.symbol)
            #expect(source.identity.market == recording.market)
        }
        var feed = MarketFeed(
            instrument: InstrumentID(1),
            symbol: recording.symbol,
            market: recording.market
        )
        var decoder = BinanceDecoder()
        var before = Timestamp.never
        var wrong = 0
        while try tapes.advance() {
            try decoder.decode(tapes)
            let changes = feed.take(decoder.message)
            if tapes.received < before { wrong += 1 }
            before = tapes.received
            if changes.contains(.book), feed.slice.bids.count < 20 || feed.book.isCrossed {
                wrong += 1
            }
        }
        var expected = MarketCounters()
        expected.depthUpdates = recording.depthUpdates
        expected.trades = recording.trades
        expected.otherTrades = recording.otherTrades
        expected.quotes = recording.quotes
        expected.marks = recording.marks
        expected.depthSnapshots = recording.hasSnapshot ? 1 : 0
        var found = feed.counters
        // Events that a snapshot overtook, in flight: not a property of the tape.
        found.stale = 0
        #expect(found == expected)
        #expect(wrong == 0)
        #expect(feed.isInStep == recording.hasSnapshot)
        #expect((feed.neverInStep == nil) == recording.hasSnapshot)
    }

    @Test(arguments: ["cm_btcusd_perp_20240808.gz", "cm_btcusd_perp_20240809.gz"])
    func `coin-margined tapes are refused`(name: String) throws {
        let path = try #require(Fixtures.tapes(["hftbacktest/" + name]).first)
        let error = TapeError.coinMargined(
            at: TapeError.Place(tape: path, line: 1, byte: 0),
            stream: name.contains("08.gz") ? "btcusd_perp@depth@0ms" : "btcusd_perp@bookTicker"
        )
        #expect(throws: error) { try TapeSet(paths: [path]).sources.count }
    }

    @Test func `spot and perpetual tapes are played together in order of time`() throws {
        let paths = Fixtures.tapes([
            "hftbacktest/usdm_btcusdt_20240808.gz", "hftbacktest/spot_btcusdt_20240808.gz",
        ])
        var tapes = try TapeSet(paths: paths)
        var lines = [0, 0]
        var before = Timestamp.never
        var isOrdered = true
        while try tapes.advance() {
            lines[tapes.source] += 1
            isOrdered = isOrdered && tapes.received >= before
            isOrdered = isOrdered && tapes.number == lines[tapes.source]
            before = tapes.received
        }
        #expect(isOrdered)
        #expect(lines == [93_954, 41_249])
    }

    @Test func `without the snapshot's events that came early the book would be wrong`() throws {
        // The trap of this tape: an event newer than the snapshot arrives before it.
        let path = try #require(
            Fixtures.tapes(["hftbacktest/spot_btcusdt_20240808.gz"]).first
        )
        var reader = try TapeReader(path: path)
        var decoder = BinanceDecoder()
        var feed = MarketFeed(instrument: InstrumentID(1), symbol: "BTCUSDT", market: .spot)
        while reader.number < 8, try reader.advance() {
            try decoder.decode(reader)
            feed.take(decoder.message)
        }
        #expect(decoder.message.kind == .depthSnapshot)
        #expect(decoder.message.lastUpdate == 50_093_239_218)
        #expect(feed.lastUpdate == 50_093_239_224)
    }
}
