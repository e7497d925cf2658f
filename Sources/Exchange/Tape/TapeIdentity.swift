public import Trading

/// Which market a tape was recorded from, found by reading its beginning.
public struct TapeIdentity: Hashable, Sendable {
    /// The venue's symbol in upper case, as `BTCUSDT`.
    public var symbol: String
    /// Spot or perpetual.
    public var market: Market

    /// Makes an identity.
    public init(symbol: String, market: Market) {
        self.symbol = symbol
        self.market = market
    }

    /// How many lines are read at most.
    public static var maximumLines: Int { 4096 }

    /// Reads a tape until its lines tell the symbol and the market.
    ///
    /// The symbol is in the name of the stream. The market shows in what only one of them sends:
    /// `pu` in depth events, `E` or `T` in a snapshot, `X` in trades, `e` in best prices, and
    /// mark prices at all are USD-M; the same messages without them are spot.
    ///
    /// - Throws: ``TapeError`` where the tape cannot be read, is coin-margined, holds two
    ///   instruments or tells nothing.
    public init(reading path: String) throws(TapeError) {
        var reader = try TapeReader(path: path)
        var decoder = BinanceDecoder()
        var symbol: [UInt8] = []
        var market: Market?
        while reader.number < Self.maximumLines, try reader.advance() {
            try decoder.decode(reader)
            guard decoder.message.kind != .other else { continue }
            let message = decoder.message
            if symbol.isEmpty { symbol = message.symbol }
            guard symbol.isEmpty || message.symbol.isEmpty || symbol == message.symbol else {
                throw .mixed(
                    at: reader.place,
                    first: String(decoding: symbol, as: UTF8.self),
                    second: String(decoding: message.symbol, as: UTF8.self)
                )
            }
            if let before = market, let now = message.market, before != now {
                throw .mixed(at: reader.place, first: before.name, second: now.name)
            }
            market = market ?? message.market
            guard let market, !symbol.isEmpty else { continue }
            self.init(symbol: String(decoding: symbol, as: UTF8.self), market: market)
            return
        }
        throw .unidentified(tape: path, lines: min(reader.number, Self.maximumLines))
    }
}

extension BinanceDecoder {
    /// Decodes the line at hand, and names it where that fails.
    ///
    /// - Throws: ``TapeError/message(at:_:)`` or ``TapeError/coinMargined(at:stream:)``.
    public mutating func decode(_ reader: borrowing TapeReader) throws(TapeError) {
        do throws(MessageError) {
            try decode(reader.line.message)
        } catch {
            throw TapeError(error, at: reader.place)
        }
    }
}

extension TapeError {
    /// The error of a message, with its place on the tape.
    init(_ error: MessageError, at place: Place) {
        switch error {
        case .coinMargined(let stream): self = .coinMargined(at: place, stream: stream)
        default: self = .message(at: place, error)
        }
    }
}
