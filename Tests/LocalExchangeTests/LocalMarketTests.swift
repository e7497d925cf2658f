import Exchange
import Testing
import Trading

@testable import LocalExchange

@Suite struct `A market of the local exchange` {
    /// Whoever has much and trades it to and fro must not end the process.
    @Test func `counts what was traded up to what can be held`() {
        var assets = AssetNames()
        let plan = HouseFixture.plan(.binanceSpot, .clients)
        var market = LocalMarket(plan, number: 0, &assets)
        let trade = PublicTrade(
            price: Price(decimal("1000000000")),
            quantity: Quantity(decimal("1000000000")),
            taker: .buy,
            time: HouseFixture.start
        )
        for _ in 0..<500 { _ = market.note(trade) }
        #expect(market.day.turnover == Money(.bound))
        #expect(market.day.volume == Quantity(decimal("500000000000")))
        let interval = BinanceInterval("1d")
        let candle = interval.flatMap { BinanceCandle.candles(of: market.trades, $0).first }
        #expect(candle?.turnover == Money(.bound) && candle?.boughtTurnover == Money(.bound))
        let day = BinanceDay(market, at: HouseFixture.start)
        #expect(day.turnover == Money(.bound))
    }
}
