internal import Projections
internal import Trading

/// How much of an instrument is to be closed.
struct RescueSize {
    /// What is ours and not dust; zero for nothing.
    private(set) var wanted = Quantity.zero
    /// The side of the order that closes it.
    let side: Side
    /// Why nothing is closed though something is held.
    private(set) var why: String?
    private let price: Price

    init(_ held: InstrumentState, deal: Deal?, isPartial: Bool) {
        let quantity = held.position.quantity
        side = quantity.isNegative ? .buy : .sell
        price = held.position.averagePrice
        if quantity.isNegative, held.instrument.market == .spot {
            why = "\(quantity) by our fills: nothing is there to be sold"
        } else if isPartial, deal?.side != side.opposite, !quantity.isZero {
            why = "\(quantity) by the fills that are proven, and no deal of ours holds that"
        } else if !isDust(held.instrument.filters.cut(quantity.magnitude), held.instrument) {
            wanted = quantity.magnitude
        }
    }

    /// Whether a quantity is too small for the venue.
    func isDust(_ cut: Quantity, _ rules: Instrument) -> Bool {
        if cut < rules.filters.minimumQuantity || !cut.isPositive { return true }
        // Orders that only reduce are free of the least notional on perpetual markets.
        return rules.market == .spot && price.isPositive
            && cut.notional(at: price, .down) < rules.filters.minimumNotional
    }
}
