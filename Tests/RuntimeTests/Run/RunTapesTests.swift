import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory)
struct `The tapes of a run` {
    private let fixture = RunFixture()

    @Test func `may grow by one that begins later`() throws {
        let lines = RunFixture.lines()
        let whole = try fixture.tape(lines, "whole.gz")
        let reference = try fixture.run(try fixture.plan([whole], journal: "whole"))
        for cut in [lines.count / 5, lines.count / 2] {
            let first = try fixture.tape(lines[..<cut], "first-\(cut).gz")
            let second = try fixture.tape(lines[cut...], "second-\(cut).gz")
            let name = "grown-\(cut)"
            let part = try fixture.run(try fixture.plan([first], journal: name))
            #expect(part.outcome != reference.outcome)
            let grown = try fixture.run(try fixture.plan([first, second], journal: name))
            #expect(grown.outcome == reference.outcome)
            let together = try fixture.plan([first, second], journal: "together-\(cut)")
            #expect(try fixture.run(together).outcome == reference.outcome)
        }
    }

    @Test func `may not grow by one that begins before what is consumed`() throws {
        let lines = RunFixture.lines()
        let cut = lines.count / 2
        let late = try fixture.tape(lines[cut...], "late.gz")
        let early = try fixture.tape(lines[..<cut], "early.gz")
        try fixture.run(try fixture.plan([late]))
        let text = fixture.refusal(try fixture.plan([late, early])) ?? ""
        #expect(text.contains("early.gz begins at") && text.contains("only later tapes"), "\(text)")
    }

    @Test func `are refused where one is changed, missing or elsewhere`() throws {
        let lines = RunFixture.lines(minutes: 1)
        let cut = lines.count / 2
        let first = try fixture.tape(lines[..<cut], "first.gz")
        let second = try fixture.tape(lines[cut...], "second.gz")
        let before = try fixture.run(try fixture.plan([first, second]))
        let moved = try fixture.tape(lines[..<cut], "moved.gz")
        #expect(fixture.refusal(try fixture.plan([moved, second])) == nil)
        let changed = try fixture.tape(lines[..<(cut - 1)], "changed.gz")
        for tapes in [[changed, second], [second, first], [first], [second]] {
            let text = fixture.refusal(try fixture.plan(tapes)) ?? ""
            #expect(text.contains("give the same tapes in the same order"), "\(tapes): \(text)")
        }
        let absent = fixture.refusal(try fixture.plan([fixture.root + "/absent.gz", second])) ?? ""
        #expect(absent.contains("absent.gz"), "\(absent)")
        #expect(try fixture.run(try fixture.plan([first, second])).outcome == before.outcome)
    }

    @Test func `are refused under another configuration`() throws {
        let tape = try fixture.tape(RunFixture.lines(minutes: 1))
        let before = try fixture.run(try fixture.plan([tape]))
        var settings = RunFixture.Settings()
        settings.cooldown = "2s"
        let text = fixture.refusal(try fixture.plan([tape], settings)) ?? ""
        #expect(text.contains("another configuration"), "\(text)")
        settings.cooldown = "1s"
        settings.snapshotInterval = "7s"
        // How the journal is kept decides nothing.
        #expect(try fixture.run(try fixture.plan([tape], settings)).outcome == before.outcome)
    }

    @Test func `cannot hold the same market twice`() throws {
        let lines = RunFixture.lines(minutes: 1)
        let tape = try fixture.tape(lines, "one.gz")
        let copy = try fixture.tape(lines, "copy.gz")
        for twin in [tape, copy] {
            let text = fixture.refusal(try fixture.plan([tape, twin])) ?? ""
            #expect(text.contains("a market cannot happen twice"), "\(text)")
        }
    }

    @Test func `of one market must not overlap`() throws {
        let lines = RunFixture.lines(minutes: 2)
        let cut = lines.count / 2
        let first = try fixture.tape(lines[..<(cut + 200)], "first.gz")
        let second = try fixture.tape(lines[cut...], "second.gz")
        let plan = try fixture.plan([first, second])
        let text = fixture.refusal(plan) ?? ""
        #expect(text.contains("the tapes overlap"), "\(text)")
        // What was traded before the overlap is kept, and the journal is whole.
        var replay = Replay(comparing: .all)
        try replay.run(try JournalReader.open(plan.journal), checksChain: true)
        #expect(replay.state.isStoppedCleanly)
        // The rebuild of a second try meets no overlap before the mark, and then the same one.
        #expect(fixture.refusal(plan)?.contains("the tapes overlap") == true)
    }

    @Test func `without trades say that stops cannot be met`() throws {
        let lines = RunFixture.lines(minutes: 1).filter { !$0.text.contains("@trade") }
        let summary = try fixture.run(try fixture.plan([try fixture.tape(lines)]))
        #expect(summary.remarks.count == 1)
        #expect(summary.remarks.first?.contains("no trade was recorded") == true)
    }

    @Test func `are merged by time, whatever their order`() throws {
        var settings = RunFixture.Settings()
        settings.symbols = ["GENUSDT", "ABCUSDT"]
        let one = try fixture.tape(RunFixture.lines(seed: 1), "one.gz")
        let other = try fixture.tape(RunFixture.lines(seed: 2, symbol: "ABCUSDT"), "other.gz")
        let there = try fixture.run(try fixture.plan([one, other], journal: "there", settings))
        let back = try fixture.run(try fixture.plan([other, one], journal: "back", settings))
        #expect(there.outcome == back.outcome)
        for asset in ["GEN", "ABC"] {
            var settings = RunFixture.Settings()
            settings.symbols = [asset + "USDT"]
            let tape = asset == "GEN" ? one : other
            let alone = try fixture.run(try fixture.plan([tape], journal: asset, settings))
            let held = { (summary: RunSummary) in
                summary.state.assets.first { $0.name == asset }?.balance
            }
            #expect(alone.state.metrics.fills > 0)
            #expect(held(alone) == held(there), "each trades as if it were alone")
        }
        let plan = try fixture.plan([one, other], journal: "stopped", settings)
        try fixture.run(plan, stopAfter: 40)
        #expect(try fixture.run(plan).outcome == there.outcome)
    }

    @Test func `order what happens at one moment by their place`() throws {
        var settings = RunFixture.Settings()
        settings.symbols = ["GENUSDT", "ABCUSDT"]
        // The same market twice: every line has a twin of the same moment.
        let one = try fixture.tape(RunFixture.lines(), "one.gz")
        let twin = try fixture.tape(RunFixture.lines(symbol: "ABCUSDT"), "twin.gz")
        func first(_ tapes: [String], _ journal: String) throws -> InstrumentID? {
            let plan = try fixture.plan(tapes, journal: journal, settings)
            try fixture.run(plan)
            var first: InstrumentID?
            var replay = Replay()
            try replay.run(try JournalReader.open(plan.journal)) { envelope, _ in
                if case .dealOpened(let deal) = envelope.event, first == nil {
                    first = deal.instrument
                }
            }
            return first
        }
        #expect(try first([one, twin], "there") == InstrumentID(0))
        #expect(try first([twin, one], "back") == InstrumentID(1))
    }

    @Test func `trade nothing without a snapshot of the book, and say so`() throws {
        let lines = RunFixture.lines(minutes: 1).filter { !$0.text.contains("lastUpdateId") }
        let summary = try fixture.run(try fixture.plan([try fixture.tape(lines)]))
        #expect(summary.state.metrics.orders == 0)
        #expect(summary.remarks.count == 1)
        #expect(summary.remarks.first?.contains("there was no snapshot") == true)
    }

    @Test func `stop the trading where depth events are missing`() throws {
        var lines = RunFixture.lines(minutes: 2)
        // Some seconds in, when trading has begun.
        let depths = lines.indices.filter { lines[$0].text.contains("depthUpdate") }
        let gap = depths[depths.count / 3]
        let missing = lines.remove(at: gap)
        let plan = try fixture.plan([try fixture.tape(lines)])
        let summary = try fixture.run(plan)
        var faults: [MarketFaulted] = []
        var openedAfter = 0
        var openedBefore = 0
        var replay = Replay()
        try replay.run(try JournalReader.open(plan.journal)) { envelope, _ in
            switch envelope.event {
            case .marketFaulted(let fault): faults.append(fault)
            case .dealOpened where envelope.time > missing.time: openedAfter += 1
            case .dealOpened: openedBefore += 1
            default: break
            }
        }
        #expect(faults.count == 1)
        #expect(faults.first?.text.contains("depth events are missing") == true)
        #expect(openedBefore > 0)
        #expect(openedAfter == 0, "there is no later snapshot")
        #expect(summary.reason == .tapeEnded)
    }
}
