import Exchange
import Testing
import Trading

@Suite struct `Following the market of an instrument` {
    @Test func `a snapshot and events make slices of the best levels`() throws {
        var decoder = BinanceDecoder()
        var feed = feed(depth: 1)
        #expect(feed.take(try decoder.decode(depthSnapshot(10))) == .book)
        #expect(feed.slice.bids.map(\.price) == [try price("99")])
        #expect(feed.slice.asks.map(\.price) == [try price("102")])
        #expect(feed.take(try decoder.decode(depthEvent(11, 12))) == .book)
        #expect(feed.slice.bids.map(\.price) == [try price("100")])
        #expect(feed.isInStep)
        #expect(feed.lastUpdate == 12)
        #expect(feed.neverInStep == nil)
    }

    @Test func `a trade brings its price, and leaves the book`() throws {
        var decoder = BinanceDecoder()
        var feed = feed()
        #expect(feed.take(try decoder.decode(tradeEvent(buyerIsMaker: true))) == .trades)
        #expect(feed.slice.tradedQuantity == (try quantity("2")))
        #expect(feed.slice.tradeLast == (try price("100.5")))
        #expect(feed.slice.bids.isEmpty)
    }

    @Test func `a quote does not change the book`() throws {
        var decoder = BinanceDecoder()
        var feed = feed()
        feed.take(try decoder.decode(depthSnapshot(10)))
        let text =
            #"{"stream":"btcusdt@bookTicker","data":{"u":99,"s":"BTCUSDT","b":"150","B":"2","#
            + #""a":"151","A":"3"}}"#
        #expect(feed.take(try decoder.decode(text)) == .quote)
        #expect(feed.slice.quote.bid.price == (try price("150")))
        #expect(feed.book.bestBid?.price == (try price("99")))
        #expect(feed.lastUpdate == 10)
    }

    @Test func `a gap is told once and empties the slice`() throws {
        var decoder = BinanceDecoder()
        var feed = feed()
        feed.take(try decoder.decode(depthSnapshot(10)))
        #expect(feed.take(try decoder.decode(depthEvent(15, 16))) == .bookLost)
        #expect(feed.slice.bids.isEmpty)
        #expect(!feed.isInStep)
        #expect(feed.takeFaults() == [MarketFault(kind: .gap, expected: 11, found: 15)])
        #expect(feed.takeFaults().isEmpty)
        #expect(feed.take(try decoder.decode(depthEvent(17, 18))) == [])
        #expect(feed.take(try decoder.decode(depthSnapshot(17))) == .book)
        #expect(feed.counters.gaps == 1)
        #expect(feed.counters.resyncs == 1)
    }

    @Test func `a trade that took nothing from the book is only counted`() throws {
        var decoder = BinanceDecoder()
        var feed = feed(.perpetual)
        let text =
            #"{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"#
            + #""p":"0","q":"0","X":"INSURANCE_FUND","m":true}}"#
        #expect(feed.take(try decoder.decode(text)) == [])
        #expect(feed.counters.otherTrades == 1)
        #expect(feed.counters.trades == 0)
    }

    @Test func `messages of another market or symbol are not used`() throws {
        var decoder = BinanceDecoder()
        var feed = feed(.spot)
        #expect(feed.take(try decoder.decode(depthSnapshot(10, .perpetual))) == [])
        #expect(feed.take(try decoder.decode(depthEvent(1, 2, symbol: "ETHUSDT"))) == [])
        #expect(feed.counters.foreign == 2)
        #expect(feed.counters.depthSnapshots == 0)
        #expect(feed.faults.map(\.kind) == [.wrongInstrument, .wrongInstrument])
    }

    @Test func `a market without a snapshot says that nothing was traded`() throws {
        var decoder = BinanceDecoder()
        var feed = feed()
        for update in 1...5000 as ClosedRange<Int64> {
            #expect(feed.take(try decoder.decode(depthEvent(update, update))) == [])
        }
        let report = try #require(feed.neverInStep)
        #expect(report.contains("there was no snapshot"))
        #expect(feed.faults.count <= MarketFeed.maximumFaults)
        #expect(feed.faults.allSatisfy { $0.kind == .bufferFull })
    }
}
