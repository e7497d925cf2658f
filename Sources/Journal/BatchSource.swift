/// Something that hands out the batches of a journal in order.
public protocol BatchSource {
    /// The first sequence number that there is.
    func firstSequence() throws(JournalError) -> UInt64

    /// Hands out batches in order, beginning with the one that holds `sequence`.
    ///
    /// - Parameters:
    ///   - sequence: within the first batch handed out.
    ///   - options: what is checked and how bytes are handed out.
    ///   - body: gets each batch; its memory is valid only during the call.
    /// - Throws: ``JournalError``, and what `body` throws.
    func forEachBatch(
        from sequence: UInt64,
        options: ReadOptions,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError)
}

extension JournalReader: BatchSource {
    /// Hands out batches in order, beginning with the one that holds `sequence`.
    public func forEachBatch(
        from sequence: UInt64,
        options: ReadOptions,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        try forEachBatch(from: sequence, previousHash: nil, options: options, body)
    }
}
