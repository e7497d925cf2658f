import Digests
import Journal
import Platform
import Projections
import Runtime
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Compaction` {
    private let archives = TemporaryDirectory.path + "/archives"

    /// Small segments, and a book that never loses sight: every deal comes to its end.
    private func settings(_ plan: inout RunPlan) {
        plan.segmentLimit = 36 << 10
        plan.bookCapacity = 4000
    }

    private func segmented(commits: Int? = nil) throws -> TradedJournal {
        let journal = try TradedJournal(minutes: 5, commits: commits, settings)
        let segments = try FileSystem.list(journal.path + "/segments")
        try #require(segments.count > 2)
        return journal
    }

    @Test func `with archives loses nothing that a command can show`() throws {
        let journal = try segmented()
        let head = try journal.end().head
        let before = try shown(journal, to: head)
        let run = journal.tool("snapshot", "--archive", archives, "--json")
        #expect(run.status == 0, "\(run.messages)")
        #expect(value("snapshot", run) == "\(head + 1)")
        #expect(value("firstSequence", run) == "\(head + 2)")
        #expect(try FileSystem.list(journal.path + "/segments").count == 1)
        #expect(try shown(journal, to: head) == before)
        let replay = journal.tool("replay", "--from-genesis", "--json")
        #expect(replay.status == 0)
        #expect(value("divergence", replay) == "null")
        let verified = journal.tool("verify", "--json")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(value("events", verified) == value("head", replay))
        #expect(verified.output.contains("\"replayed\":true"))
    }

    /// What reading commands give of the events up to `head`.
    private func shown(_ journal: TradedJournal, to head: UInt64) throws -> [String] {
        let replay = journal.tool("replay", "--from-genesis", "--to", "\(head)", "--json")
        let hashes = ["stateHash", "outcomeHash"].map { value($0, replay) ?? "" }
        let all = journal.tool("show", "--to", "\(head)", "--json").output
        let early = journal.tool("state", "--at", "40", "--json").output
        let difference = journal.tool("diff", "20", "\(head - 5)", "--json").output
        #expect(!all.isEmpty && !early.isEmpty && hashes.allSatisfy { !$0.isEmpty })
        return hashes + [all, early, difference]
    }

    @Test func `shows archives beside segments`() throws {
        let journal = try segmented()
        let count = try FileSystem.list(journal.path + "/segments").count
        let run = journal.tool("snapshot", "--archive", archives)
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.lines.count { $0.hasPrefix("archived events ") } == count)
        let segments = journal.tool("segments")
        #expect(segments.lines.count { $0.hasSuffix("archived") } == count)
        #expect(segments.lines.last?.hasSuffix("open") == true)
        let listed = journal.tool("segments", "--json").output
        #expect(listed.contains("\"sealed\":true,\"archive\":\"\(archives)/"))
        let stat = journal.tool("stat", "--json")
        #expect(value("archives", stat) == "\(count)")
        #expect(value("segments", stat) == "1")
        #expect(value("events", stat) == value("head", stat))
        #expect(journal.tool("stat").output.contains("archives   \(count), events 1 to "))
    }

    @Test func `again archives only what is new`() throws {
        let journal = try segmented()
        #expect(journal.tool("snapshot", "--archive", archives).status == 0)
        let again = journal.tool("snapshot", "--archive", archives)
        #expect(again.status == 0, "\(again.messages)")
        #expect(again.lines.count { $0.hasPrefix("archived events ") } == 1)
        #expect(journal.tool("verify").status == 0)
        #expect(journal.tool("show", "--kind", "segmentsRemoved").lines.count > 3)
    }

    @Test func `lets the run go on as if there had been none`() throws {
        let place = TemporaryDirectory.path + "/whole"
        let whole = try TradedJournal(in: place, minutes: 5, settings)
        let outcome = value("outcomeHash", whole.tool("replay", "--json"))
        let journal = try segmented(commits: 260)
        #expect(journal.tool("snapshot", "--archive", archives).status == 0)
        try journal.trade(commits: 60, settings)
        #expect(journal.tool("snapshot", "--archive", archives).status == 0)
        let summary = try journal.trade(settings)
        #expect("\"\(summary.state.outcome.digest)\"" == outcome)
        #expect(value("outcomeHash", journal.tool("replay", "--from-genesis", "--json")) == outcome)
        #expect(journal.tool("verify").status == 0)
    }

    @Test func `without its archives names what is missing, and with their place reads on`() throws
    {
        let journal = try segmented(commits: 260)
        let run = journal.tool("snapshot", "--archive", archives, "--json")
        let first = try #require(value("firstSequence", run).flatMap { UInt64($0) })
        let moved = TemporaryDirectory.path + "/moved"
        try FileSystem.rename(archives, to: moved)
        let replay = journal.tool("replay", "--from-genesis")
        #expect(replay.status == 1)
        #expect(replay.messages.contains("events 1 to \(first - 1) are neither"))
        #expect(replay.messages.contains(archives))
        #expect(journal.tool("state").status == 0)
        #expect(journal.tool("show", "--from", "5").messages.contains("begins with event \(first)"))
        let verified = journal.tool("verify")
        #expect(verified.status == 1)
        #expect(verified.output.contains("warning: archive"))
        // A run on tapes needs the intents among them.
        do {
            try journal.trade(settings)
            Issue.record("expected a refusal")
        } catch let error as RunFailure {
            #expect(error.isRefusal)
            #expect(error.description.contains("events 1 to \(first - 1) were taken out"))
        }
        #expect(journal.tool("stat").output.contains("unclean    stops: 0"))
        for command in [["replay", "--from-genesis"], ["verify"], ["show"], ["stat"]] {
            let words = ["--journal", journal.path] + command + ["--archive", moved]
            #expect(TradedJournal.tool(words, state: journal.state).status == 0, "\(command)")
        }
        try FileSystem.rename(moved, to: archives)
        try journal.trade(settings)
    }

    @Test func `keeps what is retained by the stamped time of the head`() throws {
        let journal = try segmented()
        let before = try FileSystem.list(journal.path + "/segments").compactMap { UInt64($0) }
        #expect(journal.tool("snapshot", "--archive", archives, "--retain", "2d").status == 0)
        #expect(try FileSystem.list(archives + "/" + id(journal)) == ["writer.lock"])
        let run = journal.tool("snapshot", "--archive", archives, "--retain", "90s", "--json")
        #expect(run.status == 0, "\(run.messages)")
        let first = try #require(value("firstSequence", run).flatMap { UInt64($0) }, "\(run)")
        #expect(before.contains(first) && first > 1)
        // The first segment that stays holds an event of the last ninety seconds, at its end.
        let shown = journal.tool("show", "--to", "\(first - 1)", "--since", "2024-01-01T00:03:31Z")
        #expect(shown.output == "")
        #expect(journal.tool("verify").status == 0)
        #expect(journal.tool("replay", "--from-genesis").status == 0)
    }

    private func id(_ journal: TradedJournal) throws -> String {
        try #require(value("journalId", journal.tool("stat", "--json"))).replacing("\"", with: "")
    }

    @Test func `without a copy needs no archives, and keeps the state`() throws {
        let journal = try segmented()
        let state = value("outcomeHash", journal.tool("state", "--json"))
        let run = journal.tool("snapshot", "--retain", "30s", "--json")
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.messages.contains("no longer run"))
        let first = try #require(value("firstSequence", run).flatMap { UInt64($0) })
        #expect(run.output.contains("\"archive\":null,\"removed\":[{\"first\":1,"))
        #expect(journal.tool("verify").status == 0)
        #expect(value("outcomeHash", journal.tool("state", "--json")) == state)
        #expect(journal.tool("state", "--at", "\(first + 3)").status == 0)
        #expect(journal.tool("replay").status == 0)
        #expect(journal.tool("replay", "--from-genesis").status == 1)
        #expect(journal.tool("state", "--at", "20").status == 1)
        // What is left is replayed from the snapshot at its beginning; another stands behind it.
        let snapshots = try FileSystem.list(journal.path + "/snapshots")
            .compactMap { UInt64($0.prefix(20)) }
        #expect(snapshots.contains(first - 1))
        #expect(snapshots.contains { $0 < first - 1 })
        #expect(throws: RunFailure.self) { try journal.trade(settings) }
    }

    @Test func `does not lose what an open deal or order still needs`() throws {
        let journal = try openDeal()
        let segments = try FileSystem.list(journal.path + "/segments")
        let run = journal.tool("snapshot", "--retain", "1s")
        #expect(run.status == 1)
        #expect(run.messages.contains("is not over"))
        #expect(try FileSystem.list(journal.path + "/segments").starts(with: segments))
        // The epoch of the tool ended in order all the same.
        #expect(journal.tool("stat").output.contains("unclean    stops: 0"))
        #expect(journal.tool("snapshot", "--retain", "1s", "--archive", archives).status == 0)
        #expect(journal.tool("verify").status == 0)
    }

    /// A journal that ends with a deal that has been open for minutes: the book lost sight.
    private func openDeal() throws -> TradedJournal {
        let journal = try TradedJournal(minutes: 5) { $0.segmentLimit = 36 << 10 }
        try #require(!journal.tool("state").output.contains("open deals: none"))
        return journal
    }

    @Test func `refuses a place that cannot take archives, before it begins`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        try FileSystem.replaceDurably(TemporaryDirectory.path + "/file", with: [[1]])
        for (place, words) in [
            (journal.path + "/archives", "it lies within the journal"),
            (journal.path, "it lies within the journal"),
            (TemporaryDirectory.path + "/file", "File exists"),
            ("/proc/archives", "/proc/archives"),
        ] {
            let run = journal.tool("snapshot", "--archive", place)
            #expect(run.status == 1, "\(place)")
            #expect(run.messages.contains(words), "\(run.messages)")
        }
        #expect(try journal.end().head == head)
        for duration in ["", "5", "5y", "-5s", "d"] {
            #expect(journal.tool("snapshot", "--retain=\(duration)").status == 2)
        }
        #expect(journal.tool("verify").status == 0)
    }

    @Test func `says which disk is full and loses nothing`() throws {
        let journal = try TradedJournal(minutes: 1)
        var random = SeededRandom(seed: 1)
        do {
            // A large segment that does not compress, and a small one behind it.
            let writer = try journal.writer(segmentLimit: 1 << 20)
            let time = try journal.end().time
            for _ in 0..<30 {
                // What a journal is run with leaves only its hash in the state.
                let text = (0..<5000).map { _ in String(random.next(), radix: 36) }.joined()
                let applied = ConfigurationApplied(hash: "c", text: text)
                try writer.append(.configurationApplied(applied), time: time)
                try writer.commit(at: time)
            }
        }
        // A limit of the size of files stands for the disk.
        let program = FileSystem.parent(of: try CurrentProcess.executablePath()) + "/journalctl"
        let outcome = try ChildProcess.run(
            "/bin/sh",
            arguments: [
                "-c", #"ulimit -f 1024; exec "$@" 2>&1"#, "sh", program, "--journal", journal.path,
                "snapshot", "--archive", archives, "--state-directory", journal.state,
            ],
            timeLimit: 60_000_000_000
        )
        let said = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.ending == .exited(1), "\(said)")
        #expect(said.contains(archives))
        #expect(said.contains("File too large"))
        #expect(journal.tool("verify").status == 0)
        #expect(journal.tool("snapshot", "--archive", archives).status == 0)
        #expect(journal.tool("replay", "--from-genesis").status == 0)
    }

    @Test func `stops at a damaged segment and takes nothing out`() throws {
        let journal = try segmented()
        #expect(try journal.damage("holdfast test"))
        let segments = try FileSystem.list(journal.path + "/segments")
        let run = journal.tool("snapshot", "--archive", archives)
        #expect(run.status == 1)
        #expect(run.messages.contains("does not match its checksum"))
        #expect(try FileSystem.list(journal.path + "/segments").starts(with: segments))
        #expect(journal.tool("snapshot", "--retain", "30s").status == 1)
        #expect(try FileSystem.list(journal.path + "/segments").starts(with: segments))
    }

    @Test func `does not believe a snapshot that replay does not give`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        let reader = try JournalReader.open(journal.path)
        let store = SnapshotStore(directory: journal.path, journalID: reader.journalID)
        let found = try #require(try store.loadNewest().snapshot)
        try store.save(head: try reader.head(), stateHash: .zero, body: found.body)
        #expect(found.sequence == head)
        let run = journal.tool("snapshot", "--archive", archives)
        #expect(run.status == 1)
        #expect(journal.tool("replay", "--from-genesis").status == 0)
    }

    @Test func `of a directory of archives is refused, and reading it is not`() throws {
        let journal = try segmented()
        #expect(journal.tool("snapshot", "--archive", archives).status == 0)
        let directory = try archives + "/" + id(journal)
        func tool(_ words: String...) -> ToolRun {
            TradedJournal.tool(["--journal", directory] + words, state: journal.state)
        }
        #expect(tool("verify").status == 0)
        let replay = tool("replay", "--json")
        #expect(replay.status == 0)
        #expect(
            value("outcomeHash", replay) == value("outcomeHash", journal.tool("replay", "--json"))
        )
        for command in ["show", "stat", "segments", "state"] {
            #expect(tool(command).status == 0, "\(command)")
        }
        for words in [["snapshot"], ["snapshot", "--archive", archives]] {
            let run = TradedJournal.tool(["--journal", directory] + words, state: journal.state)
            #expect(run.status == 2)
        }
    }
}
