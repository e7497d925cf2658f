import Digests
import Journal
import Platform
import Projections
import Trading

@testable import Runtime

/// One who may write every file: edits events and makes every checksum, chain hash, state hash and
/// witness anew.
struct Forger {
    /// A batch as the forger holds it.
    struct Batch {
        var epoch: UInt32
        var time: Int64
        var events: [NewEvent]
    }

    var batches: [Batch] = []
    /// The key that checkpoints are signed anew with; `nil` leaves them as they are.
    var signs: (UInt64) -> SigningKey? = { _ in nil }
    private let id: JournalID

    init(_ journal: TradedJournal) throws {
        let reader = try JournalReader.open(journal.path)
        id = reader.journalID
        var batches: [Batch] = []
        try reader.forEachBatch { batch in
            var events: [NewEvent] = []
            batch.forEachEvent { view in
                events.append(
                    NewEvent(
                        kind: view.kind,
                        version: view.version,
                        time: view.time,
                        trace: view.trace,
                        cause: view.cause,
                        payload: view.payload.indices.map { view.payload[$0] }
                    )
                )
            }
            let header = batch.header
            batches.append(Batch(epoch: header.epoch, time: header.commitTime, events: events))
            return .proceed
        }
        self.batches = batches
    }

    /// The numbers of the events of a kind.
    func numbers(_ kind: EventKind) -> [UInt64] {
        batches.flatMap(\.events).enumerated().compactMap { place, event in
            event.kind == kind.rawValue ? UInt64(place + 1) : nil
        }
    }

    /// Puts another event in the place of one.
    mutating func edit(_ sequence: UInt64, _ change: (Event) -> Event) throws {
        try editBytes(sequence) { event in
            let old = try EventCodec().decode(
                kind: event.kind,
                version: event.version,
                event.payload.span
            )
            var writer = ByteWriter()
            change(old).encode(into: &writer)
            event.payload = writer.bytes
        }
    }

    /// Puts an event of another kind in the place of one.
    mutating func replace(_ sequence: UInt64, _ event: Event) throws {
        try editBytes(sequence) { stored in
            var writer = ByteWriter()
            event.encode(into: &writer)
            stored.kind = event.kind.rawValue
            stored.version = event.version
            stored.payload = writer.bytes
        }
    }

    /// Changes an event as it is stored.
    mutating func editBytes(_ sequence: UInt64, _ change: (inout NewEvent) throws -> Void) throws {
        var first: UInt64 = 1
        for place in batches.indices {
            let next = first + UInt64(batches[place].events.count)
            if sequence >= first, sequence < next {
                try change(&batches[place].events[Int(sequence - first)])
            }
            first = next
        }
    }

    /// Takes events out; what comes after moves up.
    mutating func remove(_ isUnwanted: (UInt64, NewEvent) -> Bool) {
        var sequence: UInt64 = 0
        for place in batches.indices {
            batches[place].events.removeAll { event in
                sequence += 1
                return isUnwanted(sequence, event)
            }
        }
        batches.removeAll { $0.events.isEmpty }
    }

    /// Writes the forged journal, with witnesses of its own.
    func write(to root: String) throws -> TradedJournal {
        let forged = TradedJournal(at: root)
        try FileSystem.createDirectories(root)
        var options = WriterOptions(stateDirectory: forged.state)
        options.scan = .inProcess
        let genesis = Genesis(
            journalID: id,
            epoch: batches[0].epoch,
            time: batches[0].time,
            events: batches[0].events
        )
        let writer = try JournalWriter.create(forged.path, genesis: genesis, options: options)
        var state = TradingState()
        for (place, event) in batches[0].events.enumerated() {
            try fold(event, UInt64(place + 1), into: &state)
        }
        for batch in batches.dropFirst() {
            if batch.epoch > writer.epoch { try writer.beginEpoch(batch.epoch) }
            for event in batch.events {
                let made = try remade(event, state, writer)
                try fold(made, try writer.append(made), into: &state)
            }
            try writer.commit(at: batch.time)
        }
        return forged
    }

    private func remade(
        _ event: NewEvent,
        _ state: TradingState,
        _ writer: JournalWriter
    ) throws -> NewEvent {
        let codec = EventCodec()
        let old: Event
        do throws(CodecFailure) {
            old = try codec.decode(kind: event.kind, version: event.version, event.payload.span)
        } catch {
            return event
        }
        var bytes = ByteWriter()
        switch old {
        case .stateHashed(var hashed):
            hashed.hash = StateDigest().hash(of: state)
            hashed.encode(into: &bytes)
        case .checkpointSigned(let checkpoint):
            guard let key = signs(writer.nextSequence) else { return event }
            CheckpointSigner(key, every: checkpoint.every, journal: id)
                .checkpoint(of: writer.head, epoch: Epoch(writer.epoch)).encode(into: &bytes)
        default: return event
        }
        var made = event
        made.payload = bytes.bytes
        return made
    }

    private func fold(
        _ event: NewEvent,
        _ sequence: UInt64,
        into state: inout TradingState
    ) throws {
        let before = state
        do {
            let read = try EventCodec().decode(
                kind: event.kind,
                version: event.version,
                event.payload.span
            )
            try state.fold(
                EventEnvelope(
                    sequence: SequenceNumber(sequence),
                    time: Timestamp(nanoseconds: event.time),
                    trace: TraceID(event.trace),
                    cause: SequenceNumber(event.cause),
                    event: read
                )
            )
        } catch {
            // An event that no program can fold, planted by the test.
            state = before
            try state.passOver(SequenceNumber(sequence))
        }
    }
}
