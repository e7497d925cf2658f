internal import Digests
internal import Platform

extension Survey {
    /// Hands out the intact batches in order, beginning with the one that holds `sequence` or the
    /// next one behind it.
    ///
    /// - Parameters:
    ///   - sequence: where to begin.
    ///   - body: gets each batch; its memory is valid only during the call.
    /// - Throws: ``JournalError`` with `damaged` where a batch is no longer what it was, or
    ///   `system`, and what `body` throws.
    public func forEachBatch(
        from sequence: UInt64 = 1,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        var reader = BatchReader(self)
        for place in chosen where candidates[Int(place)].last >= sequence {
            if try reader.read(candidates[Int(place)], body) == .stop { return }
        }
    }

    /// Hands out an event that a gap keeps as evidence.
    ///
    /// - Throws: ``JournalError`` with `system`.
    public func withEvent(
        _ event: JournalGap.Event,
        of evidence: JournalGap.Evidence,
        _ body: (EventView) -> Void
    ) throws(JournalError) {
        let bytes = try translating("read an event of") { () throws(PlatformError) in
            try File(path: evidence.path, mode: .read).read(at: event.offset, count: event.length)
        }
        guard bytes.count == event.length, event.length >= Layout.eventHeaderLength else { return }
        body(EventView(sequence: event.sequence ?? 0, bytes: bytes.span))
    }
}

/// Reads chosen batches again, and makes sure that they are what they were.
struct BatchReader {
    private let stores: [String]
    private let hasher = SHA256()
    private var file: UInt16?
    private var window: ByteWindow?
    /// The whole hash of the batch read last.
    private(set) var digest = SHA256Digest.zero

    init(_ survey: Survey) { stores = survey.stores }

    /// Reads one batch and hands it out.
    mutating func read<Result>(
        _ candidate: Candidate,
        _ body: (BatchView) throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        let path = stores[Int(candidate.file)]
        if file != candidate.file {
            window = try translating("read batches of") { () throws(PlatformError) in
                let opened = try File(path: path, mode: .read)
                // Batches lie near each other, and not always one behind the other.
                return ByteWindow(opened, size: try opened.size(), step: 128 << 10, slack: 32 << 10)
            }
            file = candidate.file
        }
        guard var window = window.take() else { throw changed(candidate, path) }
        defer { self.window = window }
        let range = try translating("read batches of") { () throws(PlatformError) in
            try window.exactly(candidate.offset, Int(candidate.length))
        }
        let batch: BatchView
        do throws(FormatFault) {
            batch = try BatchView(window.bytes(range))
        } catch {
            throw changed(candidate, path)
        }
        digest = hasher.digest(of: batch.bytes)
        guard digest.word0 == candidate.hash else { throw changed(candidate, path) }
        return try body(batch)
    }

    private func changed(_ candidate: Candidate, _ path: String) -> JournalError {
        JournalError(
            .damaged,
            "read batch \(candidate.first) again from",
            path,
            reason: "it is no longer what it was",
            advice: "stop what writes it, or salvage a copy",
            sequence: candidate.first
        )
    }
}
