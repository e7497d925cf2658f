internal import Digests
internal import Platform

/// The directory outside of journals that holds one witness per journal.
struct StateDirectory: Sendable {
    let path: String

    func witness(of id: JournalID) -> String { path + "/\(id).witness" }
    private var identity: String { path + "/state-directory" }

    /// Who this directory is: an id that it got when it was first used; `nil` before.
    func home() throws(JournalError) -> JournalID? {
        try translating("read the state directory") { () throws(PlatformError) -> JournalID? in
            guard try FileSystem.status(identity) != nil else { return nil }
            let bytes = try FileSystem.read(identity)
            guard bytes.count == 16 else {
                throw PlatformError(action: "read 16 bytes from", subject: identity, code: 22)
            }
            return JournalID(low: bytes.span.uint64(at: 0), high: bytes.span.uint64(at: 8))
        }
    }

    /// The directory's id, giving it one when it has none.
    func establish() throws(JournalError) -> JournalID {
        try translating("prepare the state directory") { () throws(PlatformError) in
            try FileSystem.createDirectories(path)
        }
        if let home = try home() { return home }
        let bytes = RandomBytes.draw(16)
        try translating("prepare the state directory") { () throws(PlatformError) in
            try FileSystem.replaceDurably(identity, with: [bytes])
        }
        return JournalID(low: bytes.span.uint64(at: 0), high: bytes.span.uint64(at: 8))
    }
}

/// What a witness proves against a journal.
struct WitnessRefusal: Sendable {
    /// `rolledBack` or `witnessMissing`.
    let code: JournalError.Code
    /// The witness.
    let path: String
    /// The events that it speaks of.
    let sequences: ClosedRange<UInt64>?
    /// The bytes of the slot.
    let bytes: Range<Int>?
    let meaning: String
    let advice: String

    /// The refusal of an `action` with the journal in `directory`.
    func error(_ action: String, _ directory: String) -> JournalError {
        JournalError(
            code,
            action,
            directory,
            reason: "\(meaning) (\(path))",
            advice: advice,
            sequence: sequences?.upperBound
        )
    }

    /// What a verification makes of it.
    var finding: Finding {
        Finding(
            .witness,
            .damage,
            sequences: sequences,
            path: path,
            bytes: bytes,
            meaning: meaning,
            advice: advice
        )
    }
}

/// Compares a journal's head with its witnesses.
///
/// What is provable: every journal writes its inner witness before it gets its name, so a missing
/// inner one was taken away. The inner slots name the state directory that held the outer witness
/// then. Where the state directory at hand is that one and holds none, it was taken away. Another
/// state directory, or one that was made anew, proves nothing: a copy on another machine looks the
/// same, so that is a warning, and a new outer witness begins.
struct WitnessRules {
    let journalID: JournalID
    let inner: WitnessReading
    let outer: WitnessReading?
    let home: JournalID?

    init(journalID: JournalID, inner: WitnessReading, outer: WitnessReading?, home: JournalID?) {
        self.journalID = journalID
        self.inner = inner
        self.outer = outer
        self.home = home
    }

    /// Reads the outer witness of a journal as well, where a state directory is named.
    ///
    /// Beside a writer the head of the journal is read after this: then it may only be ahead.
    init(
        of id: JournalID,
        _ inner: WitnessReading,
        stateDirectory: String?
    ) throws(JournalError) {
        let state = stateDirectory.map { StateDirectory(path: $0) }
        self.init(
            journalID: id,
            inner: inner,
            outer: try state.map { state throws(JournalError) in
                try WitnessReading(state.witness(of: id))
            },
            home: try state?.home()
        )
    }

    /// The chain hashes at ``sequences``, as far as a journal goes.
    func hashes(
        in reader: JournalReader,
        to head: Head
    ) throws(JournalError) -> [UInt64: SHA256Digest] {
        var hashes: [UInt64: SHA256Digest] = [:]
        for sequence in sequences where sequence <= head.sequence {
            hashes[sequence] = try reader.chainHash(endingAt: sequence)
        }
        return hashes
    }

    static let rollbackAdvice =
        "put the newest copy in its place with `journalctl restore`, which also tells what an "
        + "older one would lose; as it is, this journal must not trade"

    /// Sequence numbers whose chain hashes the rules need.
    var sequences: [UInt64] {
        Array(Set((inner.slots + (outer?.slots ?? [])).map(\.sequence))).sorted()
    }

    /// The last epoch that a witness knows of; 0 where none does.
    var highestEpoch: UInt32 {
        (inner.slots + (outer?.slots ?? [])).map(\.epoch).max() ?? 0
    }

    /// What the witnesses prove against the journal, and what they only make doubtful.
    ///
    /// What a witness saw before the journal begins was taken out, and may lie in no archive.
    ///
    /// - Parameters:
    ///   - head: the end of the journal.
    ///   - begin: its first event.
    ///   - hashes: chain hashes at ``sequences``, of the batches that end there.
    /// - Returns: refusals, and warnings with the witness that each is of.
    func judge(
        head: Head,
        begin: UInt64,
        hashes: [UInt64: SHA256Digest]
    ) -> (refusals: [WitnessRefusal], warnings: [(path: String, meaning: String)]) {
        var refusals = missing()
        var warnings: [(path: String, meaning: String)] = []
        if let outer, outer.isUnwritten, !isAtHome {
            let meaning = "the state directory has no witness of this journal; a new one begins"
            warnings.append((outer.path, meaning))
        }
        for reading in [inner, outer].compactMap({ $0 }) {
            if reading.damagedSlots > 0, !reading.slots.isEmpty {
                warnings.append((reading.path, "one slot of \(reading.path) is unreadable"))
            }
            for slot in reading.slots {
                if slot.journalID == journalID, slot.sequence < begin,
                    slot.sequence <= head.sequence, hashes[slot.sequence] == nil
                {
                    let meaning =
                        "\(reading.path) saw event \(slot.sequence), which was taken out of the "
                        + "journal: nothing to compare it with"
                    warnings.append((reading.path, meaning))
                    continue
                }
                if let refusal = refusal(slot, reading.path, head, hashes) {
                    refusals.append(refusal)
                }
            }
        }
        return (refusals, warnings)
    }

    /// Whether the state directory at hand is the one that held the outer witness.
    private var isAtHome: Bool {
        home.map { home in inner.slots.contains { $0.home == home } } == true
    }

    private func missing() -> [WitnessRefusal] {
        var refusals: [WitnessRefusal] = []
        if !inner.exists {
            let meaning = "every journal has a witness beside its segments; this one has none"
            refusals.append(missing(inner.path, meaning))
        } else if inner.slots.isEmpty {
            refusals.append(missing(inner.path, "no slot of the witness matches its checksum"))
        }
        guard let outer else { return refusals }
        if outer.isUnwritten {
            guard isAtHome else { return refusals }
            let meaning = "this state directory held the witness, and does not now"
            refusals.append(missing(outer.path, meaning))
        } else if outer.slots.isEmpty {
            refusals.append(missing(outer.path, "no slot of the witness is readable"))
        }
        return refusals
    }

    private func refusal(
        _ slot: WitnessSlot,
        _ path: String,
        _ head: Head,
        _ hashes: [UInt64: SHA256Digest]
    ) -> WitnessRefusal? {
        let place =
            "sequence number \(slot.sequence) (epoch \(slot.epoch), chain \(slot.chainHash))"
        let from = min(head.sequence + 1, slot.sequence)
        func rolledBack(_ meaning: String, from first: UInt64? = nil) -> WitnessRefusal {
            let start = Int(slot.counter & 1) * WitnessSlot.length
            return WitnessRefusal(
                code: .rolledBack,
                path: path,
                sequences: (first ?? slot.sequence)...slot.sequence,
                bytes: start..<(start + WitnessSlot.length),
                meaning: meaning,
                advice: Self.rollbackAdvice
            )
        }
        if slot.journalID != journalID {
            return rolledBack(
                "the witness is of journal \(slot.journalID), the journal is \(journalID)"
            )
        }
        if slot.sequence > head.sequence {
            return rolledBack(
                "the witness saw \(place), the journal ends at \(head.sequence): what came "
                    + "after is lost",
                from: from
            )
        }
        guard let hash = hashes[slot.sequence] else {
            return rolledBack("the witness saw a batch end at \(place); none does")
        }
        if hash != slot.chainHash {
            return rolledBack(
                "the witness saw \(place), the journal holds another batch there, of chain \(hash)"
            )
        }
        return nil
    }

    private func missing(_ path: String, _ meaning: String) -> WitnessRefusal {
        WitnessRefusal(
            code: .witnessMissing,
            path: path,
            sequences: nil,
            bytes: nil,
            meaning: meaning,
            advice: "put \(path) back: without it a lost end of the journal cannot be ruled out; "
                + "or put a backup in place with `journalctl restore`"
        )
    }
}
