import Exchange
import Runtime
import TestSupport
import Trading

/// One instrument as it truly is, at the venue.
struct PairMarket {
    let instrument: InstrumentID
    let market: VenueMarket
    var orders: [PairOrder] = []
    /// Every fill of the account, somebody else's included, oldest first.
    var fills: [VenueExecution] = []
    /// What somebody else trades beside us.
    var foreign: [VenueOrder] = []
    /// What somebody else holds beside us.
    var foreignPosition = Quantity.zero
    /// The orders with which others closed a position of ours.
    var closings: Set<VenueID> = []
    /// What the venue asks of orders; `nil` where it asks what the journal knows.
    var filters: InstrumentFilters?

    var isContract: Bool { market.market == .perpetual }
    /// How the survey calls it.
    var name: String { "BTCUSDT at \(market.name)" }

    /// The order that truly is what an order of the journal is.
    subscript(id: OrderID) -> PairOrder? { orders.first { $0.id == id } }
}
