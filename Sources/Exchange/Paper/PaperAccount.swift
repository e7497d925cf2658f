public import Trading

/// What an account holds of one asset.
public struct PaperBalance: Hashable, Sendable {
    /// The asset.
    public let asset: AssetID
    /// All of it, locked or not.
    public internal(set) var total: Money
    /// What working orders and the margin of positions hold back; never more than ``total``.
    public internal(set) var locked: Money
    /// Losses and fees beyond everything that was free, which the venue bore.
    ///
    /// Zero unless a perpetual position lost more than its owner had before a mark price could
    /// liquidate it, as on a tape without mark prices. A real venue's insurance fund does the same.
    public internal(set) var forgiven: Money

    /// Makes a balance of which nothing is locked.
    public init(asset: AssetID, total: Money) {
        invariant(!total.isNegative, "a balance is not negative")
        self.asset = asset
        self.total = total
        locked = .zero
        forgiven = .zero
    }

    /// What a new order may use.
    public var free: Money { total - locked }
}

/// One who trades at the paper venue.
public struct PaperAccountID: NumericIdentifier {
    /// Its number, counted from 0 in order of opening.
    public let rawValue: UInt32

    /// Makes the name of the account with this number.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The account that the venue was opened with; on a tape, ours.
    public static var first: PaperAccountID { PaperAccountID(0) }
}

/// What the venue keeps for one who trades.
struct PaperAccount: Sendable {
    var ledger: PaperLedger
    var history: PaperHistory
    /// One for each market, in order of listing.
    var positions: [PaperPosition] = []
    /// The leverage it chose for each market; `nil` for the instrument's own.
    var leverages: [Decimal?] = []
}

/// Somebody in a market.
struct PaperSeat {
    var account: Int
    var market: Int
}

/// The balances of one account, in order of their asset's number.
struct PaperLedger: Sendable {
    private(set) var balances: [PaperBalance] = []

    init(_ balances: [PaperBalance]) {
        for balance in balances {
            let index = index(of: balance.asset)
            self.balances[index].total += balance.total
        }
    }

    func free(_ asset: AssetID) -> Money { balance(asset).free }

    func balance(_ asset: AssetID) -> PaperBalance {
        for balance in balances where balance.asset == asset { return balance }
        return PaperBalance(asset: asset, total: .zero)
    }

    mutating func add(_ amount: Money, of asset: AssetID) {
        balances[index(of: asset)].total += amount
    }

    mutating func lock(_ amount: Money, of asset: AssetID) {
        let index = index(of: asset)
        balances[index].locked += amount
        invariant(!balances[index].locked.isNegative, "what is locked is not negative")
    }

    /// Makes up for a balance that is locked beyond its total.
    mutating func forgive(_ amount: Money, of asset: AssetID) {
        let index = index(of: asset)
        balances[index].total += amount
        balances[index].forgiven += amount
    }

    /// The place of an asset, which is made where there was none.
    private mutating func index(of asset: AssetID) -> Int {
        var index = 0
        while index < balances.count, balances[index].asset < asset { index += 1 }
        if index == balances.count || balances[index].asset != asset {
            balances.insert(PaperBalance(asset: asset, total: .zero), at: index)
        }
        return index
    }
}

/// What trading costs, in the smallest amount the venue keeps books in.
enum PaperFee {
    /// Fees are whole multiples of this, as at the venues: 10⁻⁸ of the asset.
    static let step = Decimal(units: 10_000_000_000)

    /// The fee on `amount`: what is paid is rounded up, a rebate down, both against the account.
    ///
    /// Never more than the amount itself, so that a fee on a speck cannot turn a balance negative.
    static func of(_ amount: Money, at rate: Decimal) -> Money {
        let rounding: Rounding = rate.isNegative ? .down : .up
        let exact = amount.value.times(rate, rounding)
        return min(Money(exact.rounded(toMultipleOf: step, rounding)), amount)
    }
}
