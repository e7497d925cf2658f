internal import JSON
internal import Trading

// The log of the wallet (docs/v5/account/transaction-log).
extension VenueEntry {
    /// Reads a row; what the venue calls it decides what it is, and a word that is new is something
    /// else.
    init(bybit row: JSONValue) throws(MessageError) {
        let word = try row.name(at: "type")
        self.init(
            Self.bybitKind(word),
            word: word,
            symbol: try row.optionalText(at: "symbol"),
            asset: try row.name(at: "currency"),
            amount: try row.money(at: "change"),
            time: try row.milliseconds(at: "transactionTime"),
            evidence: [try row.name(at: "id"), try row.optionalText(at: "tradeId")]
        )
        if kind == .funding { rate = try row.optionalAmount(at: "feeRate") }
    }

    private static func bybitKind(_ word: String) -> Kind {
        switch word {
        // A coin that is converted has no fill, so CURRENCY_BUY and CURRENCY_SELL are others.
        case "TRADE": .trade
        case "SETTLEMENT": .funding
        case "TRANSFER_IN", "TRANSFER_OUT": .transfer
        case "INTEREST": .interest
        case "LIQUIDATION", "ADL", "DELIVERY": .position
        default: .other
        }
    }
}
