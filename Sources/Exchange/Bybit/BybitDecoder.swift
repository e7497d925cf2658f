internal import JSON
public import Trading

/// Decodes what Bybit sends on its public spot and linear streams.
///
/// Understood are `orderbook` of every depth, `publicTrade` and, where they tell mark price,
/// funding or best prices, `tickers`; answers to what was sent are in ``reply``. Whatever else is
/// an object becomes ``MarketMessage/Kind/other``. A message of Bybit may bring several of ours:
///
/// ```swift
/// try decoder.decode(bytes)
/// repeat { feed.take(decoder.message) } while decoder.next()
/// ```
///
/// The decoder owns its parser and one message, which are reused.
public struct BybitDecoder: ~Copyable {
    /// The market whose stream it decodes.
    public let market: Market
    /// The message decoded last, or the part of it that ``next()`` went on to.
    public private(set) var message = MarketMessage()
    /// What the message decoded last answers; `nil` where it is no answer.
    public private(set) var reply: BybitReply?

    private var parser: JSONParser
    private var parts: [BybitPart] = []
    private var taken = 0
    private var tickers: [[UInt8]: BybitTicker] = [:]

    /// How many symbols may have tickers that are remembered.
    static let maximumTickers = 4096

    /// Makes a decoder for messages of at most `maximumBytes`.
    public init(market: Market, maximumBytes: Int = 32 << 20) {
        self.market = market
        parser = JSONParser(maximumBytes: maximumBytes, maximumDepth: 16)
    }

    /// Decodes one message into ``message``.
    ///
    /// - Parameter bytes: The JSON text.
    /// - Throws: ``MessageError``; ``message`` is then of kind ``MarketMessage/Kind/other``.
    public mutating func decode(_ bytes: Span<UInt8>) throws(MessageError) {
        message.clear()
        parts.removeAll(keepingCapacity: true)
        taken = 0
        reply = nil
        do throws(MessageError) {
            try Self.decode(bytes, with: &parser, into: &message, &parts, &tickers, &reply)
        } catch {
            message.clear()
            parts.removeAll(keepingCapacity: true)
            throw error
        }
        if message.kind != .other { message.market = market }
        _ = next()
    }

    /// Goes on to the next part of the message; `false` where there is none.
    public mutating func next() -> Bool {
        guard taken < parts.count else { return false }
        switch parts[taken] {
        case .trade(let trade, let isMarketTrade):
            message.kind = .trade
            message.trade = trade
            message.isMarketTrade = isMarketTrade
            message.time = trade.time
        case .mark(let mark):
            message.kind = .mark
            message.mark = mark
        case .quote(let quote):
            message.kind = .quote
            message.quote = quote
            message.lastUpdate = 0
        }
        message.market = market
        taken += 1
        return true
    }

    private static func decode(
        _ bytes: Span<UInt8>,
        with parser: inout JSONParser,
        into message: inout MarketMessage,
        _ parts: inout [BybitPart],
        _ tickers: inout [[UInt8]: BybitTicker],
        _ reply: inout BybitReply?
    ) throws(MessageError) {
        let root = try parser.object(in: bytes)
        guard let topic = try root.optional("topic") else {
            reply = try BybitReply(root)
            return
        }
        guard let name = topic.string else { throw topic.isNot("a string", at: "topic") }
        guard let known = BybitTopic(name) else { return }
        message.takeSymbol(name, from: known.symbolStart)
        switch known.kind {
        case .book: try message.decode(bybitBook: root)
        case .trades: try message.decode(bybitTrades: root, into: &parts)
        case .ticker:
            var ticker = try message.beginTicker(root, known: tickers[message.symbol])
            let changes = try ticker.take(root.object(at: "data"), symbol: message.symbol)
            if tickers.count >= maximumTickers { tickers.removeAll() }
            tickers[message.symbol] = ticker
            parts += ticker.parts(changes, at: message.time)
        }
    }
}

/// A part of a message that brings several.
enum BybitPart {
    case trade(PublicTrade, isMarketTrade: Bool)
    case mark(MarkPrice)
    case quote(Quote)
}

/// The name of a topic that we know, as `orderbook.50.BTCUSDT`.
struct BybitTopic {
    enum Kind { case book, trades, ticker }

    let kind: Kind
    /// Where the symbol begins in the name.
    let symbolStart: Int

    /// Reads the name; `nil` where the topic is of no use here.
    init?(_ name: Span<UInt8>) {
        var end = 0
        while end < name.count, name[end] != 0x2E { end += 1 }
        guard end < name.count else { return nil }
        let word = name.extracting(..<end)
        var start = end + 1
        if word.equals("publicTrade") {
            kind = .trades
        } else if word.equals("tickers") {
            kind = .ticker
        } else if word.equals("orderbook") {
            kind = .book
            // A depth in digits: books with more than two cells a level have words instead.
            var digits = 0
            while start < name.count, name[start] != 0x2E {
                guard name[start] &- 0x30 <= 9 else { return nil }
                start += 1
                digits += 1
            }
            guard digits > 0 else { return nil }
            start += 1
        } else {
            return nil
        }
        guard start < name.count else { return nil }
        symbolStart = start
    }
}
