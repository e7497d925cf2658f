public import Exchange
internal import Trading

extension LocalExchange {
    /// Opens an exchange: a house and a front for each wallet that has a market.
    ///
    /// - Throws: `TapeError` where the tape of a market cannot be read.
    public convenience init(_ plan: LocalExchangePlan) throws(TapeError) {
        let outbox = Outbox()
        var houses: [LocalHouse] = []
        var fronts: [any VenueFront] = []
        for wallet in [LocalWallet.bybit, .binanceSpot] {
            let house = try LocalHouse(
                markets: plan.markets.filter { LocalWallet($0.venue) == wallet },
                accounts: plan.accounts.filter { $0.wallet == wallet }.map(\.account)
            )
            houses.append(house)
            fronts.append(
                wallet == .bybit
                    ? BybitFront(house: house, outbox: outbox, seed: plan.seed)
                    : BinanceSpotFront(house, outbox, seed: plan.seed)
            )
        }
        self.init(houses: houses, fronts: fronts, outbox: outbox, faults: plan.faults)
    }
}
