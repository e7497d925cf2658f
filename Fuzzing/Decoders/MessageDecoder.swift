import Exchange
import Trading

/// What a venue sends on its public streams, message by message, into a feed of its market.
///
/// The first byte chooses the market; messages are divided by line feeds.
final class MessageDecoder: Decoder {
    private var decoder = BinanceDecoder(maximumBytes: 1 << 20)

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        guard let choice = bytes.first else { return }
        var feed = MarketFeed(
            instrument: InstrumentID(0),
            symbol: "BTCUSDT",
            market: choice & 1 == 0 ? .spot : .perpetual,
            capacity: 8,
            depth: 4
        )
        for line in bytes.dropFirst().split(separator: 0x0A) {
            let message = Array(line)
            do throws(MessageError) {
                try decoder.decode(message.span)
            } catch {
                try require(decoder.message.kind == .other, "a refused message brings nothing")
                try require(!"\(error)".isEmpty, "a refusal has words")
                continue
            }
            try check(decoder.message)
            let changes = feed.take(decoder.message)
            try check(feed, changes)
        }
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

    private func check(
        _ feed: MarketFeed,
        _ changes: MarketSlice.Changes
    ) throws(Contradiction) {
        try require(!feed.book.isCrossed, "a book is never crossed")
        try require(feed.isInStep || feed.book.bestBid == nil, "a lost book is empty")
        try require(feed.isInStep || feed.book.bestAsk == nil, "a lost book is empty")
        if changes.contains(.book) { try require(feed.isInStep, "only a book in step changes") }
        try require(feed.faults.count <= MarketFeed.maximumFaults, "faults are bounded")
    }
}
