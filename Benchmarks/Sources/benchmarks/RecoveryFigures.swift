import Foundation
import Journal
import Platform
import Projections
import Runtime
import Trading

/// How long a start takes, and the snapshots that keep it short.
struct RecoveryFigures {
    let directory: String

    func measure() throws -> [Figure] { try recovery() + (try snapshots()) }

    private func recovery() throws -> [Figure] {
        var figures: [Figure] = []
        let first = 16_000
        for tail in [250_000, 500_000, 1_000_000] {
            say("recovery, a tail of \(tail) events")
            let path = directory + "/tail-\(tail)"
            let (journal, workload) = try TradingJournal.make(path, first + tail, snapshot: first)
            var times = Times()
            var scans = Times()
            for _ in 0..<7 {
                var options = WriterOptions(stateDirectory: journal.state)
                options.witnesses = .enforced
                times.add(
                    try timed {
                        let (writer, replay) = try Self.recover(journal.path, options)
                        scans.add(writer.opening?.scanDuration ?? 0)
                        guard replay.state.head == workload.state.head,
                            replay.events <= UInt64(tail)
                        else { throw BenchmarkFailure("recovery did not come to the head") }
                    }
                )
            }
            figures.append(
                Figure(
                    name: "recovery: snapshot and a tail of \(tail / 1000)k",
                    unit: "ms",
                    measured: times.median / 1e6,
                    p99: times.quantile(0.99) / 1e6,
                    floor: tail == 1_000_000 ? .atMost(450) : .none,
                    note: "of it the scan, in a child process, "
                        + "\(Figure.text(scans.median / 1e6)); best "
                        + Figure.text(times.quantile(0) / 1e6)
                )
            )
        }
        return figures
    }

    /// What a start does: checks the journal, loads the snapshot, replays the tail.
    private static func recover(
        _ path: String,
        _ options: WriterOptions
    ) throws -> (JournalWriter, Replay) {
        let writer = try JournalWriter.open(path, options: options)
        guard let snapshot = writer.opening?.snapshot,
            let state = TradingState(canonical: snapshot.body.span)
        else { throw BenchmarkFailure("the snapshot is not used") }
        var replay = Replay(from: state)
        try replay.run(try writer.reader(), checksEvents: false)
        return (writer, replay)
    }

    private func snapshots() throws -> [Figure] {
        say("snapshots of 500 open deals")
        var workload = Workload(seed: 3, instruments: 500, mostOpen: 500)
        workload.fill(to: 500)
        let events = [NewEvent(kind: 1, time: 1, payload: [1])]
        let writer = try JournalWriter.create(
            directory + "/snapshots",
            genesis: Genesis(time: 1, events: events),
            options: WriterOptions(stateDirectory: directory + "/state")
        )
        let store = SnapshotStore(directory: writer.directory, journalID: writer.journalID)
        let digest = StateDigest()
        var saves = Times()
        var loads = Times()
        var size = 0
        for _ in 0..<101 {
            saves.add(
                try timed {
                    let (body, hash) = digest.bytes(of: workload.state)
                    size = body.count
                    try store.save(head: writer.head, stateHash: hash, body: body)
                }
            )
            var open = 0
            loads.add(
                try timed {
                    let snapshot = try store.loadNewest().snapshot
                    let state = snapshot.flatMap { TradingState(canonical: $0.body.span) }
                    open = state?.deals.count ?? 0
                }
            )
            guard open == workload.state.deals.count else {
                throw BenchmarkFailure("a snapshot lost deals")
            }
        }
        let note = "\(size / 1024) KiB, synced"
        return [
            Figure(
                name: "snapshot save, 500 open deals",
                unit: "ms",
                measured: saves.median / 1e6,
                p99: saves.quantile(0.99) / 1e6,
                floor: .atMost(5),
                note: note
            ),
            Figure(
                name: "snapshot load, 500 open deals",
                unit: "ms",
                measured: loads.median / 1e6,
                p99: loads.quantile(0.99) / 1e6,
                floor: .atMost(5)
            ),
        ]
    }
}
