internal import Exchange
internal import Projections
internal import Trading

/// Which orders of ours the fills of a survey are of.
///
/// Lists of fills tell no name of ours on Binance, only the venue's id of the order.
struct SurveyOwners {
    private var owners: [VenueID: OrderID] = [:]

    init(_ state: TradingState, _ part: VenueSurvey.Part) {
        for order in state.orders.ordered { add(order, part) }
        for ended in state.closedOrders.ordered { add(ended.order, part) }
        // The order that a stop became has the stop's name in lists, and in no other answer.
        for order in part.working + part.ended {
            guard let id = ClientOrderID(order.clientID), Self.isOurs(id, state) else { continue }
            owners[order.venueOrder] = id.order
        }
        for (id, looked) in part.looked {
            guard case .found(let order) = looked else { continue }
            owners[order.venueOrder] = id
            if let child = order.becameOrder { owners[child] = id }
        }
    }

    private mutating func add(_ order: Order, _ part: VenueSurvey.Part) {
        guard order.terms.instrument == part.instrument, order.venueOrder != .none else { return }
        owners[order.venueOrder] = order.id
    }

    /// The order of ours that a fill is of, by the venue's id or by ours; `nil` where it is not
    /// known.
    func order(of fill: VenueExecution, _ state: TradingState) -> Order? {
        (owners[fill.venueOrder] ?? Self.clientID(of: fill, state)?.order).flatMap(state.order)
    }

    /// Our own name of the order, if it is of a start that the journal knows.
    static func clientID(of fill: VenueExecution, _ state: TradingState) -> ClientOrderID? {
        ClientOrderID(fill.clientID ?? "").flatMap { isOurs($0, state) ? $0 : nil }
    }

    /// Whether an id is of a start that the journal knows.
    static func isOurs(_ id: ClientOrderID, _ state: TradingState) -> Bool {
        id.tag == state.tag
            && state.epochs.contains { $0.epoch == id.epoch && $0.draw == id.draw }
    }
}
