import Compression
import Digests
import Platform

@testable import Journal

/// Archive files: zstd frames of batches, and the table at their end.
///
/// Beside the bytes themselves it reads an archive that is made of them: its frames hold the bytes
/// as batches with right checksums, and its table says what the first bytes say.
final class ArchiveDecoder: Decoder {
    private let path: String
    private let id = JournalID(low: 0, high: 0)

    init(scratch: String) { path = scratch + "/archive.zst" }

    func take(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        try read()
        guard bytes.count > 8 else { return }
        try make(Array(bytes[..<8]), Array(bytes[8...]))
        try read()
    }

    private func read() throws {
        do {
            let reader = try ArchiveReader(path, of: id)
            for frame in reader.table.frames.indices {
                try require(
                    !reader.sequences(ofFrame: frame).isEmpty,
                    "a frame holds events"
                )
                try require(reader.fileRange(ofFrame: frame).count > 0, "a frame has bytes")
            }
            _ = try reader.head(SHA256())
            let entry = try ArchiveEntry(verifying: path, of: id)
            try require(
                UInt64(entry.events) == entry.last - entry.first + 1,
                "a verified archive has no gap"
            )
        } catch let error as JournalError {
            try require(error.code != .system || "\(error)".contains("zstd"), "\(error)")
        }
    }

    /// Writes the batches, two a frame, and a table: `hints` bend it.
    private func make(_ hints: [UInt8], _ bytes: [UInt8]) throws {
        try FileSystem.removeTree(path)
        var writer = try ZstdWriter(creating: path, level: 1)
        var frames: [ArchiveTable.Frame] = []
        var chain = SHA256Digest.zero
        var next = UInt64(hints[0] & 3) + 1
        for (place, part) in Repair.parts(bytes).enumerated() {
            let batch = Forged.batch(part, first: next, after: chain)
            chain = SHA256().digest(of: batch.span)
            if place % 2 == 0 {
                try writer.endFrame()
                frames.append(
                    ArchiveTable.Frame(first: next, offset: writer.fileBytes, bytes: 0)
                )
            }
            try writer.write(batch.span)
            frames[frames.count - 1].bytes += batch.count
            next += UInt64(Repair.uint32(batch, at: 40))
        }
        guard !frames.isEmpty else { return try writer.finish() }
        try writer.endFrame()
        let last = frames.count - 1
        frames[last].bytes &+= Int(Int8(bitPattern: hints[1]))
        frames[last].first &+= UInt64(hints[2] & 1)
        if hints[3] == 1 { frames[0].bytes = Int.max }
        if hints[4] == 1 { frames[last].first = .max - 1 }
        let end = hints[5] == 1 ? .max - 1 : next &- 1 &+ UInt64(hints[6] & 1)
        let table = ArchiveTable(
            journalID: id,
            last: end,
            frames: frames,
            start: writer.fileBytes
        )
        try writer.writeSkippable(table.encoded.span, variant: ArchiveTable.variant)
        try writer.finish()
    }
}

extension Repair {
    /// Cuts bytes into parts, each behind its length: two bytes, little-endian.
    static func parts(_ bytes: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var offset = 0
        while bytes.count - offset >= 2, parts.count < 64 {
            let length = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
            let end = min(bytes.count, offset + 2 + length)
            parts.append(Array(bytes[(offset + 2)..<end]))
            offset = end
        }
        return parts
    }
}
