internal import Exchange
internal import Projections
internal import Trading

/// What a venue's description of an order adds to what the journal knows of it.
///
/// The same description comes by stream and by query, late, twice and in any order. What it adds
/// is told as reports, in an order that the fold accepts: taken on, changed, triggered, and its end
/// only once every fill that it counts is booked.
struct OrderEvidence: Hashable {
    /// What is new, to be told in this order.
    private(set) var reports: [VenueReport.Body] = []
    /// Whether the description counts fills that the journal does not have: they must be asked
    /// for, and nothing about the end of the order may be told before.
    private(set) var lacksFills = false

    /// Compares a description with what is known.
    init(_ found: VenueOrder, over known: Order) {
        if found.status == .rejected, known.status == .pending {
            reports.append(.rejected(found.reason ?? .other))
            return
        }
        guard known.isLive else {
            lacksFills = found.filled > known.filled
            return
        }
        if known.status == .pending || known.request == .place {
            reports.append(.accepted(venueOrder: found.venueOrder))
        }
        if isAmended(found, known) {
            reports.append(
                .amended(quantity: found.quantity, price: found.price, trigger: found.trigger)
            )
        }
        if known.terms.type == .stopMarket, !known.isTriggered, hasTriggered(found) {
            reports.append(.triggered)
        }
        lacksFills = found.filled > known.filled
        if lacksFills { return }
        // What was filled but is not told here is proven: only an order that is behind tells less.
        guard found.filled == known.filled else { return }
        switch found.status {
        case .cancelled: reports.append(.cancelled)
        // Bybit calls a stop rejected that it had taken on and could not place when it was met.
        case .expired, .rejected: reports.append(.expired(found.reason ?? .other))
        case .filled where isFilledSmaller(found, known): reports.append(.cancelled)
        case .pending, .placed, .partiallyFilled, .filled: break
        }
    }

    /// Whether the venue has other terms than the journal, for an order that still works.
    ///
    /// A description from before an amendment that is booked tells the old terms again; only while
    /// one is asked for, or its outcome unknown, are other terms the answer to it. An order that a
    /// stop became tells nothing of the stop's trigger.
    private func isAmended(_ found: VenueOrder, _ known: Order) -> Bool {
        guard known.request == .amend, !found.status.isTerminal else { return false }
        let isOther =
            found.quantity != known.terms.quantity
            || (known.terms.type == .limit && found.price != known.terms.price)
            || (known.terms.type == .stopMarket && found.trigger != known.terms.trigger
                && found.becameOrder == nil)
        return isOther
    }

    /// Whether all of it is filled and booked at a quantity below ours: it was made smaller by an
    /// amendment that was not told, or by hand.
    private func isFilledSmaller(_ found: VenueOrder, _ known: Order) -> Bool {
        found.becameOrder == nil && found.filled.isPositive && found.quantity == found.filled
            && found.filled < known.terms.quantity
    }

    private func hasTriggered(_ found: VenueOrder) -> Bool {
        if found.becameOrder != nil || found.filled.isPositive { return true }
        return !found.isUntriggered && !found.status.isTerminal
    }
}
