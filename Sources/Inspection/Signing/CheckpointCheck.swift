internal import Digests
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Compares what was signed with what a journal holds.
///
/// A checkpoint signs the chain hash of the batch before its own, and with it every byte before. So
/// the last one that fits proves all that lies before it, whoever could write the files; what lies
/// behind it is not proven. Signatures of keys that were not given prove nothing.
struct CheckpointCheck {
    /// What one of the keys proves.
    struct Proof {
        /// SHA-256 of the key.
        let key: Hash256
        fileprivate(set) var checkpoints = 0
        /// The last event that is proven; zero for none.
        fileprivate(set) var sequence: UInt64 = 0
        /// When the batch that ends with it was committed.
        fileprivate(set) var time = Timestamp.never
    }

    /// What each of the given keys proves, in the order they were given.
    private(set) var proofs: [Proof]
    /// Checkpoints of other keys, in the order they were met.
    private(set) var others: [(key: Hash256, checkpoints: Int, first: UInt64, last: UInt64)] = []
    /// The last event there is.
    private(set) var head: UInt64 = 0
    private(set) var findings: [Finding] = []

    private let keys: [VerifyingKey]
    private let directory: String
    private let codec = EventCodec()
    /// The highest sequence number that was ever signed for this journal.
    private var signed: UInt64 = 0
    /// Checkpoints that are good by themselves and not about this chain, and what the first of
    /// them leaves in doubt.
    private var misfits: (count: Int, events: ClosedRange<UInt64>)?
    /// Checkpoints that name a given key which did not make them, and where the first is.
    private var forgeries: (count: Int, at: UInt64)?
    /// Batches with inputs since the next checkpoint was due.
    private var overdue = 0
    private var due: Timestamp?
    /// Where what is there begins, and the event that says that what was before was taken out.
    private let begin: UInt64
    private var removal: UInt64?
    /// The first event of a bundle that says that it holds a part.
    private let partBegin: UInt64?
    private var headTime = Timestamp.never
    private var previousTime = Timestamp.never

    /// Reads every checkpoint of a journal.
    ///
    /// - Parameters:
    ///   - directory: The journal.
    ///   - keys: Those that may have signed, equal ones once; with none, checkpoints are only
    ///     counted.
    ///   - archives: Other places of its archives than those that it names.
    ///   - partBegin: The first event of a bundle that says that it holds a part; else `nil`.
    /// - Throws: `JournalError` where it cannot be read, and where the chain is broken.
    init(
        _ directory: String,
        keys: [VerifyingKey],
        archives: [String] = [],
        partBegin: UInt64? = nil
    ) throws(JournalError) {
        self.directory = directory
        self.partBegin = partBegin
        var known: Set<SHA256Digest> = []
        let keys = keys.filter { known.insert($0.fingerprint).inserted }
        self.keys = keys
        proofs = keys.map { Proof(key: Hash256($0.fingerprint)) }
        let reader = try JournalReader.open(directory, archives: archives)
        begin = try reader.firstSequence()
        var options = ReadOptions()
        options.checksEvents = false
        options.checksChain = !keys.isEmpty
        try reader.forEachBatch(from: begin, options: options) {
            (batch) throws(JournalError) in
            take(batch)
            return .proceed
        }
        conclude()
    }

    /// The last event that any of the keys proves.
    var proven: UInt64 { proofs.map(\.sequence).max() ?? 0 }

    private mutating func take(_ batch: BatchView) {
        let header = batch.header
        var hasInputs = false
        var cursor = batch.events()
        while let event = cursor.next() {
            if event.kind == EventKind.inputsMarked.rawValue { hasInputs = true }
            if event.kind == EventKind.checkpointSigned.rawValue { take(event, header) }
            if event.kind == EventKind.segmentsRemoved.rawValue { takeRemoval(event) }
        }
        headTime = Timestamp(nanoseconds: header.commitTime)
        if hasInputs, let due, headTime >= due { overdue += 1 }
        head = header.lastSequence
        previousTime = headTime
    }

    private mutating func takeRemoval(_ event: EventView) {
        guard removal == nil, begin > 1 else { return }
        let payload = event.payload.indices.map { event.payload[$0] }
        if RemovalReading.ofEvents.decode(payload)?.last == begin - 1 { removal = event.sequence }
    }

    private mutating func take(_ event: EventView, _ header: BatchHeader) {
        do throws(ReplayFailure) {
            let envelope = try Replay.envelope(event, codec)
            guard case .checkpointSigned(let checkpoint) = envelope.event else { return }
            take(checkpoint, envelope, header)
        } catch {
            findings.append(damage(event.sequence...event.sequence, error.reason))
        }
    }

    private mutating func take(
        _ checkpoint: CheckpointSigned,
        _ envelope: EventEnvelope,
        _ header: BatchHeader
    ) {
        let sequence = envelope.sequence.rawValue
        guard let place = proofs.firstIndex(where: { $0.key == checkpoint.key }) else {
            note(checkpoint.key, at: sequence)
            return
        }
        let statement = checkpoint.statement(
            journal: (header.journalID.low, header.journalID.high),
            epoch: Epoch(header.epoch)
        )
        let signature = checkpoint.signature.first.bytes + checkpoint.signature.second.bytes
        guard keys[place].verifies(signature.span, of: statement.span) else {
            forgeries = ((forgeries?.count ?? 0) + 1, forgeries?.at ?? sequence)
            return
        }
        let covered = checkpoint.sequence.rawValue
        if covered <= signed {
            findings.append(
                damage(
                    sequence...sequence,
                    "a checkpoint for events to \(covered) stands behind one for events to "
                        + "\(signed): it was put there again"
                )
            )
        } else if covered != header.firstSequence - 1
            || checkpoint.chainHash != Hash256(header.previousHash)
        {
            let first = proven + 1
            misfits = ((misfits?.count ?? 0) + 1, misfits?.events ?? first...max(first, covered))
        } else {
            proofs[place].checkpoints += 1
            proofs[place].sequence = covered
            proofs[place].time = previousTime
            due = envelope.time + checkpoint.every
            overdue = 0
        }
        signed = max(signed, covered)
    }

    private mutating func note(_ key: Hash256, at sequence: UInt64) {
        guard let place = others.firstIndex(where: { $0.key == key }) else {
            others.append((key, 1, sequence, sequence))
            return
        }
        others[place].checkpoints += 1
        others[place].last = sequence
    }

    private func damage(_ sequences: ClosedRange<UInt64>, _ meaning: String) -> Finding {
        Finding(
            .checkpoint,
            .damage,
            sequences: sequences,
            path: directory,
            meaning: meaning,
            advice: "trust nothing behind event \(proven); compare with a copy kept elsewhere"
        )
    }
}

extension CheckpointCheck {
    private mutating func conclude() {
        guard !keys.isEmpty else {
            if !others.isEmpty { findings.append(unchecked) }
            return
        }
        concludeForgeries()
        for proof in proofs where proof.sequence == 0 { findings.append(nothing(by: proof)) }
        concludeBeginning()
        // Where checkpoints do not fit, that they are missing says nothing new.
        if let due, overdue > 1, misfits == nil, forgeries == nil {
            findings.append(
                Finding(
                    .checkpoint,
                    .warning,
                    sequences: (proven + 1)...max(proven + 1, head),
                    path: directory,
                    meaning: "the next checkpoint was due at \(due), and inputs were taken until "
                        + "\(headTime): checkpoints were taken out, or it ran without the key",
                    advice: "trust nothing behind event \(proven)"
                )
            )
        }
        for other in others {
            findings.append(
                Finding(
                    .checkpoint,
                    .warning,
                    sequences: other.first...other.last,
                    path: directory,
                    meaning: "of another key, \(other.key.short), and so not checked: "
                        + "\(other.checkpoints) checkpoints",
                    advice: "where the key was changed in order, name both with --public-key"
                )
            )
        }
    }

    /// Of a key whose checkpoints are not there; a part of a journal may lawfully hold none.
    private func nothing(by proof: Proof) -> Finding {
        let isPart = begin == partBegin
        return Finding(
            .checkpoint,
            isPart ? .warning : .damage,
            path: directory,
            meaning: "key \(proof.key.short) signed nothing that is in it",
            advice: isPart
                ? "see whether it is the right key; if it is, make the bundle with --whole, which "
                    + "holds all checkpoints"
                : "see whether it is the right key; if it is, the checkpoints were taken out, and "
                    + "nothing is proven"
        )
    }

    /// Anybody may write an event behind the last checkpoint that excuses a beginning cut off.
    ///
    /// A bundle that holds a part from this event on takes nothing out of a journal.
    private mutating func concludeBeginning() {
        guard begin > 1, begin != partBegin, proven >= begin, removal ?? .max > proven else {
            return
        }
        findings.append(
            Finding(
                .checkpoint,
                .warning,
                sequences: 1...(begin - 1),
                path: directory,
                meaning: "they are not there, and no checkpoint covers an event that says they "
                    + "were taken out: whether it was done in order is not proven",
                advice: "name their archives with --archive, or verify again after the next "
                    + "checkpoint"
            )
        )
    }

    private mutating func concludeForgeries() {
        if let misfits {
            let meaning =
                "what was signed for the events to \(misfits.events.upperBound) is not what the "
                + "journal holds: it was changed after it was signed, at event "
                + "\(misfits.events.lowerBound) at the earliest"
            let more = misfits.count - 1
            let rest = more == 0 ? "" : "; later checkpoints that do not fit either: \(more)"
            findings.append(damage(misfits.events, meaning + rest))
        }
        if let forgeries {
            let meaning =
                "a checkpoint that its key did not sign for this journal and epoch, or that was "
                + "changed; in all: \(forgeries.count)"
            findings.append(damage(forgeries.at...forgeries.at, meaning))
        }
    }

    private var unchecked: Finding {
        let count = others.reduce(0) { $0 + $1.checkpoints }
        return Finding(
            .checkpoint,
            .note,
            sequences: (others.map(\.first).min() ?? 0)...(others.map(\.last).max() ?? 0),
            path: directory,
            meaning: "signed checkpoints, not checked: \(count), with \(keyNames)",
            advice: "name the public key with --public-key to prove what they cover"
        )
    }

    private var keyNames: String {
        let names = others.map(\.key.short).joined(separator: ", ")
        return (others.count == 1 ? "key " : "keys ") + names
    }

    /// What is proven, for people.
    var lines: [String] {
        proofs.filter { $0.sequence > 0 }.map { proof in
            "signed to \(proof.sequence) of \(head) by key \(proof.key.short), at \(proof.time): "
                + "\(proof.checkpoints) checkpoints; "
                + (proof.sequence == proven
                    ? "not proven: the \(head - proven) events behind"
                    : "a later key goes on")
        }
    }

    /// What is proven, field by field; null where no key was given.
    var document: Document {
        if keys.isEmpty { return .null }
        return [
            "proven": .number(proven), "unproven": .count(head - proven),
            "keys": .list(
                proofs.map { proof in
                    [
                        "key": .text(proof.key), "checkpoints": .count(proof.checkpoints),
                        "proven": .number(proof.sequence),
                        "time": proof.sequence == 0 ? .null : .text(proof.time),
                    ]
                }
            ),
        ]
    }
}
