import Exchange
import Testing
import Trading

@Suite struct `A symbol of Bybit that cannot be read` {
    private static func symbol(
        _ name: String,
        tick: String = "0.1",
        step: String = "0.001",
        leverage: String = "100"
    ) -> String {
        """
        {"symbol":"\(name)","contractType":"LinearPerpetual","status":"Trading",\
        "baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT",\
        "leverageFilter":{"maxLeverage":"\(leverage)"},"priceFilter":{"tickSize":"\(tick)"},\
        "lotSizeFilter":{"maxOrderQty":"100","minOrderQty":"0.001","qtyStep":"\(step)",\
        "maxMktOrderQty":"10","minNotionalValue":"5"}}
        """
    }

    private static func listed(_ rows: [String], category: String = "linear") -> VenueAnswer {
        bybit()
            .answer(
                to: .instruments(page: .first),
                """
                {"retCode":0,"retMsg":"OK","time":1,"result":{"category":"\(category)",\
                "nextPageCursor":"more","list":[\(rows.joined(separator: ","))]}}
                """
            )
    }

    @Test(arguments: [
        symbol("B", tick: "0"), symbol("B", step: "0"), symbol("B", tick: ""), symbol(""),
        symbol("B", leverage: "high"), symbol("B").replacing("lotSizeFilter", with: "lots"),
        symbol("B").replacing("tickSize", with: "tick"), #"{"symbol":"B"}"#, "{}", "7", "null",
    ])
    func `hides no other, and is missed itself`(odd: String) {
        let whole = [Self.symbol("A"), odd, Self.symbol("C")]
        guard case .yes(.instruments(let found, let next)) = Self.listed(whole) else {
            Issue.record("not read")
            return
        }
        #expect(found.map(\.symbol) == ["A", "C"] && next == .after("more"))
        #expect(Proof(Self.listed([odd, odd])) == .unknown(.unreadable))
    }

    @Test func `is not the end of what an answer must be`() {
        #expect(Self.listed([]) == .yes(.instruments([], next: nil)))
        let other = Self.listed([Self.symbol("A")], category: "inverse")
        #expect(Proof(other) == .unknown(.unreadable))
    }
}

extension SentRow {
    /// The row with other values at some keys.
    func text(_ changes: KeyValuePairs<String, String>) -> String {
        var row = self
        for (key, value) in changes {
            row.members.removeAll { $0.key == key }
            row.members.append((key, value))
        }
        return row.text()
    }
}

/// A page of fills with these rows.
private func page(
    _ rows: [String],
    _ adapter: BybitAdapter = bybit(),
    after page: VenuePage = .first
) -> VenueAnswer {
    let body = """
        {"retCode":0,"retMsg":"OK","time":1,"result":{"category":\
        "\(adapter.market == .bybitSpot ? "spot" : "linear")","nextPageCursor":"more",\
        "list":[\(rows.joined(separator: ","))]}}
        """
    return adapter.answer(
        to: .executions(symbol: "BTCUSDT", from: .never, to: .never, page: page),
        body
    )
}

@Suite struct `A fill of Bybit beside rows that cannot be read` {
    private static let ours = executionRow.text()

    /// What no engine places, in shapes that no fill of ours has.
    static let foreign = [
        executionRow.text(["execType": #""Funding""#, "side": #""None""#]),
        executionRow.text(["execType": #""Settle""#, "side": #""""#]),
        executionRow.text(["execType": #""Delivery""#, "execId": #""a-b""#]),
        executionRow.text(["execType": #""FutureSpread""#, "execQty": #""-1""#]),
        executionRow.text(["execType": #""News""#, "execFee": "7", "execTime": "null"]),
    ]

    /// Fills that cannot be read: what they did is unknown.
    static let broken = [
        executionRow.text(["execId": #""a-b""#]), executionRow.text(["side": #""None""#]),
        executionRow.text(["execFee": #""""#]), executionRow.text(["execType": #""""#]),
        executionRow.text(["extraFees": #"[{"feeCoin":"USDT","fee":"x"}]"#]),
        executionRow.text(["extraFees": #"[{"fee":"1"}]"#]),
    ]

    private static func fill(_ id: UInt128 = 17) throws -> VenueExecution {
        guard
            case .events(let events) = try bybit().streamMessage(executionRow.message(ours)),
            case .execution(var fill)? = events.first
        else { throw VenueCallFault.notOffered("the row is read") }
        fill.id = VenueID(id)
        return fill
    }

    @Test(arguments: foreign)
    func `is told alone where the others are no trades`(row: String) throws {
        let message = executionRow.message([row, Self.ours, row].joined(separator: ","))
        #expect(try bybit().streamMessage(message) == .events([.execution(try Self.fill())]))
        #expect(try bybit().streamMessage(executionRow.message(row)) == .events([]))
    }

    @Test(arguments: broken + ["{}", "7"])
    func `a row that cannot be read hides none of the others`(row: String) throws {
        let later = executionRow.text(["execId": #""18""#])
        let message = executionRow.message([row, Self.ours, "{}", later].joined(separator: ","))
        guard case .events(var events) = try bybit().streamMessage(message) else {
            return #expect(Bool(false))
        }
        guard case .unreadable(let error)? = events.popLast() else {
            Issue.record("what is not read is told")
            return
        }
        #expect(events == [.execution(try Self.fill()), .execution(try Self.fill(18))])
        // The first of several is told.
        #expect(try bybit().fault(of: executionRow.message(row)) == error)
        let bytes = Array(message.utf8)
        #expect(try bybit().events(in: bytes.span) == events + [.unreadable(error)])
    }

    @Test func `an order of another's does not hide ours`() throws {
        let odd = orderRow.text(["orderStatus": #""Lost""#])
        let message = orderRow.message([odd, orderRow.text()].joined(separator: ","))
        guard case .events(let events) = try bybit().streamMessage(message) else {
            return #expect(Bool(false))
        }
        guard case .order(let order)? = events.first, case .unreadable? = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(events.count == 2 && order.clientID == bybitClientID)
    }

    /// What the venue closed itself is told to a person, so that it is missed where it is not read.
    @Test(arguments: ["BustTrade", "AdlTrade"])
    func `what the venue does itself is not passed over`(kind: String) throws {
        let row = executionRow.text(["execType": "\"\(kind)\"", "execId": #""a-b""#])
        #expect(try bybit().fault(of: executionRow.message(row)) != nil)
        #expect(
            page([row, Self.ours]) == .yes(.executions([try Self.fill()], next: .after("more")))
        )
    }

    @Test(arguments: foreign)
    func `a page is read without what is no trade`(row: String) throws {
        let fills = VenueFacts.executions([try Self.fill()], next: .after("more"))
        #expect(page([row, Self.ours]) == .yes(fills))
        // It is no empty page, behind which there is none.
        #expect(page([row]) == .yes(.executions([], next: .after("more"))))
        #expect(page([row], after: .after("more")) == .yes(.executions([], next: nil)))
    }

    @Test(arguments: broken)
    func `a page with a trade that cannot be read is none`(row: String) {
        #expect(Proof(page([row, Self.ours])) == .unknown(.unreadable))
    }

    // MARK: Taxes

    private static func taxed(_ coins: [String], in coin: String) -> String {
        let taxes = coins.map { #"{"feeCoin":"\#($0)","fee":"0.01"}"# }.joined(separator: ",")
        return executionRow.text(["feeCurrency": "\"\(coin)\"", "extraFees": "[\(taxes)]"])
    }

    private static func fee(_ row: String, _ adapter: BybitAdapter) throws -> String {
        guard case .yes(.executions(let fills, _)) = page([row], adapter), let fill = fills.first
        else { throw VenueCallFault.notOffered("the row is read") }
        return "\(fill.fee) \(fill.feeAsset ?? "-")"
    }

    @Test func `has the taxes in the coin of its fee, and none in another`() throws {
        #expect(try Self.fee(Self.taxed(["USDT", "USDT"], in: "USDT"), bybit()) == "-0.23 USDT")
        #expect(try Self.fee(Self.taxed(["INR", "USDT"], in: "USDT"), bybit()) == "-0.24 USDT")
        #expect(try Self.fee(Self.taxed(["USDT"], in: "BTC"), bybit()) == "-0.25 BTC")
        #expect(try Self.fee(Self.taxed([], in: "USDT"), bybit()) == "-0.25 USDT")
    }

    /// Without a word of the row its fee counts as one in the quote asset: a tax is added to it
    /// where a listing has told that it is in that.
    @Test func `has no tax of which it is not known that it is in its coin`() throws {
        let rows = [Self.taxed(["USDT"], in: ""), Self.taxed(["INR"], in: "")]
        #expect(try rows.map { try Self.fee($0, bybit()) } == ["-0.25 -", "-0.25 -"])
        let told = bybit()
        told.hearListing()
        #expect(try rows.map { try Self.fee($0, told) } == ["-0.24 -", "-0.25 -"])
    }
}

extension BybitAdapter {
    /// Takes a listing of BTCUSDT.
    func hearListing() {
        let row = """
            {"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading",\
            "baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT",\
            "leverageFilter":{"maxLeverage":"100"},"priceFilter":{"tickSize":"0.1"},\
            "lotSizeFilter":{"maxOrderQty":"100","minOrderQty":"0.001","qtyStep":"0.001",\
            "basePrecision":"0.001","minNotionalValue":"5","minOrderAmt":"5"}}
            """
        let body = #"{"retCode":0,"retMsg":"OK","result":{"list":[\#(row)]},"time":1}"#
        guard case .yes = answer(to: .instruments(page: .first), body) else {
            Issue.record("the listing is read")
            return
        }
    }
}

/// A fill on spot, and what its fee is charged in where the row does not say.
struct SpotFee: Sendable, CustomTestStringConvertible {
    var side: String
    var isMaker: Bool
    var fee: String
    var coin: String
    var testDescription: String { "\(side) \(isMaker ? "maker" : "taker") \(fee)" }

    func row(_ currency: String) -> String {
        executionRow.text([
            "category": #""spot""#, "side": "\"\(side)\"", "isMaker": "\(isMaker)",
            "execFee": "\"\(fee)\"", "feeCurrency": "\"\(currency)\"",
        ])
    }
}

@Suite struct `A fill of Bybit's spot market` {
    /// The rows of docs/v5/enum, spot fee currency instruction.
    static let rule = [
        SpotFee(side: "Buy", isMaker: true, fee: "0.25", coin: "BTC"),
        SpotFee(side: "Sell", isMaker: true, fee: "0.25", coin: "USDT"),
        SpotFee(side: "Buy", isMaker: true, fee: "-0.25", coin: "USDT"),
        SpotFee(side: "Sell", isMaker: true, fee: "-0.25", coin: "BTC"),
        SpotFee(side: "Buy", isMaker: false, fee: "0.25", coin: "BTC"),
        SpotFee(side: "Sell", isMaker: false, fee: "0.25", coin: "USDT"),
    ]

    private static func fee(_ row: String, _ adapter: BybitAdapter) throws -> String? {
        guard
            case .events(let events) = try adapter.streamMessage(executionRow.message(row)),
            case .execution(let fill)? = events.first
        else { return nil }
        let listed = VenueFacts.executions([fill], next: .after("more"))
        #expect(page([row], adapter) == .yes(listed))
        return "\(fill.fee) \(fill.feeAsset ?? "-")"
    }

    @Test(arguments: rule)
    func `a fee without a coin has that of the rule`(fee: SpotFee) throws {
        let adapter = bybit(.bybitSpot)
        // As long as no listing has told the coins it may be either.
        #expect(try adapter.fault(of: executionRow.message(fee.row(""))) != nil)
        #expect(Proof(page([fee.row("")], adapter)) == .unknown(.unreadable))
        #expect(try Self.fee(fee.row("BNB"), adapter) == "\(fee.fee) BNB")
        adapter.hearListing()
        #expect(try Self.fee(fee.row(""), adapter) == "\(fee.fee) \(fee.coin)")
        #expect(try Self.fee(fee.row("BNB"), adapter) == "\(fee.fee) BNB")
        let other = fee.row("").replacing("BTCUSDT", with: "ETHUSDT")
        #expect(try adapter.fault(of: executionRow.message(other)) != nil)
    }

    @Test func `without a fee needs no coin`() throws {
        let row = SpotFee(side: "Buy", isMaker: true, fee: "0", coin: "").row("")
        let adapter = bybit(.bybitSpot)
        #expect(try Self.fee(row, adapter) == "0 -")
        adapter.hearListing()
        #expect(try Self.fee(row, adapter) == "0 -")
    }

    /// A contract's fee is charged in what it is settled in.
    @Test func `alone needs one`() throws {
        let row = executionRow.text(["feeCurrency": #""""#])
        let adapter = bybit()
        #expect(try Self.fee(row, adapter) == "-0.25 -")
        adapter.hearListing()
        #expect(try Self.fee(row, adapter) == "-0.25 -")
    }
}
