import Digests
import Journal

/// Makes checksums right again, so that hostile bytes get past them.
enum Repair {
    static let headerLength = 92
    static let eventHeaderLength = 36

    /// The bytes as a batch whose magic, version, lengths and checksums are right.
    ///
    /// Lengths of events that cannot be are cut to what is left. The number of events is left as
    /// it is where the epoch is odd. `nil` where there is no room for a header.
    static func batch(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= headerLength else { return nil }
        var batch = bytes
        let events = repairEvents(&batch, from: headerLength)
        store(0x0A48_4354_4142_4648 as UInt64, &batch, at: 0)
        store(1 as UInt16, &batch, at: 8)
        store(UInt16(headerLength), &batch, at: 10)
        if batch[12] & 1 == 0 { store(UInt32(events), &batch, at: 40) }
        store(UInt32(batch.count), &batch, at: 44)
        store(checksum(batch, 0..<88), &batch, at: 88)
        return batch
    }

    /// Makes lengths and checksums of events right; returns how many there are.
    ///
    /// What is left over at the end is given to the last event, or dropped where there is none.
    static func repairEvents(_ bytes: inout [UInt8], from start: Int) -> Int {
        var offset = start
        var events = 0
        while bytes.count - offset >= eventHeaderLength {
            let left = bytes.count - offset
            var length = Int(uint32(bytes, at: offset))
            let isPossible = length >= eventHeaderLength && length <= left
            if !isPossible { length = left }
            if left - length < eventHeaderLength { length = left }
            store(UInt32(length), &bytes, at: offset)
            store(
                checksum(bytes, (offset + 8)..<(offset + length)),
                &bytes,
                at: offset + 4
            )
            offset += length
            events += 1
        }
        bytes.removeLast(bytes.count - offset)
        return events
    }

    static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        CRC32C.checksum(bytes.span.extracting(range))
    }

    static func store<Value: FixedWidthInteger>(
        _ value: Value,
        _ bytes: inout [UInt8],
        at place: Int
    ) {
        for index in 0..<(Value.bitWidth / 8) {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> Value(8 * index))
        }
    }

    static func uint32(_ bytes: [UInt8], at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
    }

    static func uint64(_ bytes: [UInt8], at place: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
    }
}
