internal import Exchange
internal import Trading

/// Something about an instrument that the venue has otherwise than the configuration.
package struct InstrumentDifference: Hashable {
    /// What it is about; figures that move leave it as it is.
    let key: String
    /// What a person reads of it.
    let text: String
}

extension InstrumentListed {
    /// What the venue would refuse, though the configuration allows it.
    func differences(from found: VenueInstrument) -> [InstrumentDifference] {
        gridDifferences(from: found) + limitDifferences(from: found) + naming(found)
    }

    private func difference(
        _ key: String,
        _ ours: Decimal,
        _ expected: String,
        _ limit: Decimal
    ) -> InstrumentDifference {
        InstrumentDifference(
            key: "\(key) \(expected)",
            text: "filters.\(key) is \(ours), expected \(expected) \(limit)"
        )
    }

    private func gridDifferences(from found: VenueInstrument) -> [InstrumentDifference] {
        let theirs = found.filters
        let grid = [
            ("priceTick", filters.priceTick.value, theirs.priceTick.value),
            ("quantityStep", filters.quantityStep.value, theirs.quantityStep.value),
        ]
        return grid.filter { $0.2 > .zero && !$0.1.isMultiple(of: $0.2) }
            .map { difference($0.0, $0.1, "a multiple of", $0.2) }
    }

    private func limitDifferences(from found: VenueInstrument) -> [InstrumentDifference] {
        let theirs = found.filters
        let least = [
            ("minimumQuantity", filters.minimumQuantity.value, theirs.minimumQuantity.value),
            ("minimumNotional", filters.minimumNotional.value, theirs.minimumNotional.value),
        ]
        var all = least.filter { $0.1 < $0.2 }.map { difference($0.0, $0.1, "at least", $0.2) }
        let most = filters.maximumQuantity
        if most > theirs.maximumQuantity {
            all.append(
                difference("maximumQuantity", most.value, "at most", theirs.maximumQuantity.value)
            )
        }
        // What protects a position and what closes it are market orders of all of it. Zero stands
        // where a venue has no such limit.
        if let atMarket = found.maximumMarketQuantity, atMarket.isPositive, most > atMarket {
            let words = "at most, because exits are market orders,"
            all.append(difference("maximumQuantity", most.value, words, atMarket.value))
        }
        return all
    }

    private func naming(_ found: VenueInstrument) -> [InstrumentDifference] {
        var all: [InstrumentDifference] = []
        func note(_ key: String, _ text: String) {
            all.append(InstrumentDifference(key: key, text: text))
        }
        if !found.isTrading { note("status", "the venue takes no orders for it now") }
        if market == .perpetual, !found.isPerpetual {
            note("market", "it is no perpetual contract")
        }
        if base != found.base { note("base", "base is \(base), expected \(found.base)") }
        if quote != found.quote { note("quote", "quote is \(quote), expected \(found.quote)") }
        return all
    }
}
