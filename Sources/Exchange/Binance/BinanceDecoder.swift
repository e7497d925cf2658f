internal import JSON
package import Trading

/// Decodes what Binance sends on public spot and USD-margined streams.
///
/// Understood are combined-stream messages, `{"stream":…,"data":{…}}`, of depth, trades, best
/// prices and mark prices, and the REST snapshot of a book. Whatever else is an object becomes
/// ``MarketMessage/Kind/other``. The decoder owns its parser and one message, which are reused.
public struct BinanceDecoder: ~Copyable {
    /// The message decoded last.
    public private(set) var message = MarketMessage()
    private var parser: JSONParser

    /// Makes a decoder for messages of at most `maximumBytes`.
    public init(maximumBytes: Int = 32 << 20) {
        parser = JSONParser(maximumBytes: maximumBytes, maximumDepth: 16)
    }

    /// Decodes one message into ``message``.
    ///
    /// - Parameter bytes: The JSON text.
    /// - Throws: ``MessageError``; ``message`` is then of kind ``MarketMessage/Kind/other``.
    public mutating func decode(_ bytes: Span<UInt8>) throws(MessageError) {
        message.clear()
        do throws(MessageError) {
            try Self.decode(bytes, with: &parser, into: &message)
        } catch {
            message.clear()
            throw error
        }
    }

    /// Multiplies the prices of ``message``; see ``MarketMessage/scalePrices(by:)``.
    public mutating func scalePrices(by factor: Int64) { message.scalePrices(by: factor) }

    /// Adds a difference to the prices of ``message``, so that a market can have jumped; what would
    /// be at zero or below is left out.
    package mutating func shiftPrices(by difference: Price) {
        message.shiftPrices(by: difference)
    }

    private static func decode(
        _ bytes: Span<UInt8>,
        with parser: inout JSONParser,
        into message: inout MarketMessage
    ) throws(MessageError) {
        let root = try parser.object(in: bytes)
        if let stream = root.member("stream") {
            guard let data = root.member("data") else { throw .missing(key: "data") }
            try message.decode(stream: stream, data: data)
        } else if root.member("lastUpdateId") != nil {
            try message.decode(snapshot: root)
        }
    }
}

extension MarketMessage {
    /// Decodes a combined-stream message by the name of its stream, as `btcusdt@depth@100ms`.
    fileprivate mutating func decode(
        stream: JSONValue,
        data: JSONValue
    ) throws(MessageError) {
        guard let name = stream.string else { throw stream.isNot("a string", at: "stream") }
        let known = kind(ofStream: name)
        guard known != .other else { return }
        guard data.isKind(.object) else { throw data.isNot("an object", at: "data") }
        if symbol.span.endsInPerpetualSuffix {
            throw .coinMargined(stream: stream.text ?? "")
        }
        switch known {
        case .depthUpdate: try decode(depthUpdate: data)
        case .trade: try decode(trade: data)
        case .quote: try decode(quote: data)
        case .mark: try decode(mark: data)
        case .other, .depthSnapshot: return
        }
        kind = known
    }

    /// Takes the symbol from the name of a stream, and says what the stream brings.
    private mutating func kind(ofStream name: Span<UInt8>) -> Kind {
        var index = 0
        while index < name.count, name[index] != 0x40 {
            let byte = name[index]
            symbol.append((0x61...0x7A).contains(byte) ? byte &- 0x20 : byte)
            index += 1
        }
        guard index < name.count else {
            symbol.removeAll(keepingCapacity: true)
            return .other
        }
        let topic = name.extracting((index + 1)...)
        if topic.isTopic("depth") { return .depthUpdate }
        if topic.isTopic("trade") { return .trade }
        if topic.isTopic("bookTicker") { return .quote }
        return topic.isTopic("markPrice") ? .mark : .other
    }
}

extension Span<UInt8> {
    /// Whether this is `text`, or `text` and then `@` and an interval.
    fileprivate func isTopic(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length, count == length || self[length] == 0x40 else { return false }
        return extracting(..<length).equals(text)
    }

    /// Whether this symbol ends in `_PERP`.
    fileprivate var endsInPerpetualSuffix: Bool {
        count > 5 && extracting((count - 5)...).equals("_PERP")
    }
}
