internal import JSON
internal import Trading

/// An order as the venue writes it, on request and in streams.
struct BybitOrderText {
    let order: LocalOrder
    let notes: BybitOrderNotes
    let symbol: String
    let category: BybitCategory
    let scale: BybitScale
    let id: String
    let link: String

    /// As lists of orders have it.
    var listed: JSONText {
        .object(
            common + [
                ("isLeverage", .text(category.isSpot ? "0" : "")),
                ("createType", .text(notes.createType)), ("marketUnit", .text(notes.marketUnit)),
                ("slippageToleranceType", .text("UNKNOWN")), ("slippageTolerance", .text("")),
                ("extraFees", .text("")),
            ]
        )
    }

    /// As the stream `order` has it.
    var streamed: JSONText {
        .object(
            common + [
                ("category", .text(category.rawValue)),
                ("feeCurrency", .text(order.feeAsset ?? "")),
                ("closedPnl", .amount(notes.realised)), ("createType", .text(notes.createType)),
                ("marketUnit", .text(notes.marketUnit)),
            ]
        )
    }

    /// Where it stands, in the venue's words.
    var status: String {
        if order.isUntriggered, order.isOpen { return "Untriggered" }
        let endsPartly = category.isSpot && order.filled.isPositive
        return switch order.status {
        case .pending, .placed: "New"
        case .partiallyFilled: "PartiallyFilled"
        case .filled: "Filled"
        case .cancelled where order.isUntriggered: "Deactivated"
        case .cancelled, .expired: endsPartly ? "PartiallyFilledCanceled" : "Cancelled"
        case .rejected:
            order.reason.map(BybitRefusal.isAsynchronous) == true ? "Cancelled" : "Rejected"
        }
    }

    private var wish: LocalWish { order.wish }
    private var left: Quantity { order.isOpen ? order.remaining : .zero }

    private var quantity: String {
        if let asked = notes.asked, notes.marketUnit != "baseCoin" { return asked.description }
        return scale.text(wish.quantity)
    }

    private var price: String {
        if wish.type == .limit { return scale.text(wish.price) }
        return notes.protection.map(scale.text) ?? "0"
    }

    private var leftValue: Money {
        let price = wish.type == .limit ? wish.price : notes.protection ?? .zero
        return left.notional(at: price, .halfEven)
    }

    private var fees: JSONText {
        guard let asset = order.feeAsset else { return .object([]) }
        return .object([(asset, .amount(order.fee))])
    }

    private var common: [(key: String, value: JSONText?)] { identity + amounts + conditions }

    private var identity: [(key: String, value: JSONText?)] {
        [
            ("symbol", .text(symbol)), ("orderId", .text(id)), ("orderLinkId", .text(link)),
            ("blockTradeId", .text("")), ("side", .text(wish.side.bybit)),
            ("orderType", .text(wish.type == .market ? "Market" : "Limit")),
            ("timeInForce", .text(wish.timeInForce.bybit)), ("orderStatus", .text(status)),
            ("cancelType", .text(notes.cancelType)),
            ("rejectReason", .text(BybitRefusal.word(order))), ("positionIdx", .integer(0)),
            ("orderIv", .text("")),
            ("placeType", .text("")), ("smpType", .text("None")), ("smpGroup", .integer(0)),
            ("smpOrderId", .text("")), ("createdTime", order.made.millisecondText),
            ("updatedTime", order.changed.millisecondText),
        ]
    }

    private var amounts: [(key: String, value: JSONText?)] {
        [
            ("price", .text(price)), ("qty", .text(quantity)),
            ("avgPrice", .text(order.filled.isZero ? "" : order.averagePrice.description)),
            ("leavesQty", .text(scale.text(left))), ("leavesValue", .amount(leftValue)),
            ("cumExecQty", .text(scale.text(order.filled))),
            ("cumExecValue", .amount(order.filledValue)), ("cumExecFee", .amount(order.fee)),
            ("cumFeeDetail", fees), ("rpiTakerAccess", .flag(false)),
            ("rpiMatchedQty", .text("0")),
        ]
    }

    private var conditions: [(key: String, value: JSONText?)] {
        let direction: Int64 = wish.trigger.map { $0.rises ? 1 : 2 } ?? 0
        let hasAttached = notes.takeProfit != nil || notes.stopLoss != nil
        let isFull = hasAttached || notes.stopType == "TakeProfit" || notes.stopType == "StopLoss"
        return [
            ("stopOrderType", .text(notes.stopType)),
            ("triggerPrice", .text(wish.trigger.map { scale.text($0.price) } ?? "")),
            ("triggerDirection", .integer(direction)), ("triggerBy", .text(notes.triggerBy)),
            ("lastPriceOnCreated", .text(notes.lastPrice.map(scale.text) ?? "")),
            ("reduceOnly", .flag(wish.isReduceOnly)),
            ("closeOnTrigger", .flag(notes.closeOnTrigger)),
            // Spot orders do not have it, and clients tell the two kinds apart by that.
            ("tpslMode", category.isSpot ? nil : .text(isFull ? "Full" : "")),
            ("takeProfit", .text(notes.takeProfit.map(scale.text) ?? "")),
            ("stopLoss", .text(notes.stopLoss.map(scale.text) ?? "")),
            ("tpTriggerBy", .text(notes.takeProfit == nil ? "" : "LastPrice")),
            ("slTriggerBy", .text(notes.stopLoss == nil ? "" : "LastPrice")),
            ("tpLimitPrice", .text("")), ("slLimitPrice", .text("")),
        ]
    }
}

extension Side {
    /// The venue's word.
    var bybit: String { self == .buy ? "Buy" : "Sell" }

    /// Reads the venue's word.
    init?(bybit word: String) {
        switch word {
        case "Buy": self = .buy
        case "Sell": self = .sell
        default: return nil
        }
    }
}

extension TimeInForce {
    /// The venue's word.
    var bybit: String {
        switch self {
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "PostOnly"
        }
    }

    /// Reads the venue's word.
    init?(bybit word: String) {
        guard let found = TimeInForce.allCases.first(where: { $0.bybit == word }) else {
            return nil
        }
        self = found
    }
}
