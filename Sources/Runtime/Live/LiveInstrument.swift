internal import Exchange
internal import Trading

/// An instrument on a live venue.
struct LiveInstrument {
    /// Its number.
    var id: InstrumentID
    /// The venue's symbol.
    var symbol: String
    /// The place of the desk that trades it.
    var desk: Int
    /// What a stop becomes there; the price of one that becomes a limit order is made for each.
    var stop: StopForm
    /// How it is configured.
    let listed: InstrumentListed
    /// What is asked of orders in it: the stricter of configuration and venue.
    var filters: InstrumentFilters

    init(
        id: InstrumentID,
        symbol: String,
        desk: Int,
        stop: StopForm,
        listed: InstrumentListed
    ) {
        self.id = id
        self.symbol = symbol
        self.desk = desk
        self.stop = stop
        self.listed = listed
        filters = listed.filters
    }

    /// What a stop with these terms becomes.
    func stop(for terms: OrderTerms) -> StopForm {
        guard case .limit = stop else { return stop }
        return .limit(terms.stopLimit(tick: filters.priceTick))
    }
}

extension OrderTerms {
    /// How far beyond its trigger the limit of a stop stands that becomes a limit order.
    ///
    /// Far enough to be filled in a fast market, and within what venues let a price be off.
    private static var stopLimitSlack: Decimal { Decimal(1).divided(by: Decimal(100), .down) }

    fileprivate func stopLimit(tick: Price) -> Price {
        let slack = trigger.value.times(Self.stopLimitSlack, .down)
        let exact = side == .sell ? trigger.value - slack : trigger.value + slack
        let rounding: Rounding = side == .sell ? .down : .up
        return max(Price(exact.rounded(toMultipleOf: tick.value, rounding)), tick)
    }
}
