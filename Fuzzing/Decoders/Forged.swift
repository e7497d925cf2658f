import Digests
import Platform

@testable import Journal

/// Batches that only somebody who knows the format could have made.
enum Forged {
    /// A batch in its place in the chain: its epoch is the first of `bytes`, the rest its events.
    ///
    /// There is always at least one event.
    static func batch(
        _ bytes: [UInt8],
        first: UInt64,
        after chain: SHA256Digest
    ) -> [UInt8] {
        var batch = [UInt8](repeating: 0, count: Repair.headerLength) + bytes.dropFirst()
        let missing = Repair.headerLength + Repair.eventHeaderLength - batch.count
        if missing > 0 { batch += [UInt8](repeating: 0, count: missing) }
        let events = Repair.repairEvents(&batch, from: Repair.headerLength)
        let header = BatchHeader(
            journalID: JournalID(low: 0, high: 0),
            epoch: UInt32(bytes.first ?? 0),
            firstSequence: first,
            count: UInt32(events),
            length: UInt32(batch.count),
            commitTime: 0,
            previousHash: chain
        )
        header.encode(into: &batch)
        return batch
    }
}

extension BatchHeader {
    /// Writes the header over the first bytes of an array.
    func encode(into bytes: inout [UInt8]) {
        var buffer = ByteBuffer(capacity: Repair.headerLength)
        buffer.extend(by: Repair.headerLength)
        encode(into: &buffer)
        for index in 0..<Repair.headerLength { bytes[index] = buffer.bytes[index] }
    }
}
