public import Trading

/// Several tapes played as one: by receive time, then place on the command line, then line.
///
/// The receive time never goes backwards: where a recorder's clock stepped back, its lines carry
/// the latest time seen on that tape, and stay in their order. Every tape is open at once, with
/// one buffer each.
public struct TapeSet: ~Copyable {
    /// One tape of the set.
    public struct Source: Hashable, Sendable {
        /// The tape's path.
        public let path: String
        /// What was recorded.
        public let identity: TapeIdentity
    }

    /// The tapes, as they stand on the command line.
    public let sources: [Source]
    /// The place in ``sources`` of the tape whose line is at hand.
    public private(set) var source = 0
    /// When the line at hand was received; never before the line before.
    public private(set) var received = Timestamp.never
    /// The number of the line at hand on its tape, from 1.
    public private(set) var number = 0

    /// A reader that has a line at hand or is at its end.
    private final class Deck {
        var reader: TapeReader
        var received = Timestamp.never
        var isAtEnd = false

        init(path: String) throws(TapeError) { reader = try TapeReader(path: path) }

        func advance() throws(TapeError) {
            isAtEnd = try !reader.advance()
            received = max(received, reader.received)
        }
    }

    private let decks: [Deck]
    /// The buffer of the deck whose line is at hand, borrowed so that the line needs no copy.
    private var buffer: [UInt8] = []
    private var message: Range<Int> = 0..<0
    private var offset = 0
    private var hasBegun = false

    /// Opens tapes and finds out what they are.
    ///
    /// - Throws: ``TapeError``.
    public init(paths: [String]) throws(TapeError) {
        var sources: [Source] = []
        var decks: [Deck] = []
        for path in paths {
            sources.append(Source(path: path, identity: try TapeIdentity(reading: path)))
            decks.append(try Deck(path: path))
        }
        self.sources = sources
        self.decks = decks
    }

    /// The line at hand; holds only after ``advance()`` returned `true`.
    public var line: TapeLine {
        @_lifetime(borrow self) get {
            let bytes = buffer.span.extracting(message)
            return TapeLine(received: received, message: bytes, number: number, offset: offset)
        }
    }

    /// Where the line at hand is.
    public var place: TapeError.Place {
        guard sources.indices.contains(source) else {
            return TapeError.Place(tape: "(none)", line: 1, byte: 0)
        }
        return TapeError.Place(tape: sources[source].path, line: max(number, 1), byte: offset)
    }

    /// Goes to the next line of all tapes.
    ///
    /// - Returns: `false` at the end of the last one.
    /// - Throws: ``TapeError`` where a tape cannot be read on.
    public mutating func advance() throws(TapeError) -> Bool {
        if hasBegun {
            guard decks.indices.contains(source) else { return false }
            let deck = decks[source]
            swap(&buffer, &deck.reader.buffer)
            // Until there is a next line the set is at its end, also after an error.
            source = decks.count
            try deck.advance()
        } else {
            hasBegun = true
            for deck in decks { try deck.advance() }
        }
        guard let next = earliest() else {
            source = decks.count
            return false
        }
        let deck = decks[next]
        source = next
        received = deck.received
        number = deck.reader.number
        offset = deck.reader.offset
        message = deck.reader.message
        swap(&buffer, &deck.reader.buffer)
        return true
    }

    private func earliest() -> Int? {
        var best: Int?
        for (index, deck) in decks.enumerated() where !deck.isAtEnd {
            if let found = best, decks[found].received <= deck.received { continue }
            best = index
        }
        return best
    }
}

extension BinanceDecoder {
    /// Decodes the line at hand, and names it where that fails.
    ///
    /// - Throws: ``TapeError/message(at:_:)`` or ``TapeError/coinMargined(at:stream:)``.
    public mutating func decode(_ tapes: borrowing TapeSet) throws(TapeError) {
        do throws(MessageError) {
            try decode(tapes.line.message)
        } catch {
            throw TapeError(error, at: tapes.place)
        }
    }
}
