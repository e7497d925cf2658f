import Exchange
import Testing

@Suite struct `The generated market` {
    @Test func `the same seed gives the same bytes in every release`() {
        #expect(fingerprint(seed: 1) == 0x1CD0_E4F0_2348_D77A)
    }

    @Test func `another seed gives another market`() {
        #expect(fingerprint(seed: 1) != fingerprint(seed: 2))
    }

    @Test func `it has as many minutes as asked for`() throws {
        let tape = try TapeReading(seed: 3, minutes: 2)
        let end = GeneratedMarket.startNanoseconds + 120_000_000_000
        #expect(tape.lastReceived > end - 1_000_000_000)
        #expect(tape.lastReceived < end + 20_000_000)
        #expect(tape.lines > 3_000)
    }

    @Test func `it ends, and stays ended`() {
        var market = GeneratedMarket(seed: 1, minutes: 0)
        var line: [UInt8] = [1]
        let answers = [market.nextLine(into: &line), market.nextLine(into: &line)]
        #expect(answers == [false, false])
        #expect(line.isEmpty)
    }

    @Test(arguments: [UInt64(0), 7, .max])
    func `a reader that follows the venue's rules finds nothing wrong`(seed: UInt64) throws {
        let tape = try TapeReading(seed: seed, minutes: 4)
        #expect(tape.findings == [])
        #expect(tape.isSynchronised)
        #expect(tape.trades > 100)
        #expect(tape.longestWalk > 3)
    }

    @Test func `imbalance leads price`() throws {
        let tape = try TapeReading(seed: 7, minutes: 6)
        let ahead = 20
        var moves: (afterBids: Int, afterAsks: Int) = (0, 0)
        for (now, later) in zip(tape.tops, tape.tops.dropFirst(ahead)) {
            let move = later.middle - now.middle
            if now.bidShare > 75 { moves.afterBids += move.signum() }
            if now.bidShare < 25 { moves.afterAsks += move.signum() }
        }
        #expect(moves.afterBids > 50)
        #expect(moves.afterAsks < -50)
    }

    /// FNV-1a, 64 bits, over the lines and their line feeds.
    private func fingerprint(seed: UInt64) -> UInt64 {
        var market = GeneratedMarket(seed: seed, minutes: 1)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var line: [UInt8] = []
        while market.nextLine(into: &line) {
            for byte in line + [UInt8(ascii: "\n")] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            }
        }
        return hash
    }
}
