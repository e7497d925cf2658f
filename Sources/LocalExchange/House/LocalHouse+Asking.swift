public import Exchange
public import Trading

// Questions: they change nothing.
extension LocalHouse {
    /// The number that the next order will have.
    public var nextOrderNumber: UInt64 { lastOrder + 1 }

    /// An order by its number; `nil` for one that is unknown or forgotten.
    public func order(_ number: UInt64) -> LocalOrder? { orders[number] }

    /// The orders of an account in a market, oldest first.
    public func orders(of account: Int, in market: Int) -> [LocalOrder] {
        orderNumbers.compactMap { number in
            guard let order = orders[number], order.account == account,
                order.wish.market == market
            else { return nil }
            return order
        }
    }

    /// The orders of an account in all markets, oldest first.
    public func orders(of account: Int) -> [LocalOrder] {
        orderNumbers.compactMap { number in
            guard let order = orders[number], order.account == account else { return nil }
            return order
        }
    }

    /// What the working orders of an account hold back in the contracts that are settled in an
    /// asset.
    public func orderMargin(of account: Int, in asset: AssetID) -> Money {
        venue.openOrders.reduce(.zero) { sum, order in
            let instrument = markets[Int(order.terms.instrument.rawValue)].instrument
            let counts =
                order.account.rawValue == UInt32(account) && instrument.market == .perpetual
                && instrument.quote == asset
            return counts ? sum + order.locked : sum
        }
    }

    /// The newest order that an account placed under this id in a market of this venue.
    public func order(clientID: some StringProtocol, of account: Int, in market: Int)
        -> LocalOrder?
    {
        for number in orderNumbers.reversed() {
            guard let order = orders[number], order.account == account,
                order.wish.market == market, order.wish.clientID == clientID
            else { continue }
            return order
        }
        return nil
    }

    /// What a public book shows of a side, best price first.
    public func levels(_ side: Side, of market: Int, atMost depth: Int) -> [BookLevel] {
        let id = markets[market].instrument.id
        return venue.shownLevels(side, of: id, in: book(market), atMost: depth)
    }

    /// Whether the source of a market has given it a book, so that trade is possible.
    public func hasBook(_ market: Int) -> Bool { book(market) != nil }

    /// The balances of an account with the codes of their assets.
    public func balances(of account: Int) -> [(asset: String, balance: PaperBalance)] {
        venue.balances(of: PaperAccountID(UInt32(account))).map { balance in
            (assets.code(of: balance.asset), balance)
        }
    }

    /// The position of an account in a market; nothing held where it has none.
    public func position(of account: Int, in market: Int) -> PaperPosition {
        let instrument = markets[market].instrument
        return venue.position(instrument.id, of: PaperAccountID(UInt32(account)))
            ?? PaperPosition(instrument)
    }

    /// The leverage of an account in a market.
    public func leverage(of account: Int, in market: Int) -> Decimal {
        let id = markets[market].instrument.id
        return venue.leverage(in: id, of: PaperAccountID(UInt32(account))) ?? .one
    }

    /// Sets the leverage of an account in a market, from 1 to the market's highest.
    ///
    /// - Returns: `false` where it is outside.
    public func setLeverage(_ leverage: Decimal, of account: Int, in market: Int) -> Bool {
        guard leverage <= markets[market].listing.maximumLeverage ?? .one else { return false }
        let id = markets[market].instrument.id
        return venue.setLeverage(leverage, in: id, of: PaperAccountID(UInt32(account)))
    }
}
