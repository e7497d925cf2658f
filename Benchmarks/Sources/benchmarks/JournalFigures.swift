import Journal
import Platform

/// The journal against the same work in C.
struct JournalFigures {
    let limits: LimitProgram
    let directory: String

    /// Events of 128 bytes, header included, as the limit program's.
    private static let payload = [UInt8](repeating: 0x5A, count: 92)

    private func make(_ name: String) throws -> JournalWriter {
        var options = WriterOptions(stateDirectory: directory + "/state")
        options.scan = .inProcess
        let genesis = Genesis(time: 1, events: [NewEvent(kind: 1, time: 1, payload: [1])])
        return try JournalWriter.create(directory + "/" + name, genesis: genesis, options: options)
    }

    private func append(_ count: Int, to writer: JournalWriter, at time: Int64) throws {
        for index in 0..<count {
            _ = try writer.append(
                kind: 1,
                version: 1,
                time: time,
                trace: UInt64(index),
                cause: 0,
                payload: Self.payload.span
            )
        }
        try writer.commit(at: time)
    }

    func measure() throws -> [Figure] {
        [try durableAppend(), try groupedAppend(), try scan()]
    }

    private func durableAppend() throws -> Figure {
        say("durable append of one event")
        let writer = try make("single")
        var ours = Times()
        var limit: [Double] = []
        var ratios: [Double] = []
        let perRound = 120
        for round in 0..<31 {
            let theirs = try limits.run("commit", directory + "/c-single-\(round)", "\(perRound)")
            var times = Times()
            for _ in 0..<perRound {
                let now = Clock.monotonic()
                times.add(try timed { try append(1, to: writer, at: now) })
            }
            ours.add(times)
            limit.append(theirs[0] / 1000)
            ratios.append(times.median / theirs[0])
        }
        return Figure(
            name: "durable append of one event",
            unit: "µs",
            measured: ours.median / 1000,
            p99: ours.quantile(0.99) / 1000,
            limit: median(limit),
            floor: .atMost(1.2),
            ratioOfRounds: median(ratios),
            floorIsRatio: true,
            note: "limit: one record a commit"
        )
    }

    private func groupedAppend() throws -> Figure {
        say("append, 1,024 events a commit")
        let writer = try make("grouped")
        var ours: [Double] = []
        var limit: [Double] = []
        var ratios: [Double] = []
        let commits = 24
        for round in 0..<31 {
            limit += try limits.run("records", directory + "/c-grouped-\(round)", "\(commits)")
            let taken = try timed {
                for index in 0..<commits { try append(1024, to: writer, at: Int64(index)) }
            }
            ours.append(Double(commits * 1024) * 1e9 / Double(taken))
            ratios.append((ours.last ?? 0) / (limit.last ?? 1))
        }
        return Figure(
            name: "append, 1,024 events a commit, synced",
            unit: "M/s",
            measured: median(ours) / 1e6,
            limit: median(limit) / 1e6,
            floor: .atLeast(1),
            ratioOfRounds: median(ratios),
            floorIsRatio: true,
            note: "hash chain included; limit: one record an event"
        )
    }

    /// Closes its writer: a process that writes does not open the store again.
    private func makeScanned() throws {
        let writer = try make("scanned")
        for index in 0..<400 { try append(1024, to: writer, at: Int64(index)) }
    }

    private func scan() throws -> Figure {
        say("scan of 1,024-event batches")
        let events = 400 * 1024
        try makeScanned()
        _ = try limits.run("build", directory + "/c-scanned", "\(events)")
        var ours: [Double] = []
        var limit: [Double] = []
        for _ in 0..<11 {
            limit += try limits.run("scan", directory + "/c-scanned")
            let reader = try JournalReader.open(directory + "/scanned")
            var best = Int64.max
            var count = 0
            // As in the limit program, the first pass maps the pages and the second counts.
            for _ in 0..<2 {
                count = 0
                best = try timed {
                    try reader.forEachBatch { batch in
                        count += Int(batch.header.count)
                        return .proceed
                    }
                }
            }
            guard count == events + 1 else { throw BenchmarkFailure("the scan lost events") }
            ours.append(Double(count) * 1e9 / Double(best))
        }
        return Figure(
            name: "scan with CRC, 1,024-event batches",
            unit: "M/s",
            measured: median(ours) / 1e6,
            limit: median(limit) / 1e6,
            floor: .atLeast(0.8),
            floorIsRatio: true
        )
    }
}
