internal import Projections
internal import Trading

/// The key figures of a period: what the state at its end counts, less what that at its beginning
/// did.
struct ReportFigures {
    let opened: UInt64
    let closed: UInt64
    let profitable: UInt64
    let abandoned: UInt64
    let orders: UInt64
    let fills: UInt64
    let refusals: UInt64
    let profit: Money
    let fees: Money
    let funding: Money
    let maximumDrawdown: Money
    let held: Int64

    init(_ content: ReportContent) {
        let (begin, end) = (content.begin.metrics, content.end.metrics)
        opened = end.openedDeals &- begin.openedDeals
        closed = end.closedDeals &- begin.closedDeals
        profitable = end.profitableDeals &- begin.profitableDeals
        abandoned = end.abandonedDeals &- begin.abandonedDeals
        orders = end.orders &- begin.orders
        fills = end.fills &- begin.fills
        refusals = end.refusals &- begin.refusals
        profit = end.totalProfit - begin.totalProfit
        fees = end.fees - begin.fees
        funding = end.funding - begin.funding
        held = end.heldNanoseconds &- begin.heldNanoseconds
        // What damage hid is in the state's own figure.
        maximumDrawdown =
            content.isFromBeginning ? end.maximumDrawdown : content.gathered.maximumDrawdown
    }

    /// The share of closed deals that were profitable; `nil` where none was closed.
    var winRate: Decimal? {
        closed == 0
            ? nil
            : Decimal(Int(clamping: profitable))
                .divided(by: Decimal(Int(clamping: closed)), .halfEven)
    }

    /// The mean holding time of closed deals; `nil` where none was closed.
    var averageHeld: TimeSpan? {
        closed == 0 ? nil : TimeSpan(nanoseconds: held / Int64(clamping: closed))
    }
}
