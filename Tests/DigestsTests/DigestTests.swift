import Digests
import TestSupport
import Testing

@Suite struct `Digests of bytes` {
    @Test func `the check value of CRC-32C is the published one`() {
        let digits = Array("123456789".utf8)
        let check = CRC32C.checksum(digits.span)
        #expect(check == 0xE306_9283)
        let nothing: [UInt8] = []
        let zero = CRC32C.checksum(nothing.span)
        #expect(zero == 0)
    }

    /// A frame of this many bytes behind its length and checksum.
    private func frame(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        let covered = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let sum = CRC32C.checksum(covered.span)
        let front = [UInt32(8 + count), sum].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
        }
        return front + covered
    }

    @Test(arguments: 0..<40)
    func `frames are passed as far as they are sound`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let frames = (0..<random.int(1...30)).map { _ -> [UInt8] in
            let lengths = [random.int(0...40), 249, 256, 257, 900]
            return frame(lengths[random.int(0...4)], &random)
        }
        let whole: [UInt8] = [1, 2, 3] + frames.flatMap { (frame: [UInt8]) in frame }
        let passed = CRC32C.passFrames(whole.span, from: 3, smallest: 8)
        // Where the processor lacks the instruction nothing is passed, which is lawful.
        if passed.count == 0 { return }
        #expect(passed.offset == whole.count && passed.count == frames.count)
        let broken = random.int(0...(frames.count - 1))
        let begin = 3 + frames[..<broken].reduce(0) { $0 + $1.count }
        var changed = whole
        changed[begin + random.int(0...(frames[broken].count - 1))] ^= UInt8(1 << random.int(0...7))
        let stopped = CRC32C.passFrames(changed.span, from: 3, smallest: 8)
        #expect(stopped.offset == begin && stopped.count == broken, "seed \(seed)")
        let shorter = Array(whole.dropLast())
        let cut = CRC32C.passFrames(shorter.span, from: 3, smallest: 8)
        #expect(cut.count == frames.count - 1, "seed \(seed)")
        let none = CRC32C.passFrames(whole.span, from: whole.count, smallest: 8)
        #expect(none.offset == whole.count && none.count == 0)
    }

    @Test func `SHA-256 gives the published values, again and again`() {
        let hasher = SHA256()
        let text = Array("abc".utf8)
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        for _ in 0..<3 {
            let found = hasher.digest(of: text.span).description
            #expect(found == expected)
        }
        let nothing: [UInt8] = []
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let found = hasher.digest(of: nothing.span).description
        #expect(found == empty)
    }

    @Test func `bytes given in parts hash as the whole`() {
        let hasher = SHA256()
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        hasher.update(bytes.span.extracting(0..<7))
        hasher.update(bytes.span.extracting(7..<1000))
        let parts = hasher.finish()
        let whole = hasher.digest(of: bytes.span)
        #expect(parts == whole)
    }

    @Test func `a hash computed beside other work is the same`() throws {
        let made = BesideHasher()
        let hasher = try #require(made)
        let plain = SHA256()
        for length in [0, 1, 1000, 100_000] {
            let bytes = [UInt8](repeating: 7, count: length)
            var calls = 0
            let beside = hasher.digest(of: bytes.span) { calls += 1 }
            let expected = plain.digest(of: bytes.span)
            #expect(beside == expected)
            #expect(calls == 1)
        }
    }

    @Test func `a digest survives its own text and bytes`() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let parsed = SHA256Digest(bytes: bytes.span)
        let digest = try #require(parsed)
        #expect(digest.bytes == bytes)
        #expect(SHA256Digest(hexadecimal: digest.description) == digest)
        #expect(SHA256Digest(hexadecimal: "00") == nil)
    }
}
