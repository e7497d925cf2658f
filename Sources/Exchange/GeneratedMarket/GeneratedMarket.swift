/// A market that never was, as the lines of a tape.
///
/// The same seed and length give the same bytes on every machine. The symbol is `GENUSDT`, the tick
/// 0.01, the lot 0.001. The market has calm and hurried times, trends, and times when the book is
/// thin; the imbalance of its book leads its price a little; every trade takes what rested in the
/// book; the spread is 1 to 5 ticks. Update ids follow the venue's rules for spot: each depth
/// message begins where the last one ended, and one REST snapshot lies within the first ones.
///
/// It exists so that a fresh clone, which has no recorded market, can run, test and measure all.
public struct GeneratedMarket {
    /// The symbol of every generated market.
    public static let symbol = "GENUSDT"
    /// The start of every generated market: 2024-01-01T00:00:00Z, in nanoseconds since 1970.
    public static let startNanoseconds: Int64 = 1_704_067_200_000_000_000

    private static let windowNanoseconds: Int64 = 100_000_000
    private static let snapshotWindow: Int64 = 3
    private static let widestSpread = 5
    private static let mostStepsToFollow = 16

    private let windowCount: Int64
    private var window: Int64 = 0
    private var random: SplitMix64
    private var mood = MarketMood()
    private var venue: GeneratedVenue
    private var writer = TapeLineWriter()
    private var nextLineIndex = 0

    /// Prepares the market; lines are made as they are asked for.
    ///
    /// - Parameters:
    ///   - seed: what makes this market differ from others.
    ///   - minutes: its length; 30 minutes are about 80,000 lines.
    public init(seed: UInt64, minutes: Int = 30) {
        random = SplitMix64(seed: seed)
        windowCount = Int64(minutes) * 600
        venue = GeneratedVenue(&random)
    }

    /// Replaces `line` by the next line of the tape, without a line feed.
    ///
    /// - Returns: false, with `line` empty, at the market's end.
    public mutating func nextLine(into line: inout [UInt8]) -> Bool {
        line.removeAll(keepingCapacity: true)
        while nextLineIndex == writer.lineEnds.count {
            guard window < windowCount else { return false }
            writer.removeAll()
            nextLineIndex = 0
            liveThroughWindow()
        }
        let start = nextLineIndex == 0 ? 0 : writer.lineEnds[nextLineIndex - 1]
        line.append(contentsOf: writer.bytes[start..<writer.lineEnds[nextLineIndex]])
        nextLineIndex += 1
        return true
    }

    /// Makes the 100 ms between two depth messages, and the message at their end.
    private mutating func liveThroughWindow() {
        let start = Self.startNanoseconds + window * Self.windowNanoseconds
        mood.advance(&random)
        let actions = random.draw(mood.regime.actionsPerWindow)
        for action in 0..<actions {
            let slot = Self.windowNanoseconds / actions
            act(at: start + action * slot + random.draw(0...(slot / 2)))
        }
        let end = start + Self.windowNanoseconds
        venue.deepen(mood, &random)
        for _ in 0..<Self.mostStepsToFollow where venue.follow(mood, &random) {
            venue.narrow(to: Self.widestSpread - 1, mood, &random)
            publishTop(at: end - 2_000_000)
        }
        venue.narrow(to: Self.widestSpread, mood, &random)
        publishTop(at: end - 2_000_000)
        if window == Self.snapshotWindow { publishSnapshot(at: end - 1_000_000) }
        publishDepth(at: end)
        window += 1
    }

    private mutating func act(at time: Int64) {
        if random.chance(mood.regime.takersPerMille) {
            mood.feelImpact(ticks: venue.take(mood, &random))
        } else {
            venue.make(mood, &random)
        }
        venue.narrow(to: Self.widestSpread, mood, &random)
        publishTop(at: time)
    }

    /// Publishes the trades since the last call, then the best prices when they changed.
    private mutating func publishTop(at time: Int64) {
        let milliseconds = time / 1_000_000
        for trade in venue.takeTrades() {
            writer.trade(
                received: received(time),
                milliseconds: milliseconds,
                id: trade.id,
                trade: trade
            )
        }
        if let top = venue.takeTopIfChanged() {
            writer.bookTicker(
                received: received(time),
                id: venue.book.updateID,
                bid: top.bid,
                ask: top.ask
            )
        }
    }

    private mutating func publishSnapshot(at time: Int64) {
        writer.snapshot(
            received: received(time),
            id: venue.book.updateID,
            bids: venue.book.levels(.bid, limit: 1_000),
            asks: venue.book.levels(.ask, limit: 1_000)
        )
        // Something after the snapshot belongs to the same depth message, so that a reader has to
        // apply a message that begins before its snapshot.
        venue.make(mood, &random)
        venue.narrow(to: Self.widestSpread, mood, &random)
        publishTop(at: time)
    }

    private mutating func publishDepth(at time: Int64) {
        guard let ids = venue.takeUpdateIDs() else { return }
        writer.depth(
            received: received(time),
            milliseconds: time / 1_000_000,
            ids: ids,
            bids: venue.takeChanges(.bid),
            asks: venue.takeChanges(.ask)
        )
    }

    /// When the recorder would have seen it: mostly within 2 ms, sometimes much later.
    private mutating func received(_ time: Int64) -> Int64 {
        let jitter = random.chance(20) ? random.draw(0...9_000_000) : random.draw(0...1_200_000)
        return time + 800_000 + jitter
    }
}
