internal import Exchange
internal import Trading

/// One setting of a contract's account: what the venue has, and what the configuration wants.
struct AccountTerm: Equatable {
    /// What can be set.
    let setting: AccountSettingName
    /// What the venue has; `nil` where it does not tell, which is no agreement.
    let has: String?
    /// What the engine needs.
    let wants: String
    /// What changes it.
    let call: VenueCall
    /// Why the engine needs it so.
    private let why: String

    /// Whether it is to be changed.
    var differs: Bool { has != wants }

    /// What a person reads of it.
    var words: String {
        "\(setting.name) \(has ?? "not told")" + (differs ? ", wanted \(wants)" : "")
    }

    /// Why a start is refused while it differs.
    func refusal(of symbol: String, at market: String) -> String {
        "\(symbol) at \(market): \(words). \(why): `holdfast account --apply` changes it"
    }

    /// The settings of a contract, in the order in which they are changed: Binance takes another
    /// position mode only for the whole account, and another leverage under any margin mode.
    static func all(
        of symbol: String,
        isHedge: Bool?,
        _ marginMode: MarginMode?,
        leverage: Decimal?,
        wanted terms: MarginTerms
    ) -> [AccountTerm] {
        [
            AccountTerm(
                setting: .positionMode,
                has: isHedge.map { $0 ? "hedge" : "one-way" },
                wants: "one-way",
                call: .setOneWayMode(symbol: symbol),
                why: "The engine trades one position per contract"
            ),
            AccountTerm(
                setting: .marginMode,
                has: marginMode.map { $0 == .cross ? "cross" : "isolated" },
                wants: "isolated",
                call: .setMarginMode(symbol: symbol, .isolated),
                why: "The limits count what each position alone can lose"
            ),
            AccountTerm(
                setting: .leverage,
                has: leverage.map(\.description),
                wants: terms.leverage.description,
                call: .setLeverage(symbol: symbol, terms.leverage),
                why: "margin.leverage of the configuration decides what a position may be"
            ),
        ]
    }
}
