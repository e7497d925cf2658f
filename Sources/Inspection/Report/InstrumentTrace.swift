internal import Projections
internal import Trading

/// What the journal knows of one instrument over the period: prices, deals, fills.
struct InstrumentTrace: Sendable {
    let instrument: Instrument
    let quote: String
    /// The best prices that an opening saw, fills and peaks.
    private(set) var prices = ThinLine<Price>()
    /// The deals that are drawn one by one: those with the largest results.
    private(set) var deals = Foremost<DealRow>(Self.drawnDeals) { left, right in
        left.profit.magnitude > right.profit.magnitude
    }
    /// The fills that are drawn one by one: the largest.
    private(set) var fills = Foremost<FillRow>(Self.drawnFills) { $0.notional > $1.notional }
    /// What all deals made, by the time they ended.
    private(set) var results = TimeColumns<Results>()
    private(set) var sum = ReasonSum()
    private(set) var fees = Money.zero
    private(set) var volume = Money.zero

    /// How many deals and fills a picture shows one by one.
    static let drawnDeals = 300
    static let drawnFills = 600

    init(_ instrument: Instrument, quote: String) {
        self.instrument = instrument
        self.quote = quote
    }

    mutating func see(_ price: Price, at time: Timestamp) {
        if price.isPositive { prices.add(price, at: time) }
    }

    mutating func add(_ fill: FillRow, fee: Money) {
        fills.add(fill)
        volume += fill.notional
        fees += fee
        see(fill.execution.price, at: fill.time)
    }

    mutating func add(_ deal: DealRow) {
        deals.add(deal)
        sum.add(deal.profit)
        results.add(Results(deal.profit), at: deal.endedAt ?? deal.openedAt)
    }
}
