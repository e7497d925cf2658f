internal import Digests
internal import Platform

extension ArchiveEntry {
    /// Reads the archive at `path` whole, checks everything in it, and tells what it holds.
    ///
    /// - Throws: ``JournalError`` with `missing`, `damaged`, `foreign` or `system`.
    init(verifying path: String, of journalID: JournalID) throws(JournalError) {
        let reader = try ArchiveReader(path, of: journalID)
        var check = BatchCheck(journalID: journalID)
        try reader.forEachBatch { (_, bytes) throws(JournalError) in
            if let objection = check.take(bytes) {
                throw ArchiveReader.damaged(path, objection, sequence: check.last + 1)
            }
            return .proceed
        }
        guard check.first == reader.table.first, check.last == reader.table.last else {
            throw ArchiveReader.damaged(
                path,
                "it holds events \(check.first ?? 0) to \(check.last), its table says "
                    + "\(reader.table.first) to \(reader.table.last)"
            )
        }
        let file = try Self.hash(of: path)
        self.init(
            first: reader.table.first,
            last: check.last,
            batches: check.batches,
            events: check.events,
            bytes: check.bytes,
            fileBytes: file.bytes,
            fileHash: file.hash,
            chainBefore: check.chainBefore,
            chainHash: check.chainHash
        )
    }

    /// Size and SHA-256 of a file.
    static func hash(
        of path: String
    ) throws(JournalError) -> (bytes: Int, hash: SHA256Digest) {
        let hasher = SHA256()
        let total = try translating("hash the archive") { () throws(PlatformError) -> Int in
            let file = try File(path: path, mode: .read)
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            var offset = 0
            while true {
                var span = bytes.mutableSpan
                let count = try file.read(into: &span, at: offset)
                if count == 0 { return offset }
                hasher.update(bytes.span.extracting(0..<count))
                offset += count
            }
        }
        return (total, hasher.finish())
    }
}
