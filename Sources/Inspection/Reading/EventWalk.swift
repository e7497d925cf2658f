internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// Walks events toward a printer: past damage as far as it can, and on with new ones.
final class EventWalk {
    private let journal: CommandContext
    private let printer: EventPrinter
    private let from: UInt64
    private let to: UInt64
    /// The event that is wanted next.
    private var next: UInt64
    /// Why the output ended.
    private var failure: (any Error)?

    /// How long new events are looked for in vain before the next look, in nanoseconds.
    private static let pause: Int64 = 100_000_000
    /// How long a failure may last while following: an engine that starts again takes a while.
    private static let patience: Int64 = 5_000_000_000

    init(_ journal: CommandContext, printer: EventPrinter, from: UInt64, to: UInt64) {
        self.journal = journal
        self.printer = printer
        self.from = from
        self.to = to
        next = min(printer.context.head.rawValue + 1, from)
    }

    /// Whether nothing more is wanted.
    private var isDone: Bool { printer.isDone || next > to }

    /// Walks to the end there is now.
    ///
    /// - Throws: `JournalError` where it cannot go on, and what the output throws.
    func run(_ reader: JournalReader) throws {
        next = max(next, try reader.firstSequence())
        while !isDone {
            do throws(JournalError) {
                try walk(reader)
                guard printer.isStuck else { break }
                printer.goOn(in: reader)
            } catch {
                guard error.code == .damaged else { throw error }
                printer.report("\(error)")
                // The batch is shown as it is; where even that fails, the raw bytes are searched.
                let before = next
                if try !passDamage(reader) || next == before {
                    try search(after: error)
                    return
                }
            }
        }
        if let failure { throw failure }
    }

    /// Shows the batch at hand without checking it; false where that cannot be done either.
    private func passDamage(_ reader: JournalReader) throws -> Bool {
        do throws(JournalError) {
            try walk(reader, checked: false)
            return true
        } catch {
            guard error.code == .damaged else { throw error }
            return false
        }
    }

    /// Shows what is intact of the rest, found in raw bytes, and of gaps what is left in them.
    ///
    /// - Parameter error: Why they cannot be read in order.
    /// - Returns: Whether there is anything.
    /// - Throws: That error where an engine writes the journal; `JournalError`, and what the
    ///   output throws.
    @discardableResult
    func search(after error: JournalError) throws -> Bool {
        let console = printer.console
        printer.mayLook = false
        let survey: SalvageSurvey
        do throws(JournalError) {
            survey = try SalvageSurvey(of: journal.journal) { done, total in
                console.progress("searched \(Text.size(done)) of \(Text.size(total))")
            }
        } catch let failure {
            throw failure.code == .locked ? error : failure
        }
        console.clearProgress()
        var gaps = survey.gaps[...]
        try survey.forEachBatch(from: next) { (batch) throws(JournalError) in
            while let gap = gaps.first, gap.first < batch.header.firstSequence {
                try show(gap, survey)
                gaps.removeFirst()
            }
            take(batch)
            return isDone || failure != nil ? .stop : .proceed
        }
        for gap in gaps where !isDone && failure == nil { try show(gap, survey) }
        if let failure { throw failure }
        return survey.batches > 0 || survey.gaps.contains { !$0.evidence.isEmpty }
    }

    private func show(_ gap: JournalGap, _ survey: SalvageSurvey) throws(JournalError) {
        guard gap.last >= next, gap.first <= to, gap.last >= from else { return }
        printer.report("\(gap)")
        for batch in gap.evidence {
            for event in batch.events where failure == nil {
                if let sequence = event.sequence, sequence < from || sequence > to { continue }
                try survey.withEvent(event, of: batch) { view in
                    do { try printer.takeEvidence(view) } catch { failure = error }
                }
            }
        }
    }

    private func take(_ batch: BatchView, damaged: Set<UInt64> = []) {
        let header = batch.header
        batch.forEachEvent { event in
            guard event.sequence >= next, event.sequence <= to, !isDone, failure == nil,
                !printer.isStuck
            else { return }
            next = event.sequence + 1
            do {
                try printer.take(
                    event,
                    epoch: header.epoch,
                    isWanted: event.sequence >= from,
                    isDamaged: damaged.contains(event.sequence)
                )
            } catch {
                failure = error
            }
        }
    }

    private func walk(_ reader: JournalReader, checked: Bool = true) throws(JournalError) {
        var options = ReadOptions()
        options.copies = true
        options.last = to
        options.checksEvents = checked
        printer.mayLook = checked
        try reader.forEachBatch(from: next, options: options) {
            (batch) throws(JournalError) in
            take(batch, damaged: checked ? [] : batch.damagedEvents)
            return isDone || failure != nil || !checked || printer.isStuck ? .stop : .proceed
        }
    }

    /// Goes on with what is committed, until a stop is wanted.
    func follow(_ isStopWanted: () -> Bool) throws {
        var reader: JournalReader?
        var failingSince: Int64?
        while !isDone, !isStopWanted() {
            do {
                let current = try reader ?? journal.reader()
                reader = current
                try run(current)
                try printer.finish()
                failingSince = nil
            } catch let error as JournalError {
                // A starting engine takes files away from under a reader; it opens them again.
                reader = nil
                let since = failingSince ?? Clock.monotonic()
                failingSince = since
                if error.code == .archived || Clock.monotonic() - since > Self.patience {
                    throw error
                }
            }
            if isDone || isStopWanted() { break }
            Clock.pause(nanoseconds: Self.pause)
        }
    }
}
