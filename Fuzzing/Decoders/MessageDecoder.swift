import Exchange
import Trading

/// What Binance sends on its public streams, message by message, into a feed of its market.
///
/// The first byte chooses the market; messages are divided by line feeds.
final class MessageDecoder: Decoder {
    private var decoder = BinanceDecoder(maximumBytes: 1 << 20)

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        guard let choice = bytes.first else { return }
        var checks = FeedChecks(choice & 1 == 0 ? .spot : .perpetual, .binance)
        for line in bytes.dropFirst().split(separator: 0x0A) {
            let message = Array(line)
            do throws(MessageError) {
                try decoder.decode(message.span)
            } catch {
                try require(decoder.message.kind == .other, "a refused message brings nothing")
                try require(!"\(error)".isEmpty, "a refusal has words")
                continue
            }
            try checks.take(decoder.message)
        }
    }
}

/// What Bybit sends on its public streams, message by message and part by part, into a feed of its
/// market.
///
/// The first byte chooses the market; messages are divided by line feeds.
final class BybitMessageDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        guard let choice = bytes.first else { return }
        let market: Market = choice & 1 == 0 ? .spot : .perpetual
        // It remembers what tickers told: each input begins anew, so that it tells the same again.
        var decoder = BybitDecoder(market: market, maximumBytes: 1 << 20)
        var checks = FeedChecks(market, .bybit)
        for line in bytes.dropFirst().split(separator: 0x0A) {
            let message = Array(line)
            do throws(MessageError) {
                try decoder.decode(message.span)
            } catch {
                try require(decoder.message.kind == .other, "a refused message brings nothing")
                try require(!decoder.next(), "nor does it later")
                try require(decoder.reply == nil, "nor is it an answer")
                try require(!"\(error)".isEmpty, "a refusal has words")
                continue
            }
            var parts = 0
            repeat {
                try checks.take(decoder.message)
                parts += 1
                try require(parts <= line.count, "a message has no more parts than bytes")
            } while decoder.next()
        }
    }
}

/// A feed that is fed, and what must be true of it and of what it is fed with.
private struct FeedChecks {
    private var feed: MarketFeed

    init(_ market: Market, _ rules: DepthRules) {
        feed = MarketFeed(
            instrument: InstrumentID(0),
            symbol: "BTCUSDT",
            market: market,
            rules: rules,
            capacity: 8,
            depth: 4
        )
    }

    mutating func take(_ message: MarketMessage) throws(Contradiction) {
        try check(message)
        let changes = feed.take(message)
        try check(changes)
    }

    private func check(_ message: MarketMessage) throws(Contradiction) {
        let levels: [BookLevel] =
            switch message.kind {
            case .depthUpdate, .depthSnapshot: message.bids + message.asks
            default: []
            }
        for level in levels {
            try require(
                level.price.isPositive && !level.quantity.isNegative,
                "a level has a price, and no less than nothing"
            )
        }
        try require(!message.highestPrice.isNegative, "no price is below zero")
    }

    private func check(_ changes: MarketSlice.Changes) throws(Contradiction) {
        try require(!feed.book.isCrossed, "a book is never crossed")
        try require(feed.isInStep || feed.book.bestBid == nil, "a lost book is empty")
        try require(feed.isInStep || feed.book.bestAsk == nil, "a lost book is empty")
        if changes.contains(.book) { try require(feed.isInStep, "only a book in step changes") }
        try require(feed.faults.count <= MarketFeed.maximumFaults, "faults are bounded")
    }
}
