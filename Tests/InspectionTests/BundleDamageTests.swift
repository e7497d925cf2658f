import Platform
import TestSupport
import Testing

@testable import Inspection

/// A bundle travels by mail and on sticks: what arrives is what was packed, or it is told.
@Suite(.temporaryDirectory) struct `A bundle that changed on its way` {
    private var path: String { TemporaryDirectory.path + "/a.bundle" }
    private var room: String { TemporaryDirectory.path + "/room" }

    /// What these bytes unpack to; `nil` where they are refused or something is found in them.
    private func unpacked(_ bytes: [UInt8]) throws -> [String: [UInt8]]? {
        try FileSystem.removeTree(room)
        try FileSystem.createDirectory(room)
        try File(path: path, mode: .replace).write(bytes.span, at: 0)
        let limits = BundleReader.Limits(fileBytes: bytes.count, freeBytes: 1 << 30)
        do {
            let bundle = try BundleReader.unpack(path, into: room, limits: limits)
            guard bundle.findings.isEmpty else { return nil }
        } catch is CommandFailure {
            return nil
        }
        return try files(room)
    }

    private func files(_ directory: String) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in try FileSystem.list(directory) {
            let below = directory + "/" + name
            if try FileSystem.status(below)?.isDirectory == true {
                found.merge(try files(below)) { $1 }
            } else {
                found[below] = try FileSystem.read(below)
            }
        }
        return found
    }

    private func made() throws -> [UInt8] {
        let journal = try TradedJournal(minutes: 1)
        #expect(journal.tool("bundle", path).status == 0)
        return try FileSystem.read(path)
    }

    @Test func `in one bit unpacks to the same, or is refused`() throws {
        let whole = try made()
        let expected = try #require(try unpacked(whole))
        var random = SeededRandom(seed: 9)
        let ends = Array(0..<48) + Array((whole.count - 48)..<whole.count)
        let places =
            ends.flatMap { byte in (0..<8).map { (byte, $0) } }
            + (0..<200).map { _ in (random.int(0...whole.count - 1), random.int(0...7)) }
        var same = 0
        for (byte, bit) in places {
            var changed = whole
            changed[byte] ^= 1 << UInt8(bit)
            guard let found = try unpacked(changed) else { continue }
            let isSame = found == expected
            #expect(isSame, "byte \(byte), bit \(bit)")
            same += 1
        }
        // The format has bits that say nothing of the content: twelve or thirteen in the head of
        // the frame, how large a window is asked for among them, and a few in what is packed,
        // which differ from journal to journal.
        #expect(same * 20 < places.count, "\(same) of \(places.count) were let through")
    }

    @Test func `at its end is refused`() throws {
        let whole = try made()
        func expectRefused(_ bytes: [UInt8], _ what: String) throws {
            let isRefused = try unpacked(bytes) == nil
            #expect(isRefused, "\(what)")
        }
        for cut in 1...16 { try expectRefused(Array(whole.dropLast(cut)), "without \(cut) bytes") }
        try expectRefused(whole + [0], "with a byte more")
        try expectRefused(whole + whole, "twice")
        for byte in (whole.count - 4)..<whole.count {
            var changed = whole
            changed[byte] ^= 0x10
            try expectRefused(changed, "byte \(byte), of the checksum")
        }
    }
}
