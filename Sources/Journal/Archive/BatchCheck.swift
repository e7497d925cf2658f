internal import Digests

/// Follows a run of batches from its first one and says what is wrong with the next.
///
/// It checks everything: header, events, sequence numbers, epochs, chain.
struct BatchCheck {
    let journalID: JournalID
    private let hasher = SHA256()
    private(set) var first: UInt64?
    private(set) var last: UInt64 = 0
    private(set) var batches = 0
    private(set) var events = 0
    private(set) var bytes = 0
    private(set) var chainBefore = SHA256Digest.zero
    private(set) var chainHash = SHA256Digest.zero
    private(set) var commitTime: Int64 = 0
    private var epoch: UInt32 = 0

    init(journalID: JournalID) { self.journalID = journalID }

    /// Takes the next batch; returns what is wrong with it, and `nil` where nothing is.
    mutating func take(_ bytes: Span<UInt8>) -> String? {
        let header: BatchHeader
        do throws(FormatFault) {
            let batch = try BatchView(bytes)
            try batch.check()
            header = batch.header
        } catch {
            return error.meaning
        }
        if let objection = objection(to: header) { return objection }
        if first == nil {
            first = header.firstSequence
            chainBefore = header.previousHash
        }
        last = header.lastSequence
        batches += 1
        events += Int(header.count)
        self.bytes += bytes.count
        chainHash = hasher.digest(of: bytes)
        commitTime = header.commitTime
        epoch = header.epoch
        return nil
    }

    private func objection(to header: BatchHeader) -> String? {
        let begin = header.firstSequence
        if header.journalID != journalID {
            return "batch \(begin) is of journal \(header.journalID), not \(journalID)"
        }
        guard first != nil else { return nil }
        if begin != last + 1 { return "sequence number \(last + 1) is missing; \(begin) follows" }
        if header.epoch < epoch { return "epoch \(header.epoch) follows epoch \(epoch)" }
        if header.previousHash != chainHash {
            return "batch \(begin) does not name the hash of the batch before it"
        }
        return nil
    }
}
