internal import Projections
internal import Trading

/// Says what an event means in the words of a trader.
struct EventWords {
    /// The state before the event.
    let state: TradingState

    /// The event's payload in words.
    func text(_ envelope: EventEnvelope) -> String {
        switch envelope.event {
        case .dealOpened, .dealMoved, .peakMoved, .dealClosed, .signalReceived, .fundingSettled,
            .positionLiquidated, .balanceAdjusted, .instrumentListed, .riskParametersChanged:
            deal(envelope)
        case .orderIntended, .orderRefused, .cancelIntended, .amendIntended:
            intent(envelope)
        case .orderAccepted, .orderRejected, .orderFilled, .orderCancelled, .cancelRejected,
            .orderAmended, .amendRejected, .orderTriggered, .orderExpired, .outcomeUnknown,
            .outcomeResolved, .reportSetAside:
            answer(envelope.event)
        case .commitsTimed, .checkpointSigned, .segmentsRemoved, .journalRestored,
            .scanCheckpointed, .correctionMade, .accountSetting, .riskBlocked, .blockEnded,
            .accountEntryBooked, .comparisonCompleted:
            JournalEventTexts(state: state).words(envelope.event)
        default: session(envelope.event)
        }
    }

    private func session(_ event: Event) -> String {
        switch event {
        case .journalBegan(let it): "journal \(it.tag) begins, for \(it.mode.name)"
        case .epochBegan(let it):
            "epoch \(it.epoch) begins, the stop before: \(it.previousStop.name); draw \(it.draw), "
                + "\(it.program), process \(it.process)"
        case .epochEnded(let it): "stopped in order: \(it.reason.name)"
        case .recoveryStepped(let it): "recovery step \(it.step): \(it.detail)"
        case .sourceAttached(let it):
            "source \(it.source): \(it.name) (\(it.sourceKind.name)) from \(it.firstTime), "
                + "SHA-256 \(it.contentHash.prefix(12))…"
        case .inputsMarked(let it):
            "\(state.name(of: it.source)) read to line \(it.line), \(it.time); "
                + "\(it.inputs) inputs in all"
        case .stateHashed(let it): "state \(it.hash)" + (it.isSnapshot ? ", snapshot" : "")
        case .botStatusChanged(let it): "\(it.status.name): \(it.reason)"
        case .errorRecorded(let it): "\(it.severity.name): \(it.text)"
        case .marketFaulted(let it):
            "\(state.name(of: it.instrument)) at line \(it.line) of "
                + "\(state.name(of: it.source)): \(it.text)"
        case .configurationApplied(let it): "configuration \(it.hash.prefix(12))…"
        default: ""
        }
    }

    private func deal(_ envelope: EventEnvelope) -> String {
        switch envelope.event {
        case .dealOpened(let it):
            "deal \(envelope.sequence): \(it.side == .buy ? "long" : "short") "
                + "\(state.name(of: it.instrument)), \(it.evidence.words)"
        case .dealMoved(let it):
            "\(deal(it.deal)) is \(it.status.name)"
                + (it.reason == .none ? "" : ": \(it.reason.name)")
        case .peakMoved(let it): "\(deal(it.deal)) peaks at \(it.peak)"
        case .dealClosed(let it):
            "\(deal(it.deal)) closed by \(it.reason.name): profit \(it.profit)"
                + (it.dust.isZero ? "" : ", dust \(it.dust)")
        case .signalReceived(let it):
            "signal \(it.id): \(it.side.name) \(it.symbol), score \(it.score), made \(it.time): "
                + it.verdict.name + (it.note.isEmpty ? "" : " (\(it.note))")
        case .fundingSettled(let it):
            "funding of \(state.name(of: it.instrument)): \(it.amount) at rate \(it.rate)"
        case .positionLiquidated(let it):
            "\(state.name(of: it.instrument)) closed \(it.by.name): "
                + "\(it.side.name) \(fill(it.execution))"
        case .balanceAdjusted(let it):
            "\(it.amount.isNegative ? "" : "+")\(it.amount) \(it.asset): \(it.reason)"
        case .instrumentListed(let it):
            "\(it.symbol)\(it.market == .spot ? "" : "-PERP") (\(it.market.name), instrument "
                + "\(it.id)): tick \(it.filters.priceTick), step \(it.filters.quantityStep), "
                + "fees \(it.fees.maker)/\(it.fees.taker)"
        case .riskParametersChanged(let it): it.parameters.words
        default: ""
        }
    }

    private func intent(_ envelope: EventEnvelope) -> String {
        switch envelope.event {
        case .orderIntended(let it):
            "\(it.role.name): \(terms(it.terms)), \(deal(it.deal)), "
                + (state.clientOrderID(intendedBy: envelope.sequence)?.description
                    ?? "order \(envelope.sequence)")
        case .orderRefused(let it):
            "\(it.role.name) refused: \(terms(it.terms)): \(it.words(in: state))"
        case .cancelIntended(let it): "cancel \(order(it.order))"
        case .amendIntended(let it):
            "amend \(order(it.order)) to \(change(it.quantity, it.price, it.trigger))"
        default: ""
        }
    }

    private func answer(_ event: Event) -> String {
        switch event {
        case .orderAccepted(let it): "\(order(it.order)) accepted as \(it.venueOrder)"
        case .orderRejected(let it):
            "\(order(it.refusal.order)) rejected: \(it.refusal.reason.name)"
        case .orderFilled(let it): "\(order(it.order)) filled: \(fill(it.execution))"
        case .orderCancelled(let it): "\(order(it.order)) cancelled"
        case .cancelRejected(let it):
            "cancel of \(order(it.refusal.order)) rejected: \(it.refusal.reason.name)"
        case .orderAmended(let it):
            "\(order(it.order)) amended to \(change(it.quantity, it.price, it.trigger))"
        case .amendRejected(let it):
            "amend of \(order(it.refusal.order)) rejected: \(it.refusal.reason.name)"
        case .orderTriggered(let it): "\(order(it.order)) triggered"
        case .orderExpired(let it):
            "\(order(it.refusal.order)) expired: \(it.refusal.reason.name)"
        case .outcomeUnknown(let it):
            "\(it.request.name) of \(order(it.order)) is unknown: \(it.why)"
        case .outcomeResolved(let it): "\(order(it.order)) is known again: \(it.evidence)"
        case .reportSetAside(let it):
            "report \(it.report) about \(order(it.order)) set aside: \(it.why)"
        default: ""
        }
    }

    private func order(_ id: OrderID) -> String {
        guard let order = state.order(id) else { return "order \(id)" }
        return "\(order.role.name) \(id) \(state.name(of: order.terms.instrument))"
    }

    private func deal(_ id: DealID) -> String {
        guard let deal = state.deals[id] else { return id == .none ? "no deal" : "deal \(id)" }
        return "deal \(id) \(state.name(of: deal.instrument))"
    }

    private func fill(_ fill: Execution) -> String {
        "\(fill.quantity) @ \(fill.price) \(fill.liquidity.name), fee \(fill.fee) "
            + state.name(of: fill.feeAsset)
    }

    private func terms(_ terms: OrderTerms) -> String {
        "\(terms.words) \(state.name(of: terms.instrument))"
            + terms.limitWords
    }

    private func change(_ quantity: Quantity, _ price: Price, _ trigger: Price) -> String {
        var parts = ["\(quantity)"]
        if !price.isZero { parts.append("@ \(price)") }
        if !trigger.isZero { parts.append("trigger \(trigger)") }
        return parts.joined(separator: " ")
    }
}

extension OrderTerms {
    /// Side, type and quantity.
    var words: String { "\(side.name) \(quantity)" }

    /// How it meets the market.
    var limitWords: String {
        var text = " \(type.name)"
        if !price.isZero { text += " @ \(price)" }
        if !trigger.isZero { text += " trigger \(trigger)" }
        text += " \(timeInForce.name)"
        return isReduceOnly ? text + " reduce-only" : text
    }
}

extension Evidence {
    /// What the strategy saw.
    var words: String { "\(strategyName) \(score), bid \(bid), ask \(ask)" }

    /// The strategy's name.
    var strategyName: String {
        switch strategy {
        case 1: "imbalance"
        case 2: "signal score"
        default: "strategy \(strategy)"
        }
    }
}

extension RiskParameters {
    /// The limits on one line.
    var words: String {
        "at most \(maximumOpenDeals) deals, \(maximumPositionSize) each, \(maximumExposure) in "
            + "all; daily loss \(maximumDailyLoss), drawdown \(maximumDrawdown), stop at "
            + "\(stopLossFraction)"
    }
}

extension SourceKind {
    /// The word used in output.
    var name: String {
        switch self {
        case .tape: "tape"
        case .signals: "signals"
        case .live: "live market"
        }
    }
}
