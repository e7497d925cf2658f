public import Exchange
internal import Trading

/// Writes the generated market as a tape.
public enum GeneratedTape {
    /// Makes a tape of a market that never was.
    ///
    /// - Parameters:
    ///   - path: Where to make it; nothing may be there.
    ///   - seed: What makes it differ from others.
    ///   - minutes: Its length.
    /// - Returns: How many lines it has.
    /// - Throws: `TapeError` where it cannot be written.
    public static func write(
        to path: String,
        seed: UInt64,
        minutes: Int
    ) throws(TapeError) -> Int {
        var market = GeneratedMarket(seed: seed, minutes: minutes)
        var tape = try TapeWriter(creating: path)
        var line: [UInt8] = []
        while market.nextLine(into: &line) {
            // A line is nineteen digits of nanoseconds, a space and the message.
            var received: Int64 = 0
            for digit in line.prefix(19) { received = received * 10 + Int64(digit - 0x30) }
            try tape.append(
                line.span.extracting(20..<line.count),
                received: Timestamp(nanoseconds: received)
            )
        }
        let lines = tape.lines
        try tape.finish()
        return lines
    }
}
