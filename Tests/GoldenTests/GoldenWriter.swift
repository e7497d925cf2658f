import Digests
import Journal
import Platform
import Projections
import TestSupport
import Trading

@testable import Runtime

/// Writes the golden journal that this program would leave to those that come.
final class GoldenWriter {
    private let writer: JournalWriter
    private let snapshots: SnapshotStore
    private let digest = StateDigest()
    private var state = TradingState()
    private var seconds: Int64 = 0

    /// The key that signs the checkpoint.
    static func key() -> SigningKey? {
        let seed = SecretBytes(count: 32)
        seed.withMutableSpan { span in
            for index in 0..<span.count { span[index] = UInt8(index) }
        }
        return SigningKey(seed: seed)
    }

    /// Makes `journal` and `state` in a directory.
    static func write(to directory: String) throws {
        try live(in: directory)
        // The number of a process means nothing later.
        _ = try File(path: directory + "/journal/writer.lock", mode: .replace)
        // Readers make their own; it carries no data.
        for segment in try FileSystem.list(directory + "/journal/segments") {
            try FileSystem.removeFile("\(directory)/journal/segments/\(segment)/lock.mdb")
        }
    }

    private static func live(in directory: String) throws {
        let id = JournalID(low: 0x676F_6C64_656E_2031, high: 0x0123_4567_89AB_CDEF)
        let golden = try GoldenWriter(directory, id)
        try golden.batch(GoldenLife.beginning + GoldenLife.spot)
        try golden.snapshot()
        try golden.batch(GoldenLife.perpetual + GoldenLife.journal)
        try golden.sign(id)
        try golden.writer.beginSegment()
        try golden.writer.beginEpoch(3)
        try golden.batch(GoldenLife.secondEpoch)
        try golden.writer.syncWitnesses()
    }

    private init(_ directory: String, _ id: JournalID) throws {
        var options = WriterOptions(stateDirectory: directory + "/state")
        options.scan = .inProcess
        options.mapSize = 1 << 24
        var events: [NewEvent] = []
        for event in GoldenLife.genesis {
            events.append(try Self.folded(event, at: UInt64(events.count + 1), 0, &state))
        }
        let genesis = Genesis(journalID: id, time: moment(0).nanoseconds, events: events)
        writer = try JournalWriter.create(
            directory + "/journal",
            genesis: genesis,
            options: options
        )
        snapshots = SnapshotStore(directory: directory + "/journal", journalID: id)
    }

    private static func folded(
        _ event: Event,
        at sequence: UInt64,
        _ seconds: Int64,
        _ state: inout TradingState
    ) throws -> NewEvent {
        let time = moment(seconds, nanoseconds: Int64(sequence))
        try state.fold(
            EventEnvelope(
                sequence: SequenceNumber(sequence),
                time: time,
                trace: TraceID(sequence / 2),
                cause: SequenceNumber(sequence - 1),
                event: event
            )
        )
        var writer = ByteWriter()
        event.encode(into: &writer)
        return NewEvent(
            kind: event.kind.rawValue,
            version: event.version,
            time: time.nanoseconds,
            trace: sequence / 2,
            cause: sequence - 1,
            payload: writer.bytes
        )
    }

    private func add(_ event: Event) throws {
        let sequence = writer.nextSequence
        try writer.append(try Self.folded(event, at: sequence, seconds, &state))
    }

    private func commit() throws {
        try writer.commit(at: moment(seconds).nanoseconds)
        seconds += 60
    }

    private func batch(_ events: [Event]) throws {
        for event in events { try add(event) }
        try commit()
    }

    /// Saves the state and records its hash, as the engine does.
    private func snapshot() throws {
        let (bytes, hash) = digest.bytes(of: state)
        try snapshots.save(head: writer.head, stateHash: hash, body: bytes)
        try add(.stateHashed(StateHashed(hash: digest.hash(of: state), isSnapshot: true)))
    }

    /// Signs the chain up to the head.
    private func sign(_ id: JournalID) throws {
        guard let key = Self.key(), let chain = Hash256(bytes: writer.head.chainHash.bytes.span),
            let name = Hash256(bytes: key.publicKey.fingerprint.bytes.span)
        else { return }
        var signed = CheckpointSigned(
            sequence: SequenceNumber(writer.head.sequence),
            chainHash: chain,
            every: TimeSpan(seconds: 3600),
            key: name,
            signature: (.zero, .zero)
        )
        let statement = signed.statement(journal: (id.low, id.high), epoch: Epoch(1))
        let signature = key.sign(statement.span)
        guard let first = Hash256(bytes: signature.span.extracting(0..<32)),
            let second = Hash256(bytes: signature.span.extracting(32..<64))
        else { return }
        signed.signature = (first, second)
        try add(.checkpointSigned(signed))
        try add(.stateHashed(StateHashed(hash: digest.hash(of: state), isSnapshot: false)))
        try commit()
    }
}
