internal import Exchange
internal import Trading

/// Where the recorded part of a market's book comes from: a tape, a generator, or nowhere.
///
/// Its times are moved so that its first line happens when the exchange opens; a generated market
/// has gone on for some seconds by then, so that there are a book and a last price from the start.
public final class BookSource {
    /// What a market is driven by.
    public enum Plan: Hashable, Sendable {
        /// Only the orders of clients.
        case clients
        /// A generated market, its prices, which begin near 100, times a whole number.
        case generated(seed: UInt64, priceFactor: Int64)
        /// The same at another pace: so many times slower.
        case slowed(seed: UInt64, priceFactor: Int64, by: Int64)
        /// A recorded market.
        case tape(path: String)
    }

    /// The market as the source tells it; the book holds what no client put there.
    private(set) var feed: MarketFeed
    /// The trades and marks of the message that was taken last.
    private(set) var decoder = BinanceDecoder()
    private var lines: Lines
    private let priceFactor: Int64
    /// What is added to every price since the market has jumped.
    private var offset = Price.zero
    /// How many times slower than recorded its time goes.
    private var slowness: Int64 = 1
    private var begin: Timestamp?
    private var shift: TimeSpan?
    /// When the line at hand happened, by its own clock; `nil` at the end.
    private var next: Timestamp?

    private enum Lines {
        case generated(Generator)
        case tape(Deck)
    }

    /// A reader with its line at hand; an object, because a reader cannot be copied.
    private final class Deck {
        var reader: TapeReader
        init(path: String) throws(TapeError) { reader = try TapeReader(path: path) }
    }

    /// A generator with its line at hand.
    private final class Generator {
        var market: GeneratedMarket
        var line: [UInt8] = []
        var message: [UInt8] = []
        init(seed: UInt64) {
            // A year: nobody runs it longer without a restart.
            market = GeneratedMarket(seed: seed, minutes: 525_600)
        }
    }

    /// Opens a source; `nil` for a market that only clients drive.
    ///
    /// - Throws: `TapeError` where a tape cannot be read.
    init?(_ plan: Plan, for instrument: Instrument) throws(TapeError) {
        switch plan {
        case .clients: return nil
        case .generated(let seed, let factor):
            priceFactor = factor
            lines = .generated(Generator(seed: seed))
            feed = MarketFeed(
                instrument: instrument.id,
                symbol: GeneratedMarket.symbol,
                market: .spot
            )
        case .slowed(let seed, let factor, let slowness):
            priceFactor = factor
            self.slowness = slowness
            lines = .generated(Generator(seed: seed))
            feed = MarketFeed(
                instrument: instrument.id,
                symbol: GeneratedMarket.symbol,
                market: .spot
            )
        case .tape(let path):
            priceFactor = 1
            let identity = try TapeIdentity(reading: path)
            lines = .tape(try Deck(path: path))
            feed = MarketFeed(
                instrument: instrument.id,
                symbol: identity.symbol,
                market: identity.market
            )
        }
        try fetch()
    }

    /// Takes the next message that is due at `now`.
    ///
    /// - Returns: Its time, by the exchange's clock; `nil` where nothing is due.
    /// - Throws: `TapeError` for a line that cannot be used; the next call goes on
    ///   behind it, unless ``isOver``.
    func advance(to now: Timestamp) throws(TapeError) -> Timestamp? {
        guard let time = next else { return nil }
        let shift = self.shift ?? now - (time + headStart)
        self.shift = shift
        guard time + shift <= now else { return nil }
        let decoded = Result { () throws(TapeError) in try decode() }
        next = nil
        try fetch()
        try decoded.get()
        feed.take(decoder.message)
        return time + shift
    }

    /// Goes on where it stands, however much time has passed: a halted market has no past.
    func resume(at now: Timestamp) {
        guard shift != nil, let time = next else { return }
        shift = now - time
    }

    /// Adds a difference to every price from now on, those of the book as it stands included.
    ///
    /// The book must be in step.
    func jump(by difference: Price) {
        offset += difference
        feed.shiftPrices(by: difference)
    }

    private var headStart: TimeSpan {
        if case .generated = lines { TimeSpan(seconds: 10) } else { .zero }
    }

    /// Whether there is no line left.
    var isOver: Bool { next == nil }

    private func decode() throws(TapeError) {
        switch lines {
        case .tape(let deck): try decoder.decode(deck.reader)
        case .generated(let generator):
            do {
                try decoder.decode(generator.message.span)
            } catch {
                invariant(false, "a generated line is sound: \(error)")
            }
        }
        if priceFactor != 1 { decoder.scalePrices(by: priceFactor) }
        if !offset.isZero { decoder.shiftPrices(by: offset) }
    }

    private func fetch() throws(TapeError) {
        switch lines {
        case .tape(let deck):
            if try deck.reader.advance() { next = deck.reader.received }
        case .generated(let generator):
            guard generator.market.nextLine(into: &generator.line) else { return }
            // A line is nineteen digits of nanoseconds, a space and the message.
            var nanoseconds: Int64 = 0
            for digit in generator.line.prefix(19) {
                nanoseconds = nanoseconds * 10 + Int64(digit - 0x30)
            }
            generator.message.removeAll(keepingCapacity: true)
            generator.message.append(contentsOf: generator.line[20...])
            let recorded = Timestamp(nanoseconds: nanoseconds)
            let first = begin ?? recorded
            begin = first
            next = first + TimeSpan(nanoseconds: (recorded - first).nanoseconds * slowness)
        }
    }
}
