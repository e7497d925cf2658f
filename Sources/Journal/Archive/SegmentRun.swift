internal import Compression
internal import LMDB
internal import Platform

/// A sealed segment, read by plain reads and checked batch by batch.
struct SegmentRun {
    private let first: UInt64
    private let layout: JournalLayout
    private let journalID: JournalID

    init(_ first: UInt64, _ layout: JournalLayout, _ journalID: JournalID) {
        self.first = first
        self.layout = layout
        self.journalID = journalID
    }

    /// Reads every batch and hands its first number and bytes on.
    ///
    /// - Throws: ``JournalError`` with `damaged` for the first thing that is wrong, `refusedInput`
    ///   where the segment is not sealed, and `system`.
    func check(
        _ body: (UInt64, Span<UInt8>) throws(CompressionError) -> Void = { _, _ in }
    ) throws(JournalError) -> BatchCheck {
        let numbers = try layout.segmentNumbers()
        guard let place = numbers.firstIndex(of: first), place + 1 < numbers.count else {
            throw JournalError(
                .refusedInput,
                "archive the segment",
                layout.segment(first),
                reason: place(of: first, in: numbers),
                advice: "archive sealed segments only"
            )
        }
        var check = BatchCheck(journalID: journalID)
        var objection: String?
        var failure: CompressionError?
        try scan { place, bytes in
            guard objection == nil, failure == nil else { return }
            if let found = check.take(bytes) {
                objection = found
            } else if bytes.uint64(at: 32) != place.number {
                objection = "a batch is stored under \(place.number) that begins elsewhere"
            } else {
                do throws(CompressionError) {
                    try body(place.number, bytes)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw JournalError(failure, "write the archive") }
        if let objection { throw damaged(objection, check.last + 1) }
        let next = numbers[place + 1]
        guard check.first == first, check.last + 1 == next else {
            let found = "it holds events \(check.first ?? 0) to \(check.last)"
            throw damaged("\(found), and must hold \(first) to \(next - 1)", first)
        }
        return check
    }

    private func scan(
        _ body: (RecordPlace, Span<UInt8>) -> Void
    ) throws(JournalError) {
        let path = layout.segment(first)
        try MetaPages.require(path, "archive the segment")
        let fault = try translating("read the segment") { () throws(PlatformError) -> String? in
            guard let scan = try PageScan(directory: path) else { return "no meta page is sound" }
            _ = try scan.scanRecords(body)
            return scan.faults.first?.meaning
        }
        if let fault { throw damaged(fault, first) }
    }

    private func place(of first: UInt64, in numbers: [UInt64]) -> String {
        numbers.contains(first) ? "it is still being written" : "there is no such segment"
    }

    private func damaged(_ reason: String, _ sequence: UInt64) -> JournalError {
        JournalError(
            .damaged,
            "archive the segment",
            layout.segment(first),
            reason: reason,
            advice: JournalError.verifyAdvice,
            sequence: sequence
        )
    }
}
