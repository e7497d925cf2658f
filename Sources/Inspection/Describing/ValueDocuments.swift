internal import Trading

extension Evidence {
    /// What the strategy saw, field by field.
    var document: Document {
        [
            "strategy": .text(strategyName), "score": .text(score), "bid": .text(bid),
            "ask": .text(ask),
        ]
    }
}

extension OrderTerms {
    /// What was asked, without the instrument.
    var document: Document {
        [
            "side": .text(side.name), "type": .text(type.name),
            "timeInForce": .text(timeInForce.name), "reduceOnly": .flag(isReduceOnly),
            "quantity": .text(quantity), "price": .text(price), "trigger": .text(trigger),
        ]
    }
}

extension InstrumentFilters {
    /// What the venue accepts, field by field.
    var document: Document {
        [
            "priceTick": .text(priceTick), "quantityStep": .text(quantityStep),
            "minimumQuantity": .text(minimumQuantity), "maximumQuantity": .text(maximumQuantity),
            "minimumNotional": .text(minimumNotional),
        ]
    }
}

extension FeeSchedule {
    /// The fees, field by field.
    var document: Document { ["maker": .text(maker), "taker": .text(taker)] }
}

extension MarginTerms {
    /// The margin, field by field.
    var document: Document {
        ["leverage": .text(leverage), "maintenanceRate": .text(maintenanceRate)]
    }
}

extension RiskParameters {
    /// The limits, field by field.
    var document: Document {
        [
            "maximumOpenDeals": .count(maximumOpenDeals),
            "maximumPositionSize": .text(maximumPositionSize),
            "maximumExposure": .text(maximumExposure),
            "minimumOrderSize": .text(minimumOrderSize),
            "maximumDailyLoss": .text(maximumDailyLoss),
            "maximumDrawdown": .text(maximumDrawdown),
            "stopLossFraction": .text(stopLossFraction),
            "maximumOrderRate": .count(maximumOrderRate),
            "orderRateWindow": .text(orderRateWindow.words),
        ]
    }
}

extension TimeSpan {
    /// The span in seconds, as a decimal.
    var words: String { "\(Decimal(units: Int128(nanoseconds) * 1_000_000_000))s" }
}

extension Timestamp {
    /// The moment, or null where there was none yet.
    var document: Document { self == .never ? .null : .text(description) }
}
