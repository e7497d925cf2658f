internal import Digests
internal import Journal
internal import Trading

/// Signs the chain of a journal.
struct CheckpointSigner {
    /// When the next checkpoint is due after one.
    let every: TimeSpan
    private let key: SigningKey
    private let name: Hash256
    private let journal: JournalID

    init(_ key: SigningKey, every: TimeSpan, journal: JournalID) {
        self.key = key
        name = Hash256(key.publicKey.fingerprint)
        self.every = every
        self.journal = journal
    }

    /// Signs the end of what is committed.
    ///
    /// - Parameters:
    ///   - head: The last batch; the next one must hold the checkpoint.
    ///   - epoch: The epoch of that next batch.
    /// - Returns: What was asked for.
    func checkpoint(of head: Head, epoch: Epoch) -> CheckpointSigned {
        var made = CheckpointSigned(
            sequence: SequenceNumber(head.sequence),
            chainHash: Hash256(head.chainHash),
            every: every,
            key: name,
            signature: (.zero, .zero)
        )
        let statement = made.statement(journal: (journal.low, journal.high), epoch: epoch)
        let signature = key.sign(statement.span)
        guard let first = Hash256(bytes: signature.span.extracting(first: 32)),
            let second = Hash256(bytes: signature.span.extracting(last: 32))
        else { fatalError("Invariant broken: a signature has two halves of 32 bytes") }
        made.signature = (first, second)
        return made
    }
}
