internal import Exchange
internal import Projections
internal import Trading

extension VenueSurvey {
    /// How much more than the venue the journal has realised of positions that are still open;
    /// zero where it is not more.
    ///
    /// What closing a part of a position brings depends on its average price then. Where fills
    /// were told in another order than they were made in, journal and venue divide the same money
    /// otherwise between the balance and the cost of what is held, until nothing is held any more:
    /// by what the journal has realised more, what is held has cost it more. So nothing is missing.
    ///
    /// The average price says nothing of us where we do not hold all of a position, and nothing as
    /// far as the venue rounds it.
    func realisedAhead(of asset: String, _ state: TradingState) -> Money {
        var sum = Money.zero
        for part in parts where part.market.market == .perpetual && !part.isMoved {
            let held = state.instruments[Int(part.instrument.rawValue)]
            let quote = Int(held.instrument.quote.rawValue)
            let quantity = held.position.quantity
            guard let average = part.entryPrice, average.isPositive, !quantity.isZero,
                part.position == quantity, state.assets[quote].name == asset
            else { continue }
            let theirs = quantity.magnitude.notional(at: average, .halfEven)
            let more = held.position.cost - theirs
            let step = min(held.instrument.filters.priceTick, Self.stepOfAverages)
            let rounding = quantity.magnitude.notional(at: step, .up)
            guard more.magnitude > rounding else { continue }
            sum += (quantity.isNegative ? -more : more) + rounding
        }
        return max(.zero, sum)
    }

    /// Averages have five decimals at least, and those of the tick where it has more.
    private static let stepOfAverages = Price(Decimal(units: Decimal.unitsPerOne / 100_000))
}
