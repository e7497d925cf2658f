import Platform
import TestSupport
import Testing

@testable import LMDB

@Suite(.temporaryDirectory)
struct `The entries of a page` {
    private let path = TemporaryDirectory.path
    private var data: String { path + "/data.mdb" }

    private func faults() throws -> [PageFault] {
        let opened = try PageScan(directory: path)
        let scan = try #require(opened)
        _ = try scan.scanRecords { _, _ in }
        try scan.scanFreeList()
        return scan.faults
    }

    private func fill(_ count: UInt64 = 60) throws -> MetaPage {
        let store = try Store(path: path, access: .writer, mapSize: 1 << 26)
        let record = [UInt8](repeating: 7, count: 700)
        for number in 1...count { try store.append(record.span, at: number) }
        let opened = try PageScan(directory: path)
        return try #require(opened).meta
    }

    // LMDB moves the entries of a page by their lengths: one of a free list that was a byte longer
    // let a later commit read behind the end of the page, and the process died of SIGBUS.
    @Test(arguments: [true, false])
    func `are refused where a bit of a length is another`(isFreeList: Bool) throws {
        let meta = try fill(3)
        #expect(try faults() == [])
        let root = isFreeList ? meta.free.root : meta.main.root
        let start = Int(root) * MetaCheck.pageSize
        let file = try File(path: data, mode: .readWrite)
        let page = try file.read(at: start, count: MetaCheck.pageSize)
        let lower = Int(page.span.integer(at: 12, UInt16.self))
        var flips = 0
        for slot in stride(from: 16, to: lower, by: 2) {
            let entry = Int(page.span.integer(at: slot, UInt16.self))
            // Four bytes of the length, two of flags, two of the key's length.
            for place in entry..<(entry + 8) {
                for bit in 0..<8 as Range<UInt8> {
                    try file.write([page[place] ^ (1 << bit)].span, at: start + place)
                    #expect(try faults() != [], "byte \(place - entry) of an entry, bit \(bit)")
                    flips += 1
                }
                try file.write([page[place]].span, at: start + place)
            }
        }
        #expect(flips >= 128)
        #expect(try faults() == [])
    }

    @Test func `are refused where one lists fewer pages than it has room for`() throws {
        let start = Int(try fill().free.root) * MetaCheck.pageSize
        let file = try File(path: data, mode: .readWrite)
        let page = try file.read(at: start, count: MetaCheck.pageSize)
        let entry = Int(page.span.integer(at: 16, UInt16.self))
        let listed = page.span.integer(at: entry + 16, UInt64.self)
        try #require(listed > 1)
        try file.write([UInt8(listed - 1)].span, at: start + entry + 16)
        #expect(try faults() != [])
    }
}
