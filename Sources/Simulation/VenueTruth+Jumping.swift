internal import Exchange
internal import LocalExchange
internal import Trading

// Prices that jump.
extension VenueTruth {
    /// Whether the price of a market can jump, but for those at some places.
    func canJump(except halted: Set<Int>) -> Bool { !jumping(halted).isEmpty }

    private func jumping(_ halted: Set<Int>) -> [Int] {
        markets.indices.filter { place in
            !halted.contains(place) && markets[place].house.canJump(markets[place].place)
        }
    }

    /// Draws a jump of a market, but for those at some places: from a thousandth of its price to
    /// three hundredths, up or down, and the other way where it would lead too far.
    ///
    /// - Returns: The place of the market, and the jump.
    func jump(_ chance: inout SplitMix64, except halted: Set<Int>) -> (Int, PriceJump)? {
        let places = jumping(halted)
        guard !places.isEmpty else { return nil }
        let place = places[Int(chance.draw(0...Int64(places.count - 1)))]
        let (house, market) = (markets[place].house, markets[place].place)
        let rules = house.markets[market]
        let tick = rules.listing.filters.priceTick
        guard let price = rules.lastPrice else { return nil }
        let ticks = Int64(price.value.units / tick.value.units)
        let count = chance.draw(max(1, ticks / 1000)...max(1, ticks * 3 / 100))
        var distance = tick.times(Decimal(Int(count)), .down)
        if chance.chance(500) { distance = -distance }
        if !house.canJump(market, by: distance) { distance = -distance }
        return (
            place, PriceJump(venue: rules.venue, symbol: rules.listing.symbol, distance: distance)
        )
    }
}
