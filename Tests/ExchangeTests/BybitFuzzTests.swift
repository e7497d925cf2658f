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

    @Test func `private ones and answers never crash, and are read or refused`() throws {
        let rows = [orderRow, executionRow, positionRow]
        let calls: [VenueCall] = [
            .openOrders(symbol: nil, page: .first),
            .executions(symbol: "", from: .never, to: .never, page: .first),
            .positions(symbol: nil), .balances, .cancel(name()), .keyPermissions,
        ]
        let seed = UInt64.random(in: 0...UInt64.max)
        var mutations = Mutations(state: seed)
        let adapter = bybit()
        var refused = 0
        var unknown = 0
        for round in 0..<20_000 {
            let row = rows[round % rows.count]
            var message = Array(row.message(row.text()).utf8)
            mutations.mutate(&message)
            do throws(MessageError) { _ = try adapter.events(in: message.span) } catch {
                refused += 1
            }
            let body =
                #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","#
                + #""nextPageCursor":"a%3D","list":[\#(row.text())]},"time":1}"#
            var bytes = Array(body.utf8)
            mutations.mutate(&bytes)
            let call = calls[round % calls.count]
            let text = String(decoding: bytes, as: UTF8.self)
            if case .unknown = adapter.answer(to: call, text) { unknown += 1 }
        }
        #expect(refused > 2000, "seed \(seed)")
        #expect(unknown > 2000, "seed \(seed)")
    }
}
