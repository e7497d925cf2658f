import LMDB
import Platform
import TestSupport

@testable import Journal

/// A batch of the journal before it was damaged.
struct OriginalBatch: Hashable {
    let first: UInt64
    let last: UInt64
    let bytes: [UInt8]
}

/// What salvage does is compared with what a search for whole batches finds.
extension Fixture {
    var salvaged: String { root + "/salvaged" }

    /// Every batch, byte for byte.
    func originals(_ directory: String? = nil) throws -> [OriginalBatch] {
        var batches: [OriginalBatch] = []
        let reader = try JournalReader.open(directory ?? journal)
        try reader.forEachBatch(from: try reader.firstSequence()) { batch in
            let bytes = (0..<batch.bytes.count).map { batch.bytes[$0] }
            batches.append(
                OriginalBatch(
                    first: batch.header.firstSequence,
                    last: batch.header.lastSequence,
                    bytes: bytes
                )
            )
            return .proceed
        }
        return batches
    }

    /// The batches that salvage copied.
    func copies() throws -> [OriginalBatch] {
        var batches: [OriginalBatch] = []
        for name in try FileSystem.list(salvaged + "/segments") {
            let path = salvaged + "/segments/" + name
            guard let scan = try PageScan(directory: path) else { continue }
            _ = try scan.scanRecords { place, bytes in
                let copy = (0..<bytes.count).map { bytes[$0] }
                let header = try? BatchHeader.decode(bytes)
                batches.append(
                    OriginalBatch(
                        first: place.number,
                        last: header?.lastSequence ?? 0,
                        bytes: copy
                    )
                )
            }
        }
        return batches
    }

    /// The batches whose bytes are whole in any of the files.
    func intact(_ originals: [OriginalBatch], in paths: [String]) throws -> [OriginalBatch] {
        let files = try paths.map { try FileSystem.read($0) }
        return originals.filter { batch in
            files.contains { $0.span.firstOffset(of: batch.bytes.span, from: 0) != nil }
        }
    }

    /// Salvages into a place that is made free first.
    @discardableResult
    func salvage(_ source: String? = nil, limit: Int = 1 << 30) throws -> Salvage.Outcome? {
        try FileSystem.removeTree(salvaged)
        return try Salvage.run(source ?? journal, to: salvaged, segmentLimit: limit)
    }

    /// Writes bytes over those of a file.
    func write(_ bytes: [UInt8], to path: String, at offset: Int) throws {
        try File(path: path, mode: .readWrite).write(bytes.span, at: offset)
    }

    /// Makes pages all zeros.
    func zero(pages: Range<Int>, of path: String) throws {
        try write(
            [UInt8](repeating: 0, count: pages.count * 4096),
            to: path,
            at: pages.lowerBound * 4096
        )
    }

    /// Verifies what was salvaged, without any state directory.
    func verifySalvaged() throws -> VerifierReport {
        var options = VerifierOptions()
        options.scan = .inProcess
        return try Verifier.verify(salvaged, options: options)
    }
}
