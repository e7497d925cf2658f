import Platform
import TestSupport
import Testing

@testable import Journal

/// The keys of LMDB's branch pages tell where a number is looked for.
///
/// No checksum covers them, and a walk in order does not use them: so they are checked against what
/// is below them. A key between the last number before it and the first behind it is as good.
@Suite(.temporaryDirectory) struct `A key that leads astray` {
    private let fixture = Fixture()

    /// Where the keys of the branch page at the root begin; the layout is that of LMDB 0.9.
    private func keys(_ bytes: [UInt8]) -> [Int] {
        func number(_ place: Int, _ width: Int) -> Int {
            (0..<width).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        let meta = number(144, 8) >= number(4096 + 144, 8) ? 0 : 4096
        let page = number(meta + 128, 8) * 4096
        guard number(meta + 94, 2) == 2, number(page + 10, 2) == 1 else { return [] }
        let count = (number(page + 12, 2) - 16) / 2
        return (1..<count).map { page + number(page + 16 + 2 * $0, 2) + 8 }
    }

    /// Every event that a reader gives from a number on; `nil` where it says that it cannot.
    private func read(from first: UInt64, copies: Bool) throws -> [UInt64]? {
        var found: [UInt64] = []
        var options = ReadOptions()
        options.copies = copies
        do throws(JournalError) {
            let reader = try JournalReader.open(fixture.journal)
            try reader.forEachBatch(from: first, options: options) { batch in
                batch.forEachEvent { if $0.sequence >= first { found.append($0.sequence) } }
                return .proceed
            }
        } catch {
            return nil
        }
        return found
    }

    @Test func `is found, and no reader ends without a word`() throws {
        try fixture.fill(600, size: 3, length: 60)
        let whole = try FileSystem.read(fixture.data)
        let head = try JournalReader.open(fixture.journal).head().sequence
        let keys = keys(whole)
        try #require(keys.count > 4)
        let file = try File(path: fixture.data, mode: .readWrite)
        var (found, passed, led) = (0, 0, 0)
        for (place, key) in keys.enumerated() {
            for bit in stride(from: place % 3, to: 64, by: 3) {
                let byte = key + bit / 8
                try file.write([whole[byte] ^ (1 << UInt8(bit % 8))].span, at: byte)
                let isFound = try fixture.verify(fixture.journal).hasDamage
                if isFound { found += 1 } else { passed += 1 }
                let refused = code { _ = try fixture.open() } == .damaged
                #expect(isFound == refused, "key \(place), bit \(bit)")
                for first in stride(from: 1, through: head, by: 53) {
                    let events = try read(from: first, copies: bit % 2 == 0)
                    let isHonest = events.map { $0 == Array(first...head) } ?? isFound
                    #expect(isHonest, "key \(place), bit \(bit), from \(first)")
                    if events == nil { led += 1 }
                }
                try file.write([whole[byte]].span, at: byte)
            }
        }
        #expect(led > 0 && found > 30 * passed, "\(found) found, \(passed) passed, \(led) led")
        #expect(!(try fixture.verify(fixture.journal)).hasDamage)
    }
}
