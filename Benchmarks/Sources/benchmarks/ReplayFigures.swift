import Digests
import Foundation
import Journal
import Platform
import Projections
import Runtime
import Trading

/// Journals of a trading engine: how fast they are written in memory and made for measuring.
struct TradingJournal {
    /// Where it is.
    let path: String
    /// The directory of its outer witness.
    let state: String

    /// Makes a journal of `count` events, `perBatch` in a batch, saving a snapshot at `snapshot`.
    ///
    /// It is made in `/dev/shm` where that is there, as its commits would else be synced one by
    /// one, and then copied to `path`.
    static func make(
        _ path: String,
        _ count: Int,
        perBatch: Int = 8,
        snapshot: Int? = nil
    ) throws -> (journal: TradingJournal, workload: Workload) {
        let isFast = (try? FileSystem.status("/dev/shm"))?.isDirectory == true
        let name = "/dev/shm/holdfast-bench-\(Clock.monotonic())"
        let aside = isFast ? name : path + ".aside"
        defer { try? FileSystem.removeTree(aside) }
        var workload = Workload(seed: 7)
        let options = WriterOptions(stateDirectory: aside + "/state")
        let events = (0..<perBatch).map { _ in NewEvent(workload.next()) }
        let writer = try JournalWriter.create(
            aside + "/journal",
            genesis: Genesis(time: 1, events: events),
            options: options
        )
        let digest = StateDigest()
        let snapshots = SnapshotStore(directory: writer.directory, journalID: writer.journalID)
        var bytes = ByteWriter()
        for index in perBatch..<count {
            let envelope = workload.next()
            try writer.append(envelope, &bytes)
            if index % perBatch != perBatch - 1 { continue }
            try writer.commit(at: envelope.time.nanoseconds)
            if index / perBatch == (snapshot ?? -perBatch) / perBatch {
                let (body, hash) = digest.bytes(of: workload.state)
                try snapshots.save(head: writer.head, stateHash: hash, body: body)
            }
        }
        try writer.commit(at: workload.state.time.nanoseconds)
        try FileSystem.createDirectories(FileSystem.parent(of: path))
        try FileSystem.copyTreeDurably(aside + "/journal", to: path)
        return (TradingJournal(path: path, state: path + "-state"), workload)
    }
}

extension NewEvent {
    init(_ envelope: EventEnvelope) {
        var writer = ByteWriter()
        envelope.event.encode(into: &writer)
        self.init(
            kind: envelope.event.kind.rawValue,
            version: envelope.event.version,
            time: envelope.time.nanoseconds,
            trace: envelope.trace.rawValue,
            cause: envelope.cause.rawValue,
            payload: writer.bytes
        )
    }
}

extension JournalWriter {
    func append(_ envelope: EventEnvelope, _ bytes: inout ByteWriter) throws(JournalError) {
        bytes.removeAll()
        envelope.event.encode(into: &bytes)
        let payload = bytes.bytes
        _ = try append(
            kind: envelope.event.kind.rawValue,
            version: envelope.event.version,
            time: envelope.time.nanoseconds,
            trace: envelope.trace.rawValue,
            cause: envelope.cause.rawValue,
            payload: payload.span
        )
    }
}

/// Replay, verification and the memory they take, over one journal of order lives.
struct ReplayFigures {
    let directory: String
    static let events = 2_000_000

    func measure() throws -> [Figure] {
        say("making a journal of \(2 * Self.events) events")
        let (journal, workload) = try TradingJournal.make(
            directory + "/lives",
            2 * Self.events
        )
        let state = workload.state
        try requireSame(state, journal)
        let (large, _) = try TradingJournal.make(
            directory + "/large-batches",
            Self.events,
            perBatch: 1000
        )
        return [try replay(large, perBatch: 1000), try replay(journal, perBatch: 8)]
            + (try verify(journal)) + [try memory(journal)]
    }

    /// Replay must give what the workload folded, or the figures are worth nothing.
    private func requireSame(_ state: TradingState, _ journal: TradingJournal) throws {
        var replay = Replay()
        try replay.run(try JournalReader.open(journal.path))
        let digest = StateDigest()
        let hash = digest.hash(of: replay.state)
        guard hash == digest.hash(of: state) else {
            throw BenchmarkFailure("replay gave another state than the fold")
        }
        say("replayed: \(state.deals.count) open, \(state.closedOrders.count) kept, hash \(hash)")
    }

    private func replay(_ journal: TradingJournal, perBatch: Int) throws -> Figure {
        say("full replay")
        var rates: [Double] = []
        var walls: [Double] = []
        for _ in 0..<9 {
            var replay = Replay()
            let reader = try JournalReader.open(journal.path)
            // One thread's processor time: other work on the machine does not count.
            let begun = Clock.threadProcessorTime()
            let taken = try timed { try replay.run(reader, to: UInt64(Self.events)) }
            let used = Clock.threadProcessorTime() - begun
            rates.append(Double(replay.events) * 1000 / Double(used))
            walls.append(Double(replay.events) * 1000 / Double(taken))
        }
        return Figure(
            name: "full replay into the state, \(perBatch) a batch",
            unit: "M/s",
            measured: median(rates),
            floor: .atLeast(5),
            note: "processor time; best \(Figure.text(rates.max() ?? 0)), "
                + "by the clock \(Figure.text(median(walls)))"
        )
    }

    private func verify(_ journal: TradingJournal) throws -> [Figure] {
        say("verify")
        var plain: [Double] = []
        var replayed: [Double] = []
        for _ in 0..<5 {
            let report = try Verifier.verify(journal.path)
            guard report.findings.isEmpty else { throw BenchmarkFailure("\(report.findings)") }
            plain.append(Double(report.bytes) * 1000 / Double(report.duration))
            let begun = Clock.monotonic()
            let full = try Verifier.verify(journal.path)
            var replay = Replay()
            try replay.run(try JournalReader.open(journal.path))
            guard replay.state.head.rawValue == full.head?.sequence else {
                throw BenchmarkFailure("replay did not come to the head")
            }
            let taken = Clock.monotonic() - begun
            replayed.append(Double(full.bytes) * 1000 / Double(taken))
        }
        return [
            Figure(
                name: "verify, 8 events a batch",
                unit: "MB/s",
                measured: median(plain),
                floor: .atLeast(500),
                note: "best \(Figure.text(plain.max() ?? 0))"
            ),
            Figure(
                name: "verify with replay, 8 events a batch",
                unit: "MB/s",
                measured: median(replayed),
                floor: .atLeast(250),
                note: "best \(Figure.text(replayed.max() ?? 0))"
            ),
        ]
    }

    private func memory(_ journal: TradingJournal) throws -> Figure {
        say("memory of replay")
        let program = CommandLine.arguments[0]
        var sizes: [Double] = []
        for events in [Self.events, 2 * Self.events] {
            let limit = LimitProgram(path: program)
            sizes += try limit.run("__memory", journal.path, "\(events)")
        }
        return Figure(
            name: "memory of replay, 4 against 2 million events",
            unit: "MiB",
            measured: sizes[1],
            limit: sizes[0],
            floor: .atMost(1.25),
            floorIsRatio: true,
            note: "limit: after 2 million; 24 hours of ended orders included"
        )
    }

    /// What a child process does for ``memory(_:)``: replays and prints its private memory.
    static func printMemory(_ path: String, _ events: UInt64) throws {
        var replay = Replay()
        try replay.run(try JournalReader.open(path), to: events)
        print(Machine.privateMebibytes())
        guard replay.state.head.rawValue == events else { throw BenchmarkFailure("too short") }
    }
}
