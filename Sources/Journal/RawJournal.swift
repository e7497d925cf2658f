internal import LMDB
internal import Platform

/// Reads what is left of a damaged journal, by plain reads that no page can turn into a crash.
///
/// Slower than ``JournalReader`` and without its guarantees: it hands out every batch whose header
/// is sound, in the order it finds them, and leaves it to the caller what to make of gaps.
public enum RawJournal {
    /// Where a batch was found.
    public struct Place: Hashable, Sendable {
        /// The file.
        public let path: String
        /// Its first byte.
        public let offset: Int
    }

    /// Hands out every batch that the trees of the segments still lead to.
    ///
    /// - Parameters:
    ///   - directory: the journal.
    ///   - body: gets each batch; its events may be damaged, see ``BatchView/check(checksums:)``.
    /// - Returns: pages and records that could not be read.
    /// - Throws: ``JournalError`` with `missing`, `noJournal` or `system`.
    public static func forEachBatch(
        in directory: String,
        _ body: (BatchView, Place) -> Void
    ) throws(JournalError) -> [Finding] {
        let layout = JournalLayout(directory: directory)
        try layout.requireJournal("read the journal")
        var findings: [Finding] = []
        for number in try layout.segmentNumbers() {
            let path = layout.segment(number) + "/data.mdb"
            do throws(PlatformError) {
                guard let scan = try PageScan(directory: layout.segment(number)) else {
                    findings.append(.damage(.metaPage, path, "there are no meta pages"))
                    continue
                }
                _ = try scan.scanRecords { place, bytes in
                    do throws(FormatFault) {
                        body(try BatchView(bytes), Place(path: path, offset: place.fileOffset))
                    } catch {
                        let range = place.fileOffset..<(place.fileOffset + bytes.count)
                        findings.append(.damage(.batchHeader, path, bytes: range, error.meaning))
                    }
                }
                findings += scan.faults.map { .damage(.page, path, $0.meaning) }
            } catch {
                findings.append(.damage(.unreadable, path, "\(error)"))
            }
        }
        return findings
    }

    /// Hands out every batch whose bytes are anywhere in a segment's file, trees or none.
    ///
    /// Pages that were used again may hold batches twice, or batches of a commit that never
    /// finished; sequence numbers and chain hashes tell which belong together.
    ///
    /// - Parameters:
    ///   - path: the file, `data.mdb` of a segment or what is left of one.
    ///   - body: gets each batch whose header and events are sound.
    /// - Throws: ``JournalError`` with `missing` or `system`.
    public static func carve(
        file path: String,
        _ body: (BatchView, Place) -> Void
    ) throws(JournalError) {
        try translating("search for batches in") { () throws(PlatformError) in
            let file = try File(path: path, mode: .read)
            let size = try file.size()
            var page = 0
            while page < size {
                let bytes = try file.read(at: page, count: MetaCheck.pageSize)
                for offset in candidates(in: bytes.span) {
                    let start = page + offset
                    try carve(file, start, size: size) {
                        body($0, Place(path: path, offset: start))
                    }
                }
                page += MetaCheck.pageSize
            }
        }
    }

    /// Where in a page the bytes that begin a batch are; records lie at even places.
    private static func candidates(in page: Span<UInt8>) -> [Int] {
        var found: [Int] = []
        for offset in stride(from: 16, to: page.count - Layout.headerLength, by: 2)
        where page[offset] == 0x48 && page.uint64(at: offset) == Layout.batchMagic {
            found.append(offset)
        }
        return found
    }

    private static func carve(
        _ file: File,
        _ start: Int,
        size: Int,
        _ body: (BatchView) -> Void
    ) throws(PlatformError) {
        let front = try file.read(at: start, count: Layout.headerLength)
        var length = 0
        do throws(FormatFault) {
            length = Int(try BatchHeader.decodePrefix(front.span).length)
        } catch {
            return
        }
        guard length <= size - start else { return }
        let bytes = try file.read(at: start, count: length)
        do throws(FormatFault) {
            let batch = try BatchView(bytes.span)
            try batch.check()
            body(batch)
        } catch {
            return
        }
    }
}
