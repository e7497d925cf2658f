import Platform
import TestSupport
import Testing

@testable import LMDB

private let mapSize = 1 << 26

@Suite(.temporaryDirectory)
struct `Storing records` {
    let path = TemporaryDirectory.path

    private func fill(_ count: UInt64, length: Int = 100) throws {
        let store = try Store(path: path, access: .writer, mapSize: mapSize)
        for number in 1...count {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length)
            try store.append(bytes.span, at: number)
        }
    }

    private func numbers(_ access: Store.Access) throws -> [UInt64] {
        let store = try Store(path: path, access: access, mapSize: mapSize)
        return try store.read { (snapshot) throws(LMDBError) in
            var cursor = try snapshot.cursor()
            var numbers: [UInt64] = []
            while let record = try cursor.next() { numbers.append(record.number) }
            return numbers
        }
    }

    @Test(arguments: [1, 10, 300])
    func `committed records survive reopening`(count: UInt64) throws {
        try fill(count)
        #expect(try numbers(.quietReader) == Array(1...count))
        #expect(try numbers(.liveReader) == Array(1...count))
    }

    @Test func `a number that is not above the last one is refused`() throws {
        try fill(5)
        let store = try Store(path: path, access: .writer, mapSize: mapSize)
        let bytes: [UInt8] = [1]
        do throws(LMDBError) {
            try store.append(bytes.span, at: 5)
            Issue.record("the record was stored")
        } catch {
            #expect(error.code == .keyExists)
        }
    }

    @Test func `seeking finds the record at or above a number`() throws {
        try fill(9)
        let store = try Store(path: path, access: .quietReader, mapSize: 0)
        let found = try store.read { (snapshot) throws(LMDBError) in
            var cursor = try snapshot.cursor()
            return [
                try cursor.seek(4)?.number, try cursor.previous()?.number,
                try cursor.seek(10)?.number, try cursor.last()?.number,
                try cursor.first()?.number,
            ]
        }
        #expect(found == [4, 3, nil, 9, 1])
    }

    @Test(arguments: [100, 5000, 100_000])
    func `the page scan hands out what LMDB hands out`(length: Int) throws {
        try fill(60, length: length)
        let scan = try #require(try PageScan(directory: path))
        var seen: [UInt64] = []
        var lengths: Set<Int> = []
        let counts = try scan.scanRecords { place, bytes in
            seen.append(place.number)
            lengths.insert(bytes.count)
        }
        try scan.scanFreeList()
        #expect(scan.faults == [])
        #expect(seen == Array(1...60))
        #expect(lengths == [length])
        #expect(counts.entries == 60)
    }

    @Test func `the page scan can begin in the middle`() throws {
        try fill(2000)
        let scan = try #require(try PageScan(directory: path))
        var seen: [UInt64] = []
        _ = try scan.scanRecords(from: 1500) { place, _ in seen.append(place.number) }
        #expect(seen == Array(1500...2000))
    }

    @Test func `a fresh store passes the check of its meta pages`() throws {
        _ = try Store(path: path, access: .writer, mapSize: mapSize)
        #expect(try MetaCheck.faults(inFile: path + "/data.mdb") == [])
        try fill(1)
        #expect(try MetaCheck.faults(inFile: path + "/data.mdb") == [])
    }

    @Test func `an older meta page put back beside a newer one is found`() throws {
        try fill(1)
        let old = try FileSystem.read(path + "/data.mdb")
        let store = try Store(path: path, access: .writer, mapSize: mapSize)
        let bytes: [UInt8] = [1]
        for number in 2...4 as ClosedRange<UInt64> { try store.append(bytes.span, at: number) }
        let new = try FileSystem.read(path + "/data.mdb")
        for page in 0...1 {
            let range = (page * 4096)..<((page + 1) * 4096)
            var mixed = new
            mixed.replaceSubrange(range, with: old[range])
            let faults = MetaCheck.faults(mixed.span, fileSize: mixed.count)
            #expect(!faults.isEmpty, "page \(page)")
        }
    }

    @Test func `a quiet reader changes nothing`() throws {
        try fill(20)
        let before = try FileSystem.read(path + "/lock.mdb")
        let time = try FileSystem.status(path + "/lock.mdb")?.modified
        _ = try numbers(.quietReader)
        #expect(try FileSystem.read(path + "/lock.mdb") == before)
        #expect(try FileSystem.status(path + "/lock.mdb")?.modified == time)
    }
}
