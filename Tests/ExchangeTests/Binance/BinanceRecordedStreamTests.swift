import Exchange
import Testing
import Trading

/// A public message among the files, and what a person reads in it.
struct BinancePublicFile: Sendable, CustomTestStringConvertible {
    var path: String
    /// The name of its stream, where the file leaves out what stands around the message.
    var stream: String?
    var words: String
    var testDescription: String { path }

    init(_ path: String, _ stream: String? = nil, _ words: String = "other") {
        self.path = path
        self.stream = stream
        self.words = words
    }

    /// The message, under the name of its stream.
    func sent() throws -> String {
        var text = String(
            decoding: Fixtures.objects("binance/" + path).last ?? [],
            as: UTF8.self
        )
        if path.hasPrefix("xchange/") { text = try BinanceFixtures.body(path) }
        guard let stream else { return text }
        return #"{"stream":"\#(stream)","data":\#(text)}"#
    }

    func message() throws -> MarketMessage {
        var decoder = BinanceDecoder()
        return try decoder.decode(try sent())
    }
}

extension MarketMessage {
    fileprivate var words: String {
        let place = market.map { "\($0)" } ?? "-"
        let name = "\(place) \(String(decoding: symbol, as: UTF8.self))"
        let milliseconds = time.nanoseconds / 1_000_000
        switch kind {
        case .other: return "other"
        case .depthSnapshot: return "snapshot \(lastUpdate)"
        case .depthUpdate:
            let levels = "\(bids.map(\.words)) \(asks.map(\.words))"
            return "\(name) depth \(firstUpdate) to \(lastUpdate) after \(previousUpdate)"
                + " \(levels) \(milliseconds)"
        case .trade:
            return "\(name) trade \(trade.quantity) at \(trade.price) taken by a"
                + " \(trade.taker.name) \(trade.time.nanoseconds / 1_000_000)"
        case .quote:
            return "\(name) quote \(quote.bid.words) \(quote.ask.words) \(lastUpdate)"
        case .mark:
            return "\(name) mark \(mark.price) funding \(mark.fundingRate)"
                + " at \(mark.nextFunding.nanoseconds / 1_000_000) \(milliseconds)"
        }
    }
}

extension BookLevel {
    fileprivate var words: String { "\(price)x\(quantity)" }
}

private let docs = "docs_examples/web-socket-streams__"
private let pushed = "jkorf/Subscriptions/"

/// Every public message among the files.
let binancePublicFiles: [BinancePublicFile] = [
    BinancePublicFile(
        docs + "Trade_Streams.json",
        "bnbbtc@trade",
        "spot BNBBTC trade 100 at 0.001 taken by a sell 1672515782136"
    ),
    BinancePublicFile(
        docs + "Diff_Depth_Stream.json",
        "bnbbtc@depth",
        "spot BNBBTC depth 157 to 160 after 0 [\"0.0024x10\"] [\"0.0026x100\"] 1672515782136"
    ),
    BinancePublicFile(
        docs + "Individual_Symbol_Book_Ticker_Streams.json",
        "bnbusdt@bookTicker",
        "spot BNBUSDT quote 25.3519x31.21 25.3652x40.66 400900217"
    ),
    BinancePublicFile(
        "xchange/testBookTickerEvent.json",
        "bnbusdt@bookTicker",
        "spot BNBUSDT quote 25.3519x31.21 25.3652x40.66 400900217"
    ),
    BinancePublicFile(
        "nautilus_py/ws_messages/ws_spot_ticker_book.json",
        nil,
        "spot ETHUSDT quote 4507.24x2.3595 4507.25x2.8457 12711621188"
    ),
    BinancePublicFile(
        "nautilus_py/ws_messages/ws_futures_book_ticker.json",
        "bnbusdt@bookTicker",
        "perpetual BNBUSDT quote 25.3519x31.21 25.3652x40.66 400900217"
    ),
    BinancePublicFile(
        "nautilus_py/ws_messages/ws_futures_depth_update.json",
        "btcusdt@depth@500ms",
        "perpetual BTCUSDT depth 390497796 to 390497878 after 390497794 [\"7403.89x0.002\","
            + " \"7403.9x3.906\", \"7404x1.428\", \"7404.85x5.239\", \"7405.43x2.562\"]"
            + " [\"7405.96x3.34\", \"7406.63x4.525\", \"7407.08x2.475\", \"7407.15x4.8\","
            + " \"7407.2x0.175\"] 1571889248277"
    ),
    BinancePublicFile(
        "nautilus_py/ws_messages/ws_futures_depth_diff_update.json",
        "btcusdt@depth",
        smallDepth
    ),
    BinancePublicFile(
        "nautilus_rs/futures/market_data_json/depth_update_stream.json",
        "btcusdt@depth",
        smallDepth
    ),
    BinancePublicFile(pushed + "UsdFutures/Book.txt", nil, smallDepth),
    BinancePublicFile(
        "nautilus_rs/futures/market_data_json/mark_price_stream.json",
        "btcusdt@markPrice",
        "perpetual BTCUSDT mark 11794.15 funding 0.00038167 at 1562306400000 1562305380000"
    ),
    // The form of before 2020, when USD-M did not tell what kind of trade it was.
    BinancePublicFile(
        "nautilus_rs/futures/market_data_json/trade_stream.json",
        "btcusdt@trade",
        "spot BTCUSDT trade 100 at 0.001 taken by a sell 123456785"
    ),
    // Parts of books, which no book is kept from.
    BinancePublicFile(docs + "Partial_Book_Depth_Streams.json", "bnbbtc@depth5"),
    BinancePublicFile(pushed + "Spot/ExchangeData/PartialBook.txt"),
    BinancePublicFile("nautilus_py/ws_messages/ws_spot_agg_trade.json"),
    BinancePublicFile("xchange/testTickerEvent.json"),
    BinancePublicFile(pushed + "Spot/ExchangeData/MiniTicker.txt"),
    BinancePublicFile(pushed + "Spot/ExchangeData/RollingWindowTicker.txt"),
    BinancePublicFile(pushed + "UsdFutures/AssetIndex.txt"),
    BinancePublicFile(pushed + "UsdFutures/CompositIndex.txt"),
    BinancePublicFile(pushed + "UsdFutures/ContKlines.txt"),
    BinancePublicFile(pushed + "UsdFutures/Liquidations.txt"),
    BinancePublicFile(pushed + "UsdFutures/SymbolUpdates.txt"),
    BinancePublicFile(pushed + "UsdFutures/Ticker.txt"),
    BinancePublicFile(docs + "Aggregate_Trade_Streams.json", "bnbbtc@aggTrade"),
    BinancePublicFile(docs + "Average_Price.json", "btcusdt@avgPrice"),
    BinancePublicFile(docs + "Block_Trade_Streams.json", "bnbbtc@blockTrade"),
    BinancePublicFile(docs + "Individual_Symbol_Mini_Ticker_Stream.json", "bnbbtc@miniTicker"),
    BinancePublicFile(
        docs + "Individual_Symbol_Rolling_Window_Statistics_Streams.json",
        "bnbbtc@ticker_1h"
    ),
    BinancePublicFile(docs + "Individual_Symbol_Ticker_Streams.json", "bnbbtc@ticker"),
    BinancePublicFile(docs + "Kline_Candlestick_Streams_for_UTC.json", "bnbbtc@kline_1m"),
    BinancePublicFile(
        docs + "Kline_Candlestick_Streams_with_timezone_offset.json",
        "bnbbtc@kline_1m@+08:00"
    ),
    BinancePublicFile(docs + "Listing_Subscriptions_2.json"),
    BinancePublicFile(docs + "Reference_Price_Streams.json", "bazusd@referencePrice"),
    BinancePublicFile(docs + "Retrieving_Properties_2.json"),
    BinancePublicFile(docs + "Setting_Properties_2.json"),
    BinancePublicFile(docs + "Subscribe_to_a_stream_2.json"),
    BinancePublicFile(docs + "Unsubscribe_to_a_stream_2.json"),
]

private let smallDepth =
    "perpetual BTCUSDT depth 157 to 160 after 149 [\"0.0024x10\"] [\"0.0026x100\"] 123456789"

/// Messages that the venue would not send so, and the error that names what is wrong.
let binancePublicRefusals: [(file: BinancePublicFile, error: MessageError)] = [
    // As it was in 2017, without the number of the first update.
    (BinancePublicFile("xchange/testDepthEvent.json", "ethbtc@depth"), .missing(key: "U")),
    // A stream of one symbol with a trade of another.
    (
        BinancePublicFile(pushed + "Spot/ExchangeData/Trades.txt"),
        .outOfRange(key: "s", rule: "expected the symbol of the stream's name")
    ),
]

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Binance's recorded public streams` {
    @Test(arguments: binancePublicFiles)
    func `a message is what a person reads`(file: BinancePublicFile) throws {
        #expect(try file.message().words == file.words)
        // What names no stream is not looked into: only an answer to what was sent is such.
        let sent = try file.sent()
        #expect(sent.contains(#""stream":"#) != sent.contains(#""result":"#))
    }

    @Test(arguments: binancePublicRefusals)
    func `a message that is wrong is refused`(
        file: BinancePublicFile,
        error: MessageError
    ) throws {
        #expect(throws: error) { try file.message() }
    }

    /// Books, trades, best and mark prices; the others are what another program made of them,
    /// and streams that we do not ask for.
    @Test func `every line of Tardis is decoded`() throws {
        var counts: [MarketMessage.Kind: Int] = [:]
        for file in ["tardis/binance_spot.jsonl", "tardis/binance_futures.jsonl"] {
            var decoder = BinanceDecoder()
            for line in Fixtures.objects(file) {
                try decoder.decode(line.span)
                counts[decoder.message.kind, default: 0] += 1
            }
        }
        #expect(counts == [.trade: 5, .quote: 2, .mark: 3, .depthUpdate: 6, .other: 9])
    }

    struct Book: Sendable, CustomTestStringConvertible {
        var file: String
        var symbol: String
        var market: Market
        var changes: Int
        var testDescription: String { symbol }
    }

    static let books =
        [("NKNUSDT", 150), ("BLZETH", 10), ("LRCBTC", 15), ("RUNEEUR", 2)].map { symbol, changes in
            Book(file: "BINANCE", symbol: symbol, market: .spot, changes: changes)
        }
        + [("SUSHIUSDT", 255), ("AKROUSDT", 189), ("KEEPUSDT", 135), ("CTKUSDT", 185)].map {
            symbol,
            changes in
            Book(file: "BINANCE_FUTURES", symbol: symbol, market: .perpetual, changes: changes)
        }

    /// Half a minute of eight books, each with the snapshot that was asked for meanwhile.
    @Test(arguments: books)
    func `a recorded book is rebuilt without gap and without crossing`(book: Book) throws {
        var messages: [(moment: Substring, text: Substring)] = []
        let stream = "{\"stream\":\"\(book.symbol.lowercased())@"
        for line in try BinanceFixtures.text("cryptofeed/\(book.file).ws.1.0").split(
            separator: "\n"
        ) {
            guard let start = line.firstRange(of: stream)?.lowerBound else { continue }
            messages.append((line[..<start], line[start...]))
        }
        let answers = try BinanceFixtures.text("cryptofeed/\(book.file).http.0.0")
        for line in answers.split(separator: "\n") where line.contains("symbol=\(book.symbol)&") {
            let mark = try #require(line.firstRange(of: " -> ")).upperBound
            let start = try #require(line.firstIndex(of: "{"))
            messages.append((line[mark..<start], line[start...]))
        }
        messages.sort { $0.moment < $1.moment }
        var feed = MarketFeed(
            instrument: InstrumentID(1),
            symbol: book.symbol,
            market: book.market
        )
        var decoder = BinanceDecoder()
        for message in messages {
            try decoder.decode(Array(message.text.utf8).span)
            if feed.take(decoder.message).contains(.book) { #expect(!feed.book.isCrossed) }
        }
        #expect(feed.counters.depthUpdates == book.changes)
        #expect(feed.counters.depthSnapshots == 1)
        #expect(feed.isInStep && feed.faults.isEmpty)
        #expect(feed.counters.gaps == 0 && feed.counters.crossed == 0)
        #expect(feed.counters.foreign == 0)
    }

    /// An hour of one book, a change a second; the snapshot came after the first of them.
    @Test func `an hour of a recorded book has no gap and no crossing`() throws {
        let prefix = "market/deep_orderbook/ETHBTC_2020-11-01T09-00-00_"
        let snapshot = try #require(Fixtures.bytes(prefix + "snapshot.json"))
        let updates = try #require(Fixtures.bytes(prefix + "update.json"))
        var decoder = BinanceDecoder()
        var feed = MarketFeed(instrument: InstrumentID(1), symbol: "ETHBTC", market: .spot)
        // No change has an object within.
        for part in updates.split(separator: UInt8(ascii: "}")) {
            guard let start = part.firstIndex(of: UInt8(ascii: "{")) else { continue }
            let message =
                Array(#"{"stream":"ethbtc@depth","data":"#.utf8) + part[start...]
                + Array("}}".utf8)
            try decoder.decode(message.span)
            feed.take(decoder.message)
            if feed.counters.depthUpdates == 1 {
                try decoder.decode(snapshot.span)
                feed.take(decoder.message)
            }
        }
        #expect(feed.counters.depthUpdates > 3000)
        #expect(feed.isInStep && feed.faults.isEmpty && !feed.book.isCrossed)
        #expect(feed.counters.gaps == 0 && feed.counters.crossed == 0)
    }
}
