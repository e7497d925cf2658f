import Exchange
import Testing
import Trading

@Suite struct `Messages of Bybit that are damaged` {
    @Test func `public ones never crash, and never leave a crossed book in step`() throws {
        var lines = [bybitBook(10, isSnapshot: true)]
        for update in 11...60 as ClosedRange<Int64> {
            lines.append(bybitBook(update, bids: #"["100.0","\#(update)"],["99","0"]"#))
            lines.append(bybitTrades(bybitTrade(), bybitTrade("99", "3", side: "Sell")))
            lines.append(
                #"{"topic":"tickers.BTCUSDT","type":"snapshot","ts":1700000000000,"data":"#
                    + #"{"symbol":"BTCUSDT","markPrice":"100","fundingRate":"0.0001","#
                    + #""nextFundingTime":"1700006400000","bid1Price":"99","bid1Size":"1","#
                    + #""ask1Price":"101","ask1Size":"2"}}"#
            )
        }
        let seed = UInt64.random(in: 0...UInt64.max)
        var mutations = Mutations(state: seed)
        var decoder = BybitDecoder(market: .perpetual)
        var feed = MarketFeed(
            instrument: InstrumentID(1),
            symbol: "BTCUSDT",
            market: .perpetual,
            rules: .bybit,
            capacity: 20
        )
        var refused = 0
        var wrong = 0
        for round in 0..<20_000 {
            var line = Array(lines[round % lines.count].utf8)
            if round % 4 != 0 { mutations.mutate(&line) }
            do throws(MessageError) {
                try decoder.decode(line.span)
                repeat { feed.take(decoder.message) } while decoder.next()
            } catch {
                refused += 1
                if decoder.message.kind != .other || decoder.next() { wrong += 1 }
            }
            if feed.book.isCrossed || !feed.isInStep && feed.book.bestBid != nil { wrong += 1 }
        }
        #expect(wrong == 0, "seed \(seed)")
        #expect(refused > 2000, "seed \(seed)")
    }

    @Test func `private ones never crash, and are read or refused`() throws {
        let rows = [orderRow, executionRow, positionRow]
        let seed = UInt64.random(in: 0...UInt64.max)
        var mutations = Mutations(state: seed)
        let adapter = bybit()
        var refused = 0
        for round in 0..<20_000 {
            let row = rows[round % rows.count]
            var message = Array(row.message(row.text()).utf8)
            mutations.mutate(&message)
            do throws(MessageError) {
                let events = try adapter.events(in: message.span)
                if case .unreadable? = events.last { refused += 1 }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 2000, "seed \(seed)")
    }

    @Test(arguments: DamagedAnswer.all)
    fileprivate func `answers never crash, and prove what they say or nothing`(
        answer: DamagedAnswer
    ) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var mutations = Mutations(state: seed)
        let adapter = bybit()
        guard case .yes(let whole) = adapter.answer(to: answer.call, answer.body) else {
            Issue.record("the whole answer is read")
            return
        }
        #expect(answer.isSound(whole))
        var yes = 0
        var unknown = 0
        for _ in 0..<4000 {
            var bytes = Array(answer.body.utf8)
            mutations.mutate(&bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            switch adapter.answer(to: answer.call, text) {
            case .yes(let facts):
                yes += 1
                #expect(answer.isSound(facts), "seed \(seed): \(text)")
            case .no(let refusal): #expect(refusal.code != 0, "seed \(seed): \(text)")
            case .unknown(let doubt):
                unknown += 1
                let isDoubt = doubt.cause == .unreadable || doubt.code != 0
                #expect(isDoubt, "seed \(seed): \(text)")
            }
        }
        #expect(yes > 100 && unknown > 2000, "seed \(seed)")
    }
}

/// A call and what Bybit may answer to it, before it is damaged.
private struct DamagedAnswer: Sendable, CustomTestStringConvertible {
    var call: VenueCall
    var result: String
    var testDescription: String { "\(call)" }

    var body: String { #"{"retCode":0,"retMsg":"OK","result":\#(result),"time":1}"# }

    private init(_ call: VenueCall, _ result: String) {
        self.call = call
        self.result = result
    }

    private init(_ call: VenueCall, row: String) {
        let page = #""category":"linear","nextPageCursor":"a%3D""#
        self.init(call, "{\(page),\"list\":[\(row)]}")
    }

    static let all = [
        DamagedAnswer(.openOrders(symbol: nil, page: .first), row: orderRow.text()),
        DamagedAnswer(
            .executions(symbol: "", from: .never, to: .never, page: .first),
            row: executionRow.text()
        ),
        DamagedAnswer(
            .positions(symbol: nil),
            // The stream has another name for the price of entry.
            row: positionRow.text().replacing("entryPrice", with: "avgPrice")
        ),
        DamagedAnswer(
            .balances,
            row: #"{"accountType":"UNIFIED","coin":[{"coin":"USDT","walletBalance":"1000.5","#
                + #""locked":"1.5","totalOrderIM":"20","totalPositionIM":"0"},"#
                + #"{"coin":"BTC","walletBalance":"-0.25","locked":""}]}"#
        ),
        DamagedAnswer(
            .cancel(name()),
            #"{"orderId":"fd4300ae-7847-404e-b947-b46980a4d140","orderLinkId":"\#(bybitClientID)"}"#
        ),
        DamagedAnswer(
            .keyPermissions,
            #"{"readOnly":0,"permissions":{"Spot":["SpotTrade"],"ContractTrade":["Order"],"#
                + #""Derivatives":["DerivativesTrade"],"Wallet":[]},"ips":["192.0.2.1"],"#
                + #""expiredAt":"2030-01-01T00:00:00Z"}"#
        ),
    ]

    /// Whether facts are of the kind that was asked for, with figures that a venue can mean.
    func isSound(_ facts: VenueFacts) -> Bool {
        switch (call, facts) {
        case (.openOrders, .orders(let orders, _)): orders.allSatisfy(\.isSound)
        case (.executions, .executions(let fills, _)): fills.allSatisfy(\.isSound)
        case (.positions, .positions(let positions)): positions.allSatisfy(\.isSound)
        case (.balances, .balances(let balances)): balances.allSatisfy(\.isSound)
        case (.cancel(let name), .accepted(let id, let clientID)):
            id != nil && clientID == name.clientID
        case (.keyPermissions, .key(let key)):
            key.mayTrade != nil && key.mayWithdraw != nil && key.isBoundToAddresses != nil
        default: false
        }
    }
}

extension VenueOrder {
    fileprivate var isSound: Bool {
        let figures = [quantity.value, price.value, trigger.value, filled.value]
        return !symbol.isEmpty && figures.allSatisfy { $0 >= .zero && $0.isWithinBounds }
            && (type != .limit || price.isPositive)
    }
}

extension VenueExecution {
    fileprivate var isSound: Bool {
        let moves = [.trade, .liquidation, .deleveraging].contains(kind)
        return !symbol.isEmpty && price.isWithinBounds && quantity.isWithinBounds
            && fee.isWithinBounds && (!moves || price.isPositive && quantity.isPositive)
    }
}

extension VenuePosition {
    fileprivate var isSound: Bool {
        !symbol.isEmpty && quantity.isWithinBounds && entryPrice.isWithinBounds
            && entryPrice.isPositive == (quantity != .zero)
    }
}

extension VenueBalance {
    fileprivate var isSound: Bool {
        !asset.isEmpty && total.isWithinBounds && locked?.isWithinBounds != false
    }
}
