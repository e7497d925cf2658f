import Digests
import Journal
import Platform

/// Prints the figures of a journal made in `directory`, one a line.
func measure(directory: String) throws {
    try measureSingles(directory + "/singles")
    try measureAppend(directory + "/appended", batches: 400, size: 1024)
    try measureAppend(directory + "/small", batches: 20_000, size: 8)
    try measureScan(directory + "/appended")
    try measureScan(directory + "/small")
    try measureVerify(directory + "/small")
    try measureSnapshots(directory + "/singles")
}

private func make(_ directory: String) throws -> JournalWriter {
    let event = NewEvent(kind: 1, time: 1, payload: [1])
    var options = WriterOptions(stateDirectory: directory + "-state")
    options.scan = .inProcess
    return try JournalWriter.create(
        directory,
        genesis: Genesis(time: 1, events: [event]),
        options: options
    )
}

private func measureSingles(_ directory: String) throws {
    let writer = try make(directory)
    let payload = [UInt8](repeating: 5, count: 92)
    var times: [Int64] = []
    for index in 0..<4000 {
        let start = Clock.monotonic()
        _ = try writer.append(
            kind: 1,
            version: 1,
            time: Int64(index),
            trace: 1,
            cause: 0,
            payload: payload.span
        )
        try writer.commit(at: start)
        times.append(Clock.monotonic() - start)
    }
    times.sort()
    print("1-event commit: p50 \(times[2000] / 1000) us, p99 \(times[3960] / 1000) us")
}

private func measureAppend(_ directory: String, batches: Int, size: Int) throws {
    let writer = try make(directory)
    let payload = [UInt8](repeating: 5, count: 92)
    let start = Clock.monotonic()
    for index in 0..<batches {
        for _ in 0..<size {
            _ = try writer.append(
                kind: 1,
                version: 1,
                time: Int64(index),
                trace: 1,
                cause: 0,
                payload: payload.span
            )
        }
        try writer.commit(at: Int64(index))
    }
    let seconds = Double(Clock.monotonic() - start) / 1e9
    print("\(size)-event commits: \(Int(Double(batches * size) / seconds)) events/s")
}

private func measureScan(_ directory: String) throws {
    for checksChain in [false, true] {
        var options = ReadOptions()
        options.checksChain = checksChain
        for copies in [false, true] {
            options.copies = copies
            let reader = try JournalReader.open(directory)
            for pass in 0..<3 {
                var events = 0
                var bytes = 0
                let start = Clock.monotonic()
                try reader.forEachBatch(options: options) { batch in
                    events += Int(batch.header.count)
                    bytes += batch.bytes.count
                    return .proceed
                }
                let seconds = Double(Clock.monotonic() - start) / 1e9
                if pass == 2 {
                    let rate = Int(Double(events) / seconds / 1000)
                    let speed = Int(Double(bytes) / seconds / 1e6)
                    print(
                        "scan chain=\(checksChain) copies=\(copies): \(rate) k events/s,"
                            + " \(speed) MB/s"
                    )
                }
            }
        }
    }
}

private func measureVerify(_ directory: String) throws {
    var options = VerifierOptions()
    options.stateDirectory = directory + "-state"
    options.scan = .child(executable: nil)
    let report = try Verifier.verify(directory, options: options)
    let speed = report.bytes * 1000 / max(1, Int(report.duration))
    print(
        "verify: \(report.findings.count) findings, \(report.events) events, \(speed) MB/s,"
            + " \(report.duration / 1_000_000) ms"
    )
}

private func measureSnapshots(_ directory: String) throws {
    let reader = try JournalReader.open(directory)
    let head = try reader.head()
    let store = SnapshotStore(directory: directory, journalID: reader.journalID)
    let body = [UInt8](repeating: 9, count: 300_000)
    var saves: [Int64] = []
    var loads: [Int64] = []
    for _ in 0..<51 {
        let start = Clock.monotonic()
        try store.save(head: head, stateHash: .zero, body: body)
        saves.append(Clock.monotonic() - start)
        let between = Clock.monotonic()
        _ = try store.load(head.sequence)
        loads.append(Clock.monotonic() - between)
    }
    print(
        "snapshot: save p50 \(saves.sorted()[25] / 1000) us, load \(loads.sorted()[25] / 1000) us"
    )
}
