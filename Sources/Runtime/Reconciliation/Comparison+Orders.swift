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
                // What it may have filled must be known as well.
                let kind: CaseKind =
                    !isProven || part.fills == nil
                    ? .notProven : known.status == .pending ? .neverArrived : .forgotten
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
        let told = known.filled + (untold[known.id] ?? .zero)
        if theirs.filled > told {
            // Without the list of fills nothing is known of them, which is a case of its own.
            note(part.fills == nil ? .filledFurther : .fillsMissing, part, name(known), words)
        } else if theirs.filled > known.filled {
            note(.filledFurther, part, name(known), words)
        } else if theirs.filled < known.filled {
            note(.filledLess, part, name(known), words)
        }
        if theirs.status.isTerminal {
            // Its end is told once all that it filled is booked.
            guard theirs.filled == told || theirs.status == .rejected else { return }
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

    /// Names of ours that the journal cannot have forgotten: it was put back, or another engine
    /// goes on from a copy of it.
    mutating func compareEnded(_ part: VenueSurvey.Part) {
        // Starts before the oldest that is kept are forgotten by right.
        let oldest = state.epochs.first?.epoch ?? Epoch(0)
        for order in part.ended {
            guard let id = ClientOrderID(order.clientID), id.tag == state.tag else { continue }
            let subject = "\(order.side.name) \(order.quantity) (\(order.clientID))"
            if SurveyOwners.isOurs(id, state) {
                guard id.order.rawValue > state.head.rawValue,
                    strangers.insert("\(id.draw), beyond").inserted
                else { continue }
                let words = "the journal ends before order \(id.order), which has ended"
                noteEverywhere(.unknownOrder, subject, words)
                continue
            }
            guard id.epoch >= oldest, strangers.insert(id.draw).inserted else { continue }
            noteEverywhere(.unknownEpoch, subject, "start \(id.epoch), draw \(id.draw), ended")
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
            guard SurveyOwners.isOurs(id, state) else {
                noteEverywhere(.unknownEpoch, subject, "start \(id.epoch), draw \(id.draw)")
                continue
            }
            if let known = state.order(id.order) {
                guard !known.isLive else { continue }
                let words = "the journal has it \(known.status.name), and it works at the venue"
                note(.worksThoughEnded, part, name(known), words)
            } else {
                let words = "the journal does not know order \(id.order)"
                noteEverywhere(.unknownOrder, subject, words)
            }
        }
    }

    // MARK: Fills

    /// Fills that are not booked.
    mutating func compareFills(_ part: VenueSurvey.Part) {
        let owners = SurveyOwners(state, part)
        let reduction = reductions.reduction(in: part.instrument)
        var foreign: (count: Int, net: Quantity) = (0, .zero)
        for fill in part.newFills(state) {
            if let reduction, reduction.fills.contains(where: { $0.id == fill.id }) {
                addUnbooked(fill, part)
                continue
            }
            let words =
                "\(fill.side.name) \(fill.quantity) at \(fill.price), fee \(fill.fee), at "
                + "\(fill.time)"
            switch fill.kind {
            // The venue's own log tells it.
            case .funding: break
            case .liquidation: note(.liquidated, part, "fill \(fill.id)", words)
            case .deleveraging: note(.deleveraged, part, "fill \(fill.id)", words)
            case .other: note(.settled, part, "fill \(fill.id)", words)
            case .trade:
                if let known = owners.order(of: fill, state) {
                    addUnbooked(fill, part)
                    let kind: CaseKind = known.isLive ? .fillNotBooked : .filledAfterEnd
                    note(kind, part, name(known), "fill \(fill.id): \(words)")
                } else if let rescue = part.rescueOrder(of: fill), rescue.tag == state.tag {
                    note(.rescueFill, part, "order \(rescue)", "fill \(fill.id): \(words)")
                } else if let client = SurveyOwners.clientID(of: fill, state) {
                    let subject = "order \(client.order) (\(client))"
                    note(.fillOfUnknownOrder, part, subject, "fill \(fill.id): \(words)")
                } else {
                    foreign = (foreign.count + 1, foreign.net + fill.side.signed(fill.quantity))
                }
            }
        }
        if let reduction {
            let words = reduction.fills.map { fill in
                "\(fill.kind.name) \(fill.id): \(fill.side.name) \(fill.quantity) at \(fill.price)"
            }
            note(.reducedByOthers, part, part.name, words.joined(separator: "; "))
        }
        if foreign.count > 0 {
            let words = "\(foreign.count) fills, \(foreign.net) in all"
            note(.foreignFill, part, part.name, words)
        }
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
