import Platform
import TestSupport
import Testing

@testable import LMDB

@Suite(.temporaryDirectory)
struct `The entries of a free list` {
    private let path = TemporaryDirectory.path
    private var data: String { path + "/data.mdb" }

    private func faults() throws -> [PageFault] {
        let opened = try PageScan(directory: path)
        let scan = try #require(opened)
        _ = try scan.scanRecords { _, _ in }
        try scan.scanFreeList()
        return scan.faults
    }

    private func fill() throws {
        let store = try Store(path: path, access: .writer, mapSize: 1 << 26)
        let record = [UInt8](repeating: 7, count: 700)
        for number in 1...60 as ClosedRange<UInt64> { try store.append(record.span, at: number) }
    }

    // LMDB moves the entries of a page by their lengths: one that is a byte longer than it was
    // made let a later commit read behind the end of the page, and the process died of SIGBUS.
    @Test func `are refused where a bit of a length is another`() throws {
        try fill()
        #expect(try faults() == [])
        let opened = try PageScan(directory: path)
        let start = Int(try #require(opened).meta.free.root) * MetaCheck.pageSize
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
        #expect(flips >= 64)
        #expect(try faults() == [])
    }

    @Test func `are refused where one lists fewer pages than it has room for`() throws {
        try fill()
        let opened = try PageScan(directory: path)
        let start = Int(try #require(opened).meta.free.root) * MetaCheck.pageSize
        let file = try File(path: data, mode: .readWrite)
        let page = try file.read(at: start, count: MetaCheck.pageSize)
        let entry = Int(page.span.integer(at: 16, UInt16.self))
        let listed = page.span.integer(at: entry + 16, UInt64.self)
        try #require(listed > 1)
        try file.write([UInt8(listed - 1)].span, at: start + entry + 16)
        #expect(try faults() != [])
    }
}
