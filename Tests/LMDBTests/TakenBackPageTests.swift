import Platform
import TestSupport
import Testing

@testable import LMDB

@Suite(.temporaryDirectory)
struct `A meta page that LMDB took back` {
    private let path = TemporaryDirectory.path

    /// A store of some records, of which the last commit could not write its meta page.
    ///
    /// LMDB then gives the page its old transaction and its old last page again, and leaves the
    /// trees of the failed commit in it.
    private func makeTakenBack(after commits: UInt64) throws -> File {
        let store = try Store(path: path, access: .writer, mapSize: 1 << 26)
        let file = try File(path: path + "/data.mdb", mode: .readWrite)
        let record = [UInt8](repeating: 7, count: 3000)
        for number in 0..<commits { try store.append(record.span, at: number + 1) }
        let index = Int((commits + 1) & 1)
        let before = try file.read(at: index * MetaCheck.pageSize, count: MetaCheck.pageSize)
        try store.append(record.span, at: commits + 1)
        // Last page at byte 136, transaction at 144.
        let old = Array(before[136..<152])
        try file.write(old.span, at: index * MetaCheck.pageSize + 136)
        return file
    }

    @Test(arguments: [0, 1, 2, 3, 10] as [UInt64])
    func `does not make the store unfit`(commits: UInt64) throws {
        _ = try makeTakenBack(after: commits)
        #expect(try MetaCheck.faults(inFile: path + "/data.mdb") == [])
        let store = try Store(path: path, access: .writer, mapSize: 1 << 26)
        try store.append([1, 2, 3].span, at: commits + 1)
        #expect(try MetaCheck.faults(inFile: path + "/data.mdb") == [])
    }

    @Test func `must lie within the file`() throws {
        let file = try makeTakenBack(after: 3)
        // The root of the table of the page with the lower transaction, which is the first one.
        try file.write([0xFF, 0xFF, 0, 0, 0, 0, 0, 0].span, at: 128)
        let faults = try MetaCheck.faults(inFile: path + "/data.mdb")
        #expect(faults == ["meta page 0: its table has an impossible shape"])
    }
}
