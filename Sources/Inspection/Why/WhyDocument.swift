internal import Engine
internal import Projections
internal import Trading

/// The answer to "why" as one document.
struct WhyDocument {
    let report: WhyReport

    /// The document; its keys are always the same.
    var document: Document {
        Document.object([])
            .adding(subject)
            .adding([
                "symbol": .text(report.instrument.name),
                "decision": decision, "signal": signal, "strategy": strategy, "risk": risk,
                "orders": .list(report.orders.map(order)),
                "deal": report.deal.map(deal) ?? .null,
                "contradiction": .optional(report.contradiction),
            ])
    }

    private var subject: Document {
        switch report.subject {
        case .order(let id): ["about": "order", "id": .count(id.rawValue)]
        case .refusal(let sequence): ["about": "refusal", "id": .count(sequence)]
        case .deal(let id): ["about": "deal", "id": .count(id.rawValue)]
        }
    }

    private var decision: Document {
        guard let moment = report.decision else { return .null }
        let reaches = report.story.reaches[moment.sequence] ?? []
        return place(moment).adding([
            "bid": .optional(report.evidence?.bid), "ask": .optional(report.evidence?.ask),
            "inputs": .list(reaches.filter(\.isMarked).map(reach)),
        ])
    }

    private func place(_ moment: Moment) -> Document {
        [
            "event": .count(moment.sequence), "time": .text(moment.time),
            "cause": .number(moment.link.cause), "trace": .number(moment.link.trace),
        ]
    }

    private func commit(_ moment: Moment) -> Document {
        let link = moment.link
        return [
            "firstEvent": .count(link.batch.lowerBound),
            "lastEvent": .count(link.batch.upperBound), "time": .text(link.committed),
            "epoch": .count(link.epoch),
        ]
    }

    private func reach(_ reach: SourceReach) -> Document {
        [
            "source": .text(reach.name), "contentHash": .text(reach.contentHash),
            "afterLine": .count(reach.after), "throughLine": .count(reach.through),
            "mark": .number(reach.mark),
        ]
    }

    private var signal: Document {
        guard let moment = report.signal, case .signalReceived(let signal) = moment.event else {
            return .null
        }
        return place(moment).adding([
            "id": .text(signal.id), "symbol": .text(signal.symbol),
            "side": .text(signal.side.name), "score": .text(signal.score),
            "made": .text(signal.time), "verdict": .text(signal.verdict.name),
        ])
    }

    private var strategy: Document {
        let seen: Document = [
            "name": .optional(report.evidence?.strategyName),
            "score": .optional(report.evidence?.score),
            "problem": report.plan == nil ? .text(report.configuration.problem) : .null,
        ]
        guard let plan = report.plan else { return seen.adding(["limits": .null]) }
        var limits: Document =
            switch plan.strategy {
            case .imbalance(let it):
                [
                    "buyThreshold": .text(it.buyThreshold),
                    "sellThreshold": .text(it.sellThreshold), "depth": .count(it.depth),
                    "minimumClusterVolume": .text(it.minimumClusterVolume),
                ]
            case .signals(let it): ["threshold": .text(it.threshold)]
            }
        limits = limits.adding([
            "orderNotional": .text(plan.orderNotional),
            "sizeMultiplier": .text(plan.sizeMultiplier), "stopLoss": .text(plan.stopLossFraction),
            "takeProfit": .optional(plan.takeProfitFraction),
            "trailingActivation": .optional(plan.trailing?.activation),
            "trailingCallback": .optional(plan.trailing?.callback),
        ])
        return seen.adding(["limits": limits])
    }

    private var risk: Document {
        guard let review = report.review else { return .null }
        var refusal = Document.null
        if case .orderRefused(let refused)? = report.decision?.event {
            refusal = Document.object([])
                .adding([
                    "reason": .text(refused.refusal.name), "limit": .text(refused.limit),
                    "actual": .text(refused.actual), "role": .text(refused.role.name),
                ])
                .adding(refused.terms.document)
        }
        return [
            "passed": .flag(refusal == .null), "refusal": refusal,
            "status": .text(review.status.name), "price": .optional(review.price),
            "notional": .optional(review.notional),
            "checks": .list(
                review.checks.map { check in
                    [
                        "check": .text(check.key), "limit": .optional(check.limit),
                        "before": .optional(check.before), "after": .optional(check.after),
                        "holds": check.holds.map { .flag($0) } ?? .null,
                    ]
                }
            ),
        ]
    }

    private func order(_ tale: OrderTale) -> Document {
        let moments = tale.moments.dropFirst()
        return Document.object([])
            .adding([
                "order": .count(tale.intent.sequence),
                "clientOrderId": .optional(tale.clientOrderID),
                "role": .text(tale.intended.role.name),
                "deal": .number(tale.intended.deal.rawValue),
                "asked": tale.intended.terms.document, "intent": place(tale.intent),
                "commit": commit(tale.intent),
                "left": tale.isKnownToHaveLeft ? .flag(true) : .null,
                "inputs": .list(tale.reaches.filter(\.isMarked).map(reach)),
                "held": held(tale),
            ])
            .adding([
                "answers": .list(moments.map { answer($0, since: tale.intent.time) }),
                "outcome": outcome(tale),
                "fees": fees(tale.fees),
            ])
    }

    private func held(_ tale: OrderTale) -> Document {
        let balances = tale.holdings.map { holding -> Document in
            [
                "asset": .text(holding.asset), "total": .text(holding.total),
                "available": .text(holding.available),
            ]
        }
        return [
            "position": .optional(tale.position?.quantity),
            "averagePrice": .optional(tale.position?.averagePrice),
            "entryPrice": .optional(tale.deal?.entryPrice),
            "peak": .optional(tale.deal.flatMap { $0.peak.isZero ? nil : $0.peak }),
            "balances": .list(balances),
        ]
    }

    private func answer(_ moment: Moment, since begin: Timestamp) -> Document {
        place(moment).adding([
            "kind": .text(moment.event.kind.name), "after": .text((moment.time - begin).words),
            "payload": moment.payload,
            "status": .optional(moment.order?.status.name),
            "filled": .optional(moment.order?.filled),
            "averagePrice": .optional(moment.order?.averagePrice),
            "position": .optional(moment.position?.quantity),
        ])
    }

    private func outcome(_ tale: OrderTale) -> Document {
        guard let last = tale.last else { return .null }
        return [
            "status": .text(last.status.name),
            "request": last.request == .none ? .null : .text(last.request.name),
            "unknown": .flag(last.isUnknown), "quantity": .text(last.terms.quantity),
            "price": .text(last.terms.price), "trigger": .text(last.terms.trigger),
            "filled": .text(last.filled), "cost": .text(last.cost),
            "averagePrice": .optional(last.averagePrice),
            "rejection": .optional(last.rejection?.name),
        ]
    }

    private func fees(_ fees: [Fee]) -> Document {
        .list(fees.map { ["asset": .text($0.asset), "amount": .text($0.amount)] })
    }

    private func deal(_ tale: DealTale) -> Document {
        Document.object([])
            .adding([
                "deal": .count(tale.id.rawValue), "side": .optional(tale.last?.side.name),
                "status": tale.closed == nil ? .optional(tale.last?.status.name) : "closed",
                "opened": .optional(tale.last?.openedAt),
                "closed": tale.closed.map { place($0.moment) } ?? .null,
                "reason": .optional(tale.closed?.event.reason.name),
                "profit": .optional(tale.closed?.event.profit ?? tale.last?.profit),
                "dust": .optional(tale.closed?.event.dust),
                "duration": .optional(tale.duration?.words), "fees": fees(tale.fees),
            ])
            .adding([
                "events": .list(
                    tale.moments.map { moment in
                        place(moment).adding([
                            "kind": .text(moment.event.kind.name), "payload": moment.payload,
                            "signal": .optional(moment.outsideCause),
                        ])
                    }
                ),
                "orders": .list(tale.intents.map { .count($0.sequence) }),
            ])
    }
}
