internal import Engine
internal import Projections
internal import Trading

/// The most that was used of each limit.
struct LimitUse: Sendable {
    private(set) var openDeals = 0
    private(set) var position = Money.zero
    private(set) var exposure = Money.zero
    private(set) var dayLoss = Money.zero
    private(set) var drawdown = Money.zero
    private(set) var requests = 0
    /// How often the limits changed.
    var changes = 0

    /// Looks at a state.
    mutating func see(_ state: TradingState) {
        openDeals = max(openDeals, state.deals.count)
        position = max(position, state.instruments.map(\.position.cost).max() ?? .zero)
        exposure = max(exposure, state.exposure)
        dayLoss = max(dayLoss, state.dayLoss)
        drawdown = max(drawdown, state.metrics.drawdown)
        requests = max(requests, RiskGate.recentOrders(in: state, now: state.time))
    }
}
