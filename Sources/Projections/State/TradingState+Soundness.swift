internal import Trading

// What holds of every state: figures are within bounds, so that no sum overflows, and what names
// something names what is there. The fold keeps it, and a snapshot that breaks it is not read.

extension Position {
    @inline(__always)
    var isSound: Bool {
        quantity.isWithinBounds && cost.isWithinBounds && cost.canDivide(by: quantity)
    }
}

extension Deal {
    @inline(__always)
    var isSound: Bool {
        held.isWithinBounds && entryQuantity.isWithinBounds && entryCost.isWithinBounds
            && profit.isWithinBounds && entryCost.canDivide(by: entryQuantity)
    }
}

extension Order {
    @inline(__always)
    var isSound: Bool { filled.isWithinBounds && cost.isWithinBounds }
}

extension PerformanceMetrics {
    @inline(__always)
    var isSound: Bool {
        totalProfit.isWithinBounds && dayProfit.isWithinBounds && fees.isWithinBounds
            && funding.isWithinBounds
    }
}

extension Evidence {
    var isWithinBounds: Bool { bid.isWithinBounds && ask.isWithinBounds }
}

extension Money {
    /// Whether the average of this cost over a quantity is a price within bounds.
    @inline(__always)
    fileprivate func canDivide(by quantity: Quantity) -> Bool {
        let divisor = quantity.magnitude
        if divisor.value >= .one || divisor.isZero { return true }
        // Below one the product cannot overflow.
        let highest = divisor.value.units * (Decimal.bound.units / Decimal.unitsPerOne)
        return magnitude.value.units <= highest
    }
}

extension TradingState {
    /// Whether a state that was read from bytes could have been folded.
    var isSound: Bool {
        isName(tag) && epochs.allSatisfy { isName($0.draw) }
            && metrics.isSound && metrics.peakProfit.isWithinBounds
            && metrics.profitableDeals <= metrics.closedDeals
            && assets.allSatisfy { $0.balance.isWithinBounds } && assets.count <= 1 << 16
            && instruments.indices.allSatisfy(isSoundInstrument)
            && deals.ordered.allSatisfy(isSoundDeal) && orders.ordered.allSatisfy(isSoundOrder)
            && closedOrders.ordered.allSatisfy { isPast($0.at) && $0.order.isSound }
            && requestTimes.ordered.allSatisfy(isPast)
            && signals.ordered.allSatisfy { isPast($0.seenAt) }
            && executions.ordered.allSatisfy { isPast($0.at) }
            && areSoundScans && areSoundBlocks && comparedUntil >= .never
    }

    /// Four characters, or none where there is no name yet or any more.
    private func isName(_ text: String) -> Bool { text.isEmpty || text.utf8.count == 4 }

    /// Times in a state lie between 1970 and its own: their distances cannot overflow.
    private func isPast(_ moment: Timestamp) -> Bool { moment >= .never && moment <= time }

    private var areSoundScans: Bool {
        scans.count <= Self.scanCapacity
            && zip(scans, scans.dropFirst()).allSatisfy { $0.id < $1.id }
            && scans.allSatisfy { $0.isSound(at: time, head: head) }
    }

    private func isSoundInstrument(_ place: Int) -> Bool {
        let held = instruments[place]
        let assetCount = UInt16(clamping: assets.count)
        return held.instrument.id.rawValue == place && held.position.isSound
            && held.instrument.base.rawValue < assetCount
            && held.instrument.quote.rawValue < assetCount
            && held.instrument.margin.leverage >= .one
            && held.instrument.filters.priceTick.isPositive
            && held.instrument.filters.quantityStep.isPositive
            && isPast(held.quietSince) && isPast(held.refusedAt)
    }

    private func isSoundDeal(_ deal: Deal) -> Bool {
        Int(deal.instrument.rawValue) < instruments.count && deal.isSound
            && deal.evidence.isWithinBounds && deal.peak.isWithinBounds
            && isPast(deal.openedAt) && isPast(deal.movedAt)
    }

    private func isSoundOrder(_ order: Order) -> Bool {
        Int(order.terms.instrument.rawValue) < instruments.count && order.isSound
            && order.terms.isWithinBounds(at: referencePrice(of: order))
            && isPast(order.intendedAt) && isPast(order.changedAt)
    }
}
