import Exchange
import Projections
import TestSupport
import Trading

/// An order of ours as it truly is, at the venue.
struct PairOrder {
    /// What became of it in the end.
    enum Fate: CaseIterable {
        case works
        case filled
        case cancelled
        case expired
        case rejected
        /// It never arrived, or has ended so long ago that the venue has forgotten it.
        case absent
    }

    var id: OrderID
    var name: String
    var venueOrder: VenueID
    var terms: OrderTerms
    var fate = Fate.works
    var filled = Quantity.zero
    var isTriggered = false
    /// Whether the venue has another number for what a triggered stop became.
    var child: VenueID?

    /// Whether it works at the venue.
    var works: Bool { fate == .works }

    /// The order as the venue describes it.
    var description: VenueOrder {
        var order = VenueOrder(
            symbol: "BTCUSDT",
            venueOrder: venueOrder,
            clientID: name,
            side: terms.side
        )
        order.type = terms.type
        order.quantity = terms.quantity
        order.price = terms.price
        order.trigger = terms.trigger
        order.isReduceOnly = terms.isReduceOnly
        order.filled = filled
        order.becameOrder = child
        order.isUntriggered = terms.type == .stopMarket && works && !isTriggered
        switch fate {
        case .works: order.status = filled.isZero ? .placed : .partiallyFilled
        case .filled: order.status = .filled
        case .cancelled: order.status = .cancelled
        case .expired: order.status = .expired
        case .rejected, .absent: order.status = .rejected
        }
        return order
    }
}
