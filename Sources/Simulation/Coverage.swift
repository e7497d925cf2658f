internal import Projections
internal import Trading

/// Which trouble met an order in which state.
package struct Coverage: Sendable {
    /// How an order stands when trouble comes.
    package enum Standing: String, CaseIterable, Sendable {
        case none = "no order"
        case placing, unknown, resting, partly, waiting, triggered, cancelling, amending
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
        var found: Set<Standing> = []
        for order in state.orders.ordered where order.isLive { found.insert(Self.standing(order)) }
        if found.isEmpty { found.insert(.none) }
        for (column, standing) in Standing.allCases.enumerated() where found.contains(standing) {
            counts[row][column] += 1
        }
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
