internal import Exchange
internal import Projections
internal import Trading

extension VenueSurvey {
    /// Takes what a market has of each asset: all there is where several markets have one wallet.
    mutating func take(_ found: [VenueBalance], isWhole: Bool) {
        guard var all = balances else { return }
        if isWhole { all = [:] }
        for balance in found { all[balance.asset, default: .zero] += balance.total }
        balances = all
    }
}

extension VenueSurvey.Part {
    /// What is known of an instrument before the venue is asked about it.
    ///
    /// Rules that were not read are `nil`, and those of what the venue lists no more a `nil` in it.
    init(
        _ live: LiveInstrument,
        _ market: VenueMarket,
        _ rules: FoundRules??,
        modes: [String],
        _ state: borrowing TradingState
    ) {
        self.init(instrument: live.id, name: "\(live.symbol) at \(market.name)")
        self.market = market
        self.modes = modes
        if let rules { take(rules) }
        isOpen = state.isOpen(live.id)
        // Where nothing of ours is open, none of ours can be filled without being known.
        if !isListed, isOpen { fills = nil }
    }
}

extension TradingState {
    /// Whether something of ours is open in an instrument: a holding, a deal, or an order.
    fileprivate func isOpen(_ id: InstrumentID) -> Bool {
        let place = Int(id.rawValue)
        guard instruments.indices.contains(place) else { return false }
        let held = instruments[place]
        return !held.position.quantity.isZero || held.deal != .none
            || orders.ordered.contains { $0.terms.instrument == id && $0.isLive }
    }
}
