import TestSupport
import Testing
import Trading

/// SipHash-2-4-128 as the paper and the reference describe it, byte by byte and without haste.
private func slowSipHash(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 * 256 + UInt64($1) }
    }
    func turned(_ value: UInt64, _ count: Int) -> UInt64 {
        var value = value
        for _ in 0..<count { value = value << 1 | value >> 63 }
        return value
    }
    let k0 = word(key[0..<8])
    let k1 = word(key[8..<16])
    // "somepseudorandomlygeneratedbytes", as big-endian words.
    let initial = "somepseudorandomlygeneratedbytes".utf8.map { UInt64($0) }
    var v = (0..<4).map { index in
        initial[(8 * index)..<(8 * index + 8)].reduce(0) { $0 << 8 | $1 }
    }
    v = [v[0] ^ k0, v[1] ^ k1 ^ 0xEE, v[2] ^ k0, v[3] ^ k1]
    func rounds(_ count: Int) {
        for _ in 0..<count {
            v[0] = v[0] &+ v[1]
            v[2] = v[2] &+ v[3]
            v[1] = turned(v[1], 13) ^ v[0]
            v[3] = turned(v[3], 16) ^ v[2]
            v[0] = turned(v[0], 32)
            v[2] = v[2] &+ v[1]
            v[0] = v[0] &+ v[3]
            v[1] = turned(v[1], 17) ^ v[2]
            v[3] = turned(v[3], 21) ^ v[0]
            v[2] = turned(v[2], 32)
        }
    }
    var padded = message
    while padded.count % 8 != 7 { padded.append(0) }
    padded.append(UInt8(message.count % 256))
    for start in stride(from: 0, to: padded.count, by: 8) {
        let block = word(padded[start..<start + 8])
        v[3] ^= block
        rounds(2)
        v[0] ^= block
    }
    v[2] ^= 0xEE
    rounds(4)
    let first = v[0] ^ v[1] ^ v[2] ^ v[3]
    v[1] ^= 0xDD
    rounds(4)
    let second = v[0] ^ v[1] ^ v[2] ^ v[3]
    return [first, second].flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
}

private let key = (0..<16).map { UInt8($0) }

/// The product's hash of a message of any length.
private func hash(_ message: [UInt8]) -> String {
    var hash = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)
    var tail: UInt64 = 0
    let whole = message.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
        hash.word(message[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    for byte in message[whole...].reversed() { tail = tail << 8 | UInt64(byte) }
    return hash.finish(tail: tail, tailCount: message.count - whole).description
}

@Suite struct `The keyed hash of the outcome chain` {
    /// Published in `vectors_sip128` of the reference implementation.
    @Test(arguments: [
        (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
        (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
    ])
    func `gives the published results`(count: Int, expected: String) {
        #expect(hash((0..<count).map { UInt8($0) }) == expected)
    }

    @Test(arguments: 0...63)
    func `gives what the paper says for every length of the published vectors`(count: Int) {
        let message = (0..<count).map { UInt8($0) }
        #expect(hash(message) == hexadecimal(slowSipHash(message, key: key)))
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `gives what the paper says for messages of chance`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let message = (0..<random.int(0...400)).map { _ in
            UInt8(truncatingIfNeeded: random.next())
        }
        #expect(hash(message) == hexadecimal(slowSipHash(message, key: key)), "seed \(seed)")
    }

    @Test func `takes a wide value as two words, the low one first`() {
        var wide = SipHash(key0: 1, key1: 2)
        wide.wide(-3)
        var words = SipHash(key0: 1, key1: 2)
        words.word(.max - 2)
        words.word(.max)
        #expect(wide.finish() == words.finish())
    }
}
