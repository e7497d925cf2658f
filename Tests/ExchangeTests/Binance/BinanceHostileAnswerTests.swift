import Exchange
import Testing
import Trading

/// What Binance cannot mean is refused, whole: an answer proves nothing, a message is an error.
@Suite struct `What Binance cannot mean` {
    private func isRead(_ call: VenueCall, _ body: String) -> Bool {
        BinanceShape.answered(.binanceSpot, "hostile", call, isList: false, []).isRead(body)
    }

    private static let nine = "9999999999999999999"

    @Test func `as sums that no state can hold`() {
        func balances(_ free: String, _ locked: String) -> Bool {
            isRead(
                .balances,
                "{\"balances\":[{\"asset\":\"A\",\"free\":\"\(free)\",\"locked\":\"\(locked)\"}]}"
            )
        }
        #expect(balances(Self.nine, "0"))
        #expect(!balances(Self.nine, Self.nine))
    }

    @Test func `as fees that are no rates, or are told often`() {
        let fees = VenueCall.fees(symbol: "BTCUSDT")
        let sides = #""buyer":"0","seller":"0""#
        let row = #""standardCommission":{"maker":"0.001","taker":"0.001",\#(sides)}"#
        #expect(isRead(fees, "{\(row)}"))
        #expect(!isRead(fees, "{\(row),\(row)}"))
        let large = #""standardCommission":{"maker":"\#(Self.nine)","taker":"0",\#(sides)}"#
        let all = Array(repeating: large, count: 20).joined(separator: ",")
        #expect(!isRead(fees, "{\(all)}"))
        #expect(!isRead(fees, "{\(large)}"))
        let one = #"{"maker":"1","taker":"0",\#(sides)}"#
        let two = #"{"standardCommission":\#(one),"taxCommission":\#(one)}"#
        #expect(!isRead(fees, two))
    }

    @Test(arguments: [
        ("1", "1", true), ("0", "1", false), ("1", "0", false), ("-1", "1", false),
        ("1000000000000000", "1000000000000", false),
    ])
    func `as fills of nothing, or too large to be booked`(
        quantity: String,
        price: String,
        isRead: Bool
    ) {
        let row =
            #"{"symbol":"A","id":1,"orderId":2,"price":"\#(price)","qty":"\#(quantity)","#
            + #""commission":"0","commissionAsset":"B","time":1,"isBuyer":true,"isMaker":true}"#
        let call = VenueCall.executions(symbol: "A", from: .never, to: .never, page: .first)
        #expect(self.isRead(call, "[\(row)]") == isRead)
    }

    @Test func `as ids that are not written as numbers are`() {
        func order(_ id: String) -> Bool {
            let row =
                #"{"symbol":"A","orderId":\#(id),"clientOrderId":"c","side":"BUY","#
                + #""type":"LIMIT","price":"1","origQty":"1","executedQty":"0","status":"NEW"}"#
            let page = VenuePage.first
            return isRead(
                .orderHistory(symbol: "A", from: .never, to: .never, page: page),
                "[\(Array(repeating: row, count: 1000).joined(separator: ","))]"
            )
        }
        #expect(order("18446744073709551615"))
        #expect(order("\"18446744073709551615\""))
        // One more than this number there is none: the next page would begin behind it.
        #expect(!order("\"340282366920938463463374607431768211455\""))
        #expect(!order("\"+5\""))
        #expect(!order("-5"))
    }

    @Test func `as a book that is not in order`() {
        let call = VenueCall.book(symbol: "A", depth: 5)
        func book(_ bids: String) -> Bool {
            isRead(
                call,
                #"{"lastUpdateId":1,"bids":[\#(bids)],"asks":[["9","1"]]}"#
            )
        }
        #expect(book(#"["2","1"],["1","1"]"#))
        #expect(!book(#"["1","1"],["2","1"]"#))
        #expect(!book(#"["1","1"],["1","1"]"#))
    }

    @Test func `as a name that is empty`() {
        func ticker(_ symbol: String) -> Bool {
            let row = #"{"symbol":"\#(symbol)","lastPrice":"1","quoteVolume":"1"}"#
            return isRead(.tickers, "[\(row)]")
        }
        #expect(ticker("A"))
        #expect(!ticker(""))
    }

    private static func symbol(_ name: String, tick: String = "0.1", step: String = "1") -> String {
        #"{"symbol":"\#(name)","status":"TRADING","baseAsset":"A","quoteAsset":"B","#
            + #""orderTypes":["STOP_LOSS"],"filters":[{"filterType":"PRICE_FILTER","#
            + #""tickSize":"\#(tick)"},{"filterType":"LOT_SIZE","stepSize":"\#(step)","#
            + #""minQty":"1","maxQty":"9"}]}"#
    }

    /// What a listing cannot mean of one symbol says nothing of the others.
    @Test(arguments: [
        symbol("B", tick: "0"), symbol("B", step: "0"), symbol("B", tick: "1e3"), symbol(""),
        symbol("B").replacing("filters", with: "rules"),
        symbol("B").replacing("tickSize", with: "step"), #"{"symbol":"B"}"#, "{}", "7", "null",
    ])
    func `as a symbol, which is passed over`(odd: String) {
        func listed(_ rows: [String]) -> VenueAnswer {
            BinanceAdapter.test(.binanceSpot)
                .answer(
                    to: .instruments(page: .first),
                    #"{"symbols":[\#(rows.joined(separator: ","))]}"#
                )
        }
        guard
            case .yes(.instruments(let found, nil)) = listed([
                Self.symbol("A"), odd, Self.symbol("C"),
            ])
        else {
            Issue.record("not read")
            return
        }
        #expect(found.map(\.symbol) == ["A", "C"])
        #expect(Proof(listed([odd, odd])) == .unknown(.unreadable))
    }

    @Test func `as a listing without symbols`() {
        let listing = VenueCall.instruments(page: .first)
        #expect(isRead(listing, #"{"symbols":[]}"#))
        #expect(!isRead(listing, "{}"))
        #expect(!isRead(listing, #"{"symbols":{}}"#))
    }

    private static func report(_ quantity: String, _ price: String, limit: String) -> String {
        #"{"e":"executionReport","s":"A","c":"c","C":"","S":"BUY","o":"LIMIT","f":"GTC","#
            + #""q":"1","p":"\#(limit)","x":"TRADE","X":"CANCELED","r":"NONE","i":7,"#
            + #""l":"\#(quantity)","z":"0","L":"\#(price)","n":"0","N":"B","#
            + #""T":5,"t":6,"m":true,"R":false}"#
    }

    private func events(_ text: String) throws -> [VenueEvent] {
        try BinanceAdapter.test(.binanceSpot).events(text)
    }

    /// Real orders have ended so; a fill of nothing for something is none.
    @Test func `by a trade of nothing, which only ends an order`() throws {
        let ended = try events(Self.report("0", "0", limit: "1"))
        guard case .order(let order)? = ended.first, ended.count == 1 else {
            Issue.record("one order")
            return
        }
        #expect(order.status == .cancelled)
        #expect(try events(Self.report("1", "1", limit: "1")).count == 2)
        #expect(throws: MessageError.self) { try events(Self.report("1", "0", limit: "1")) }
        #expect(throws: MessageError.self) { try events(Self.report("1", "1", limit: "-1")) }
    }
}
