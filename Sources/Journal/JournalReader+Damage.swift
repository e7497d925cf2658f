extension JournalReader {
    /// Hands out every batch that the tree leads to, those with broken events too.
    ///
    /// - Parameters:
    ///   - sequence: within the first batch handed out.
    ///   - last: the last event that is wanted.
    ///   - body: gets each batch, and whether all of its events match their checksums; the memory
    ///     is valid only during the call.
    /// - Returns: what was wrong on the way, in order; behind the last of it there may be batches
    ///   that nothing leads to.
    /// - Throws: as ``forEachBatch(from:previousHash:options:_:)``, but for `damaged`.
    public func forEachReadableBatch(
        from sequence: UInt64,
        to last: UInt64,
        _ body: (BatchView, _ isSound: Bool) -> Void
    ) throws(JournalError) -> [JournalError] {
        var next = sequence
        var faults: [JournalError] = []
        while next <= last {
            do throws(JournalError) {
                try walk(&next, to: last, isChecked: true, body)
                return faults
            } catch {
                guard error.code == .damaged else { throw error }
                faults.append(error)
            }
            let before = next
            do throws(JournalError) {
                try walk(&next, to: last, isChecked: false, body)
            } catch {
                guard error.code == .damaged else { throw error }
            }
            if next == before { return faults }
        }
        return faults
    }

    /// Hands out all batches from `next` on, or without checks one, and moves `next` behind them.
    private func walk(
        _ next: inout UInt64,
        to last: UInt64,
        isChecked: Bool,
        _ body: (BatchView, _ isSound: Bool) -> Void
    ) throws(JournalError) {
        var options = ReadOptions()
        options.last = last
        options.checksEvents = isChecked
        var reached = next
        defer { next = reached }
        try forEachBatch(from: next, options: options) { batch in
            body(batch, isChecked)
            reached = batch.header.lastSequence + 1
            return isChecked ? .proceed : .stop
        }
    }
}
