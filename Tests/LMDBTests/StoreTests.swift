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

@Suite(.temporaryDirectory)
struct `Walking pages by plain reads` {
    let path = TemporaryDirectory.path

    /// Records under every third number, so that there is something between them.
    private func fill(_ count: UInt64, length: Int) throws {
        let store = try Store(path: path, access: .writer, mapSize: 1 << 28)
        var appending = try store.beginAppending()
        for number in 1...count {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length)
            try appending.append(bytes.span, at: 3 * number)
        }
        try appending.commit()
    }

    /// What a cursor says to a row of questions.
    private func answers(_ access: Store.Access, _ numbers: [UInt64]) throws -> [UInt64?] {
        let store = try Store(path: path, access: access, mapSize: 0)
        return try store.read { (snapshot) throws(LMDBError) in
            var cursor = try snapshot.cursor()
            var answers: [UInt64?] = []
            for number in numbers {
                answers.append(try cursor.seek(number)?.number)
                answers.append(try cursor.seek(notAbove: number)?.number)
                answers.append(try cursor.next()?.number)
                answers.append(try cursor.seek(notAbove: number)?.number)
                answers.append(try cursor.previous()?.number)
            }
            answers.append(try cursor.first()?.number)
            answers.append(try cursor.last()?.number)
            return answers
        }
    }

    @Test(arguments: [1, 2, 50, 3000], [10, 700, 9000])
    func `answers every question as LMDB does`(count: UInt64, length: Int) throws {
        if count > 50, length > 700 { return }
        try fill(count, length: length)
        var generator = SeededRandom(seed: count)
        let numbers = (0..<300).map { _ in UInt64.random(in: 0...(3 * count + 3), using: &generator)
        }
        #expect(try answers(.quietReader, numbers) == answers(.liveReader, numbers))
    }

    @Test(arguments: [100, 5000]) func `no damaged byte ends the process`(length: Int) throws {
        try fill(120, length: length)
        let data = path + "/data.mdb"
        let whole = try FileSystem.read(data)
        var generator = SeededRandom(seed: 4)
        var failures = 0
        for _ in 0..<3000 {
            let file = try File(path: data, mode: .readWrite)
            let place = Int.random(in: 0..<whole.count, using: &generator)
            let byte = [UInt8.random(in: 0...255, using: &generator)]
            try file.write(byte.span, at: place)
            do {
                let store = try Store(path: path, access: .quietReader, mapSize: 0)
                _ = try store.read { (snapshot) throws(LMDBError) in
                    var cursor = try snapshot.cursor()
                    while try cursor.next() != nil {}
                    while try cursor.previous() != nil {}
                }
            } catch {
                failures += 1
            }
            try file.write(whole.span.extracting(place..<(place + 1)), at: place)
        }
        #expect(failures > 5)
    }
}
