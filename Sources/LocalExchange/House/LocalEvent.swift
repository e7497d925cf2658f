public import Trading

/// What happened in a house: what streams tell.
public enum LocalEvent: Hashable, Sendable {
    /// What became of an order.
    public enum Change: Hashable, Sendable {
        case accepted
        case triggered
        case amended
        case filled(execution: UInt64)
        case cancelled
        case expired
        case rejected
    }

    /// An order of an account changed; the order is as it was right then.
    case order(LocalOrder, Change)
    /// A fill.
    case execution(LocalExecution)
    /// A position may have changed.
    case position(account: Int, market: Int)
    /// Balances changed.
    case balances(account: Int, assets: [AssetID])
    /// Funding was paid or taken.
    case funding(account: Int, market: Int, amount: Money, rate: Decimal)
    /// A public trade.
    case trade(market: Int, LocalTrade)
}
