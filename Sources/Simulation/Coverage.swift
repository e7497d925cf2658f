internal import Projections
internal import Trading

/// Which trouble met an order in which state.
package struct Coverage: Sendable {
    /// How an order stands when trouble comes.
    package enum Standing: String, CaseIterable, Sendable {
        case none = "no order"
        case placing, unknown, resting, partly, waiting, triggered, cancelling, amending
    }

    /// Why a kind of trouble meets no order that stands so; `nil` where it can.
    package static func impossible(_ kind: FaultKind, _ standing: Standing) -> String? {
        switch (kind, standing) {
        case (.cancelledByHand, .none): "there is no order to cancel"
        default: nil
        }
    }

    /// The cells that cannot be met, and why.
    package static var impossible: [(kind: FaultKind, standing: Standing, why: String)] {
        FaultKind.allCases.flatMap { kind in
            Standing.allCases.compactMap { standing in
                impossible(kind, standing).map { (kind, standing, $0) }
            }
        }
    }

    /// The cells that can be met and were not.
    package var missing: [(FaultKind, Standing)] {
        FaultKind.allCases.enumerated().flatMap { row, kind in
            Standing.allCases.enumerated().filter { column, standing in
                counts[row][column] == 0 && Self.impossible(kind, standing) == nil
            }
            .map { (kind, $0.element) }
        }
    }

    /// How often, by kind and standing.
    package private(set) var counts: [[Int]] = FaultKind.allCases.map { _ in
        Standing.allCases.map { _ in 0 }
    }

    /// Nothing was met yet.
    package init() {}

    /// Notes a fault.
    mutating func note(_ kind: FaultKind, _ state: borrowing TradingState) {
        guard let row = FaultKind.allCases.firstIndex(of: kind) else { return }
        let found = Self.standings(state)
        for (column, standing) in Standing.allCases.enumerated() where found.contains(standing) {
            counts[row][column] += 1
        }
    }

    /// How many times more often trouble comes, so that states that last for a moment are met:
    /// between a trigger and its fill there are milliseconds.
    static func haste(_ state: borrowing TradingState) -> Int64 {
        var haste: Int64 = 1
        for order in state.orders.ordered where order.isLive {
            switch standing(order) {
            case .triggered: return 40
            case .amending, .cancelling, .partly: haste = 4
            case .none, .placing, .unknown, .resting, .waiting: break
            }
        }
        return haste
    }

    /// How many times more often trouble comes where the engine seldom is while orders stand so.
    ///
    /// Without an order only the key of a stream is asked for or renewed. While a stop has
    /// triggered, what is sent is about other orders. Of hours, a few hundred seconds pass with an
    /// order filled in part, and snapshots come minutes apart.
    static func haste(at place: FaultPlace, _ state: borrowing TradingState) -> Int64 {
        switch place {
        case .send:
            let found = standings(state)
            return found.contains(.triggered) ? 200 : found.contains(.none) ? 40 : 1
        case .snapshot: return standings(state).contains(.partly) ? 16 : 1
        case .request, .answer, .message, .second, .wait, .commit: return 1
        }
    }

    /// How many times more often a price jumps: a position waits for its stop for a moment only,
    /// and a jump then is what overtakes a stop.
    static func hasteOfJumps(_ state: borrowing TradingState) -> Int64 {
        for deal in state.deals.ordered where deal.status != .closing && deal.held.isPositive {
            guard let stop = state.orders[deal.stop], stop.isLive, stop.status != .pending else {
                return 20
            }
        }
        return 1
    }

    private static func standings(_ state: borrowing TradingState) -> Set<Standing> {
        var found: Set<Standing> = []
        for order in state.orders.ordered where order.isLive { found.insert(standing(order)) }
        return found.isEmpty ? [.none] : found
    }

    private static func standing(_ order: Order) -> Standing {
        if order.isUnknown { return .unknown }
        switch order.request {
        case .place: return .placing
        case .cancel: return .cancelling
        case .amend: return .amending
        case .none: break
        }
        if order.isTriggered { return .triggered }
        if order.filled.isPositive { return .partly }
        return order.terms.type == .stopMarket ? .waiting : .resting
    }

    /// Adds what another world met.
    package mutating func add(_ other: Coverage) {
        for row in counts.indices {
            for column in counts[row].indices { counts[row][column] += other.counts[row][column] }
        }
    }
}
