import Engine
import Testing
import Trading

@testable import Runtime

@Suite
struct `A file of signals` {
    private static let good =
        "{\"id\":\"a\",\"symbol\":\"BTCUSDT\",\"side\":\"buy\",\"score\":\"82.5\","
        + "\"time\":\"2024-07-23T15:45:00Z\"}"

    private func parse(_ text: String) throws(ConfigurationFailure) -> [ScoredSignal] {
        try SignalFile.parse(Array(text.utf8), file: "s.jsonl")
    }

    @Test func `gives its signals with exact scores and times`() throws {
        let nanoseconds = Self.good
            .replacing("\"82.5\"", with: "70")
            .replacing("\"2024-07-23T15:45:00Z\"", with: "1721749500000000001")
        let signals = try parse("\(Self.good)\n\n\(nanoseconds)\n")
        #expect(signals.map(\.score) == [try Decimal("82.5"), Decimal(70)])
        #expect(
            signals.map(\.time.description)
                == ["2024-07-23T15:45:00Z", "2024-07-23T15:45:00.000000001Z"]
        )
    }

    @Test(arguments: [
        ("\"buy\"", "\"hold\"", "2:37: side: expected one of \"buy\", \"sell\", found \"hold\""),
        ("\"82.5\"", "82.5", "score: decimals are exact and stand in quotes"),
        ("\"82.5\"", "101", "score: must be from 0 to 100, not 101"),
        ("\"id\":\"a\",", "", "2:1: id: missing"),
        (",\"time\":\"2024-07-23T15:45:00Z\"", "", "time: missing: on tapes a signal says when"),
        ("\"a\"", "\"\(String(repeating: "a", count: 201))\"", "id: must have 1 to 200 bytes"),
        ("\"id\"", "\"idd\"", "unknown key; did you mean \"id\"?"),
        ("2024-07-23T15:45:00Z", "yesterday", "time: expected a time as"),
        ("2024-07-23", "2024-07-22", "2:1: time: 2024-07-22T15:45:00Z is before line 1"),
        ("}", "", "2:"),
    ])
    func `is refused with the line and what is wrong`(
        change: String,
        replacement: String,
        expected: String
    ) {
        let text = Self.good + "\n" + Self.good.replacing(change, with: replacement)
        let failure = #expect(throws: ConfigurationFailure.self) { try parse(text) }
        #expect(failure?.description.hasPrefix("s.jsonl:2:") == true)
        #expect(failure?.description.contains(expected) == true, "\(String(describing: failure))")
    }

    @Test func `keeps what the sender says of a signal`() throws {
        let signals = try parse(Self.good.replacing("}", with: ",\"note\":\"breakout\"}"))
        #expect(signals.map(\.note) == ["breakout"])
    }

    @Test func `has lines that a running engine takes as they are`() throws {
        let line = try SignalLine(Array(Self.good.utf8), from: "here")
        #expect(try SignalLine(line.request) == line)
        let bare = try SignalLine(
            [("id", "b"), ("symbol", "BTCUSDT"), ("side", "sell"), ("score", "70")],
            from: "here"
        )
        #expect(bare.time == nil && bare.note == "")
        #expect(try SignalLine(bare.request) == bare)
        let request = ControlMessage.request("signal", ["id": .text("b"), "score": .number(101)])
        let failure = #expect(throws: ConfigurationFailure.self) { try SignalLine(request) }
        #expect(failure?.words.contains("score: must be from 0 to 100, not 101") == true)
        #expect(failure?.words.contains("symbol: missing") == true)
    }

    @Test func `is refused with all its bad lines`() {
        let failure = #expect(throws: ConfigurationFailure.self) { try parse("1\n2\n3") }
        #expect(failure?.problems.count == 3)
    }
}
