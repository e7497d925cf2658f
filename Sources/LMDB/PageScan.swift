public import Platform

/// Something wrong with a page of a store's file.
public struct PageFault: Hashable, Sendable {
    /// The page.
    public let page: UInt64
    /// What is wrong, in words.
    public let meaning: String
}

/// What a scan saw.
public struct PageCounts: Hashable, Sendable {
    /// Pages with keys only.
    public var branch: UInt64 = 0
    /// Pages with records.
    public var leaf: UInt64 = 0
    /// Pages of long records.
    public var overflow: UInt64 = 0
    /// Records.
    public var entries: UInt64 = 0
}

/// Where a record was found in a store's file.
public struct RecordPlace: Hashable, Sendable {
    /// The number it is stored under.
    public let number: UInt64
    /// Its first byte in the file.
    public let fileOffset: Int
}

/// Walks the trees of a store's file by plain reads, believing nothing it reads.
///
/// LMDB follows page numbers without asking whether they make sense. This walk checks each: in
/// range, of the right kind, met once, keys ascending. It maps nothing, so that no page can end
/// the process, and goes on behind what is damaged.
public final class PageScan {
    /// The meta page the scan goes by.
    public let meta: MetaPage

    /// What was found wrong so far, up to ``faultLimit``.
    public private(set) var faults: [PageFault] = []

    /// How many faults are collected at most.
    public static let faultLimit = 1000

    /// Whether only a part of the table was scanned, so that not every page in use is known.
    var isPartial = false
    /// How many more pages may be read in search of the start of a long record.
    var searchesLeft = 1 << 20

    let file: File
    private var seen: [UInt64]
    private var run: [UInt8] = []

    /// Opens the file of the store in `directory`; `nil` where it has no readable meta page.
    public convenience init?(directory: String) throws(PlatformError) {
        try self.init(file: File(path: directory + "/data.mdb", mode: .read))
    }

    /// Scans a store's file, whatever its name; `nil` where it has no readable meta page.
    public init?(file: File) throws(PlatformError) {
        self.file = file
        let bytes = try file.read(at: 0, count: 2 * MetaCheck.pageSize)
        guard let meta = MetaCheck.newest(bytes.span) else { return nil }
        self.meta = meta
        let pages = min(UInt64(try file.size() / MetaCheck.pageSize), meta.lastPage &+ 1)
        seen = [UInt64](repeating: 0, count: Int(pages / 64) + 1)
        limit = pages
    }

    private let limit: UInt64

    /// Bytes of the pages in use.
    public var fileBytes: Int { Int(limit) * MetaCheck.pageSize }

    /// Notes a fault of a page.
    func note(_ page: UInt64, _ meaning: String) {
        if faults.count < Self.faultLimit { faults.append(PageFault(page: page, meaning: meaning)) }
    }

    /// Marks pages as used; false, with a fault noted, when one is out of range or used already.
    func claim(_ page: UInt64, count: UInt64 = 1, _ use: String) -> Bool {
        guard page >= 2, page < limit, count >= 1, count <= limit - page else {
            note(page, "page \(page) is named as \(use) and lies outside of the file")
            return false
        }
        for number in page..<(page + count) {
            let word = Int(number / 64)
            let bit = UInt64(1) << (number % 64)
            if seen[word] & bit != 0 {
                note(number, "page \(number) is named as \(use) and is in use elsewhere")
                return false
            }
            seen[word] |= bit
        }
        return true
    }

    /// Whether a page number can be read at all.
    func isInRange(_ page: UInt64) -> Bool { page >= 2 && page < limit }

    func readPage(_ page: UInt64, into bytes: inout [UInt8]) throws(PlatformError) -> Bool {
        var span = bytes.mutableSpan
        return try file.read(into: &span, at: Int(page) * MetaCheck.pageSize) == bytes.count
    }

    /// Reads the pages of a long record and hands its bytes to `body`.
    func withLongRecord(
        _ page: UInt64,
        size: Int,
        _ body: (Span<UInt8>) -> Void
    ) throws(PlatformError) -> UInt64? {
        let pages = UInt64(16 + size + MetaCheck.pageSize - 1) / UInt64(MetaCheck.pageSize)
        guard claim(page, count: pages, "a long record") else { return nil }
        let length = 16 + size
        // Taken out while in use: the memory is reused from record to record.
        var bytes = run
        run = []
        defer { run = bytes }
        if bytes.count < length {
            bytes = [UInt8](repeating: 0, count: length + length / 4)
        }
        let start = Int(page) * MetaCheck.pageSize
        var span = bytes.mutableSpan
        guard try file.read(into: &span, at: start, limit: length) == length else {
            note(page, "the file ends within a long record")
            return nil
        }
        let header = bytes.span
        if header.integer(at: 0, UInt64.self) != page || header.integer(at: 10, UInt16.self) != 4
            || UInt64(header.integer(at: 12, UInt32.self)) != pages
        {
            note(page, "page \(page) does not begin as a long record of \(pages) pages does")
        }
        body(header.extracting(16..<length))
        return pages
    }
}
