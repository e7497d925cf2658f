import Exchange
import Network
import Testing
import Trading

private func decimal(_ text: String) throws -> Decimal { try Decimal(text) }
private func money(_ text: String) throws -> Money { Money(try Decimal(text)) }
private func moment(_ milliseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: milliseconds * 1_000_000)
}

/// The facts that the file of an answer brings.
private func facts(
    _ path: String,
    _ call: VenueCall,
    _ market: VenueMarket = .bybitLinear
) throws -> VenueFacts {
    let body = try BybitFixtures.body(path)
    let answer = bybit(market).answer(to: call, body)
    guard case .yes(let facts) = answer else {
        Issue.record("\(path): \(answer)")
        throw VenueCallFault.notOffered(path)
    }
    return facts
}

private func uuid(_ text: String) throws -> UInt128 {
    try #require(UInt128(text.filter { $0 != "-" }, radix: 16))
}

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Reading Bybit's answers field by field` {
    @Test func `an open order`() throws {
        let call = VenueCall.openOrders(symbol: "ETHUSDT", page: .first)
        guard
            case .orders(let orders, let next) = try facts(
                "docs_examples/order__open-order.json",
                call
            )
        else { return #expect(Bool(false)) }
        var order = VenueOrder(
            symbol: "ETHUSDT",
            venueOrder: VenueID(try uuid("fd4300ae-7847-404e-b947-b46980a4d140")),
            clientID: "test-000005",
            side: .buy
        )
        order.type = .limit
        order.timeInForce = .goodTillCancelled
        order.quantity = Quantity(try decimal("0.1"))
        order.price = Price(try decimal("1600"))
        order.filledValue = .zero
        order.status = .placed
        order.made = moment(1_684_738_540_559)
        order.changed = moment(1_684_738_540_561)
        #expect(orders == [order])
        #expect(orders[0].venueOrder.description == "fd4300ae-7847-404e-b947-b46980a4d140")
        let mark = "page_args%3Dfd4300ae-7847-404e-b947-b46980a4d140%26symbol%3D6%26"
        #expect(next == .after(mark))
        // The same mark again is the end.
        let again = VenueCall.openOrders(symbol: "ETHUSDT", page: .after(mark))
        guard
            case .orders(_, let end) = try facts("docs_examples/order__open-order.json", again)
        else { return #expect(Bool(false)) }
        #expect(end == nil)
    }

    @Test func `a post-only order that would have taken`() throws {
        let call = VenueCall.orderHistory(
            symbol: "BTCUSDT",
            from: .never,
            to: .never,
            page: .first
        )
        guard
            case .orders(let orders, _) = try facts(
                "docs_examples/order__order-list.json",
                call
            )
        else { return #expect(Bool(false)) }
        let order = try #require(orders.first)
        #expect(order.status == .expired)
        #expect(order.reason == .wouldTake)
        #expect(order.reasonText == "EC_PostOnlyWillTakeLiquidity")
        #expect(order.timeInForce == .postOnly)
        #expect(order.type == .limit)
        #expect(order.filled == .zero)
    }

    @Test func `a spot order counted in quote units and cut short by the venue`() throws {
        let call = VenueCall.openOrders(symbol: nil, page: .first)
        guard
            case .orders(let orders, _) = try facts(
                "xchange/getOrderDetailsSpot.json5",
                call,
                .bybitSpot
            )
        else { return #expect(Bool(false)) }
        let order = try #require(orders.first)
        #expect(order.type == .market)
        // 20 quote units, which are no quantity.
        #expect(order.quantity == .zero)
        #expect(order.price == .zero)
        #expect(order.filled == Quantity(try decimal("0.000772")))
        #expect(order.filledValue == (try money("19.99940884")))
        #expect(order.status == .expired)
        #expect(order.reason == .noLiquidity)
        #expect(order.timeInForce == .immediateOrCancel)
    }

    @Test func `an execution`() throws {
        let call = VenueCall.executions(
            symbol: "ETHPERP",
            from: .never,
            to: .never,
            page: .first
        )
        guard
            case .executions(let executions, let next) = try facts(
                "docs_examples/order__execution.json",
                call
            )
        else { return #expect(Bool(false)) }
        let execution = VenueExecution(
            symbol: "ETHPERP",
            id: VenueID(try uuid("e0cbe81d-0f18-5866-9415-cf319b5dab3b")),
            venueOrder: VenueID(try uuid("8c065341-7b52-4ca9-ac2c-37e31ac55c94")),
            clientID: "",
            side: .buy,
            price: Price(try decimal("1190.15")),
            quantity: Quantity(try decimal("0.1")),
            fee: try money("0.071409"),
            feeAsset: nil,
            liquidity: .taker,
            time: moment(1_672_282_722_429),
            kind: .trade
        )
        #expect(executions == [execution])
        #expect(next == .after("132766%3A2%2C132766%3A2"))
        let path = "docs_examples/order__execution.json"
        for (age, count) in [(0, 1), (3600, 0)] {
            let wanted = OrderExecutions(
                symbol: "ETHPERP",
                of: execution.venueOrder,
                since: execution.time + TimeSpan(seconds: Int64(age)),
                changed: execution.time
            )
            let found = try facts(path, .orderExecutions(wanted))
            let own = Array([execution].prefix(count))
            #expect(found == .executions(own, next: next))
        }
        let other = OrderExecutions(
            symbol: "ETHPERP",
            of: VenueID(1),
            since: execution.time,
            changed: execution.time
        )
        let answer = bybit().answer(to: .orderExecutions(other), try BybitFixtures.body(path))
        guard case .unknown = answer else { return #expect(Bool(false), "\(answer)") }
    }

    @Test func `positions, long, short and flat`() throws {
        guard
            case .positions(let positions) = try facts(
                "nautilus/http_get_positions.json",
                .positions(symbol: nil)
            )
        else { return #expect(Bool(false)) }
        #expect(positions.map(\.symbol) == ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
        #expect(positions.map(\.quantity) == (try ["0.5", "-5", "0"].map(quantity)))
        #expect(positions.map(\.entryPrice) == (try ["50000", "3000", "0"].map(price)))
        #expect(positions.map(\.leverage) == (try ["10", "5", "10"].map(decimal)))
        #expect(positions[0].liquidationPrice == (try price("45000")))
        #expect(positions[2].liquidationPrice == nil)
        #expect(positions[0].time == moment(1_697_673_600_012))
        #expect(positions.allSatisfy { !$0.isHedge && $0.marginMode == nil })
    }

    @Test func `the mode of a contract and of the account`() throws {
        guard
            case .mode(let mode) = try facts(
                "nautilus/http_get_positions_with_open_time.json",
                .accountMode(symbol: "LTCUSDT")
            ),
            case .mode(let margin) = try facts(
                "docs_examples/account__account-info.json",
                .marginMode(symbol: "LTCUSDT")
            )
        else { return #expect(Bool(false)) }
        #expect(mode.isHedge == false)
        #expect(mode.leverage == (try decimal("10")))
        #expect(mode.marginMode == nil)
        #expect(margin.marginMode == .cross)
        #expect(margin.isHedge == nil)
    }

    @Test func `balances`() throws {
        guard
            case .balances(let balances) = try facts(
                "nautilus/http_get_wallet_balance.json",
                .balances
            )
        else { return #expect(Bool(false)) }
        #expect(
            balances == [
                VenueBalance(asset: "BTC", total: .zero, locked: .zero),
                VenueBalance(asset: "USDT", total: try money("1000.5"), locked: .zero),
                VenueBalance(asset: "ETH", total: .zero, locked: .zero),
            ]
        )
    }

    @Test func `a contract with its grid`() throws {
        guard
            case .instruments(let instruments, let next) = try facts(
                "docs_examples/account__instrument.json",
                .instruments(page: .first)
            )
        else { return #expect(Bool(false)) }
        var instrument = VenueInstrument(
            symbol: "1000000BABYDOGEUSDT",
            base: "1000000BABYDOGE",
            quote: "USDT",
            settle: "USDT",
            isTrading: true,
            isPerpetual: true,
            filters: InstrumentFilters(
                priceTick: Price(try decimal("0.0000001")),
                quantityStep: Quantity(try decimal("100")),
                minimumQuantity: Quantity(try decimal("100")),
                maximumQuantity: Quantity(try decimal("60000000")),
                minimumNotional: try money("5")
            )
        )
        instrument.maximumMarketQuantity = Quantity(try decimal("12000000"))
        instrument.stops = [.market]
        instrument.maximumStops = 10
        instrument.maximumLeverage = try decimal("25")
        #expect(instruments == [instrument])
        #expect(next == nil)
    }

    @Test func `a contract whose results are paid in USDC, several times a day`() throws {
        func isSettledInSessions(_ settle: String) -> Bool? {
            let row = """
                {"symbol":"BTCPERP","contractType":"LinearPerpetual","status":"Trading",\
                "baseCoin":"BTC","quoteCoin":"USDC","settleCoin":"\(settle)",\
                "leverageFilter":{"maxLeverage":"100"},"priceFilter":{"tickSize":"0.1"},\
                "lotSizeFilter":{"maxOrderQty":"100","minOrderQty":"0.001","qtyStep":"0.001",\
                "maxMktOrderQty":"10","minNotionalValue":"5"}}
                """
            let body = """
                {"retCode":0,"retMsg":"OK","result":{"nextPageCursor":"","list":[\(row)]},\
                "time":1672132481405}
                """
            guard
                case .yes(.instruments(let found, _)) = bybit()
                    .answer(to: .instruments(page: .first), body)
            else { return nil }
            return found.first?.isSettledInSessions
        }
        #expect(isSettledInSessions("USDC") == true && isSettledInSessions("USDT") == false)
    }

    @Test func `a spot pair with its grid`() throws {
        guard
            case .instruments(let instruments, _) = try facts(
                "docs_examples/market__instrument_3.json",
                .instruments(page: .first),
                .bybitSpot
            )
        else { return #expect(Bool(false)) }
        let pair = try #require(instruments.first)
        #expect(pair.symbol == "BTCUSDT")
        #expect(pair.settle == "USDT")
        #expect(!pair.isPerpetual)
        #expect(pair.filters.priceTick == (try price("0.1")))
        #expect(pair.filters.quantityStep == (try quantity("0.000001")))
        #expect(pair.filters.minimumQuantity == (try quantity("0.000011")))
        #expect(pair.filters.maximumQuantity == (try quantity("83")))
        #expect(pair.filters.minimumNotional == (try money("5")))
        #expect(pair.maximumMarketQuantity == (try quantity("41.5")))
        #expect(pair.stops == [.market, .reserving])
        #expect(pair.maximumLeverage == nil)
    }

    @Test func `a ticker, a book, fees and the time`() throws {
        guard
            case .tickers(let tickers) = try facts(
                "docs_examples/market__tickers_3.json",
                .tickers,
                .bybitSpot
            ),
            case .book(let book) = try facts(
                "docs_examples/market__orderbook.json",
                .book(symbol: "BTCUSDT", depth: 1)
            ),
            case .fees(let fees) = try facts(
                "docs_examples/account__fee-rate.json",
                .fees(symbol: "ETHUSDT")
            ),
            case .time(let time) = try facts("docs_examples/market__time.json", .serverTime)
        else { return #expect(Bool(false)) }
        #expect(
            tickers == [
                VenueTicker(
                    symbol: "BTCUSDT",
                    last: try price("20533.13"),
                    bid: try price("20517.96"),
                    ask: try price("20527.77"),
                    turnover: try money("243765620.65899866")
                )
            ]
        )
        #expect(book.lastUpdate == 230_704)
        #expect(
            book.bids == [
                BookLevel(price: try price("65485.47"), quantity: try quantity("47.081829"))
            ]
        )
        #expect(book.asks.map(\.price) == [try price("65557.7")])
        #expect(book.time == moment(1_716_863_719_031))
        #expect(fees == FeeSchedule(maker: try decimal("0.0001"), taker: try decimal("0.0006")))
        #expect(time == Timestamp(nanoseconds: 1_688_639_403_423_213_947))
    }

    @Test func `what a key may do`() throws {
        let path = "docs_examples/user__apikey-info.json"
        for market in [VenueMarket.bybitSpot, .bybitLinear] {
            guard case .key(let key) = try facts(path, .keyPermissions, market) else {
                return #expect(Bool(false))
            }
            // It may trade both, but is read-only.
            #expect(key.mayTrade == false)
            #expect(key.mayWithdraw == false)
            #expect(key.isBoundToAddresses == true)
            #expect(key.expires == nil)
        }
        let write = try BybitFixtures.body(path)
            .replacing(#""readOnly": 1"#, with: #""readOnly": 0"#)
            .replacing(#""AccountTransfer","#, with: #""AccountTransfer","Withdraw","#)
            .replacing("1970-01-01T00:00:00Z", with: "2026-01-02T03:04:05Z")
            .replacing("18.181.170.164", with: "*")
        guard case .yes(.key(let key)) = bybit().answer(to: .keyPermissions, write) else {
            return #expect(Bool(false))
        }
        #expect(key.mayTrade == true)
        // The host of both is asked for each of its markets.
        #expect(key.mayTradeFutures == nil && key.mayTrade(in: .bybitLinear) == true)
        #expect(key.mayWithdraw == true)
        #expect(key.isBoundToAddresses == false)
        #expect(key.expires == Timestamp("2026-01-02T03:04:05Z"))
    }

    @Test func `an acknowledgement`() throws {
        let placed = VenueOrderName(
            symbol: "BTCUSDT",
            clientID: "spot-test-postonly",
            isConditional: false
        )
        let path = "docs_examples/order__create-order.json"
        let found = try facts(path, .cancel(placed), .bybitSpot)
        #expect(
            found
                == .accepted(
                    venueOrder: VenueID(1_321_003_749_386_327_552),
                    clientID: "spot-test-postonly"
                )
        )
    }
}
