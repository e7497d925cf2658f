internal import JSON
internal import Trading

/// A row of the executions of an account, as it was when it happened.
struct BybitExecutionRow {
    let number: UInt64
    let account: Int
    let market: Int
    let category: BybitCategory
    let kind: Kind
    let symbol: String
    let base: String
    let id: String
    let order: String
    let link: String
    let time: Timestamp
    /// What lists and streams have in common.
    let members: [(key: String, value: JSONText?)]
    let feeAsset: String
    let realised: Money
    /// What it did to the wallet, and what was there after it.
    let change: Money
    let balance: Money

    /// What happened, in the venue's words.
    enum Kind: String {
        case trade = "Trade"
        case funding = "Funding"
        case liquidation = "BustTrade"
    }

    /// As lists have it.
    var listed: JSONText {
        .object(
            members + [
                ("feeCurrency", .text(category.isSpot ? feeAsset : "")), ("extraFees", .text("")),
            ]
        )
    }

    /// As the stream `execution` has it.
    var streamed: JSONText {
        .object(
            members + [
                ("category", .text(category.rawValue)), ("isLeverage", .text("0")),
                ("execPnl", .amount(realised)), ("feeCurrency", .text(feeAsset)),
                ("extraFees", .list([])),
            ]
        )
    }

    /// As the log of the wallet has it.
    var logged: JSONText {
        func member(_ key: String) -> JSONText {
            members.first { $0.key == key }?.value ?? .text("")
        }
        let isFunding = kind == .funding
        return .object([
            ("transSubType", .text("")), ("id", .text("\(account)_\(symbol)_\(number)")),
            ("symbol", .text(symbol)), ("side", member("side")),
            ("funding", isFunding ? .amount(change) : .text("")), ("orderLinkId", .text(link)),
            ("orderId", .text(order)), ("fee", isFunding ? .text("0") : member("execFee")),
            ("change", .amount(change)), ("cashFlow", .amount(realised)),
            ("transactionTime", time.millisecondText),
            ("type", .text(isFunding ? "SETTLEMENT" : "TRADE")), ("feeRate", member("feeRate")),
            ("bonusChange", .text("")), ("size", member("execQty")), ("qty", member("execQty")),
            ("cashBalance", .amount(balance)), ("currency", .text(feeAsset)),
            ("category", .text(category.rawValue)), ("tradePrice", member("execPrice")),
            ("tradeId", .text(id)), ("extraFees", .text("")),
        ])
    }

    /// As the stream `execution.fast` has it.
    var fast: JSONText {
        let wanted = [
            "symbol", "execId", "execPrice", "execQty", "orderId", "isMaker", "orderLinkId",
            "side", "execTime", "seq",
        ]
        return .object(
            [("category", .text(category.rawValue))] + members.filter { wanted.contains($0.key) }
        )
    }
}
