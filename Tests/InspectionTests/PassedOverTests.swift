import Journal
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection
@testable import Runtime

@Suite(.temporaryDirectory) struct `Events that a correction passes over` {
    /// A journal whose last event closes a deal that is closed already.
    private func journal() throws -> (journal: TradedJournal, bad: UInt64) {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        var closed: Event?
        try journal.forEachEvent { envelope, _ in
            if case .dealClosed = envelope.event { closed = envelope.event }
        }
        return (journal, try journal.append([(try #require(closed), nil, 0)])[0])
    }

    /// Corrects it, as an operator does; gives the number of the correction.
    private func skip(_ event: UInt64, in journal: TradedJournal) throws -> UInt64 {
        let words = [
            "--journal", journal.path, "correct", "skip", "\(event)", "--operator", "ann",
            "--reason", "closed twice",
        ]
        let shown = TradedJournal.tool(words, state: journal.state)
        let version = try #require(shown.output.split(separator: "--expect ").last)
        let done = TradedJournal.tool(
            words + ["--expect", "\(version.prefix { $0 != "\n" })"],
            state: journal.state
        )
        #expect(done.status == 0, "\(done.messages)")
        return try #require(try journal.sequences(of: .correctionMade).last)
    }

    private let question = "SELECT complete, last_event, status, epoch, state_hash FROM journal"

    private func answer(_ state: TradingState, complete: Int) -> String {
        let hash = StateDocument(state: state).document["stateHash"]?.plain ?? ""
        return "{\"complete\":\(complete),\"last_event\":\(state.head),\"status\":\"running\","
            + "\"epoch\":\(state.epoch),\"state_hash\":\"\(hash)\"}\n"
    }

    @Test func `are left out of the tables as replay leaves them out`() throws {
        let (journal, bad) = try journal()
        let deals = journal.tool("sql", "SELECT * FROM deals").output
        let correction = try skip(bad, in: journal)
        let run = journal.tool("sql", question, "--json")
        #expect(run.status == 0)
        #expect(run.output == answer(try journal.lastState(), complete: 1))
        #expect(
            run.messages == "event \(bad) is passed over, as ann corrected in event \(correction)\n"
        )
        #expect(journal.tool("sql", "SELECT * FROM deals").output == deals)
    }

    @Test func `are shown, and what follows keeps its names`() throws {
        let (journal, bad) = try journal()
        let undecided = journal.tool("show", "-n", "3")
        #expect(undecided.status == 1 && undecided.messages.contains("cannot be folded"))
        _ = try skip(bad, in: journal)
        let opened = try journal.openDeal()
        let all = journal.tool("show")
        #expect(all.status == 0 && all.messages == "")
        #expect(all.lines.contains { $0.hasPrefix("    \(bad)  ") })
        #expect(all.lines.last?.contains("deal \(opened.deal) GENUSDT, hf-") == true)
        for words in [["-n", "3"], ["--from", "\(bad)"], ["--to", "\(bad)"], ["-n", "12"]] {
            let part = TradedJournal.tool(["--journal", journal.path, "show"] + words)
            #expect(part.status == 0 && part.messages == "", "\(words)")
            if words[0] != "--to" { #expect(part.lines == all.lines.suffix(part.lines.count)) }
        }
        let lines = journal.tool("export", "--format", "jsonl", "-")
        #expect(lines.status == 0 && lines.messages == "")
        #expect(lines.output == journal.tool("show", "--json").output)
    }

    @Test func `end no chain, and are none of it`() throws {
        let (journal, bad) = try journal()
        _ = try skip(bad, in: journal)
        let opened = try journal.openDeal()
        for words in [["trace", "\(opened.order)"], ["why", "\(opened.order)"]] {
            let run = TradedJournal.tool(["--journal", journal.path] + words)
            #expect(run.status == 0 && run.output.contains("entry"), "\(words) \(run.messages)")
        }
    }

    @Test func `end no look at a time, whatever their own says`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        var closed: Event?
        try journal.forEachEvent { envelope, _ in
            if case .dealClosed = envelope.event { closed = envelope.event }
        }
        let end = try journal.lastState().time
        let bad = try append(try #require(closed), at: end.nanoseconds + (1 << 50), to: journal)
        _ = try skip(bad, in: journal)
        let text = Event.errorRecorded(ErrorRecorded(severity: .error, text: "behind it"))
        let last = try journal.append([(text, nil, 0)])[0]
        let later = "\(end + TimeSpan(seconds: 3600))"
        #expect(value("head", journal.tool("state", "--at", later, "--json")) == "\(last)")
        for words in [
            ["replay", "--to", later, "--json"],
            ["replay", "--to", later, "--from-genesis", "--json"],
        ] {
            let run = TradedJournal.tool(["--journal", journal.path] + words)
            #expect(value("head", run) == "\(last)", "\(words)")
        }
        #expect(journal.tool("show", "--until", later).output.contains("behind it"))
    }

    /// Appends one event, and lets go of the journal.
    private func append(_ event: Event, at time: Int64, to journal: TradedJournal) throws -> UInt64
    {
        let writer = try journal.writer()
        let number = try writer.append(event, time: time)
        try writer.commit(at: time)
        return number
    }

    @Test func `are left out where this program could fold them, too`() throws {
        let journal = try TradedJournal(minutes: 1)
        let error = Event.errorRecorded(ErrorRecorded(severity: .alarm, text: "a fine event"))
        let fine = try journal.append([(error, nil, 0)])[0]
        let hash = try JournalReader.open(journal.path).withEvent(fine) { PassedOver.hash(of: $0) }
        let made = CorrectionMade(
            by: "ann",
            reason: "another program could not fold it",
            undoes: SequenceNumber(0),
            correction: .skip(SequenceNumber(fine), hash: try #require(hash))
        )
        try journal.append([(.correctionMade(made), nil, 0)])
        let run = journal.tool("sql", question, "--json")
        #expect(run.output == answer(try journal.lastState(), complete: 1))
        #expect(journal.tool("sql", "SELECT * FROM errors", "--json").output == "")
    }

    @Test func `end the tables with the state before them while nobody has corrected`() throws {
        let (journal, bad) = try journal()
        let run = journal.tool("sql", question, "--json")
        #expect(run.status == 1)
        #expect(run.messages.contains("what comes after is not in the tables"))
        let state = try StateReader(JournalReader.open(journal.path)).state(at: .sequence(bad - 1))
        #expect(run.output == answer(state, complete: 0))
        let time = journal.tool("sql", "SELECT last_ns FROM journal", "--json")
        #expect(time.output == "{\"last_ns\":\(state.time.nanoseconds)}\n")
    }

    @Test func `leave no row of a start that does not fit`() throws {
        let journal = try TradedJournal(minutes: 1)
        var began: Event?
        try journal.forEachEvent { envelope, _ in
            if case .epochBegan = envelope.event { began = envelope.event }
        }
        try journal.append([(try #require(began), nil, 0)])
        let run = journal.tool("sql", "SELECT epoch, stop FROM epochs", "--json")
        #expect(run.status == 1)
        #expect(run.output == "{\"epoch\":1,\"stop\":\"tape ended\"}\n")
    }
}
