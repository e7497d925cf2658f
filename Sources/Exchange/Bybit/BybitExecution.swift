internal import JSON
internal import Trading

// Fills, which the REST answers and the private stream tell with the same keys
// (docs/v5/order/execution, websocket/private/execution).

extension VenueExecution {
    /// Reads a fill, or a row of funding: both come in one list.
    init(bybit row: JSONValue, isSpot: Bool, _ pairs: BybitPairs) throws(MessageError) {
        let kind = try Self.bybitKind(row)
        let isFill = kind.isBybitFill
        let quantity = Quantity(try row.decimal(at: "execQty", .notNegative))
        let price = Price(try row.decimal(at: "execPrice", .notNegative))
        let clientID = try row.optionalText(at: "orderLinkId")
        // What settles a position belongs to no order, and says so with ids of its own making.
        let order = isFill ? try row.venueID(at: "orderId") : .none
        let isMaker = isFill ? try row.truth(at: "isMaker") : false
        let symbol = try row.name(at: "symbol")
        let side = try row.bybitSide()
        let fee = try BybitFee(row, side, isMaker: isMaker, isSpot: isSpot, pairs[symbol])
        self.init(
            symbol: symbol,
            id: try row.venueID(at: "execId"),
            venueOrder: order,
            clientID: clientID,
            side: side,
            price: price,
            // Funding tells the size of the position, of which nothing moves.
            quantity: kind == .funding ? .zero : quantity,
            fee: fee.amount,
            feeAsset: fee.asset,
            liquidity: isMaker ? .maker : .taker,
            time: try row.milliseconds(at: "execTime"),
            kind: kind
        )
        try requireSound()
    }

    /// What kind of row it is, whatever else of it can be read.
    static func bybitKind(_ row: JSONValue) throws(MessageError) -> Kind {
        switch try row.name(at: "execType") {
        case "Trade": .trade
        case "BustTrade": .liquidation
        case "AdlTrade": .deleveraging
        case "Funding": .funding
        default: .other
        }
    }
}

extension VenueExecution.Kind {
    /// Whether a row of Bybit's is of an order that traded.
    var isBybitFill: Bool { self == .trade || self == .liquidation || self == .deleveraging }
}

/// What a row says was charged.
struct BybitFee {
    /// The fee, with the taxes on it.
    private(set) var amount: Money
    /// What it was charged in; `nil` where nothing was, or where it counts as the quote asset.
    private(set) var asset: String?

    /// Reads the fee of a row of a symbol that trades `pair`, which may not be known.
    ///
    /// - Throws: Where on spot neither the row nor the rule tells what it was charged in: there it
    ///   may be either of the two.
    init(
        _ row: JSONValue,
        _ side: Side,
        isMaker: Bool,
        isSpot: Bool,
        _ pair: BybitPairs.Pair?
    ) throws(MessageError) {
        amount = try row.money(at: "execFee")
        let told = try row.optionalText(at: "feeCurrency")
        let isRebate = isMaker && amount.isNegative
        let ruled = isSpot ? pair?.feeCoin(side, isRebate: isRebate) : nil
        let coin = told.isEmpty ? ruled : told
        // What a row of a contract does not tell counts as the quote asset.
        try addTaxes(row, in: coin ?? pair?.quote)
        asset = told.isEmpty && amount.isZero ? nil : coin
        guard !isSpot || asset != nil || amount.isZero else { throw .missing(key: "feeCurrency") }
    }

    /// Adds the taxes on the fee, which some countries have: an empty text, or a list.
    ///
    /// A fill has one fee. A tax in another coin is not added to it, and does not keep the fill
    /// from being booked: the comparison with the account finds what it took.
    private mutating func addTaxes(_ row: JSONValue, in coin: String?) throws(MessageError) {
        guard let extra = try row.optional("extraFees") else { return }
        if extra.string?.isEmpty == true { return }
        guard extra.isKind(.array) else { throw extra.isNot("an array", at: "extraFees") }
        var taxes = extra.elements
        while let tax = taxes.next() {
            guard try tax.name(at: "feeCoin") == coin else { continue }
            amount = try amount.adding(tax.money(at: "fee"), at: "extraFees")
        }
    }
}
