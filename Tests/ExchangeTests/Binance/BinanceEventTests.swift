import Exchange
import Testing
import Trading

/// Whole lives of orders, as they were captured in March 2026.
@Suite(.enabled(if: Fixtures.isPresent, "\(Fixtures.absent)"))
struct `What Binance's private streams tell` {
    private func told(_ market: VenueMarket, _ file: String) throws -> [String] {
        let adapter = BinanceAdapter(market, nil)
        return try Fixtures.objects("binance/lean/\(file).json").flatMap { object in
            try adapter.events(in: object.span).map(words)
        }
    }

    private func words(_ event: VenueEvent) -> String {
        switch event {
        case .order(let order):
            let became = order.becameOrder.map { " became \($0)" } ?? ""
            let waiting = order.isUntriggered ? " waiting" : ""
            let reason = order.reason.map { ": \($0.name)" } ?? ""
            return "\(order.status.name) \(order.filled)/\(order.quantity)\(waiting)\(became)"
                + reason
        case .execution(let fill):
            return "fill \(fill.quantity) @ \(fill.price) fee \(fill.fee) \(fill.feeAsset ?? "?")"
        case .balance(let balance): return "balance \(balance.asset)"
        case .position(let position): return "position \(position.symbol) \(position.quantity)"
        case .mode: return "mode"
        case .subscribed: return "subscribed"
        case .refused(let why): return "refused: \(why)"
        case .ends: return "ends"
        }
    }

    @Test func `of a contract's order that is cancelled`() throws {
        #expect(
            try told(.binanceFutures, "WebSocketFutureLimitSubmittedCancelled")
                == ["placed 0/900", "cancelled 0/900"]
        )
    }

    @Test func `of a contract's order that is filled`() throws {
        let told = try told(.binanceFutures, "WebSocketFutureLimitSubmittedFilled")
        #expect(told.count == 3 && told[0].hasPrefix("placed 0/"))
        #expect(told[1].hasPrefix("fill ") && told[2].hasPrefix("filled "))
    }

    @Test func `of a stop that triggers and becomes another order`() throws {
        let told = try told(
            .binanceFutures,
            "WebSocketFutureStopMarketSubmitPartiallyFilledFilled"
        )
        #expect(told.first?.hasSuffix(" waiting") == true)
        #expect(told.filter { $0.hasPrefix("fill ") }.count == 2)
        // Its fills come before it says which order it became.
        #expect(told.last?.hasSuffix(" became 4904005884") == true)
    }

    @Test func `of a stop that is cancelled`() throws {
        let told = try told(.binanceFutures, "WebSocketFutureStopMarketSubmittedCanceled")
        #expect(told.count == 2 && told[0].hasSuffix("waiting"))
        #expect(told[1].hasPrefix("cancelled 0/"))
    }

    @Test func `of a spot market order in two parts`() throws {
        let told = try told(
            .binanceSpot,
            "WebSocketGlobalSpotMarketSubmitPartiallyFilledFilled"
        )
        #expect(told.filter { $0.hasPrefix("fill ") }.count == 2)
        #expect(told.last?.hasPrefix("filled ") == true)
    }

    @Test func `of a spot stop that rests, triggers and fills`() throws {
        let told = try told(.binanceSpot, "WebSocketGlobalSpotStopLimitSubmittedTriggerFilled")
        #expect(told.count == 4 && told[0].hasSuffix(" waiting") && !told[1].hasSuffix("waiting"))
        #expect(told[2].hasPrefix("fill ") && told[3].hasPrefix("filled "))
    }

    @Test func `of a fill-or-kill order that would not fill`() throws {
        let told = try told(.binanceSpot, "WebSocketSpotLimitFillOrKillSubmittedExpired")
        #expect(told.last?.hasSuffix(": fill-or-kill would not fill") == true)
    }
}
