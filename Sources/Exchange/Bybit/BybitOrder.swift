internal import JSON
internal import Trading

// Orders, which the REST answers and the private stream tell with the same keys
// (docs/v5/order/open-order, websocket/private/order).

extension JSONValue {
    /// `Buy` or `Sell` at `side`.
    func bybitSide() throws(MessageError) -> Side {
        switch try text(at: "side") {
        case "Buy": .buy
        case "Sell": .sell
        default: throw .outOfRange(key: "side", rule: "expected Buy or Sell")
        }
    }
}

extension VenueOrder {
    /// Reads an order of our market.
    init(bybit row: JSONValue, isSpot: Bool) throws(MessageError) {
        self.init(
            symbol: try row.name(at: "symbol"),
            venueOrder: try row.venueID(at: "orderId"),
            clientID: try row.text(at: "orderLinkId"),
            side: try row.bybitSide()
        )
        try readTerms(row)
        try readQuantity(row, isSpot: isSpot)
        filled = Quantity(try row.decimal(at: "cumExecQty", .notNegative))
        filledValue = try row.optionalDecimal(at: "cumExecValue", .notNegative).map(Money.init)
        try readStatus(row)
        made = try row.optionalMilliseconds(at: "createdTime")
        changed = try row.optionalMilliseconds(at: "updatedTime")
    }

    private mutating func readTerms(_ row: JSONValue) throws(MessageError) {
        let word = try row.name(at: "orderType")
        trigger = Price(try row.optionalDecimal(at: "triggerPrice", .notNegative) ?? .zero)
        let stop = try row.optionalText(at: "stopOrderType")
        let isConditional = trigger.isPositive || !(stop.isEmpty || stop == "UNKNOWN")
        switch (word, isConditional) {
        case ("Market", false): type = .market
        case ("Market", true): type = try triggersAsStop(row) ? .stopMarket : nil
        case ("Limit", false): type = .limit
        default: type = nil
        }
        // The venue shows a protective price with market orders, which is no limit of ours.
        if word == "Limit" { price = Price(try row.decimal(at: "price", .positive)) }
        switch try row.optionalText(at: "timeInForce") {
        case "GTC": timeInForce = .goodTillCancelled
        case "IOC": timeInForce = .immediateOrCancel
        case "FOK": timeInForce = .fillOrKill
        case "PostOnly": timeInForce = .postOnly
        default: timeInForce = nil
        }
        isReduceOnly = try row.truth(at: "reduceOnly")
    }

    /// Whether a conditional order that buys waits for a rise, or one that sells for a fall.
    ///
    /// Spot orders tell no direction, and what we place there are stops.
    private func triggersAsStop(_ row: JSONValue) throws(MessageError) -> Bool {
        switch try row.optional("triggerDirection")?.count("triggerDirection") ?? 0 {
        case 0: true
        case 1: side == .buy
        case 2: side == .sell
        default: throw .outOfRange(key: "triggerDirection", rule: "expected 0, 1 or 2")
        }
    }

    /// Reads the quantity where it is told in base units.
    ///
    /// A spot market counts an order to buy at the market in quote units unless told otherwise;
    /// ours are told. Without a unit in the message, the name tells whose order it is.
    private mutating func readQuantity(
        _ row: JSONValue,
        isSpot: Bool
    ) throws(MessageError) {
        let told = Quantity(try row.decimal(at: "qty", .notNegative))
        let unit = try row.optionalText(at: "marketUnit")
        let mayBeQuote = isSpot && (type == .market || type == .stopMarket)
        let isQuote =
            unit.isEmpty
            ? side == .buy && ClientOrderID(clientID) == nil : unit != "baseCoin"
        quantity = mayBeQuote && isQuote ? .zero : told
    }

    private mutating func readStatus(_ row: JSONValue) throws(MessageError) {
        let rejection = try row.optionalText(at: "rejectReason")
        let cancel = try row.optionalText(at: "cancelType")
        switch try row.name(at: "orderStatus") {
        case "New", "Triggered": status = .placed
        case "Untriggered":
            status = .placed
            isUntriggered = true
        case "PartiallyFilled": status = .partiallyFilled
        // A second one may come that lost its race with a cancel, and says so: filled it stays.
        case "Filled": status = .filled
        case "Rejected":
            status = .rejected
            reason = BybitEnding(rejection, cancel, timeInForce)?.reason ?? .other
        case "Cancelled", "PartiallyFilledCanceled", "Deactivated":
            reason = BybitEnding(rejection, cancel, timeInForce)?.reason
            status = reason == nil ? .cancelled : .expired
        default:
            throw .outOfRange(key: "orderStatus", rule: "expected a status of docs/v5/enum")
        }
        guard status == .rejected || status == .cancelled || status == .expired else { return }
        let isTold = !rejection.isEmpty && rejection != "EC_NoError"
        reasonText = isTold ? rejection : cancel == "UNKNOWN" ? "" : cancel
    }
}

/// Why an order ended without being filled; `nil` where somebody cancelled it.
struct BybitEnding {
    let reason: RejectionReason

    /// Reads `rejectReason` (`EC_…`) and, where that says nothing, `cancelType`.
    init?(_ rejection: String, _ cancel: String, _ timeInForce: TimeInForce?) {
        switch rejection {
        case "", "EC_NoError":
            switch cancel {
            case "", "UNKNOWN", "CancelByUser", "CancelByDCP", "CancelByAdmin": return nil
            case "CancelByReduceOnly": reason = .reduceOnly
            default: reason = .other
            }
        case "EC_PerCancelRequest": return nil
        case "EC_PostOnlyWillTakeLiquidity": reason = .wouldTake
        case "EC_NoImmediateQtyToFill", "EC_CancelForNoFullFill", "EC_NoEnoughQtyToFill":
            reason = timeInForce == .fillOrKill ? .wouldNotFill : .noLiquidity
        case "EC_ReachRiskPriceLimit", "EC_ReachMarketPriceLimit": reason = .noLiquidity
        case "EC_DuplicatedClOrdID": reason = .duplicate
        case "EC_QtyCannotBeZero", "EC_EcInvalidQty", "EC_InvalidPriceScale": reason = .offGrid
        case "EC_InvalidSymbolStatus": reason = .unknownInstrument
        default: reason = .other
        }
    }
}
