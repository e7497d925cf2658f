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

/// Compares a journal's head with its witnesses.
///
/// What is provable: every journal writes its inner witness before it gets its name, so a missing
/// inner one was taken away. The inner slots name the state directory that held the outer witness
/// then. Where the state directory at hand is that one and holds none, it was taken away. Another
/// state directory, or one that was made anew, proves nothing: a copy on another machine looks the
/// same, so that is a warning, and a new outer witness begins.
struct WitnessRules {
    let directory: String
    let journalID: JournalID
    let inner: WitnessReading
    let outer: WitnessReading?
    let home: JournalID?

    /// Sequence numbers whose chain hashes the rules need.
    var sequences: [UInt64] {
        Array(Set((inner.slots + (outer?.slots ?? [])).map(\.sequence))).sorted()
    }

    /// What the witnesses prove against the journal, and what they only make doubtful.
    ///
    /// What a witness saw before the journal begins was taken out, and may lie in no archive.
    func judge(
        head: Head,
        _ report: ScanReport
    ) -> (refusals: [JournalError], warnings: [String]) {
        var refusals: [JournalError] = []
        var warnings: [String] = []
        if !inner.exists {
            refusals.append(missing(inner.path, "every journal has a witness; this one has none"))
        } else if inner.slots.isEmpty {
            refusals.append(missing(inner.path, "no slot of the witness matches its checksum"))
        }
        if let outer {
            let isKnownHome = home.map { home in inner.slots.contains { $0.home == home } }
            if outer.exists, outer.slots.isEmpty {
                refusals.append(missing(outer.path, "no slot of the witness is readable"))
            } else if !outer.exists, isKnownHome == true {
                refusals.append(
                    missing(outer.path, "this state directory held the witness, and does not now")
                )
            } else if !outer.exists {
                warnings.append(
                    "the state directory has no witness of this journal; a new one begins"
                )
            }
        }
        for reading in [inner, outer].compactMap({ $0 }) {
            if reading.damagedSlots > 0, !reading.slots.isEmpty {
                warnings.append("one slot of \(reading.path) is unreadable")
            }
            for slot in reading.slots {
                if slot.journalID == journalID, slot.sequence < report.begin,
                    slot.sequence <= head.sequence,
                    report.hashes[slot.sequence] == nil
                {
                    warnings.append(
                        "\(reading.path) saw event \(slot.sequence), which was taken out of the "
                            + "journal: nothing to compare it with"
                    )
                    continue
                }
                if let refusal = refusal(slot, reading.path, head, report.hashes) {
                    refusals.append(refusal)
                }
            }
        }
        return (refusals, warnings)
    }

    private func refusal(
        _ slot: WitnessSlot,
        _ path: String,
        _ head: Head,
        _ hashes: [UInt64: SHA256Digest]
    ) -> JournalError? {
        if slot.journalID != journalID {
            return rolledBack(
                path,
                "the witness is of journal \(slot.journalID), the journal is \(journalID)",
                slot.sequence
            )
        }
        if slot.sequence > head.sequence {
            return rolledBack(
                path,
                "the witness saw sequence number \(slot.sequence), the journal ends at "
                    + "\(head.sequence): what came after is lost",
                slot.sequence
            )
        }
        guard let hash = hashes[slot.sequence] else {
            return rolledBack(
                path,
                "the witness saw a batch end at sequence number \(slot.sequence); none does",
                slot.sequence
            )
        }
        if hash != slot.chainHash {
            return rolledBack(
                path,
                "the batch at sequence number \(slot.sequence) is not the one the witness saw",
                slot.sequence
            )
        }
        return nil
    }

    private func missing(_ path: String, _ reason: String) -> JournalError {
        JournalError(
            .witnessMissing,
            "open the journal",
            directory,
            reason: "\(reason) (\(path))",
            advice: "restore \(path); without it a lost end of the journal cannot be ruled out"
        )
    }

    private func rolledBack(
        _ path: String,
        _ reason: String,
        _ sequence: UInt64
    ) -> JournalError {
        JournalError(
            .rolledBack,
            "open the journal",
            directory,
            reason: "\(reason) (\(path))",
            advice: "restore the newest copy of the journal; this one must not trade",
            sequence: sequence
        )
    }
}
