import Journal
import Platform

/// Opens what a power cut left, the way recovery does, and holds it against what was promised.
struct StateJudge {
    /// What is wrong with a state.
    struct Verdict: Error, CustomStringConvertible {
        /// How bad it is.
        enum Kind: String, CaseIterable {
            /// Something acknowledged is not there.
            case lost
            /// Verification finds damage, or something that nobody wrote.
            case corrupt
            /// It is all there, and does not open for writing or takes no commit.
            case refused
        }

        let kind: Kind
        let description: String

        init(_ kind: Kind, _ description: String) {
            self.kind = kind
            self.description = description
        }
    }

    /// The journal and its state directory, below the directory that a state is put into.
    let journal: String
    let state: String
    let segmentLimit: Int
    /// The hash of every batch that was written.
    let chain: [UInt64: String]
    /// Whether it is known of every batch, and nothing may be doubtful; otherwise a slot of a
    /// witness may be half written, which is warned of.
    var isStrict = true

    /// Judges the state in a directory.
    ///
    /// - Returns: Whether there is a journal; where none was acknowledged there need not be.
    /// - Throws: ``Verdict``.
    func judge(_ top: String, _ promises: Promises) throws -> Bool {
        let directory = top + "/" + journal
        guard try FileSystem.status(directory) != nil else {
            guard promises.sequence == 0 else { throw Verdict(.lost, "the journal is gone") }
            try create(directory, top)
            return false
        }
        let head = try verify(
            directory,
            top,
            kind: .corrupt,
            allowing: isStrict ? [.note] : [.note, .warning]
        )
        if head.sequence < promises.sequence {
            throw Verdict(
                .lost,
                "the head is \(head.sequence), \(promises.sequence) was acknowledged"
            )
        }
        let known = chain[head.sequence]
        guard known == "\(head.chainHash)" || (known == nil && !isStrict) else {
            throw Verdict(
                .corrupt,
                "the batch that ends with \(head.sequence) has a hash that nobody wrote"
            )
        }
        try goOn(directory, top, promises)
        let next = try verify(directory, top, kind: .corrupt, allowing: [])
        guard next.sequence == head.sequence + 1 else {
            throw Verdict(
                .corrupt,
                "after a commit to \(head.sequence) the head is \(next.sequence)"
            )
        }
        return true
    }

    private func options(_ top: String) -> WriterOptions {
        var options = WriterOptions(stateDirectory: top + "/" + state)
        options.scan = .inProcess
        options.segmentLimit = segmentLimit
        // Small, so that mapping it costs little; a segment is far smaller.
        options.mapSize = 64 << 20
        return options
    }

    private func create(_ directory: String, _ top: String) throws {
        do {
            let event = NewEvent(kind: 1, time: 1, payload: [1])
            _ = try JournalWriter.create(
                directory,
                genesis: Genesis(time: 1, events: [event]),
                options: options(top)
            )
        } catch {
            throw Verdict(.refused, "no journal can be made where none is: \(error)")
        }
        _ = try verify(directory, top, kind: .corrupt, allowing: [])
    }

    private func verify(
        _ directory: String,
        _ top: String,
        kind: Verdict.Kind,
        allowing allowed: Set<Finding.Severity>
    ) throws -> Head {
        var options = VerifierOptions()
        options.stateDirectory = top + "/" + state
        options.scan = .inProcess
        do {
            let report = try Verifier.verify(directory, options: options)
            let findings = report.findings.filter { !allowed.contains($0.severity) }
            if let finding = findings.first { throw Verdict(kind, "verification: \(finding)") }
            guard let head = report.head else { throw Verdict(kind, "nothing could be read") }
            return head
        } catch let error as JournalError {
            throw Verdict(kind, "verification: \(error)")
        }
    }

    /// Opens it for writing, begins an epoch and takes one more commit.
    private func goOn(_ directory: String, _ top: String, _ promises: Promises) throws {
        do {
            let writer = try JournalWriter.open(directory, options: options(top))
            let warnings = (writer.opening?.warnings ?? [])
                .filter { !$0.hasPrefix("the file system ") }
            if isStrict, let warning = warnings.first {
                throw Verdict(.lost, "opening warns: \(warning)")
            }
            guard writer.epoch >= promises.epoch else {
                throw Verdict(
                    .lost,
                    "the epoch is \(writer.epoch), \(promises.epoch) had begun"
                )
            }
            let snapshot = writer.opening?.snapshot?.sequence ?? 0
            guard snapshot >= promises.snapshot else {
                throw Verdict(
                    .lost,
                    "the newest snapshot is of \(snapshot), one of \(promises.snapshot) was saved"
                )
            }
            try writer.beginEpoch(writer.epoch + 1)
            try writer.append(NewEvent(kind: 1, time: 1, payload: [1, 2, 3]))
            try writer.commit(at: 1)
        } catch let error as JournalError {
            throw Verdict(.refused, "\(error)")
        }
    }
}
