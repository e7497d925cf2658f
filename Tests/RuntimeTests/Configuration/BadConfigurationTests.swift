import Runtime
import Testing

/// One change to a right configuration, and what is said about it.
struct BadInput: CustomTestStringConvertible {
    let change: String
    let replacement: String
    let expected: String
    let base: String

    init(_ change: String, _ replacement: String, _ expected: String, base: String = Sample.spot) {
        self.change = change
        self.replacement = replacement
        self.expected = expected
        self.base = base
    }

    var testDescription: String { "\(change) → \(replacement)" }
}

@Suite
struct `Refusing a configuration` {
    static let keys = [
        BadInput("stopLoss: \"0.002\",", "", "instruments[0].stopLoss: missing"),
        BadInput("mode: \"tape\",", "", "mode: missing"),
        BadInput(
            "mode: \"tape\"",
            "mode: \"lively\"",
            "mode: expected one of \"tape\", \"testnet\", \"live\", found \"lively\""
        ),
        BadInput(
            "mode: \"tape\"",
            "mode: \"live\"",
            "venue.kind: must name a venue in mode live"
        ),
        BadInput(
            "stopLoss:",
            "entry: { tpye: \"limit\" }, stopLoss:",
            "instruments[0].entry.tpye: unknown key; did you mean \"type\"?"
        ),
        BadInput(
            "mode:",
            "colour: \"red\", mode:",
            "colour: unknown key; known here: balances, book, instruments, journal, killSwitch, "
                + "log, mode, risk, signals, signing, venue"
        ),
        BadInput(
            "mode:",
            "apiKey: \"abc\", mode:",
            "apiKey: secrets never stand in the configuration; keep it in an environment variable "
                + "or in a file with mode 0600, and name that instead"
        ),
        BadInput(
            "order: { notional: \"100\" }",
            "order: \"100\"",
            "instruments[0].order: expected an object, found \"100\""
        ),
    ]

    static let values = [
        BadInput(
            "\"0.002\"",
            "0.002",
            "instruments[0].stopLoss: decimals are exact and stand in quotes: "
                + "write \"0.002\" instead of 0.002"
        ),
        BadInput(
            "\"0.002\"",
            "\"1e-3\"",
            "instruments[0].stopLoss: expected a decimal as \"0.5\", found \"1e-3\""
        ),
        BadInput(
            "\"0.002\"",
            "\"1\"",
            "instruments[0].stopLoss: must be between 0 and 1, both excluded, not 1"
        ),
        BadInput(
            "maximumOpenDeals: 1",
            "maximumOpenDeals: \"1\"",
            "risk.maximumOpenDeals: expected a whole number, found \"1\""
        ),
        BadInput(
            "maximumOpenDeals: 1",
            "maximumOpenDeals: 0",
            "risk.maximumOpenDeals: must be from 1 to 1000, not 0"
        ),
        BadInput(
            "mode:",
            "venue: { latency: \"-1ms\" }, mode:",
            "venue.latency: must be at least 0s, not -1ms"
        ),
        BadInput(
            "mode:",
            "venue: { latency: 20 }, mode:",
            "venue.latency: expected a time as \"250ms\", \"2s\", \"5m\", \"1h\" or \"1d\", "
                + "found the number 20"
        ),
        BadInput(
            "mode:",
            "journal: { segmentLimit: \"1GB\" }, mode:",
            "journal.segmentLimit: expected a size as \"256MiB\" or \"1GiB\", found \"1GB\""
        ),
        BadInput(
            "stopLoss:",
            "entry: { type: \"limit\", timeout: \"0s\" }, stopLoss:",
            "instruments[0].entry.timeout: must be at least 1ms, not 0s"
        ),
        BadInput(
            "\"BTCUSDT\"",
            "\"btcusdt\"",
            "instruments[0].symbol: expected capital letters and digits, found \"btcusdt\""
        ),
    ]

    static let contradictions = [
        BadInput(
            "\"0.7\"",
            "\"0.3\"",
            "instruments[0].strategy.buyThreshold: must be above sellThreshold, which is 0.3: "
                + "one book would say both"
        ),
        BadInput(
            "kind: \"imbalance\",",
            "kind: \"imbalance\", depth: 4001,",
            "instruments[0].strategy.depth: must not be above book.depth, which is 4000"
        ),
        BadInput(
            "{ kind: \"imbalance\", buyThreshold: \"0.7\", sellThreshold: \"0.3\" }",
            "{ kind: \"signals\", threshold: \"70\" }",
            "signals: missing: an instrument has the strategy \"signals\""
        ),
        BadInput(
            "{ kind: \"imbalance\", buyThreshold: \"0.7\", sellThreshold: \"0.3\" }",
            "{ kind: \"signals\", threshold: \"70\", longestAge: \"999ms\" }",
            "instruments[0].strategy.longestAge: must be at least 1s, not 999ms"
        ),
        BadInput(
            "stopLoss:",
            "entry: { timeInForce: \"post-only\" }, stopLoss:",
            "instruments[0].entry.timeInForce: a market entry never rests, so it cannot be "
                + "post-only; use IOC or FOK"
        ),
        BadInput(
            "stopLoss:",
            "takeProfit: { fraction: \"0.01\", rests: true }, stopLoss:",
            "instruments[0].takeProfit.rests: a spot market locks the balance for one order, "
                + "which is the stop; a take profit cannot rest beside it"
        ),
        BadInput(
            "stopLoss:",
            "allowsShort: true, stopLoss:",
            "instruments[0].allowsShort: a spot market cannot be sold short"
        ),
        BadInput(
            "stopLoss:",
            "margin: { leverage: \"2\", maintenanceRate: \"0.01\" }, stopLoss:",
            "instruments[0].margin: a spot market has no margin; leave it out"
        ),
        BadInput(
            "\"spot\"",
            "\"perpetual\"",
            "instruments[0].margin: missing"
        ),
        BadInput(
            "leverage: \"5\"",
            "leverage: \"0.5\"",
            "instruments[0].margin.leverage: must be from 1 to 1000, not 0.5",
            base: Sample.perpetual
        ),
        BadInput(
            "leverage: \"5\"",
            "leverage: \"250\"",
            "instruments[0].margin.leverage: 250 leaves no margin above the maintenance rate "
                + "of 0.004",
            base: Sample.perpetual
        ),
        BadInput(
            "stopLoss: \"0.002\"",
            "stopLoss: \"0.2\"",
            "instruments[0].stopLoss: 0.2 is too far: the venue liquidates at a move of 0.1952",
            base: Sample.perpetual
        ),
        BadInput(
            "notional: \"100\"",
            "notional: \"4\"",
            "instruments[0].order: notional × multiplier is 4: below the least order of 5, so "
                + "that every entry would be refused"
        ),
        BadInput(
            "notional: \"100\"",
            "notional: \"5\"",
            "instruments[0].order: notional × multiplier is 5: its stop would be an order of "
                + "4.98501, below the venue's least of 5, so that every entry would be refused"
        ),
        BadInput(
            "notional: \"100\"",
            "notional: \"100\", multiplier: \"3\"",
            "instruments[0].order: notional × multiplier is 300: above risk.maximumPositionSize, "
                + "which is 200, so that every entry would be refused"
        ),
        BadInput(
            "maximumExposure: \"500\"",
            "maximumExposure: \"100\"",
            "risk.maximumPositionSize: must not be above maximumExposure, which is 100: it could "
                + "not be reached"
        ),
    ]

    @Test(arguments: keys + values + contradictions)
    func `each mistake is named with its key and what would be right`(_ input: BadInput) {
        let text = input.base.replacing(input.change, with: input.replacement)
        #expect(text != input.base)
        #expect(Sample.problems(of: text) == [input.expected])
    }

    @Test(arguments: [
        ("{ mode: \"tape\" balances: {} }", "1:16: expected \",\" or \"}\" in this object"),
        (
            "{\n  mode: tape,\n}",
            "2:9: expected a value, found the word tape; text stands in quotes"
        ),
        ("{\n  a: 1,\n  a: 2,\n}", "3:3: the key \"a\" stands twice in one object"),
        ("{ a: \"x\n\" }", "1:8: a text ends on its line; write a line end as \\n"),
        ("{ a: \"x", "1:6: this text has no end"),
        ("{ a: 1 } }", "1:10: expected the end of the file after the outermost value"),
        ("{ /* a", "1:3: this comment has no end; expected \"*/\""),
        ("{ a: 0.5.1 }", "1:6: expected a number, found 0.5.1; text stands in quotes"),
        ("", "1:1: expected a value, found the end"),
        ("[]", "1:1: expected an object, found a list"),
    ])
    func `a slip of the pen is shown with its line and column`(text: String, expected: String) {
        let failure = #expect(throws: ConfigurationFailure.self) { try Sample.parse(text) }
        #expect(failure?.description == "test.json5:\(expected)")
    }

    @Test func `all mistakes are told at once, in the order of the file`() {
        let text = Sample.spot
            .replacing("\"0.7\"", with: "0.7")
            .replacing("mode:", with: "mdoe:")
            .replacing("\"0.002\"", with: "\"2\"")
        #expect(
            Sample.problems(of: text) == [
                "mode: missing",
                "mdoe: unknown key; did you mean \"mode\"?",
                "instruments[0].strategy.buyThreshold: decimals are exact and stand in quotes: "
                    + "write \"0.7\" instead of 0.7",
                "instruments[0].stopLoss: must be between 0 and 1, both excluded, not 2",
            ]
        )
    }

    @Test func `a required key with a slip in it is missing, and its stand-in unknown`() {
        let text = Sample.spot.replacing("stopLoss:", with: "stopLos:")
        #expect(
            Sample.problems(of: text) == [
                "instruments[0].stopLoss: missing",
                "instruments[0].stopLos: unknown key; did you mean \"stopLoss\"?",
            ]
        )
    }

    @Test func `two instruments may share a symbol but not a market as well`() throws {
        let spot = try #require(Sample.spot.instrument)
        let perpetual = try #require(Sample.perpetual.instrument)
        let both = Sample.spot.replacing(spot, with: spot + perpetual)
        #expect(Sample.problems(of: both) == [])
        let twice = Sample.spot.replacing(spot, with: spot + spot)
        #expect(
            Sample.problems(of: twice)
                == ["instruments: [1] and [0] are both BTCUSDT on the same market"]
        )
    }

    @Test func `two quote assets do not settle in one run`() throws {
        let spot = try #require(Sample.spot.instrument)
        let other = spot.replacing("USDT\"", with: "EUR\"")
        #expect(
            Sample.problems(of: Sample.spot.replacing(spot, with: spot + other))
                == ["instruments: one run settles in one quote asset; found USDT and EUR"]
        )
    }

    @Test func `a secret is never repeated in the message about it`() {
        let text = Sample.spot.replacing("mode:", with: "password: \"hunter2\", mode:")
        #expect(!Sample.problems(of: text).joined().contains("hunter2"))
    }

    @Test func `a file that is not there is said to be missing`() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try Configuration(readingFrom: "/nonexistent/config.json5")
        }
        #expect(failure?.description == "/nonexistent/config.json5: there is no such file")
    }

    @Test func `nesting without end is refused`() {
        let text = String(repeating: "[", count: 100_000)
        #expect(Sample.problems(of: text) == ["nested more than 32 deep"])
    }
}

extension String {
    /// The only instrument of a sample, with the comma behind it.
    fileprivate var instrument: String? {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: "    {"), let end = lines.firstIndex(of: "    },")
        else { return nil }
        return lines[start...end].joined(separator: "\n") + "\n"
    }
}
