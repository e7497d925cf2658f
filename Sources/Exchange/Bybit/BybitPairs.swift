internal import Trading

/// What the symbols of a market trade, as far as a listing has told: rows of fills name the symbol
/// alone.
struct BybitPairs {
    /// The coins of a symbol.
    struct Pair {
        let base: String
        let quote: String

        /// What a fee on spot is charged in: what was bought, or what was paid for a sale; a rebate
        /// is paid in the other (docs/v5/enum, spot fee currency instruction).
        func feeCoin(_ side: Side, isRebate: Bool) -> String {
            (side == .buy) != isRebate ? base : quote
        }
    }

    private var pairs: [String: Pair] = [:]

    /// The coins of a symbol; `nil` where no listing had it.
    subscript(symbol: String) -> Pair? { pairs[symbol] }

    /// Keeps what a listing tells.
    mutating func learn(_ listed: [VenueInstrument]) {
        for instrument in listed {
            pairs[instrument.symbol] = Pair(base: instrument.base, quote: instrument.quote)
        }
    }
}
