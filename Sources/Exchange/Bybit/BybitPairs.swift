/// What the symbols of a market trade, as far as a listing has told: rows of fills name the symbol
/// alone.
struct BybitPairs {
    /// The coins of a symbol.
    struct Pair {
        let base: String
        let quote: String
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
