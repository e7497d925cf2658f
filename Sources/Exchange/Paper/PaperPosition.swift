public import Trading

/// A position in a perpetual contract: one-way mode, isolated margin.
public struct PaperPosition: Hashable, Sendable {
    /// The contract.
    public let instrument: InstrumentID
    /// Positive when long, negative when short.
    public internal(set) var quantity: Quantity
    /// What the open part cost or brought at entry; never negative.
    public internal(set) var entryCost: Money
    /// What is held back for it in the settlement asset, and all that it can lose.
    public internal(set) var margin: Money
    /// Notional for one unit of margin when the position was last opened or grown.
    public internal(set) var leverage: Decimal

    /// Makes a position in which nothing is held.
    public init(_ instrument: Instrument) {
        self.init(instrument: instrument.id, leverage: instrument.margin.leverage)
    }

    /// Makes a position in which nothing is held.
    init(instrument: InstrumentID, leverage: Decimal) {
        self.instrument = instrument
        self.leverage = leverage
        quantity = .zero
        entryCost = .zero
        margin = .zero
    }

    /// The average price of entry; zero without a position.
    public var entryPrice: Price {
        quantity.isZero
            ? .zero : Price(entryCost.value.divided(by: quantity.value.magnitude, .halfEven))
    }

    /// What closing at `price` would bring, before fees.
    public func unrealised(at price: Price) -> Money {
        let worth = quantity.magnitude.notional(at: price, .halfEven)
        return quantity.isNegative ? entryCost - worth : worth - entryCost
    }

    /// The side that closes it.
    var closingSide: Side { quantity.isNegative ? .buy : .sell }

    /// How much an order of `side` can close.
    func closable(by side: Side) -> Quantity {
        !quantity.isZero && side == closingSide ? quantity.magnitude : .zero
    }

    /// Changes the position by a fill: closes first, then opens what is left.
    ///
    /// - Parameters:
    ///   - side: What the fill bought or sold.
    ///   - fill: How much.
    ///   - price: At what price.
    ///   - leverage: Notional for one unit of margin, for what is opened.
    /// - Returns: What closing brought, before fees.
    @discardableResult
    public mutating func apply(
        _ side: Side,
        _ fill: Quantity,
        at price: Price,
        leverage: Decimal
    ) -> Money {
        let closed = min(fill, closable(by: side))
        let realised = close(closed, at: price)
        let opened = fill - closed
        if opened.isPositive {
            let notional = opened.notional(at: price, .halfEven)
            quantity += side.signed(opened)
            entryCost += notional
            margin += Self.margin(of: notional, leverage: leverage)
            self.leverage = leverage
        }
        return realised
    }

    /// Closes a part, which takes its share of the entry cost and of the margin with it.
    private mutating func close(_ part: Quantity, at price: Price) -> Money {
        guard part.isPositive else { return .zero }
        let held = quantity.magnitude
        let isWhole = part == held
        // Rounded as the account that is kept from reports rounds it: the two agree to the last
        // unit. Of the margin, the crumb stays with what is still open.
        let cost =
            isWhole
            ? entryCost
            : Money(entryCost.value.scaled(by: part.value, over: held.value, .halfEven))
        let released =
            isWhole ? margin : Money(margin.value.scaled(by: part.value, over: held.value, .down))
        let worth = part.notional(at: price, .halfEven)
        let realised = quantity.isNegative ? cost - worth : worth - cost
        quantity += closingSide.signed(part)
        entryCost -= cost
        margin -= released
        return realised
    }

    /// The margin of a notional, rounded up.
    static func margin(of notional: Money, leverage: Decimal) -> Money {
        Money(notional.value.divided(by: leverage, .up))
    }

    /// The price on the grid at which closing everything loses no more than the margin.
    func bankruptcyPrice(tick: Price) -> Price {
        let isLong = quantity.isPositive
        let worth = isLong ? entryCost - margin : entryCost + margin
        let rounding: Rounding = isLong ? .up : .down
        guard worth.isPositive else { return .zero }
        let exact = worth.value.divided(by: quantity.value.magnitude, rounding)
        return Price(exact.rounded(toMultipleOf: tick.value, rounding))
    }
}
