import Engine
import FoundationEssentials
import Runtime
import TestSupport
import Testing
import Trading

@Suite
struct `A configuration` {
    @Test func `fills in what was left out`() throws {
        let configuration = try Sample.parse(Sample.spot)
        let plan = try #require(configuration.plans.first)
        #expect(configuration.venue.latency == TimeSpan(milliseconds: 20))
        #expect(configuration.bookDepth == 4000)
        #expect(configuration.journal.batchLimit == 1_024)
        #expect(configuration.journal.segmentLimit == 1 << 30)
        #expect(configuration.log.level == .info)
        #expect(plan.entry.type == .market)
        #expect(plan.entry.timeInForce == .immediateOrCancel)
        #expect(plan.sizeMultiplier == .one)
        #expect(plan.cooldown == .zero)
        #expect(!plan.allowsShort)
    }

    /// The head of a configuration that watches a venue.
    private static func live(_ venue: String) -> String {
        Sample.spot.replacing("mode: \"tape\",", with: "mode: \"testnet\", venue: {\(venue)},")
    }

    private static let credentials = #"credentials: { keyVariable: "K", secretVariable: "S" }"#

    @Test(arguments: [
        (#"kind: "bybit""#, true), (#"kind: "bybit", \#(credentials)"#, false),
        (#"kind: "binance", orders: "paper", \#(credentials)"#, true),
    ])
    func `fills orders on paper where there is no key, or where it is told to`(
        venue: String,
        isOnPaper: Bool
    ) throws {
        let configuration = try Sample.parse(Self.live(venue))
        #expect(configuration.venue.isOnPaper == isOnPaper)
        let again = try Sample.parse(configuration.canonicalText)
        #expect(again == configuration)
    }

    @Test func `of paper and of an account are not the same to a journal`() throws {
        func hash(_ venue: String) throws -> String {
            let configuration = try Sample.parse(Self.live(venue))
            return try RunPlan(configuration, journal: "", tapes: [], program: "")
                .configurationHash
        }
        let venue = #"kind: "bybit", \#(Self.credentials)"#
        #expect(try hash(#"kind: "bybit""#) != hash(venue))
        #expect(try hash(venue) == hash(venue + ", local: 9, breaker: { threshold: 9 }"))
    }

    @Test func `has no orders at a venue without a key`() {
        let problems = Sample.problems(of: Self.live(#"kind: "bybit", orders: "venue""#))
        #expect(problems.count == 1 && problems[0].contains("venue.credentials: missing"))
    }

    @Test func `rests a limit entry until it is cancelled unless told otherwise`() throws {
        let text = Sample.spot
            .replacing("stopLoss:", with: "entry: { type: \"limit\" }, stopLoss:")
        let plan = try #require(try Sample.parse(text).plans.first)
        #expect(plan.entry.timeInForce == .goodTillCancelled)
    }

    @Test func `numbers its instruments in the order of the file`() throws {
        let listings = try Sample.parse(Sample.spot).listings
        #expect(listings.map(\.id) == [InstrumentID(0)])
        #expect(listings.map(\.symbol) == ["BTCUSDT"])
        #expect(listings.map(\.margin) == [.unlevered])
    }

    @Test func `takes the widest stop of all instruments into the risk limits`() throws {
        let configuration = try Sample.parse(Sample.perpetual)
        #expect(configuration.risk.stopLossFraction == (try Decimal("0.002")))
    }

    @Test func `sorts its balances, so that equal texts mean equal journals`() throws {
        let balances = try Sample.parse(Sample.spot).balances
        #expect(balances.map(\.asset) == ["BTC", "USDT"])
    }

    @Test(arguments: [Sample.spot, Sample.perpetual])
    func `reads back from its canonical text as the same`(text: String) throws {
        let configuration = try Sample.parse(text)
        let again = try Sample.parse(configuration.canonicalText)
        #expect(again == configuration)
        #expect(again.canonicalText == configuration.canonicalText)
    }

    @Test func `has one canonical text however it is laid out`() throws {
        let plain = try Sample.parse(Sample.spot)
        let other = Sample.spot
            .replacing("mode: \"tape\",", with: "// a comment\n book: { depth: 4000 },")
            .replacing("stopLoss: \"0.002\"", with: "\"cooldown\": '0s', stopLoss: \"0.0020\"")
            .replacing("risk:", with: "mode: 'tape', risk:")
        #expect(try Sample.parse(other).canonicalText == plain.canonicalText)
    }

    @Test func `finds relative paths beside its file`() throws {
        let text = Sample.spot.replacing("mode:", with: "killSwitch: \"stop\", mode:")
        let configuration = try Configuration(parsing: Array(text.utf8), file: "etc/a.json5")
        #expect(configuration.killSwitch?.resolved == "etc/stop")
        #expect(configuration.killSwitch?.written == "stop")
    }
}

@Suite
struct `The shipped examples` {
    static let names = [
        "generated-market", "btcusdt-imbalance", "btcusdt-perpetual", "nexousdt-signals",
    ]

    @Test(arguments: names)
    func `are right, and read back from their canonical text`(name: String) throws {
        let file = "\(Sample.repository)/examples/\(name).json5"
        let configuration = try Configuration(readingFrom: file)
        let again = try Configuration(parsing: Array(configuration.canonicalText.utf8), file: file)
        #expect(again == configuration)
    }

    @Test func `hold signals for every verdict`() throws {
        let file = "\(Sample.repository)/examples/nexousdt-signals.json5"
        let configuration = try Configuration(readingFrom: file)
        let path = try #require(configuration.signals)
        let signals = try SignalFile.read(path.resolved)
        #expect((20...30).contains(signals.count))
        #expect(signals.contains { signal in signal.score < Decimal(70) })
        #expect(signals.contains { signal in signal.symbol != "NEXOUSDT" })
        #expect(signals.contains { signal in signal.side == .sell })
        #expect(Set(signals.map(\.id)).count < signals.count)
    }
}

@Suite
struct `The page on configuration` {
    @Test(arguments: `The shipped examples`.names)
    func `explains every key of the examples`(name: String) throws {
        let page = try String(
            contentsOf: URL(filePath: "\(Sample.repository)/docs/configuration.md"),
            encoding: .utf8
        )
        let example = "\(Sample.repository)/examples/\(name).json5"
        let text = try Configuration(readingFrom: example).canonicalText
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            guard parts.count > 2, parts[2].hasPrefix(":"), parts[1] != "USDT" else { continue }
            let key = parts[1]
            #expect(
                page.contains("`\(key)`") || page.contains(".\(key)`") || page.contains("`\(key).")
            )
        }
    }
}
