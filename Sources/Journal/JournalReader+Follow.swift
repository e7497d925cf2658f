internal import Platform

extension JournalReader {
    /// Hands out batches as they are committed, beginning with the one that holds `sequence`.
    ///
    /// - Parameters:
    ///   - sequence: within the first batch handed out.
    ///   - pollInterval: nanoseconds between two looks for more; each look costs some microseconds.
    ///   - options: what is checked; batches are always copied out.
    ///   - whileWaiting: asked each time nothing more is there; it says whether to go on.
    ///   - body: gets each batch; its memory is valid only during the call.
    /// - Throws: as ``forEachBatch(from:previousHash:options:_:)``.
    public func follow(
        from sequence: UInt64,
        pollInterval: Int64 = 50_000_000,
        options: ReadOptions = ReadOptions(),
        whileWaiting: () throws(JournalError) -> Continuation,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        var options = options
        options.copies = true
        var next = sequence
        var isStopped = false
        while !isStopped {
            let before = next
            try forEachBatch(from: next, options: options) { (batch) throws(JournalError) in
                next = batch.header.lastSequence + 1
                let answer = try body(batch)
                isStopped = answer == .stop
                return answer
            }
            if isStopped || next > before { continue }
            if try whileWaiting() == .stop { return }
            if pollInterval > 0 { Clock.pause(nanoseconds: pollInterval) }
        }
    }
}
