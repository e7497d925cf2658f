import Exchange
import JSON
import Testing
import Trading

@Suite struct `Decoding what Binance sends` {
    @Test func `a spot depth event`() throws {
        var decoder = BinanceDecoder()
        let message = try decoder.decode(
            depthEvent(5, 9, bids: #"["100.10","1.5"],["100","0"]"#, asks: "")
        )
        #expect(message.kind == .depthUpdate)
        #expect(message.market == .spot)
        #expect(String(decoding: message.symbol, as: UTF8.self) == "BTCUSDT")
        #expect(message.firstUpdate == 5)
        #expect(message.lastUpdate == 9)
        #expect(message.time == Timestamp(nanoseconds: 1_700_000_000_000_000_000))
        let best = BookLevel(price: try price("100.1"), quantity: try quantity("1.5"))
        #expect(message.bids == [best, BookLevel(price: try price("100"), quantity: .zero)])
        #expect(message.asks.isEmpty)
    }

    @Test func `a perpetual depth event`() throws {
        var decoder = BinanceDecoder()
        let message = try decoder.decode(depthEvent(5, 9, pu: 3))
        #expect(message.kind == .depthUpdate)
        #expect(message.market == .perpetual)
        #expect(message.previousUpdate == 3)
    }

    @Test(arguments: [Market.spot, .perpetual])
    func `a snapshot tells its market by its times`(market: Market) throws {
        var decoder = BinanceDecoder()
        let message = try decoder.decode(depthSnapshot(77, market))
        #expect(message.kind == .depthSnapshot)
        #expect(message.market == market)
        #expect(message.lastUpdate == 77)
        #expect(message.symbol.isEmpty)
        #expect(message.bids.count == 2)
    }

    @Test func `the buyer being the maker makes the seller the taker`() throws {
        var decoder = BinanceDecoder()
        #expect(try decoder.decode(tradeEvent(buyerIsMaker: true)).trade.taker == .sell)
        #expect(try decoder.decode(tradeEvent(buyerIsMaker: false)).trade.taker == .buy)
        #expect(decoder.message.trade.price == (try price("100.5")))
        #expect(decoder.message.trade.quantity == (try quantity("2")))
        #expect(decoder.message.market == .spot)
    }

    @Test func `a trade of the insurance fund is not a market trade`() throws {
        var decoder = BinanceDecoder()
        let text =
            #"{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"#
            + #""p":"0","q":"0","X":"INSURANCE_FUND","m":true}}"#
        let message = try decoder.decode(text)
        #expect(message.kind == .trade)
        #expect(message.market == .perpetual)
        #expect(!message.isMarketTrade)
    }

    @Test func `best prices of both markets`() throws {
        var decoder = BinanceDecoder()
        let fields = #""u":4,"s":"BTCUSDT","b":"1.5","B":"2","a":"1.6","A":"3""#
        let spot = #"{"stream":"btcusdt@bookTicker","data":{\#(fields)}}"#
        let perpetual =
            #"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker",\#(fields),"T":1,"E":1}}"#
        #expect(try decoder.decode(spot).market == .spot)
        #expect(try decoder.decode(perpetual).market == .perpetual)
        #expect(decoder.message.kind == .quote)
        #expect(decoder.message.quote.bid.price == (try price("1.5")))
        #expect(decoder.message.quote.ask.quantity == (try quantity("3")))
    }

    @Test func `a mark price with its funding`() throws {
        var decoder = BinanceDecoder()
        let text =
            #"{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":5,"#
            + #""s":"BTCUSDT","p":"28145.10","P":"28000","i":"28144","r":"-0.00010000","T":9}}"#
        let message = try decoder.decode(text)
        #expect(message.kind == .mark)
        #expect(message.mark.price == (try price("28145.1")))
        #expect(message.mark.fundingRate == (try Decimal("-0.0001")))
        #expect(message.mark.nextFunding == Timestamp(nanoseconds: 9_000_000))
        #expect(message.mark.time == Timestamp(nanoseconds: 5_000_000))
    }

    @Test(arguments: [
        #"{"result":null,"id":1}"#, #"{}"#, #"{"stream":"btcusdt@kline_1m","data":{"e":"kline"}}"#,
        #"{"stream":"btcusdt@depth20","data":{}}"#, #"{"stream":"!ticker","data":[]}"#,
        #"{"stream":"btcusdt@aggTrade","data":{}}"#,
    ])
    func `what is not known brings nothing`(text: String) throws {
        var decoder = BinanceDecoder()
        #expect(try decoder.decode(text).kind == .other)
    }

    @Test func `a symbol need not be ASCII`() throws {
        var decoder = BinanceDecoder()
        let message = try decoder.decode(depthEvent(1, 2, symbol: "龙虾USDT"))
        #expect(String(decoding: message.symbol, as: UTF8.self) == "龙虾USDT")
    }

    @Test func `a coin-margined contract is refused`() {
        var decoder = BinanceDecoder()
        #expect(throws: MessageError.coinMargined(stream: "btcusd_perp@depth@100ms")) {
            try decoder.decode(depthEvent(1, 2, pu: 0, symbol: "BTCUSD_PERP"))
        }
    }
}

@Suite struct `Refusing what Binance would not send` {
    struct Case: Sendable, CustomTestStringConvertible {
        /// What is replaced in a good message, and by what.
        var found: String
        var replaced: String
        var error: MessageError
        var testDescription: String { "\(found) → \(replaced)" }
    }

    static let depthCases: [Case] = [
        Case(found: #""U":5,"#, replaced: "", error: .missing(key: "U")),
        Case(found: #""u":9,"#, replaced: "", error: .missing(key: "u")),
        Case(found: #","a":[["101.0","1"]]"#, replaced: "", error: .missing(key: "a")),
        Case(found: #""s":"BTCUSDT","#, replaced: "", error: .missing(key: "s")),
        Case(found: #""u":9"#, replaced: #""u":9,"u":9"#, error: .repeated(key: "u")),
        Case(
            found: #""U":5"#,
            replaced: #""U":"5""#,
            error: .wrongType(key: "U", expected: "a whole number", found: "a string")
        ),
        Case(
            found: #""U":5"#,
            replaced: #""U":5.0"#,
            error: .wrongType(
                key: "U",
                expected: "a whole number",
                found: "a number with a fraction"
            )
        ),
        Case(
            found: #""U":5"#,
            replaced: #""U":-5"#,
            error: .outOfRange(key: "U", rule: "expected zero or more")
        ),
        Case(
            found: #""u":9"#,
            replaced: #""u":4"#,
            error: .outOfRange(key: "u", rule: #"expected at least "U", 5"#)
        ),
        Case(
            found: #""E":1700000000000"#,
            replaced: #""E":1700000000000000"#,
            error: .outOfRange(
                key: "E",
                rule: "expected milliseconds, before the year 2262"
            )
        ),
        Case(
            found: #""b":[["100.0","1"]]"#,
            replaced: #""b":{}"#,
            error: .wrongType(key: "b", expected: "an array of levels", found: "an object")
        ),
        Case(
            found: #"["100.0","1"]"#,
            replaced: #"["100.0"]"#,
            error: .wrongType(
                key: "b",
                expected: "levels of a price and a quantity",
                found: "an array"
            )
        ),
        Case(
            found: #""100.0""#,
            replaced: "100.0",
            error: .wrongType(
                key: "b",
                expected: "a decimal in a string",
                found: "a number with a fraction"
            )
        ),
        Case(
            found: #""100.0""#,
            replaced: #""1e2""#,
            error: .notDecimal(key: "b", .unexpectedCharacter(index: 1))
        ),
        Case(found: #""100.0""#, replaced: #""""#, error: .notDecimal(key: "b", .empty)),
        Case(
            found: #""100.0""#,
            replaced: #""999999999999999999999999999""#,
            error: .notDecimal(key: "b", .tooLarge)
        ),
        Case(
            found: #""100.0""#,
            replaced: #""0.0""#,
            error: .outOfRange(key: "b", rule: "expected more than zero")
        ),
        Case(
            found: #"["101.0","1"]"#,
            replaced: #"["101.0","-1"]"#,
            error: .outOfRange(key: "a", rule: "expected zero or more")
        ),
        Case(
            found: #""s":"BTCUSDT""#,
            replaced: #""s":"ETHUSDT""#,
            error: .outOfRange(key: "s", rule: "expected the symbol of the stream's name")
        ),
        Case(
            found: #""e":"depthUpdate""#,
            replaced: #""e":"trade""#,
            error: .wrongType(key: "e", expected: #""depthUpdate""#, found: "a string")
        ),
        Case(found: #","data":"#, replaced: #","date":"#, error: .missing(key: "data")),
        Case(
            found: #""stream":"btcusdt@depth@100ms""#,
            replaced: #""stream":5"#,
            error: .wrongType(key: "stream", expected: "a string", found: "a whole number")
        ),
    ]

    @Test(arguments: depthCases)
    func `a depth event that is wrong names the key`(item: Case) throws {
        var decoder = BinanceDecoder()
        let text = replacing(item.found, by: item.replaced, in: depthEvent(5, 9))
        #expect(throws: item.error) { try decoder.decode(text) }
        #expect(decoder.message.kind == .other)
    }

    static let tradeCases: [Case] = [
        Case(found: #""m":true,"#, replaced: "", error: .missing(key: "m")),
        Case(found: #""p":"100.5","#, replaced: "", error: .missing(key: "p")),
        Case(
            found: #""m":true"#,
            replaced: #""m":1"#,
            error: .wrongType(key: "m", expected: "true or false", found: "a whole number")
        ),
        Case(
            found: #""q":"2""#,
            replaced: #""q":"0""#,
            error: .outOfRange(key: "q", rule: "expected more than zero")
        ),
        Case(
            found: #""p":"100.5""#,
            replaced: #""p":"-1""#,
            error: .outOfRange(key: "p", rule: "expected zero or more")
        ),
    ]

    @Test(arguments: tradeCases) func `a trade that is wrong names the key`(item: Case) throws {
        var decoder = BinanceDecoder()
        let text = replacing(item.found, by: item.replaced, in: tradeEvent(buyerIsMaker: true))
        #expect(throws: item.error) { try decoder.decode(text) }
    }

    @Test(arguments: [
        (#"{"lastUpdateId":5,"bids":[]}"#, MessageError.missing(key: "asks")),
        (#"{"lastUpdateId":5,"asks":[]}"#, MessageError.missing(key: "bids")),
        (#"[]"#, .wrongType(key: "", expected: "an object", found: "an array")),
        (#"{"stream":"#, .notJSON(.malformed(.structure, offset: 10))),
    ])
    func `a snapshot or a message that is wrong`(text: String, error: MessageError) {
        var decoder = BinanceDecoder()
        #expect(throws: error) { try decoder.decode(text) }
    }

    private func replacing(_ found: String, by text: String, in message: String) -> String {
        let range = message.firstRange(of: found)
        #expect(range != nil, "\(found) is in the message")
        guard let range else { return message }
        return message.replacingCharacters(in: range, with: text)
    }
}

extension String {
    fileprivate func replacingCharacters(
        in range: Range<String.Index>,
        with text: String
    ) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
