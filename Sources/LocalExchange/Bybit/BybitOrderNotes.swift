internal import Trading

/// What the venue keeps of an order beyond what the house does.
struct BybitOrderNotes {
    /// What kind of conditional order it is; empty for none.
    var stopType = ""
    /// Who made it.
    var createType = "CreateByUser"
    /// Who ended it.
    var cancelType = "UNKNOWN"
    /// Which orders it is listed with.
    var filter = Filter.order
    /// What the trigger is compared with; empty for no trigger.
    var triggerBy = ""
    /// The quantity as it was asked, which of a spot market order may be an amount of the quote.
    var asked: Decimal?
    /// What ``asked`` counts, where the client said it.
    var marketUnit = ""
    /// The limit at which a market order would stop.
    var protection: Price?
    var closeOnTrigger = false
    /// The price of the last trade when it came.
    var lastPrice: Price?
    /// What becomes of the position once it fills.
    var takeProfit: Price?
    var stopLoss: Price?
    /// What closing by this order has brought.
    var realised = Money.zero

    /// Which list an order is in.
    enum Filter: String {
        case order = "Order"
        case stop = "StopOrder"
        case takeProfit = "tpslOrder"
    }
}
