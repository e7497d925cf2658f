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
    /// How its events tell of segments taken out; `nil` where its events mean nothing.
    var removals: RemovalReading?

    /// Judges the state in a directory.
    ///
    /// - Parameters:
    ///   - top: The directory.
    ///   - promises: What was promised.
    ///   - more: Does what else is to be done with a journal that is all there, before it is opened
    ///     for writing, and returns its head.
    /// - Returns: Whether there is a journal; where none was acknowledged there need not be.
    /// - Throws: ``Verdict``.
    func judge(
        _ top: String,
        _ promises: Promises,
        more: (Head) throws -> Head = { $0 }
    ) throws -> Bool {
        let directory = top + "/" + journal
        guard try FileSystem.status(directory) != nil else {
            guard promises.sequence == 0 else { throw Verdict(.lost, "the journal is gone") }
            try create(directory, top)
            return false
        }
        let head = try verify(directory, top, allowing: isStrict ? [.note] : [.note, .warning])
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
        try goOn(from: try more(head), top, promises)
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
        _ = try verify(directory, top, allowing: [])
    }

    /// Verifies a journal.
    ///
    /// - Parameters:
    ///   - directory: The journal.
    ///   - top: The directory of the state; `nil` to leave the outer witness out.
    ///   - allowed: How bad findings may be.
    ///   - isLawful: Whether a finding is allowed that is worse.
    /// - Returns: Its head.
    /// - Throws: ``Verdict`` of a journal that is corrupt.
    func verify(
        _ directory: String,
        _ top: String?,
        allowing allowed: Set<Finding.Severity> = [.note],
        besides isLawful: (Finding) -> Bool = { _ in false }
    ) throws -> Head {
        var options = VerifierOptions()
        options.stateDirectory = top.map { $0 + "/" + state }
        options.scan = .inProcess
        options.removals = removals
        do {
            let report = try Verifier.verify(directory, options: options)
            let findings = report.findings.filter { finding in
                !allowed.contains(finding.severity) && !isLawful(finding)
            }
            if let finding = findings.first {
                throw Verdict(.corrupt, "verification: \(finding)")
            }
            guard let head = report.head else { throw Verdict(.corrupt, "nothing could be read") }
            return head
        } catch let error as JournalError {
            throw Verdict(.corrupt, "verification: \(error)")
        }
    }

    /// Opens it for writing, begins an epoch, takes one more commit and verifies that.
    func goOn(from head: Head, _ top: String, _ promises: Promises) throws {
        let directory = top + "/" + journal
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
        let next = try verify(directory, top, allowing: [])
        guard next.sequence == head.sequence + 1 else {
            throw Verdict(
                .corrupt,
                "after a commit to \(head.sequence) the head is \(next.sequence)"
            )
        }
    }
}
