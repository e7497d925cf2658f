import Exchange
import Network
import Testing
import Trading

@Suite struct `What Binance answers` {
    private let now = AdapterFixture.time

    private func answer(
        _ market: VenueMarket,
        _ call: VenueCall,
        _ status: Int,
        _ body: String,
        _ headers: [HTTPHeader] = []
    ) -> VenueAnswer {
        BinanceAdapter(market, AdapterFixture.credentials())
            .answer(to: call, AdapterFixture.response(status, body, headers), at: now)
    }

    private static let place = VenueCall.place(AdapterFixture.placement("buy 1 @ 100"))

    /// One row for every code that has a rule, and what it proves in words.
    @Test(arguments: [
        (-1000, "", "unknown venue"), (-1001, "", "unknown venue"), (-1002, "", "no access"),
        (-1003, "Too many requests.", "no limited"), (-1006, "", "unknown venue"),
        (-1007, "Send status unknown; execution status unknown.", "unknown venue"),
        (-1008, "", "no limited"), (-1013, "Filter failure: LOT_SIZE", "no off the venue's grid"),
        (-1013, "Filter failure: PRICE_FILTER", "no off the venue's grid"),
        (-1013, "Filter failure: MIN_NOTIONAL", "no below the venue's minimum"),
        (-1013, "Filter failure: MAX_POSITION", "no other"), (-1015, "", "no limited"),
        (-1016, "", "no maintenance"), (-1021, "", "no clock"), (-1022, "", "no access"),
        (-1102, "Mandatory parameter", "no malformed"), (-1111, "", "no off the venue's grid"),
        (-1121, "Invalid symbol.", "no unknown instrument"), (-1125, "", "no other"),
        (-2010, "Duplicate order sent.", "unknown duplicate"),
        (
            -2010, "Account has insufficient balance for requested action.",
            "no insufficient balance"
        ),
        (-2010, "Order would immediately match and take.", "no post-only would take"),
        (-2010, "Stop price would trigger immediately.", "no stop would trigger at once"),
        (-2010, "Market is closed.", "no other"),
        (-2011, "Order was not canceled due to cancel restrictions.", "no other"),
        (-2011, "Unknown order sent.", "no unknown order"),
        (-2011, "This account may not place or cancel orders.", "no other"),
        (-2013, "Order does not exist.", "no unknown order"), (-2014, "", "no access"),
        (-2015, "", "no access"), (-2018, "", "no insufficient balance"),
        (-2019, "", "no insufficient balance"), (-2020, "", "no no liquidity"),
        (-2021, "", "no stop would trigger at once"),
        (-2022, "", "no reduce-only would not reduce"),
        (-2023, "User in liquidation mode now.", "no other"),
        (-2024, "Position is not sufficient.", "no reduce-only would not reduce"),
        (-2025, "", "no other"), (-2026, "", "no order already ended"),
        (-2027, "", "no above the venue's maximum"), (-2028, "", "no insufficient balance"),
        (-2039, "", "no unknown order"),
        (-4003, "", "no below the venue's minimum"), (-4005, "", "no above the venue's maximum"),
        (-4013, "Price less than min price.", "no other"),
        (-4014, "", "no off the venue's grid"), (-4015, "", "no malformed"),
        (-4016, "Price is higher than mark price multiplier cap.", "no other"),
        (-4023, "", "no off the venue's grid"),
        (-4024, "Price is lower than mark price multiplier floor.", "no other"),
        (-4045, "Reach max stop order limit.", "no above the venue's maximum"),
        (-4046, "", "unknown unlisted"),
        // Leverage out of range; mode kept by open orders, or by a position.
        (-4028, "", "no other"), (-4047, "", "no other"), (-4048, "", "no other"),
        (-4067, "", "no other"), (-4068, "", "no other"),
        (-4059, "", "unknown unlisted"),
        (-4061, "Order's position side does not match user's setting.", "no other"),
        (-4088, "User can not place order currently", "no access"),
        (-4116, "ClientOrderId is duplicated.", "unknown duplicate"),
        (-4118, "ReduceOnly Order Failed.", "no reduce-only would not reduce"),
        (-4120, "", "no malformed"), (-4131, "", "no no liquidity"),
        (-4164, "", "no below the venue's minimum"),
        (-4192, "Trade forbidden due to Cooling-off Period.", "no access"),
        (-4400, "Futures Trading Quantitative Rules violated", "no other"),
        (-5021, "", "no fill-or-kill would not fill"),
        (-5022, "", "no post-only would take"), (-5027, "", "unknown unlisted"),
        (-5028, "", "no clock"),
        (-9999, "Something new.", "unknown unlisted"),
    ])
    func `with a code`(code: Int, text: String, proves: String) {
        let found = answer(
            .binanceFutures,
            Self.place,
            400,
            "{\"code\":\(code),\"msg\":\"\(text)\"}"
        )
        #expect(words(found) == proves, "\(code)")
    }

    /// What was so before is done where that was asked, and says nothing of anything else.
    @Test(arguments: [
        (-4046, VenueCall.setMarginMode(symbol: "BTCUSDT", .isolated)),
        (-4059, .setOneWayMode(symbol: "BTCUSDT")),
        (
            -5027,
            .amend(
                AdapterFixture.placement("buy 1 @ 100").name,
                VenueAmendment(
                    quantity: Quantity(.one),
                    price: Price(.one),
                    trigger: .zero,
                    side: .buy
                )
            )
        ),
    ])
    func `with a code of what was so before`(code: Int, call: VenueCall) {
        let body = "{\"code\":\(code),\"msg\":\"\"}"
        #expect(words(answer(.binanceFutures, call, 400, body)) == "done")
        let leverage = VenueCall.setLeverage(symbol: "BTCUSDT", Decimal(5))
        #expect(words(answer(.binanceFutures, leverage, 400, body)) == "unknown unlisted")
    }

    private func words(_ answer: VenueAnswer) -> String {
        switch answer {
        case .yes(.done): "done"
        case .yes: "yes"
        case .no(let refusal):
            switch refusal.reason {
            case .order(let reason): "no \(reason.name)"
            case .limited: "no limited"
            default: "no \(refusal.reason)"
            }
        case .unknown(let doubt): "unknown \(doubt.cause)"
        }
    }

    @Test(arguments: [
        (500, "unknown venue"), (502, "unknown venue"), (503, "unknown venue"),
        (504, "unknown venue"), (408, "unknown unlisted"), (429, "no limited"),
        (418, "no limited"), (403, "no limited"),
    ])
    func `with a status and no code`(status: Int, proves: String) {
        #expect(words(answer(.binanceSpot, Self.place, status, "<html>")) == proves)
    }

    @Test func `not at all proves nothing`() {
        let adapter = BinanceAdapter(.binanceSpot, nil)
        #expect(words(adapter.answer(to: Self.place, nil, at: now)) == "unknown silence")
        #expect(
            words(answer(.binanceSpot, Self.place, 200, "{\"orderId\":")) == "unknown unreadable"
        )
        #expect(words(answer(.binanceSpot, Self.place, 200, "{}")) == "unknown unreadable")
    }

    @Test func `with a wait tells its end`() {
        let ban =
            "{\"code\":-1003,\"msg\":\"Way too many requests; IP(1.2.3.4) banned until "
            + "1762259500123. Please use the websocket.\"}"
        let header = [HTTPHeader("Retry-After", "7")]
        guard
            case .no(let banned) = answer(.binanceSpot, Self.place, 418, ban, header),
            case .no(let slowed) = answer(.binanceSpot, Self.place, 429, "{}", header)
        else {
            Issue.record("not refused")
            return
        }
        let end = Timestamp(nanoseconds: 1_762_259_500_123_000_000)
        #expect(banned.reason == .limited(until: end))
        #expect(slowed.reason == .limited(until: now + TimeSpan(seconds: 7)))
    }

    @Test func `to a placement is its id, and an algo order's where it is one`() {
        let spot = answer(
            .binanceSpot,
            Self.place,
            200,
            #"{"symbol":"LTCUSDT","orderId":28,"clientOrderId":"myid123","transactTime":1}"#
        )
        #expect(spot == .yes(.accepted(venueOrder: VenueID(28), clientID: "myid123")))
        let algo = answer(
            .binanceFutures,
            .place(AdapterFixture.placement("sell 1 stop 90 reduce-only")),
            200,
            #"{"algoId":2146760,"clientAlgoId":"myid123","algoStatus":"NEW"}"#
        )
        #expect(algo == .yes(.accepted(venueOrder: VenueID(2_146_760), clientID: "myid123")))
    }

    @Test func `may have the number zero, which names nothing`() {
        let first = answer(
            .binanceSpot,
            Self.place,
            200,
            #"{"orderId":0,"clientOrderId":"myid123"}"#
        )
        #expect(first == .yes(.accepted(venueOrder: nil, clientID: "myid123")))
    }

    /// An answer that came to the wrong place must not end another order.
    @Test func `about another order proves nothing`() {
        let stop = AdapterFixture.placement("sell 1 stop 90 reduce-only")
        let plain = AdapterFixture.placement("sell 1 @ 90")
        let other =
            #"{"symbol":"LTCUSDT","orderId":28,"algoId":28,"clientOrderId":"other","#
            + #""clientAlgoId":"other","origClientOrderId":"another"}"#
        for market in [VenueMarket.binanceSpot, .binanceFutures] {
            for call in [.place(plain), .cancel(plain.name), .order(plain.name)] as [VenueCall] {
                #expect(Proof(answer(market, call, 200, other)) == .unknown(.unreadable))
            }
        }
        for call in [.place(stop), .cancel(stop.name), .order(stop.name)] as [VenueCall] {
            #expect(Proof(answer(.binanceFutures, call, 200, other)) == .unknown(.unreadable))
        }
    }

    @Test func `about fills of another order proves nothing`() {
        let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
        func found(_ market: VenueMarket, _ symbol: String, _ order: UInt128, _ age: Int64)
            -> VenueAnswer
        {
            let wanted = OrderExecutions(
                symbol: symbol,
                of: VenueID(order),
                since: time + TimeSpan(seconds: age),
                changed: now
            )
            return answer(market, .orderExecutions(wanted), 200, Self.fill)
        }
        for market in [VenueMarket.binanceSpot, .binanceFutures] {
            guard case .yes(.executions(let fills, nil)) = found(market, "LTCUSDT", 28, 0) else {
                Issue.record("no fills of \(market.name)")
                continue
            }
            #expect(fills.map(\.id) == [VenueID(5)])
            #expect(Proof(found(market, "LTCUSDT", 29, 0)) == .unknown(.unreadable))
            #expect(Proof(found(market, "BTCUSDT", 28, 0)) == .unknown(.unreadable))
            // Spot tells all of an order, also what is older than was wanted.
            #expect(found(market, "LTCUSDT", 28, 3600) == .yes(.executions([], next: nil)))
        }
    }

    private static let fill =
        #"[{"symbol":"LTCUSDT","id":5,"orderId":28,"isBuyer":true,"side":"BUY","price":"100","#
        + #""qty":"1","commission":"0","commissionAsset":"USDT","time":1700000000000,"#
        + #""maker":false,"isMaker":false}]"#

    @Test(arguments: [
        #"{"leverage":20,"symbol":"BTCUSDT"}"#, #"{"leverage":21,"symbol":"ETHUSDT"}"#, "{}", "[]",
    ])
    func `about another setting proves nothing`(body: String) {
        let leverage = VenueCall.setLeverage(symbol: "BTCUSDT", Decimal(21))
        #expect(Proof(answer(.binanceFutures, leverage, 200, body)) == .unknown(.unreadable))
        let mode = VenueCall.setMarginMode(symbol: "BTCUSDT", .isolated)
        #expect(Proof(answer(.binanceFutures, mode, 200, body)) == .unknown(.unreadable))
        let silence = VenueCall.cancelOnSilence(symbol: "BNBUSDT", after: .second)
        #expect(Proof(answer(.binanceFutures, silence, 200, body)) == .unknown(.unreadable))
    }

    /// Spot's host tells what a key may do in both markets, which are allowed apart.
    @Test(arguments: [
        (#""enableSpotAndMarginTrading":true,"enableFutures":false"#, true, false),
        (#""enableSpotAndMarginTrading":false,"enableFutures":true"#, false, true),
        (#""enableSpotAndMarginTrading":true"#, true, nil), (#""ipRestrict":true"#, nil, nil),
    ])
    func `to a question about a key is of each market`(
        members: String,
        spot: Bool?,
        contracts: Bool?
    ) {
        let told = answer(.binanceSpot, .keyPermissions, 200, "{\(members)}")
        guard case .yes(.key(let key)) = told else {
            Issue.record("\(told)")
            return
        }
        #expect(key.mayTrade(in: .binanceSpot) == spot)
        #expect(key.mayTrade(in: .binanceFutures) == contracts)
    }

    @Test func `to a question about a mode is of its symbol, and of both sides`() {
        func row(_ symbol: String, _ side: String, _ leverage: String) -> String {
            #"{"symbol":"\#(symbol)","positionSide":"\#(side)","leverage":"\#(leverage)","#
                + #""marginType":"isolated"}"#
        }
        let call = VenueCall.accountMode(symbol: "BTCUSDT")
        let rows = [
            row("BTCUSDT", "LONG", "7"), row("BTCUSDT", "BOTH", "7"), row("ETHUSDT", "BOTH", "3"),
        ]
        let told = answer(.binanceFutures, call, 200, "[\(rows.joined(separator: ","))]")
        guard case .yes(.mode(let mode)) = told else {
            Issue.record("\(told)")
            return
        }
        #expect(mode.isHedge == true && mode.leverage == Decimal(7))
        let foreign = answer(.binanceFutures, call, 200, "[\(rows[2])]")
        #expect(Proof(foreign) == .unknown(.unreadable))
    }

    @Test(.enabled(if: Fixtures.isPresent, "\(Fixtures.absent)"))
    func `with an order is read field by field`() throws {
        let body = try #require(
            Fixtures.bytes("binance/docs_examples/rest-api__Query_order_USER_DATA.json")
        )
        let name = VenueOrderName(symbol: "LTCBTC", clientID: "myOrder1", isConditional: false)
        let found = BinanceAdapter(.binanceSpot, nil)
            .answer(to: .order(name), HTTPResponse(status: 200, body: body), at: now)
        guard case .yes(.orders(let orders, nil)) = found, let order = orders.first else {
            Issue.record("\(found)")
            return
        }
        #expect(order.symbol == "LTCBTC" && order.venueOrder == VenueID(1))
        #expect(order.clientID == "myOrder1" && order.side == .buy && order.type == .limit)
        #expect(order.timeInForce == .goodTillCancelled && order.status == .placed)
        #expect(order.quantity == Quantity(decimal("1")) && order.price == Price(decimal("0.1")))
        #expect(order.filled == .zero && order.filledValue == .zero && !order.isUntriggered)
        #expect(order.made == Timestamp(nanoseconds: 1_499_827_319_559_000_000))
    }

    @Test(.enabled(if: Fixtures.isPresent, "\(Fixtures.absent)"))
    func `with a fill is read field by field`() throws {
        let body = try #require(
            Fixtures.bytes("binance/docs_examples/rest-api__Account_trade_list_USER_DATA.json")
        )
        let call = VenueCall.executions(symbol: "BNBBTC", from: now, to: now, page: .first)
        let found = BinanceAdapter(.binanceSpot, nil)
            .answer(to: call, HTTPResponse(status: 200, body: body), at: now)
        guard case .yes(.executions(let fills, nil)) = found, let fill = fills.first else {
            Issue.record("\(found)")
            return
        }
        #expect(fill.id == VenueID(28457) && fill.venueOrder == VenueID(100_234))
        #expect(fill.side == .buy && fill.liquidity == .taker && fill.clientID == nil)
        #expect(fill.price == Price(decimal("4.000001")))
        #expect(fill.quantity == Quantity(decimal("12")))
        #expect(fill.fee == Money(decimal("10.1")) && fill.feeAsset == "BNB")
    }

    @Test(
        .enabled(if: Fixtures.isPresent, "\(Fixtures.absent)"),
        arguments: [
            (VenueMarket.binanceSpot, "cryptofeed/BINANCE.0", 1695, "BTCUSDT", "0.01", "0.00001"),
            (.binanceFutures, "cryptofeed/BINANCE_FUTURES.0", 122, "BTCUSDT", "0.01", "0.001"),
        ]
    )
    func `with everything that was traded there one day`(
        market: VenueMarket,
        file: String,
        count: Int,
        symbol: String,
        tick: String,
        step: String
    ) throws {
        let body = try #require(Fixtures.objects(file).max { $0.count < $1.count })
        let found = BinanceAdapter(market, nil)
            .answer(
                to: .instruments(page: .first),
                HTTPResponse(status: 200, body: body),
                at: now
            )
        guard case .yes(.instruments(let listed, nil)) = found else {
            Issue.record("not read")
            return
        }
        #expect(listed.count == count)
        let one = try #require(listed.first { $0.symbol == symbol })
        #expect(one.base == "BTC" && one.quote == "USDT" && one.settle == "USDT")
        #expect(one.filters.priceTick == Price(decimal(tick)))
        #expect(one.filters.quantityStep == Quantity(decimal(step)))
        #expect(one.isTrading && one.isPerpetual == (market == .binanceFutures))
        #expect(one.stops.isEmpty == false)
    }
}
