internal import Projections
internal import Trading

/// Gives the payload of an event field by field.
struct EventDocument {
    /// The state before the event.
    let state: TradingState

    /// The payload as an object; its keys are those of the kind.
    func payload(_ envelope: EventEnvelope) -> Document {
        switch envelope.event {
        case .dealOpened, .dealMoved, .peakMoved, .dealClosed, .signalReceived, .fundingSettled,
            .positionLiquidated, .balanceAdjusted, .instrumentListed, .riskParametersChanged:
            deal(envelope.event)
        case .orderIntended, .orderRefused, .cancelIntended, .amendIntended:
            intent(envelope)
        case .orderAccepted, .orderRejected, .orderFilled, .orderCancelled, .cancelRejected,
            .orderAmended, .amendRejected, .orderTriggered, .orderExpired, .outcomeUnknown,
            .outcomeResolved, .reportSetAside:
            answer(envelope.event)
        case .commitsTimed, .checkpointSigned, .segmentsRemoved, .journalRestored,
            .scanCheckpointed, .correctionMade, .accountSetting, .riskBlocked, .blockEnded,
            .accountEntryBooked, .comparisonCompleted:
            JournalEventTexts(state: state).document(envelope.event)
        default: session(envelope.event)
        }
    }

    private func session(_ event: Event) -> Document {
        switch event {
        case .journalBegan(let it): ["tag": .text(it.tag), "mode": .text(it.mode.name)]
        case .epochBegan(let it):
            [
                "epoch": .count(it.epoch.rawValue), "draw": .text(it.draw),
                "previousStop": .text(it.previousStop.name), "program": .text(it.program),
                "process": .count(it.process),
            ]
        case .epochEnded(let it): ["reason": .text(it.reason.name)]
        case .recoveryStepped(let it): ["step": .count(it.step), "detail": .text(it.detail)]
        case .sourceAttached(let it):
            [
                "source": .count(it.source.rawValue), "sourceKind": .text(it.sourceKind.name),
                "name": .text(it.name), "contentHash": .text(it.contentHash),
                "firstTime": .text(it.firstTime),
            ]
        case .inputsMarked(let it):
            [
                "source": .count(it.source.rawValue), "name": .text(state.name(of: it.source)),
                "line": .count(it.line), "time": .text(it.time), "inputs": .count(it.inputs),
            ]
        case .stateHashed(let it): ["hash": .text(it.hash), "isSnapshot": .flag(it.isSnapshot)]
        case .botStatusChanged(let it):
            ["status": .text(it.status.name), "reason": .text(it.reason)]
        case .errorRecorded(let it):
            ["severity": .text(it.severity.name), "text": .text(it.text)]
        case .marketFaulted(let it):
            instrument(it.instrument).adding([
                "source": .count(it.source.rawValue), "line": .count(it.line),
                "text": .text(it.text),
            ])
        case .configurationApplied(let it): ["hash": .text(it.hash), "text": .text(it.text)]
        default: [:]
        }
    }

    private func deal(_ event: Event) -> Document {
        switch event {
        case .dealOpened(let it):
            instrument(it.instrument).adding([
                "side": .text(it.side.name), "evidence": it.evidence.document,
            ])
        case .dealMoved(let it):
            [
                "deal": .count(it.deal.rawValue), "status": .text(it.status.name),
                "reason": .text(it.reason.name),
            ]
        case .peakMoved(let it): ["deal": .count(it.deal.rawValue), "peak": .text(it.peak)]
        case .dealClosed(let it):
            [
                "deal": .count(it.deal.rawValue), "reason": .text(it.reason.name),
                "profit": .text(it.profit), "dust": .text(it.dust),
            ]
        case .signalReceived(let it):
            [
                "id": .text(it.id), "symbol": .text(it.symbol), "side": .text(it.side.name),
                "score": .text(it.score), "time": .text(it.time),
                "verdict": .text(it.verdict.name), "note": .text(it.note),
            ]
        case .fundingSettled(let it):
            instrument(it.instrument).adding([
                "amount": .text(it.amount), "rate": .text(it.rate), "report": .count(it.report),
                "evidence": .text(it.evidence),
            ])
        case .positionLiquidated(let it):
            instrument(it.instrument).adding([
                "side": .text(it.side.name), "execution": execution(it.execution),
                "report": .count(it.report), "by": .text(it.by.name),
            ])
        case .balanceAdjusted(let it):
            ["asset": .text(it.asset), "amount": .text(it.amount), "reason": .text(it.reason)]
        case .instrumentListed(let it): listing(it)
        case .riskParametersChanged(let it): it.parameters.document
        default: [:]
        }
    }

    private func listing(_ it: InstrumentListed) -> Document {
        [
            "instrument": .count(it.id.rawValue), "symbol": .text(it.symbol),
            "market": .text(it.market.name), "base": .text(it.base), "quote": .text(it.quote),
            "filters": it.filters.document, "fees": it.fees.document,
            "margin": it.margin.document,
        ]
    }

    private func intent(_ envelope: EventEnvelope) -> Document {
        switch envelope.event {
        case .orderIntended(let it):
            Document.object([]).adding([
                "order": .count(envelope.sequence.rawValue),
                "clientOrderId": .optional(state.clientOrderID(intendedBy: envelope.sequence)),
                "deal": .number(it.deal.rawValue), "role": .text(it.role.name),
            ]).adding(terms(it.terms))
        case .orderRefused(let it):
            Document.object([]).adding([
                "role": .text(it.role.name), "refusal": .text(it.refusal.name),
                "limit": .text(it.limit), "actual": .text(it.actual),
            ]).adding(terms(it.terms))
        case .cancelIntended(let it): order(it.order)
        case .amendIntended(let it):
            order(it.order).adding(change(it.quantity, it.price, it.trigger))
        default: [:]
        }
    }

    private func answer(_ event: Event) -> Document {
        switch event {
        case .orderAccepted(let it):
            order(it.order, it.report).adding(["venueOrder": .text(it.venueOrder)])
        case .orderRejected(let it): refusal(it.refusal)
        case .orderFilled(let it):
            order(it.order, it.report).adding(["execution": execution(it.execution)])
        case .orderCancelled(let it): order(it.order, it.report)
        case .cancelRejected(let it): refusal(it.refusal)
        case .orderAmended(let it):
            order(it.order, it.report).adding(change(it.quantity, it.price, it.trigger))
        case .amendRejected(let it): refusal(it.refusal)
        case .orderTriggered(let it): order(it.order, it.report)
        case .orderExpired(let it): refusal(it.refusal)
        case .outcomeUnknown(let it):
            order(it.order).adding([
                "request": .text(it.request.name), "why": .text(it.why),
            ])
        case .outcomeResolved(let it): order(it.order).adding(["evidence": .text(it.evidence)])
        case .reportSetAside(let it): order(it.order, it.report).adding(["why": .text(it.why)])
        default: [:]
        }
    }
}

extension EventDocument {
    private func instrument(_ id: InstrumentID) -> Document {
        ["instrument": .count(id.rawValue), "symbol": .text(state.name(of: id))]
    }

    private func order(_ id: OrderID) -> Document {
        let order = state.order(id)
        return [
            "order": .count(id.rawValue),
            "symbol": .optional(order.map { state.name(of: $0.terms.instrument) }),
            "role": .optional(order?.role.name),
            "deal": .number(order?.deal.rawValue),
        ]
    }

    private func order(_ id: OrderID, _ report: UInt64) -> Document {
        order(id).adding(["report": .count(report)])
    }

    private func refusal(_ refusal: VenueRefusal) -> Document {
        order(refusal.order, refusal.report).adding(["reason": .text(refusal.reason.name)])
    }

    private func execution(_ fill: Execution) -> Document {
        [
            "id": .text(fill.id), "price": .text(fill.price), "quantity": .text(fill.quantity),
            "fee": .text(fill.fee), "feeAsset": .text(state.name(of: fill.feeAsset)),
            "liquidity": .text(fill.liquidity.name),
        ]
    }

    private func terms(_ terms: OrderTerms) -> Document {
        instrument(terms.instrument).adding(terms.document)
    }

    private func change(_ quantity: Quantity, _ price: Price, _ trigger: Price) -> Document {
        ["quantity": .text(quantity), "price": .text(price), "trigger": .text(trigger)]
    }
}
