internal import Exchange
internal import Trading

extension InstrumentListed {
    /// What the venue would refuse, though the configuration allows it.
    func differences(from found: VenueInstrument) -> [String] {
        var all: [String] = []
        let theirs = found.filters
        func note(_ key: String, _ ours: Decimal, _ word: String, _ limit: Decimal) {
            all.append("filters.\(key) is \(ours), \(word) \(limit)")
        }
        let grid = [
            ("priceTick", filters.priceTick.value, theirs.priceTick.value),
            ("quantityStep", filters.quantityStep.value, theirs.quantityStep.value),
        ]
        for (key, ours, their) in grid where their > .zero && !ours.isMultiple(of: their) {
            note(key, ours, "expected a multiple of", their)
        }
        let least = [
            (
                "minimumQuantity", filters.minimumQuantity.value, theirs.minimumQuantity.value
            ),
            (
                "minimumNotional", filters.minimumNotional.value, theirs.minimumNotional.value
            ),
        ]
        for (key, ours, their) in least where ours < their {
            note(key, ours, "expected at least", their)
        }
        if filters.maximumQuantity > theirs.maximumQuantity {
            note(
                "maximumQuantity",
                filters.maximumQuantity.value,
                "expected at most",
                theirs.maximumQuantity.value
            )
        }
        if !found.isTrading { all.append("the venue takes no orders for it now") }
        if base != found.base { all.append("base is \(base), expected \(found.base)") }
        if quote != found.quote { all.append("quote is \(quote), expected \(found.quote)") }
        return all
    }
}
