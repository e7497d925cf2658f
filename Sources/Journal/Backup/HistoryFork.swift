internal import Digests

/// Where two journals of the same id stop being the same.
///
/// A batch names the hash of everything before it, so what two journals share can be found by
/// halving: a few batches are read, however long they are.
struct HistoryFork {
    private let one: JournalReader
    private let other: JournalReader

    init(_ one: JournalReader, _ other: JournalReader) {
        self.one = one
        self.other = other
    }

    /// A batch, as far as it matters here.
    private struct Link: Hashable {
        var first: UInt64
        var last: UInt64
        var previousHash: SHA256Digest
        var hash: SHA256Digest

        func follows(sameAs link: Link) -> Bool {
            first == link.first && previousHash == link.previousHash
        }
    }

    /// The last event that both hold; `nil` where they hold no stretch in common.
    func sharedUpTo() throws(JournalError) -> UInt64? {
        var low = max(try one.firstSequence(), try other.firstSequence())
        var high = min(try one.head().sequence, try other.head().sequence)
        guard low <= high, try isShared(low) else { return nil }
        while low < high {
            let middle = low + (high - low + 1) / 2
            if try isShared(middle) { low = middle } else { high = middle - 1 }
        }
        guard let left = try link(one, low), let right = try link(other, low) else { return nil }
        return left == right ? left.last : left.first - 1
    }

    /// Whether everything before the batches that hold an event is the same.
    private func isShared(_ sequence: UInt64) throws(JournalError) -> Bool {
        guard let left = try link(one, sequence), let right = try link(other, sequence)
        else { return false }
        return left.follows(sameAs: right)
    }

    private func link(
        _ reader: JournalReader,
        _ sequence: UInt64
    ) throws(JournalError) -> Link? {
        var found: Link?
        var options = ReadOptions()
        options.copies = true
        try reader.forEachBatch(from: sequence, options: options) { batch in
            found = Link(
                first: batch.header.firstSequence,
                last: batch.header.lastSequence,
                previousHash: batch.header.previousHash,
                hash: SHA256().digest(of: batch.bytes)
            )
            return .stop
        }
        return found
    }
}
