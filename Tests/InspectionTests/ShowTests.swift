import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Show` {
    @Test func `prints every event on a line`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        let text = journal.tool("show")
        #expect(text.status == 0 && text.messages == "")
        #expect(UInt64(text.lines.count) == head)
        #expect(text.output.contains("+100000 USDT: deposit"))
        #expect(text.output.contains("GENUSDT market IOC, deal "))
        let json = journal.tool("show", "--json")
        #expect(UInt64(json.lines.count) == head)
        #expect(json.lines.allSatisfy { $0.hasPrefix("{\"sequence\":") && $0.hasSuffix("}}") })
    }

    @Test func `takes a range, a time and the last ones`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        #expect(
            sequences(journal.tool("show", "--from", "5", "--to", "9", "--json")) == [
                5, 6, 7, 8, 9,
            ]
        )
        #expect(sequences(journal.tool("show", "-n", "2", "--json")) == [head - 1, head])
        #expect(sequences(journal.tool("show", "-n", "2", "--to", "9", "--json")) == [8, 9])
        #expect(sequences(journal.tool("show", "-n", "0", "--json")) == [])
        let minute = journal.tool("show", "--since", "2024-01-01T00:00:30Z", "--json")
        let rest = journal.tool("show", "--until", "2024-01-01T00:00:29.999999999Z", "--json")
        #expect(sequences(rest) + sequences(minute) == Array(1...head))
        #expect(sequences(journal.tool("show", "--from", "\(head)", "--json")) == [head])
        for words in [[], ["--json"], ["-n", "3"]] {
            let line = ["--journal", journal.path, "show", "--from", "\(head + 1)"] + words
            let beyond = TradedJournal.tool(line)
            #expect(beyond.status == 1 && beyond.output == "")
            #expect(beyond.messages.contains("the journal ends at event \(head)"))
        }
        let awaited = journal.tool("show", "--from", "\(head + 1)", "--follow")
        #expect(awaited.status == 0 && awaited.output == "")
    }

    @Test func `filters by what an event is about`() throws {
        let journal = try TradedJournal(minutes: 2)
        let opened = sequences(journal.tool("show", "--kind", "dealopened", "--json"))
        let deal = try #require(opened.first)
        let ofDeal = journal.tool("show", "--deal", "\(deal)", "--json")
        #expect(sequences(ofDeal).first == deal)
        #expect(ofDeal.output.contains("\"kind\":\"orderFilled\""))
        #expect(ofDeal.output.contains("\"kind\":\"dealClosed\""))
        #expect(!ofDeal.output.contains("inputsMarked"))
        let entries = journal.tool("show", "--deal", "\(deal)", "--kind", "orderIntended", "--json")
        let order = try #require(sequences(entries).first)
        let id = try #require(
            entries.output.split(separator: "\"clientOrderId\":\"").dropFirst().first
        )
        let byNumber = journal.tool("show", "--order", "\(order)")
        let byName = journal.tool("show", "--order", String(id.prefix { $0 != "\"" }))
        #expect(byNumber.output == byName.output)
        #expect(byNumber.lines.count >= 3)
        #expect(journal.tool("show", "--order", "hf-none-1-none-\(order)").output == "")
        let traced = journal.tool("show", "--trace", "\(deal)", "--json")
        #expect(sequences(traced).contains(order))
        let symbol = sequences(journal.tool("show", "--symbol", "genusdt", "--json"))
        #expect(Set(symbol).isSuperset(of: sequences(ofDeal)))
        #expect(journal.tool("show", "--symbol", "BTCUSDT", "--json").output == "")
    }

    @Test func `counts the funding of a deal to it`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 2)
        let (deal, order) = try journal.openDeal()
        let funding = Event.fundingSettled(
            FundingSettled(
                instrument: InstrumentID(0),
                amount: Money(Decimal(2)),
                rate: try Decimal("0.0001"),
                report: 1_000_000
            )
        )
        let settled = try journal.append([(funding, nil, 0)])
        let shown = journal.tool("show", "--deal", "\(deal)", "--json")
        #expect(sequences(shown) == [deal, order] + settled)
    }

    @Test func `knows epochs and causes`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        do { try journal.writer().note(["same epoch"], time: time) }
        #expect(journal.tool("snapshot").status == 0)
        let first = sequences(journal.tool("show", "--epoch", "1", "--json"))
        #expect(first == Array(1...(head + 1)))
        let second = sequences(journal.tool("show", "--epoch", "2", "--json"))
        #expect(second == Array((head + 2)...(try journal.end().head)) && second.count == 3)
        #expect(journal.tool("show", "--epoch", "9").output == "")
        let deal = try #require(
            sequences(journal.tool("show", "--kind", "dealOpened", "--json")).first
        )
        let caused = journal.tool("show", "--cause", "\(deal)", "--json")
        #expect(sequences(caused).count > 2)
        #expect(caused.lines.allSatisfy { $0.contains("\"cause\":\(deal),") })
    }

    @Test func `shows the last of what is wanted as if it had read all of it`() throws {
        let journal = try TradedJournal(minutes: 2)
        let time = try journal.end().time
        do {
            // More events than are looked at first, so that the old ones take a second look.
            let writer = try journal.writer()
            for number in 0..<20_000 {
                let text = "note \(number)"
                let note = Event.errorRecorded(ErrorRecorded(severity: .warning, text: text))
                try writer.append(note, time: time)
            }
            try writer.commit(at: time)
        }
        let filters = [
            [], ["--kind", "orderFilled"], ["--kind", "dealOpened,errorRecorded"],
            ["--symbol", "GENUSDT"], ["--epoch", "1"], ["--until", "2024-01-01T00:01:00Z"],
            ["--kind", "orderFilled", "--to", "150"], ["--kind", "peakMoved"],
            ["--since", "2024-01-01T00:01:30Z", "--kind", "inputsMarked"],
        ]
        for filter in filters {
            let words = ["--journal", journal.path, "show"] + filter
            let all = TradedJournal.tool(words)
            for count in [0, 1, 7, 50] {
                let last = TradedJournal.tool(words + ["-n", "\(count)"])
                #expect(last.status == 0 && last.messages == "")
                #expect(last.lines == all.lines.suffix(count), "\(filter) \(count)")
            }
        }
    }

    @Test func `names what events before the range told`() throws {
        let journal = try TradedJournal(minutes: 2)
        let all = journal.tool("show")
        let part = journal.tool("show", "--from", "100")
        #expect(Array(all.lines.dropFirst(99)) == part.lines)
    }

    @Test func `ends quietly when nobody reads`() throws {
        let journal = try TradedJournal(minutes: 1)
        let run = journal.tool("show", isOutputOpen: false)
        #expect(run.status == 0)
        #expect(run.messages == "")
    }

    @Test func `keeps control characters away from the terminal`() throws {
        let journal = try TradedJournal(minutes: 1)
        let time = try journal.end().time
        do { try journal.writer().note(["red \u{1B}[31m\nand \"more\""], time: time) }
        #expect(journal.tool("show", "-n", "1").output.contains("red  [31m and \"more\"\n"))
        let json = journal.tool("show", "-n", "1", "--json")
        #expect(json.output.contains("red \\u001b[31m\\nand \\\"more\\\""))
    }

    @Test func `works beside a writer`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        let writer = try journal.writer()
        try writer.note(["one", "two"], time: time)
        let run = try journal.program("show", "--from", "\(head + 1)")
        #expect(run.ending == .exited(0))
        #expect(String(decoding: run.output, as: UTF8.self).contains("warning: two"))
        #expect(try journal.program("replay").ending == .exited(0))
        #expect(try journal.program("verify").ending == .exited(0))
        let refused = try journal.program("snapshot", "--state-directory", journal.state)
        #expect(refused.ending == .exited(1))
        try writer.note(["three"], time: time)
    }

    @Test func `follows from the last ten until it is stopped`() throws {
        let journal = try TradedJournal(minutes: 1)
        let run = journal.tool("show", "--follow")
        #expect(run.status == 0)
        #expect(run.output == journal.tool("show", "-n", "10").output)
    }

    @Test func `follows new events through a restart and a new segment`() async throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        async let followed = journal.program(
            "show",
            "--follow",
            "--from",
            "\(head)",
            "--to",
            "\(head + 6)",
            "--json"
        )
        do { try journal.writer().note(["a", "b", "c"], time: time) }
        // Every commit of this one begins a segment.
        do { try journal.writer(segmentLimit: 1).note(["d", "e", "f"], time: time) }
        let run = try await followed
        #expect(run.ending == .exited(0))
        let text = String(decoding: run.output, as: UTF8.self)
        #expect(text.split(separator: "\n").count == 7)
        for word in ["a", "b", "c", "d", "e", "f"] {
            #expect(text.contains("\"text\":\"\(word)\""))
        }
        let segments = journal.tool("segments")
        #expect(segments.status == 0 && segments.lines.count > 3)
        #expect(segments.output.contains("sealed"))
    }

    private func sequences(_ run: ToolRun) -> [UInt64] {
        run.lines.compactMap { line in
            UInt64(line.dropFirst("{\"sequence\":".utf8.count).prefix { $0.isNumber })
        }
    }

    @Test func `until a time goes on behind an event whose own time is damaged`() throws {
        let journal = try TradedJournal(minutes: 1)
        let all = journal.tool("show").lines
        let middle = try journal.sequences(of: .dealOpened)[0]
        let end = try journal.lastState().time
        var wanted: [UInt8] = []
        try JournalReader.open(journal.path).forEachBatch(from: middle) { batch in
            batch.forEachEvent { view in
                guard view.sequence == middle else { return }
                for word in [UInt64(bitPattern: view.time), view.sequence] {
                    wanted += (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
                }
            }
            return .stop
        }
        // The highest byte but one of its time, wherever it stands: a year far off.
        let bytes = try FileSystem.read(journal.data)
        let file = try File(path: journal.data, mode: .readWrite)
        var start = 0
        while let place = bytes.span.firstOffset(of: wanted.span, from: start) {
            start = place + 1
            try file.write([bytes[place + 6] ^ 0x40].span, at: place + 6)
        }
        let shown = journal.tool("show", "--until", "\(end)")
        #expect(shown.status == 1)
        #expect(shown.lines.count == all.count, "\(shown.messages)")
        #expect(shown.output.contains("damaged: deal \(middle)"))
    }
}
