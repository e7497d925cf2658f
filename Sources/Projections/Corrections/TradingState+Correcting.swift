public import Trading

/// Making corrections: what an operator asks for, with the figures that are there now.
extension TradingState {
    /// The correction of a balance.
    public func correction(
        ofBalance name: String,
        to amount: Money
    ) throws(CorrectionRefusal) -> Correction {
        guard let asset = assets.first(where: { $0.name == name }) else {
            let known = assets.map(\.name).joined(separator: ", ")
            throw CorrectionRefusal(
                known.isEmpty
                    ? "the journal knows no asset yet"
                    : "there is no asset \(name); known: \(known)"
            )
        }
        try CorrectionBounds.requireNotNegative(amount.value, "a balance")
        return .balance(asset: name, before: asset.balance, after: amount)
    }

    /// The correction of a position, and with it of what the open deal holds.
    ///
    /// - Parameters:
    ///   - name: The instrument's symbol, or its name where the symbol is traded on two markets.
    ///   - quantity: What is held; negative when short.
    ///   - price: What it cost.
    /// - Returns: What was asked for.
    /// - Throws: What stood in the way.
    public func correction(
        ofPosition name: String,
        quantity: Quantity,
        _ price: PositionPrice
    ) throws(CorrectionRefusal) -> Correction {
        let held = try instrument(named: name)
        if held.instrument.market == .spot {
            try CorrectionBounds.requireNotNegative(quantity.value, "what is held on spot")
        }
        let deal = deals[held.deal]
        let before = held.figures(deal)
        var after = before
        after.quantity = quantity
        switch price {
        case .cost(let cost):
            try CorrectionBounds.requireNotNegative(cost.value, "a cost")
            after.cost = cost
        case .average(let price): after.cost = try cost(of: quantity, at: price)
        case .kept:
            after.cost = try keptCost(of: quantity, held)
        }
        // A deal that has entered holds what the position is in its direction.
        if let deal, !deal.entryQuantity.isZero {
            after.held = max(.zero, deal.side.signed(quantity))
        }
        return .position(
            held.instrument.id,
            deal: deal?.id ?? .none,
            before: before,
            after: after
        )
    }

    /// How the cost of a position is told.
    public enum PositionPrice: Hashable, Sendable {
        /// The cost itself.
        case cost(Money)
        /// The average price.
        case average(Price)
        /// The average price stays.
        case kept
    }

    private func cost(of quantity: Quantity, at price: Price) throws(CorrectionRefusal) -> Money {
        try CorrectionBounds.requireNotNegative(price.value, "a price")
        let held = quantity.magnitude
        let most = CorrectionBounds.largest
        let isTooMuch =
            price.value > most || held.value > most
            || (held.value > .one && price.value > most.divided(by: held.value, .down))
        if isTooMuch { throw CorrectionBounds.tooMuch("the cost") }
        return held.notional(at: price, .halfEven)
    }

    /// The cost of a quantity at the average price of what is held.
    private func keptCost(
        of quantity: Quantity,
        _ held: InstrumentState
    ) throws(CorrectionRefusal) -> Money {
        let position = held.position
        if quantity == position.quantity { return position.cost }
        if quantity.isZero { return .zero }
        if position.quantity.isZero {
            throw CorrectionRefusal(
                "nothing is held of \(held.instrument.name), so its cost must be told"
            )
        }
        _ = try cost(of: quantity, at: position.averagePrice)
        let share = position.cost.value.scaled(
            by: quantity.value.magnitude,
            over: position.quantity.value.magnitude,
            .halfEven
        )
        return Money(share)
    }

    private func instrument(named name: String) throws(CorrectionRefusal) -> InstrumentState {
        let found = instruments.filter { $0.instrument.name == name }
        let matches = found.isEmpty ? instruments.filter { $0.instrument.symbol == name } : found
        if let match = matches.first, matches.count == 1 { return match }
        let known = instruments.map(\.instrument.name).joined(separator: ", ")
        throw CorrectionRefusal(
            matches.isEmpty
                ? "there is no instrument \(name); known: \(known)"
                : "\(name) is traded on two markets; name one of \(known)"
        )
    }

    /// What an operator knows of an order; what is `nil` stays as it is.
    public struct OrderKnowledge: Hashable, Sendable {
        /// How it ended; one of cancelled, rejected, expired and filled.
        public var status: OrderStatus?
        /// What was filled in all, in the base asset.
        public var filled: Quantity?
        /// What that cost, in the quote asset.
        public var cost: Money?
        /// Whether the outcome of its request is known now.
        public var isKnown = false

        /// Knows nothing.
        public init() {}
    }

    /// The correction of a live order.
    public func correction(
        of id: OrderID,
        knowing told: OrderKnowledge
    ) throws(CorrectionRefusal) -> Correction {
        let order = try kept(id)
        guard order.isLive else {
            throw CorrectionRefusal("order \(id) is \(order.status.name) already, not live")
        }
        let before = order.figures
        var after = before
        after.filled = told.filled ?? before.filled
        after.cost = told.cost ?? before.cost
        try CorrectionBounds.requireNotNegative(after.filled.value, "what was filled")
        try CorrectionBounds.requireNotNegative(after.cost.value, "a cost")
        guard after.filled.isZero == after.cost.isZero else {
            throw CorrectionRefusal(
                "\(after.filled) filled for \(after.cost) cannot be: name --filled and --cost"
            )
        }
        if after.filled.isPositive { after.status = .partiallyFilled }
        if let status = told.status {
            guard status.isTerminal else {
                throw CorrectionRefusal("an order is not corrected to \(status.name)")
            }
            after.status = status
            after.request = .none
            after.isUnknown = false
        }
        if told.isKnown { after.isUnknown = false }
        if after.status == .rejected, after.filled.isPositive {
            throw CorrectionRefusal("what was rejected has no fills; say cancelled or expired")
        }
        return .order(id, before: before, after: after)
    }

    func kept(_ id: OrderID) throws(CorrectionRefusal) -> Order {
        if let order = orders[id] { return order }
        throw CorrectionRefusal(
            order(id) == nil
                ? "there is no order \(id), or it ended more than a day ago"
                : "order \(id) has ended and was put away with its deal"
        )
    }

    /// The correction of an open deal.
    ///
    /// - Parameters:
    ///   - id: The deal.
    ///   - change: Puts the new figures in the place of those that are there.
    /// - Returns: What was asked for.
    /// - Throws: What stood in the way.
    public func correction(
        of id: DealID,
        _ change: (inout Correction.DealFigures) -> Void
    ) throws(CorrectionRefusal) -> Correction {
        let before = try open(id).figures
        var after = before
        change(&after)
        try CorrectionBounds.requireNotNegative(after.held.value, "what a deal holds")
        try CorrectionBounds.requireNotNegative(after.entryQuantity.value, "what entered")
        try CorrectionBounds.requireNotNegative(after.entryCost.value, "a cost")
        return .deal(id, before: before, after: after)
    }

    func open(_ id: DealID) throws(CorrectionRefusal) -> Deal {
        guard let deal = deals[id] else {
            let known = deals.ordered.map { "\($0.id)" }.joined(separator: ", ")
            throw CorrectionRefusal(
                "deal \(id) is not open; " + (known.isEmpty ? "no deal is" : "open are \(known)")
            )
        }
        return deal
    }
}
