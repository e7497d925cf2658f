internal import Exchange
internal import Trading

/// What accounts were told last of their balances and positions: events tell what has changed.
struct BinanceToldAccounts {
    private var balances: [Int: [String: PaperBalance]] = [:]
    private var positions: [Int: [Int: PaperPosition]] = [:]

    /// At the start, what there is counts as told.
    init(_ house: LocalHouse, _ markets: [Int]) {
        for account in house.accounts.indices {
            for (asset, balance) in house.balances(of: account) {
                balances[account, default: [:]][asset] = balance
            }
            for market in markets where house.markets[market].venue.market == .perpetual {
                positions[account, default: [:]][market] = house.position(of: account, in: market)
            }
        }
    }

    /// The balances of an account that differ from what it was told, with what they were.
    mutating func takeBalances(_ account: Int, _ house: LocalHouse)
        -> [(asset: String, now: PaperBalance, before: PaperBalance?)]
    {
        var changed: [(asset: String, now: PaperBalance, before: PaperBalance?)] = []
        for (asset, balance) in house.balances(of: account) {
            let before = balances[account]?[asset]
            if before == balance { continue }
            balances[account, default: [:]][asset] = balance
            changed.append((asset, balance, before))
        }
        return changed
    }

    /// The position of an account in a market; `nil` where it is as it was told.
    mutating func takePosition(_ account: Int, _ market: Int, _ house: LocalHouse)
        -> PaperPosition?
    {
        let position = house.position(of: account, in: market)
        let before = positions[account]?[market]
        positions[account, default: [:]][market] = position
        // The leverage chosen for later, and the reserve of orders, are no change of a position.
        let isSame =
            before?.quantity == position.quantity && before?.entryCost == position.entryCost
            && before?.margin == position.margin
        return isSame ? nil : position
    }
}
