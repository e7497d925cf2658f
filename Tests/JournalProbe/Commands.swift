import Glibc
import Journal
import Platform

/// Whether the test that wants this still runs: one that traps can kill nobody.
struct Caller {
    private let process = getppid()

    /// Whether it is still there.
    var isThere: Bool { getppid() == process }
}

/// Appends batches of three events until it is killed.
///
/// The last committed number stands in a marker file.
func writeForEver(directory: String, state: String, marker: String) throws {
    var options = WriterOptions(stateDirectory: state)
    options.scan = .inProcess
    options.segmentLimit = 256 << 10
    let writer = try JournalWriter.open(directory, options: options)
    try writer.beginEpoch(writer.epoch + 1)
    let file = try File(path: marker, mode: .create)
    let payload = [UInt8](repeating: 7, count: 200)
    let caller = Caller()
    while caller.isThere {
        for _ in 0..<3 {
            _ = try writer.append(
                kind: 1,
                version: 1,
                time: Clock.wall(),
                trace: 0,
                cause: 0,
                payload: payload.span
            )
        }
        try writer.commit(at: Clock.wall())
        let text = digits(writer.head.sequence)
        try file.write(text.span, at: 0)
    }
}

/// Twenty digits and a line end.
func digits(_ number: UInt64) -> [UInt8] {
    let text = String(number)
    return Array((String(repeating: "0", count: 20 - text.count) + text + "\n").utf8)
}

/// Opens a journal for writing and waits to be killed.
func hold(directory: String, state: String, marker: String) throws {
    var options = WriterOptions(stateDirectory: state)
    options.scan = .inProcess
    let writer = try JournalWriter.open(directory, options: options)
    let text = digits(writer.head.sequence)
    let file = try File(path: marker, mode: .create)
    try file.write(text.span, at: 0)
    let caller = Caller()
    while caller.isThere { Clock.pause(nanoseconds: 1_000_000_000) }
}

/// Reads everything, with the chain checked, and prints how many events there were.
func read(directory: String) throws {
    var options = ReadOptions()
    options.checksChain = true
    var count = 0
    let reader = try JournalReader.open(directory)
    try reader.forEachBatch(options: options) { batch in
        count += Int(batch.header.count)
        return .proceed
    }
    print(count)
}

/// Makes a journal of `batches` batches, each of `events` events of `length` bytes.
func fill(directory: String, state: String, batches: Int, events: Int, length: Int) throws {
    var options = WriterOptions(stateDirectory: state)
    options.scan = .inProcess
    let first = NewEvent(kind: 1, time: 1, payload: [1])
    let genesis = Genesis(time: 1, events: [first])
    let writer = try JournalWriter.create(directory, genesis: genesis, options: options)
    let payload = [UInt8](repeating: 5, count: length)
    for index in 0..<batches {
        for _ in 0..<events {
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
}
