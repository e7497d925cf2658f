import Digests
import Platform
import TestSupport

@testable import Journal

/// A journal in the directory of a test.
struct Fixture {
    let root = TemporaryDirectory.path
    var journal: String { root + "/journal" }
    var state: String { root + "/state" }
    let id = JournalID(low: 1, high: 2)

    var options: WriterOptions {
        var options = WriterOptions(stateDirectory: state)
        options.scan = .inProcess
        options.mapSize = 1 << 28
        return options
    }

    /// The program that scans, writes and holds for tests; it lies beside the tests.
    func probe() throws -> String {
        let tests = try CurrentProcess.executablePath()
        return FileSystem.parent(of: tests) + "/JournalProbe"
    }

    static func event(_ number: Int, length: Int = 4) -> NewEvent {
        NewEvent(
            kind: UInt16(number % 7),
            version: 2,
            time: Int64(number) * 1000,
            trace: UInt64(number) * 3,
            cause: UInt64(number) / 2,
            payload: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length)
        )
    }

    func create(_ options: WriterOptions? = nil) throws -> JournalWriter {
        let genesis = Genesis(journalID: id, time: 1, events: [Self.event(1)])
        return try JournalWriter.create(journal, genesis: genesis, options: options ?? self.options)
    }

    func open() throws -> JournalWriter { try JournalWriter.open(journal, options: options) }

    /// Makes a journal of `events` events after the first, `size` a batch, and closes it.
    func fill(_ events: Int, size: Int, length: Int = 4, limit: Int = 1 << 30) throws {
        var options = options
        options.segmentLimit = limit
        let writer = try create(options)
        try append(events, size: size, length: length, to: writer)
    }

    func append(_ events: Int, size: Int, length: Int = 4, to writer: JournalWriter) throws {
        for index in 0..<events {
            try writer.append(Self.event(Int(writer.nextSequence), length: length))
            if (index + 1) % size == 0 { try writer.commit(at: Int64(index)) }
        }
        try writer.commit(at: Int64(events))
    }

    /// Sequence numbers read, each event compared with what was written.
    func read(from sequence: UInt64 = 1, _ options: ReadOptions = ReadOptions()) throws -> [UInt64]
    {
        let reader = try JournalReader.open(journal)
        return try read(reader, from: sequence, options)
    }

    func read(
        _ reader: JournalReader,
        from sequence: UInt64 = 1,
        _ options: ReadOptions = ReadOptions()
    ) throws -> [UInt64] {
        var seen: [UInt64] = []
        try reader.forEachBatch(from: sequence, options: options) { batch in
            batch.forEachEvent { event in
                let expected = Self.event(Int(event.sequence))
                if event.kind == expected.kind, event.version == 2, event.time == expected.time,
                    event.trace == expected.trace, event.cause == expected.cause
                {
                    seen.append(event.sequence)
                }
            }
            return .proceed
        }
        return seen
    }

    func verify() throws -> VerifierReport {
        var options = VerifierOptions()
        options.stateDirectory = state
        options.scan = .inProcess
        return try Verifier.verify(journal, options: options)
    }

    var data: String { journal + "/segments/" + JournalLayout.name(1) + "/data.mdb" }

    func flip(_ path: String, byte: Int, bit: Int) throws {
        let file = try File(path: path, mode: .readWrite)
        var bytes = try file.read(at: byte, count: 1)
        bytes[0] ^= UInt8(1) << UInt8(bit)
        try file.write(bytes.span, at: byte)
    }
}

extension Fixture {
    /// Turns a bit in an event of the batch that ends with `sequence`.
    func damage(_ sequence: UInt64, in directory: String? = nil) throws {
        var place: RawJournal.Place?
        _ = try RawJournal.forEachBatch(in: directory ?? journal) { batch, found in
            if batch.header.lastSequence == sequence { place = found }
        }
        if let place { try flip(place.path, byte: place.offset + 130, bit: 1) }
    }
}

/// The code of the journal error that `body` throws.
func code(_ body: () throws -> Void) -> JournalError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? JournalError)?.code
    }
}
