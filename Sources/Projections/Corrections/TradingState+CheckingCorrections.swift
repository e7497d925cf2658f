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
        case .order(let id, let before, let after):
            let order = try kept(id)
            try compare(order.figures, before)
            let most = most(of: order.terms.instrument)
            try CorrectionBounds.check(after.filled, after.cost, most)
        case .deal(let id, let before, let after):
            try check(try open(id), before, after)
        case .skip(let sequence, _):
            throw CorrectionRefusal(
                "event \(sequence) needs not be passed over: everything could be replayed"
            )
        }
        if correction.isEmpty { throw CorrectionRefusal("it is so already", .unchanged) }
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
    /// The highest price, in whole units.
    private static let highestPrice: Int128 = 1_000_000_000_000

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
        if quantity.isZero, !cost.isZero {
            throw CorrectionRefusal("nothing has no cost, and here it is \(cost)")
        }
        let (limit, overflow) =
            quantity.magnitude.value.units.multipliedReportingOverflow(by: highestPrice)
        if !overflow, cost.value.units > limit {
            throw CorrectionRefusal(
                "a cost of \(cost) for \(quantity) is a price above \(Decimal(Int(highestPrice)))"
            )
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
