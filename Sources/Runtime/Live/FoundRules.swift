internal import Exchange
package import Trading

/// Something about an instrument that the venue has otherwise than the configuration.
package struct InstrumentDifference: Hashable {
    /// What follows from a difference.
    package enum Matter: Hashable {
        /// What is asked of orders: it is followed, whichever of both sides is stricter.
        case filters
        /// The venue takes no orders now.
        case status
        /// It is another instrument than the one that was configured.
        case identity
    }

    /// What it is a matter of.
    let matter: Matter
    /// What it is about; figures that move leave it as it is.
    let key: String
    /// What a person reads of it.
    let text: String
}

/// What a venue asks of an instrument, seen from its configuration.
package struct FoundRules: Hashable {
    /// What satisfies both sides.
    package var filters: InstrumentFilters
    /// What the venue would refuse, though the configuration allows it.
    package var differences: [InstrumentDifference]
}

extension InstrumentListed {
    /// What follows from how a venue lists the instrument.
    func rules(from found: VenueInstrument) -> FoundRules {
        FoundRules(filters: filters(within: found), differences: differences(from: found))
    }

    /// The same instrument under other filters.
    func under(_ filters: InstrumentFilters) -> InstrumentListed {
        var listed = self
        listed.filters = filters
        return listed
    }

    /// What the venue would refuse, though the configuration allows it.
    func differences(from found: VenueInstrument) -> [InstrumentDifference] {
        gridDifferences(from: found) + limitDifferences(from: found) + naming(found)
    }

    /// The stricter of what is configured and what the venue asks.
    ///
    /// Of two grids that do not fit the venue's is taken: it judges the order.
    private func filters(within found: VenueInstrument) -> InstrumentFilters {
        let theirs = found.filters
        func grid(_ ours: Decimal, _ theirs: Decimal) -> Decimal {
            theirs > .zero && !ours.isMultiple(of: theirs) ? theirs : ours
        }
        var most = theirs.maximumQuantity.isPositive ? theirs.maximumQuantity : nil
        if let atMarket = found.maximumMarketQuantity, atMarket.isPositive {
            most = min(most ?? atMarket, atMarket)
        }
        return InstrumentFilters(
            priceTick: Price(grid(filters.priceTick.value, theirs.priceTick.value)),
            quantityStep: Quantity(grid(filters.quantityStep.value, theirs.quantityStep.value)),
            minimumQuantity: max(filters.minimumQuantity, theirs.minimumQuantity),
            maximumQuantity: most.map { min(filters.maximumQuantity, $0) }
                ?? filters.maximumQuantity,
            minimumNotional: max(filters.minimumNotional, theirs.minimumNotional)
        )
    }

    private func difference(
        _ key: String,
        _ ours: Decimal,
        _ expected: String,
        _ limit: Decimal
    ) -> InstrumentDifference {
        InstrumentDifference(
            matter: .filters,
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
        func note(_ matter: InstrumentDifference.Matter, _ key: String, _ text: String) {
            all.append(InstrumentDifference(matter: matter, key: key, text: text))
        }
        if !found.isTrading { note(.status, "status", "the venue takes no orders for it now") }
        if market == .perpetual, !found.isPerpetual {
            note(.identity, "market", "it is no perpetual contract")
        }
        // Its sessions stand in the log under the word of funding: the result of what is open would
        // be booked as funding, and once more when it is closed.
        if found.isSettledInSessions {
            let text = "results are paid in \(found.settle), in sessions; only USDT is followed"
            note(.identity, "settle", text)
        }
        if base != found.base {
            note(.identity, "base", "base is \(base), expected \(found.base)")
        }
        if quote != found.quote {
            note(.identity, "quote", "quote is \(quote), expected \(found.quote)")
        }
        return all
    }
}
