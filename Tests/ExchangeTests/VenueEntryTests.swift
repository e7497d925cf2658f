import Exchange
import Network
import Testing
import Trading

/// The logs of wallets: what changed a balance beside trades.
@Suite struct `An entry of a venue's log` {
    private static let call = VenueCall.entries(
        from: Timestamp(nanoseconds: 1_672_000_000_000_000_000),
        to: Timestamp(nanoseconds: 1_672_080_000_000_000_000),
        page: .first
    )

    private func bybitRow(_ type: String, _ change: String, trade: String = "") -> String {
        """
        {"id":"592324_XRPUSDT_1","symbol":"XRPUSDT","type":"\(type)","change":"\(change)",\
        "currency":"USDT","transactionTime":"1672128000000","tradeId":"\(trade)",\
        "feeRate":"0.0001","category":"linear"}
        """
    }

    private func bybitEntries(_ rows: [String], mark: String = "") -> VenueAnswer {
        let body = """
            {"retCode":0,"retMsg":"OK","result":{"nextPageCursor":"\(mark)",\
            "list":[\(rows.joined(separator: ","))]},"time":1672132481405}
            """
        return bybit().answer(to: Self.call, body)
    }

    private func income(_ rows: [String], page: VenuePage = .first) -> VenueAnswer {
        let body = "[\(rows.joined(separator: ","))]"
        let call = VenueCall.entries(from: .never, to: .never + .second, page: page)
        return BinanceAdapter(.binanceFutures, AdapterFixture.credentials())
            .answer(to: call, AdapterFixture.response(200, body, []), at: AdapterFixture.time)
    }

    private func incomeRow(_ type: String, _ amount: String, id: String = "9689322392") -> String {
        """
        {"symbol":"BTCUSDT","incomeType":"\(type)","income":"\(amount)","asset":"USDT",\
        "info":"","time":1570636800000,"tranId":"\(id)","tradeId":""}
        """
    }

    @Test func `is asked of Bybit for the whole wallet`() throws {
        let request = try bybit().request(for: Self.call, at: bybitNow)
        #expect(
            request.target == "/v5/account/transaction-log?accountType=UNIFIED"
                + "&startTime=1672000000000&endTime=1672080000000&limit=50"
        )
    }

    @Test func `is asked of USD-M page by page, and not of spot`() throws {
        let adapter = BinanceAdapter(.binanceFutures, AdapterFixture.credentials())
        let first = try adapter.request(for: Self.call, at: AdapterFixture.time)
        #expect(
            first.target.hasPrefix(
                "/fapi/v1/income?startTime=1672000000000&endTime=1672080000000&limit=1000&"
            )
        )
        let spot = BinanceAdapter(.binanceSpot, AdapterFixture.credentials())
        #expect(throws: VenueCallFault.self) {
            try spot.request(for: Self.call, at: AdapterFixture.time)
        }
        let full = Array(repeating: incomeRow("TRANSFER", "1"), count: 1000)
        guard case .yes(.entries(_, let second)) = income(full),
            case .yes(.entries(_, let third)) = income(full, page: .after("2")),
            case .yes(.entries(_, let last)) = income([], page: .after("3"))
        else { return #expect(Bool(false)) }
        #expect(second == .after("2") && third == .after("3") && last == nil)
    }

    @Test func `is what the venue's word says it is`() {
        let bybitWords = ["SETTLEMENT", "TRADE", "TRANSFER_OUT", "INTEREST", "LIQUIDATION", "NEW"]
        let kinds: [VenueEntry.Kind] = [
            .funding, .trade, .transfer, .interest, .position, .other,
        ]
        guard
            case .yes(.entries(let rows, nil)) = bybitEntries(
                bybitWords.map { bybitRow($0, "-1.5") }
            )
        else { return #expect(Bool(false)) }
        #expect(rows.map(\.kind) == kinds)
        #expect(rows[0].amount.value == Decimal(units: -1_500_000_000_000_000_000))
        #expect(rows[0].symbol == "XRPUSDT" && rows[0].asset == "USDT" && rows[0].rate != nil)
        let words = ["FUNDING_FEE", "COMMISSION", "TRANSFER", "INSURANCE_CLEAR", "NEW"]
        guard case .yes(.entries(let incomes, nil)) = income(words.map { incomeRow($0, "-1.5") })
        else { return #expect(Bool(false)) }
        #expect(incomes.map(\.kind) == [.funding, .trade, .transfer, .other, .other])
    }

    /// A word of which no fill tells must not be left to the fills: what it took is charged.
    @Test func `is left to fills only where a fill tells it`() {
        let words = ["TRADE", "CURRENCY_BUY", "CURRENCY_SELL"]
        guard case .yes(.entries(let rows, nil)) = bybitEntries(words.map { bybitRow($0, "-1") })
        else { return #expect(Bool(false)) }
        #expect(rows.map(\.kind) == [.trade, .other, .other])
        guard case .yes(.entries(let incomes, nil)) = income([incomeRow("INSURANCE_CLEAR", "-1")])
        else { return #expect(Bool(false)) }
        #expect(incomes.map(\.kind) == [.other])
    }

    @Test func `has a name that all of it makes, and the same each time`() {
        let rows = [
            bybitRow("SETTLEMENT", "-1.5"), bybitRow("SETTLEMENT", "-1.6"),
            bybitRow("SETTLEMENT", "-1.5", trade: "534c0003-4bf7-486f-aa02-78cee36825e4"),
            bybitRow("TRANSFER_OUT", "-1.5"),
        ]
        guard case .yes(.entries(let first, _)) = bybitEntries(rows),
            case .yes(.entries(let again, _)) = bybitEntries(rows)
        else { return #expect(Bool(false)) }
        #expect(Set(first.map(\.id)).count == 4 && first == again)
    }

    @Test(arguments: [#""change":"-1.5""#, #""currency":"USDT""#, #""id":"592324_XRPUSDT_1""#])
    func `without what money needs is refused`(member: String) {
        let row = bybitRow("SETTLEMENT", "-1.5")
        let key = member.prefix { $0 != ":" }
        for other in ["\(key):null", "\(key):7"] {
            let broken = row.split(separator: member, maxSplits: 1).joined(separator: other)
            guard case .unknown(let doubt) = bybitEntries([broken]) else {
                Issue.record("\(broken)")
                continue
            }
            #expect(doubt.cause == .unreadable)
        }
    }
}
