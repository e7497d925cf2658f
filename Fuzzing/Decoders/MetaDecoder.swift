import Platform

@testable import LMDB

/// The two pages that begin a segment's file.
final class MetaDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let sizes = [bytes.count, bytes.count * 4096, Int(bytes.first ?? 0) << 12]
        for size in sizes { try read(bytes, fileSize: size) }
        var repaired = bytes
        Repair.metaPages(&repaired)
        for size in sizes { try read(repaired, fileSize: size) }
    }

    private func read(_ bytes: [UInt8], fileSize: Int) throws(Contradiction) {
        let faults = MetaCheck.judge(bytes.span, fileSize: fileSize).faults
        let newest = MetaCheck.newest(bytes.span)
        guard faults.isEmpty else { return }
        guard let newest else { throw Contradiction("sound meta pages have a newest one") }
        try require(
            newest.lastPage < UInt64(fileSize) / UInt64(MetaCheck.pageSize),
            "the last page lies within the file"
        )
        for tree in [newest.free, newest.main] where !tree.isEmpty {
            try require(tree.root <= newest.lastPage, "a root lies within the file")
        }
    }
}

extension Repair {
    /// Makes right what says that two pages are LMDB's meta pages; trees stay as they are.
    static func metaPages(_ bytes: inout [UInt8]) {
        for index in 0..<2 where bytes.count >= (index + 1) * MetaCheck.pageSize {
            let start = index * MetaCheck.pageSize
            store(UInt64(index), &bytes, at: start)
            store(8 as UInt16, &bytes, at: start + 10)
            store(0xBEEF_C0DE as UInt32, &bytes, at: start + 16)
            store(1 as UInt32, &bytes, at: start + 20)
            store(0 as UInt64, &bytes, at: start + 24)
            store(1 << 30 as UInt64, &bytes, at: start + 32)
            store(4096 as UInt32, &bytes, at: start + 40)
            store(8 as UInt16, &bytes, at: start + 44)
            store(0 as UInt16, &bytes, at: start + 92)
            // The transactions follow each other, and each is on its page.
            store(UInt64(bytes[start + 144] & 0xFC) | UInt64(index), &bytes, at: start + 144)
        }
        guard bytes.count >= 2 * MetaCheck.pageSize else { return }
        store(uint64(bytes, at: 144) + 1, &bytes, at: MetaCheck.pageSize + 144)
    }
}
