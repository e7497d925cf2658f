public import Trading

extension TradingState {
    /// Whether a correction may be made now.
    ///
    /// What is off an instrument's grid is lawful: a correction states facts, and asks for nothing.
    ///
    /// - Throws: ``CorrectionRefusal``: stale where the figures before are not those at hand.
    public func check(_ correction: Correction) throws(CorrectionRefusal) {
        switch correction {
        case .balance(let name, let before, let after):
            guard let asset = assets.first(where: { $0.name == name }) else {
                throw CorrectionRefusal("there is no asset \(name)")
            }
            try compare(asset.balance, before)
            try CorrectionBounds.check(after)
        case .position(let id, let deal, let before, let after):
            try check(id, deal, before, after)
        case .order(let id, let before, let after): try check(try kept(id), before, after)
        case .deal(let id, let before, let after):
            try check(try open(id), before, after)
        case .skip(let sequence, _):
            throw CorrectionRefusal(
                "event \(sequence) needs not be passed over: everything could be replayed"
            )
        }
        if correction.isEmpty { throw CorrectionRefusal("it is so already", .unchanged) }
        try tryOut(correction)
    }

    /// Folds a correction into a copy: what passes here can be folded wherever it is read.
    private func tryOut(_ correction: Correction) throws(CorrectionRefusal) {
        var copy = self
        do throws(Misfit) {
            try copy.correct(
                CorrectionMade(
                    by: "",
                    reason: "",
                    undoes: SequenceNumber(0),
                    correction: correction
                )
            )
        } catch {
            throw CorrectionRefusal("these figures cannot be: \(error)")
        }
    }

    private func check(
        _ order: Order,
        _ before: Correction.OrderFigures,
        _ after: Correction.OrderFigures
    ) throws(CorrectionRefusal) {
        try compare(order.figures, before)
        let most = most(of: order.terms.instrument)
        try CorrectionBounds.check(after.filled, after.cost, most)
        let whole = order.terms.quantity
        if after.filled != before.filled || after.status != before.status {
            if after.filled > whole {
                throw CorrectionRefusal(
                    "order \(order.id) is for \(whole), and \(after.filled) is more"
                )
            }
            if (after.status == .filled) != (after.filled == whole) {
                throw CorrectionRefusal(
                    "filled means all of \(whole), and here \(after.filled) of it is filled and "
                        + "the order \(after.status.name): name --status and --filled that go "
                        + "together"
                )
            }
        }
        guard order.role == .entry, let deal = deals[order.deal], after.filled > before.filled,
            after.filled > deal.entryQuantity
        else { return }
        throw CorrectionRefusal(
            "deal \(deal.id) knows of \(deal.entryQuantity) that its entry filled, and would end "
                + "without the rest: correct the position first, then the deal, then the order"
        )
    }

    /// Refuses that a deal holds what the position has not: its exit would sell what is not ours.
    private func check(
        held: Quantity,
        by deal: Deal?,
        of position: Quantity
    ) throws(CorrectionRefusal) {
        let most = deal.map { max(.zero, $0.side.signed(position)) } ?? .zero
        guard held > most else { return }
        throw CorrectionRefusal(
            "the deal would hold \(held), and the position has \(most) on its side: it would sell "
                + "what is not its own; correct the position first"
        )
    }

    private func check(
        _ id: InstrumentID,
        _ deal: DealID,
        _ before: Correction.PositionFigures,
        _ after: Correction.PositionFigures
    ) throws(CorrectionRefusal) {
        let place = Int(id.rawValue)
        guard place < instruments.count else {
            throw CorrectionRefusal("there is no instrument \(id)")
        }
        let held = instruments[place]
        guard held.deal == deal else {
            throw CorrectionRefusal("the deal in it is another one than was seen", .stale)
        }
        try compare(held.figures(deals[deal]), before)
        let most = most(of: id)
        try CorrectionBounds.check(after.quantity, after.cost, most)
        try CorrectionBounds.check(after.held, .zero, most)
        try check(held: after.held, by: deals[deal], of: after.quantity)
    }

    private func check(
        _ deal: Deal,
        _ before: Correction.DealFigures,
        _ after: Correction.DealFigures
    ) throws(CorrectionRefusal) {
        try compare(deal.figures, before)
        let most = most(of: deal.instrument)
        try CorrectionBounds.check(after.entryQuantity, after.entryCost, most)
        try CorrectionBounds.check(after.held, .zero, most)
        try CorrectionBounds.check(after.profit)
        if after.entryQuantity.isZero, after.held.isPositive {
            throw CorrectionRefusal("a deal holds nothing before its entry is filled")
        }
        if after.entryQuantity.isPositive, !after.entryCost.isPositive {
            throw CorrectionRefusal("an entry has a cost: stop and target are reckoned from it")
        }
        let position = instruments[Int(deal.instrument.rawValue)].position.quantity
        try check(held: after.held, by: deal, of: position)
    }

    private func compare<Figures: Equatable>(
        _ present: Figures,
        _ seen: Figures
    ) throws(CorrectionRefusal) {
        if present == seen { return }
        throw CorrectionRefusal("its figures have moved since they were seen", .stale)
    }

    /// The open deal that a correction is about; none where there is none.
    public func deal(of correction: Correction) -> DealID {
        let id: DealID
        switch correction {
        case .balance, .skip: return .none
        case .position(_, let deal, _, _): id = deal
        case .order(let order, _, _): id = self.order(order)?.deal ?? .none
        case .deal(let deal, _, _): id = deal
        }
        return deals.contains(id) ? id : .none
    }

    /// What a person must be told once a correction stands: what is held of the instrument that no
    /// stop protects, because no deal holds it; `nil` where there is none.
    public func unprotected(after correction: Correction) -> String? {
        let place: Int
        switch correction {
        case .position(let id, _, _, _): place = Int(id.rawValue)
        case .deal(let id, _, _): place = Int(deals[id]?.instrument.rawValue ?? .max)
        case .balance, .order, .skip: return nil
        }
        guard place < instruments.count else { return nil }
        let held = instruments[place]
        var rest = held.position.quantity.magnitude
        if let deal = deals[held.deal], !deal.side.signed(held.position.quantity).isNegative {
            rest -= deal.held
        }
        guard rest.isPositive, rest >= held.instrument.filters.minimumQuantity else { return nil }
        return "\(rest) of \(held.instrument.name) is held by no deal: no stop protects it, and it "
            + "is not sold until a deal takes it in"
    }

    /// Beyond a thousand of an instrument's largest orders nobody goes.
    private func most(of id: InstrumentID) -> Quantity {
        instrument(id)?.filters.maximumQuantity.times(Decimal(1000), .down) ?? .zero
    }
}

/// Figures beyond which arithmetic could overflow later, which would stop the engine for ever.
enum CorrectionBounds {
    /// More than any account holds, and far from overflow.
    static let largest = Decimal(1_000_000_000_000_000)
    /// The highest price of anything.
    private static let highestPrice = Decimal(1_000_000_000_000)
    /// What a price is worth at most times the most that is held; more would overflow later.
    private static let highestWorth = Decimal(100_000_000_000_000_000)

    static func tooMuch(_ what: String) -> CorrectionRefusal {
        CorrectionRefusal("\(what) is above \(largest), more than any account holds")
    }

    static func check(_ amount: Money) throws(CorrectionRefusal) {
        if amount.magnitude.value > largest { throw tooMuch("\(amount)") }
    }

    static func check(
        _ quantity: Quantity,
        _ cost: Money,
        _ most: Quantity
    ) throws(CorrectionRefusal) {
        if quantity.magnitude > most {
            throw CorrectionRefusal("\(quantity) is too much: at most \(most) is possible")
        }
        try check(cost)
        try requireNotNegative(cost.value, "a cost")
        if quantity.isZero, !cost.isZero {
            throw CorrectionRefusal("nothing has no cost, and here it is \(cost)")
        }
        var price = highestPrice
        if most.value > .one { price = min(price, highestWorth.divided(by: most.value, .down)) }
        if cost > quantity.magnitude.notional(at: Price(price), .up) {
            throw CorrectionRefusal("a cost of \(cost) for \(quantity) is a price above \(price)")
        }
    }

    /// Figures that a person tells are never negative, but for what is held short or lost.
    static func requireNotNegative(
        _ value: Decimal,
        _ what: String
    ) throws(CorrectionRefusal) {
        if value < .zero { throw CorrectionRefusal("\(what) is never negative: \(value)") }
    }
}
