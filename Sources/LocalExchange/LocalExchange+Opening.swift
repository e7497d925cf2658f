public import Exchange
internal import Trading

extension LocalExchange {
    /// Opens an exchange: a house for each wallet, and the front that speaks for it.
    ///
    /// - Throws: `TapeError` where the tape of a market cannot be read.
    public convenience init(_ plan: LocalExchangePlan) throws(TapeError) {
        let outbox = Outbox()
        var houses: [LocalHouse] = []
        var fronts: [any VenueFront] = []
        for wallet in LocalWallet.allCases {
            let house = try LocalHouse(
                markets: plan.markets.filter { LocalWallet($0.venue) == wallet },
                accounts: plan.accounts.filter { $0.wallet == wallet }.map(\.account)
            )
            houses.append(house)
            let front: any VenueFront =
                switch wallet {
                case .bybit: BybitFront(house: house, outbox: outbox, seed: plan.seed)
                case .binanceSpot: BinanceSpotFront(house, outbox: outbox)
                case .binanceFutures: BinanceFuturesFront(house, outbox: outbox)
                }
            fronts.append(front)
        }
        self.init(houses: houses, fronts: fronts, outbox: outbox, faults: plan.faults)
    }
}
