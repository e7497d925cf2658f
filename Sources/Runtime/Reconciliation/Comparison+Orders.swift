internal import Exchange
internal import Projections
internal import Trading

extension Comparison {
    /// Orders of ours that live in the journal.
    mutating func compareOrders(_ part: VenueSurvey.Part) {
        for id in part.looked.keys.sorted() {
            guard let known = state.order(id), let looked = part.looked[id] else { continue }
            switch looked {
            case .unanswered: break  // told as a question without an answer
            case .absent(let isProven):
                let words = "the venue does not know it, the journal has it \(known.status.name)"
                let kind: CaseKind =
                    !isProven ? .notProven : known.status == .pending ? .neverArrived : .forgotten
                note(kind, part, name(known), words)
            case .found(let theirs): compare(known, theirs, part)
            }
        }
    }

    private mutating func compare(
        _ known: Order,
        _ theirs: VenueOrder,
        _ part: VenueSurvey.Part
    ) {
        let words =
            "the venue has it \(theirs.status.name), filled \(theirs.filled); the journal "
            + "\(known.status.name), filled \(known.filled)"
        if theirs.filled > known.filled {
            note(.filledFurther, part, name(known), words)
        } else if theirs.filled < known.filled {
            note(.filledLess, part, name(known), words)
        }
        if theirs.status.isTerminal {
            guard let kind = ending(of: known, theirs) else { return }
            return note(kind, part, name(known), words)
        }
        if known.status == .pending { note(.takenOn, part, name(known), words) }
        compareTerms(known, theirs, part)
        let isTriggered = theirs.becameOrder != nil || !theirs.isUntriggered
        if known.terms.type == .stopMarket, !known.isTriggered, isTriggered {
            note(.triggered, part, name(known), "it waits for its trigger no more")
        }
    }

    private func ending(of known: Order, _ theirs: VenueOrder) -> CaseKind? {
        if known.status == .pending { return .endedUnanswered }
        return switch theirs.status {
        case .cancelled: known.request == .cancel ? .cancelled : .cancelledByOthers
        case .expired, .rejected: .endedByRules
        // Its fills say all of it.
        case .filled, .pending, .placed, .partiallyFilled: nil
        }
    }

    private mutating func compareTerms(
        _ known: Order,
        _ theirs: VenueOrder,
        _ part: VenueSurvey.Part
    ) {
        let isOther =
            theirs.quantity != known.terms.quantity
            || (known.terms.type == .limit && theirs.price != known.terms.price)
            || (known.terms.type == .stopMarket && theirs.trigger != known.terms.trigger
                && theirs.becameOrder == nil)
        let words =
            "the venue has \(theirs.quantity) at \(theirs.price), trigger \(theirs.trigger); the "
            + "journal \(known.terms.quantity) at \(known.terms.price), trigger "
            + "\(known.terms.trigger)"
        switch known.request {
        case .amend: note(isOther ? .amended : .amendNotDone, part, name(known), words)
        case .cancel: note(.cancelNotDone, part, name(known), "it works at the venue")
        case .none, .place: if isOther { note(.changedByOthers, part, name(known), words) }
        }
    }

    /// Orders that work at the venue and are not among those that live in the journal.
    mutating func compareWorking(_ part: VenueSurvey.Part) {
        for order in part.working {
            let subject = "\(order.side.name) \(order.quantity) (\(order.clientID))"
            if RescueOrderID(order.clientID)?.tag == state.tag {
                note(.rescueOrder, part, subject, "holdfast rescue import takes its record in")
                continue
            }
            guard let id = ClientOrderID(order.clientID), id.tag == state.tag else {
                note(.foreignOrder, part, subject, "it works at the venue")
                continue
            }
            guard isOfKnownStart(id) else {
                note(.unknownEpoch, part, subject, "start \(id.epoch), draw \(id.draw)")
                continue
            }
            if let known = state.order(id.order) {
                guard !known.isLive else { continue }
                let words = "the journal has it \(known.status.name), and it works at the venue"
                note(.worksThoughEnded, part, name(known), words)
            } else {
                note(.unknownOrder, part, subject, "the journal does not know order \(id.order)")
            }
        }
    }

    func isOfKnownStart(_ id: ClientOrderID) -> Bool {
        state.epochs.contains { $0.epoch == id.epoch && $0.draw == id.draw }
    }

    // MARK: Fills

    /// Fills that are not booked.
    mutating func compareFills(_ part: VenueSurvey.Part) {
        let owners = owners(part)
        var foreign: (count: Int, net: Quantity) = (0, .zero)
        var funding = 0
        for fill in part.fills ?? [] where !state.hasBooked(part.unique(fill.id)) {
            let words =
                "\(fill.side.name) \(fill.quantity) at \(fill.price), fee \(fill.fee), at "
                + "\(fill.time)"
            switch fill.kind {
            case .funding: funding += 1
            case .liquidation: note(.liquidated, part, "fill \(fill.id)", words)
            case .deleveraging: note(.deleveraged, part, "fill \(fill.id)", words)
            case .other: note(.settled, part, "fill \(fill.id)", words)
            case .trade:
                let client = ClientOrderID(fill.clientID ?? "").flatMap { id in
                    id.tag == state.tag && isOfKnownStart(id) ? id : nil
                }
                if let known = (owners[fill.venueOrder] ?? client?.order).flatMap(state.order) {
                    addUnbooked(fill, part)
                    let kind: CaseKind = known.isLive ? .fillNotBooked : .filledAfterEnd
                    note(kind, part, name(known), "fill \(fill.id): \(words)")
                } else if let rescue = part.rescueOrder(of: fill), rescue.tag == state.tag {
                    note(.rescueFill, part, "order \(rescue)", "fill \(fill.id): \(words)")
                } else if let client {
                    let subject = "order \(client.order) (\(client))"
                    note(.fillOfUnknownOrder, part, subject, "fill \(fill.id): \(words)")
                } else {
                    foreign = (foreign.count + 1, foreign.net + fill.side.signed(fill.quantity))
                }
            }
        }
        if foreign.count > 0 {
            let words = "\(foreign.count) fills, \(foreign.net) in all"
            note(.foreignFill, part, part.name, words)
        }
        if funding > 0 { note(.fundingNotBooked, part, part.name, "\(funding) rows") }
    }

    /// Our orders by the venue's ids: lists of fills tell no other on Binance.
    private func owners(_ part: VenueSurvey.Part) -> [VenueID: OrderID] {
        var owners: [VenueID: OrderID] = [:]
        let ended = state.closedOrders.ordered.map(\.order)
        for order in Array(state.orders.ordered) + ended
        where order.terms.instrument == part.instrument && order.venueOrder != .none {
            owners[order.venueOrder] = order.id
        }
        for (id, looked) in part.looked {
            guard case .found(let order) = looked else { continue }
            owners[order.venueOrder] = id
            if let child = order.becameOrder { owners[child] = id }
        }
        return owners
    }

    // MARK: Protection

    /// The stops of what we hold.
    mutating func compareProtection(_ part: VenueSurvey.Part) {
        // A stop of which nobody tells may be there.
        let isTold = part.looked.allSatisfy { id, looked in
            state.order(id)?.terms.type != .stopMarket
                || (looked != .unanswered && looked != .absent(isProven: false))
        }
        guard isTold, part.fills != nil else { return }
        let holding = state.instruments[Int(part.instrument.rawValue)]
        let quantity = held(part)
        let stops = stops(part)
        guard !quantity.isZero else {
            for (known, _) in stops {
                note(.stopWithoutPosition, part, name(known), "nothing is held")
            }
            return
        }
        let filters = holding.instrument.filters
        let worth = quantity.magnitude.notional(at: holding.position.averagePrice, .halfEven)
        let isSmall = worth.isPositive && worth < filters.minimumNotional
        if quantity.magnitude < filters.minimumQuantity || isSmall {
            return note(.dust, part, part.name, "\(quantity) is held")
        }
        guard !stops.isEmpty else {
            return note(.stopMissing, part, part.name, "\(quantity) is held, and no stop works")
        }
        let isContract = holding.instrument.market == .perpetual
        var covered = Quantity.zero
        for (known, theirs) in stops {
            let isRight =
                theirs.side == (quantity.isNegative ? .buy : .sell)
                && (theirs.isReduceOnly || !isContract)
            if !isRight {
                note(.stopWrong, part, name(known), "\(theirs.side.name), \(quantity) is held")
            } else if !theirs.isUntriggered {
                let words = "filled \(theirs.filled) of \(theirs.quantity)"
                note(.stopTriggeredUnfilled, part, name(known), words)
            } else {
                covered += max(.zero, theirs.quantity - theirs.filled)
            }
        }
        // What is below the step no order can sell.
        let whole = quantity.magnitude.value.rounded(
            toMultipleOf: filters.quantityStep.value,
            .down
        )
        let isShort = covered < Quantity(whole)
        guard covered.isPositive, isShort || covered > quantity.magnitude else { return }
        let kind: CaseKind = isShort ? .stopTooSmall : .stopTooLarge
        note(kind, part, part.name, "stops of \(covered), \(quantity) is held")
    }

    /// Our stops that work at the venue.
    private func stops(_ part: VenueSurvey.Part) -> [(known: Order, theirs: VenueOrder)] {
        part.looked.keys.sorted().compactMap { id in
            guard let known = state.order(id), known.terms.type == .stopMarket,
                case .found(let theirs) = part.looked[id], !theirs.status.isTerminal
            else { return nil }
            return (known, theirs)
        }
    }
}
