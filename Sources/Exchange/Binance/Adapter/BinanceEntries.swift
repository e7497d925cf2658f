internal import JSON
internal import Trading

// The income of a futures account, which is the log of its wallet (USD-M, `GET /fapi/v1/income`).
extension BinanceAdapter {
    /// How many rows of income are told at once at most.
    static let incomeRows = 1000

    func entries(_ root: JSONValue, after page: VenuePage) throws(MessageError) -> VenueFacts {
        var entries: [VenueEntry] = []
        var rows = try root.rows()
        while let row = rows.next() { entries.append(try entry(row)) }
        let next = entries.count < Self.incomeRows ? nil : Self.pageAfter(page)
        return .entries(entries, next: next)
    }

    /// Pages are numbered from 1.
    static func number(of page: VenuePage) -> String? {
        if case .after(let mark) = page { mark } else { nil }
    }

    private static func pageAfter(_ page: VenuePage) -> VenuePage {
        .after("\((number(of: page).flatMap { Int($0) } ?? 1) + 1)")
    }

    private func entry(_ row: JSONValue) throws(MessageError) -> VenueEntry {
        let word = try row.name(at: "incomeType")
        let id = try row.required("tranId")
        guard let number = id.text ?? id.unsigned.map({ "\($0)" }) else {
            throw id.isNot("an id", at: "tranId")
        }
        return VenueEntry(
            Self.kind(word),
            word: word,
            symbol: try row.optionalText(at: "symbol"),
            asset: try row.name(at: "asset"),
            amount: try row.money(at: "income"),
            time: try row.moment(at: "time"),
            evidence: [number]
        )
    }

    private static func kind(_ word: String) -> VenueEntry.Kind {
        switch word {
        case "REALIZED_PNL", "COMMISSION": .trade
        case "FUNDING_FEE": .funding
        case "TRANSFER", "INTERNAL_TRANSFER", "CROSS_COLLATERAL_TRANSFER",
            "STRATEGY_UMFUTURES_TRANSFER", "COIN_SWAP_DEPOSIT", "COIN_SWAP_WITHDRAW":
            .transfer
        // What the insurance fund takes has no fill, so INSURANCE_CLEAR is another.
        case "DELIVERED_SETTELMENT": .position
        default: .other
        }
    }
}
