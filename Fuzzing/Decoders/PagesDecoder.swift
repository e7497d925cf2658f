import Digests
import Platform

@testable import LMDB

/// The file of a segment: meta pages, trees, free list, records.
///
/// What the scan finds nothing wrong with, LMDB must be able to read, and see the same in it.
final class PagesDecoder: Decoder {
    private let directory: String
    private let hasher = SHA256()

    init(scratch: String) { directory = scratch }

    func take(_ bytes: [UInt8]) throws {
        try read(bytes)
        var repaired = bytes
        Repair.metaPages(&repaired)
        Repair.pageNumbers(&repaired)
        try read(repaired)
    }

    private func read(_ bytes: [UInt8]) throws {
        let path = directory + "/data.mdb"
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        let metaFaults = try MetaCheck.faults(inFile: path)
        guard let scan = try PageScan(directory: directory) else {
            return try require(!metaFaults.isEmpty, "a file without meta pages has a fault")
        }
        var found: [(number: UInt64, hash: SHA256Digest)] = []
        _ = try scan.scanRecords { place, record in
            found.append((place.number, hasher.digest(of: record)))
        }
        try scan.scanFreeList()
        let again = try PageScan(directory: directory)
        var first: UInt64?
        let wanted = UInt64(bytes.count)
        try again?.firstRecord(from: wanted) { place, _ in first = place.number }
        guard metaFaults.isEmpty, scan.faults.isEmpty else { return }
        let expected = found.last { $0.number <= wanted } ?? found.first
        try require(first == expected?.number, "the first record is the one at or before")
        try compare(found)
    }

    private func compare(_ found: [(number: UInt64, hash: SHA256Digest)]) throws {
        let store = try Store(path: directory, access: .quietReader, mapSize: 0)
        let count = try store.read { (snapshot) throws -> Int in
            var cursor = try snapshot.cursor()
            var index = 0
            while let record = try cursor.next() {
                guard index < found.count, record.number == found[index].number,
                    hasher.digest(of: record.bytes) == found[index].hash
                else { throw Contradiction("LMDB reads what the scan read: record \(index)") }
                index += 1
            }
            return index
        }
        try require(count == found.count, "LMDB reads as many records as the scan")
    }
}

extension Repair {
    /// Gives every page behind the meta pages its own number.
    static func pageNumbers(_ bytes: inout [UInt8]) {
        for page in stride(from: 2, to: bytes.count / MetaCheck.pageSize, by: 1) {
            store(UInt64(page), &bytes, at: page * MetaCheck.pageSize)
        }
    }
}
