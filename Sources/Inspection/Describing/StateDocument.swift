internal import Engine
internal import Projections
internal import Runtime
internal import Trading

/// The whole trading state as one document: everything, in a fixed order.
struct StateDocument {
    let state: TradingState

    /// The document.
    var document: Document {
        Document.object([])
            .adding([
                "head": .count(state.head.rawValue), "time": state.time.document,
                "mode": .text(state.mode.name), "tag": .text(state.tag),
                "epoch": .count(state.epoch.rawValue),
                "stoppedCleanly": .flag(state.isStoppedCleanly),
                "status": .text(state.status.name), "statusReason": .text(state.statusReason),
                "configurationHash": .text(state.configurationHash),
                "inputs": .count(state.inputs), "lastReport": .count(state.lastReport),
                "activePairs": .list(state.instruments.map { .text($0.instrument.name) }),
            ])
            .adding([
                "marks": .list(marks), "balances": .list(balances),
                "instruments": .list(instruments),
                "deals": .list(state.deals.ordered.map(deal)),
                "orders": .list(state.orders.ordered.map(order)),
                "closedOrders": .list(state.closedOrders.ordered.map(closedOrder)),
                "requestTimes": .list(state.requestTimes.ordered.map { .text($0) }),
                "executions": .list(executions),
                "risk": risk, "metrics": metrics, "errors": .list(errors),
                "signals": .list(signals), "epochs": .list(epochs),
                "scans": .list(state.scans.map(\.document)),
                "blocks": .list(state.blocks.map(\.document)),
                "comparedUntil": state.comparedUntil.document,
            ])
            .adding([
                "stateHash": .text(StateDigest().hash(of: state)),
                "outcomeHash": .text(state.outcome.digest),
            ])
    }

    private var marks: [Document] {
        state.sources.enumerated().map { place, source in
            [
                "source": .count(place), "kind": .text(source.kind.name),
                "name": .text(source.name), "line": .count(source.line),
                "time": source.time.document, "firstTime": .text(source.firstTime),
                "contentHash": .text(source.contentHash),
            ]
        }
    }

    private var balances: [Document] {
        state.assets.enumerated().map { place, asset in
            let id = AssetID(UInt16(place))
            return [
                "asset": .text(asset.name), "total": .text(asset.balance),
                "locked": .text(state.locked(id)), "available": .text(state.available(id)),
            ]
        }
    }

    private var instruments: [Document] {
        state.instruments.map { held in
            let instrument = held.instrument
            return [
                "id": .count(instrument.id.rawValue), "name": .text(instrument.name),
                "symbol": .text(instrument.symbol), "market": .text(instrument.market.name),
                "base": .text(state.name(of: instrument.base)),
                "quote": .text(state.name(of: instrument.quote)),
                "position": [
                    "quantity": .text(held.position.quantity),
                    "cost": .text(held.position.cost),
                    "averagePrice": .text(held.position.averagePrice),
                    "status": .optional(held.position.status?.name),
                ],
                "deal": .number(held.deal.rawValue), "quietSince": held.quietSince.document,
                "refusedAt": held.refusedAt.document,
                "filters": instrument.filters.document, "fees": instrument.fees.document,
                "margin": instrument.margin.document,
            ]
        }
    }

    private func deal(_ deal: Deal) -> Document {
        [
            "id": .count(deal.id.rawValue), "symbol": .text(state.name(of: deal.instrument)),
            "side": .text(deal.side.name), "status": .text(deal.status.name),
            "reason": .text(deal.reason.name), "evidence": deal.evidence.document,
            "openedAt": .text(deal.openedAt), "movedAt": .text(deal.movedAt),
            "held": .text(deal.held), "entryPrice": .text(deal.entryPrice),
            "entryQuantity": .text(deal.entryQuantity), "entryCost": .text(deal.entryCost),
            "profit": .text(deal.profit), "peak": .text(deal.peak),
            "peakAt": deal.peakAt.document, "failures": .count(deal.failures),
            "entry": .number(deal.entry.rawValue), "stop": .number(deal.stop.rawValue),
            "target": .number(deal.target.rawValue), "exit": .number(deal.exit.rawValue),
        ]
    }

    private func order(_ order: Order) -> Document {
        Document.object([])
            .adding([
                "id": .count(order.id.rawValue),
                "clientOrderId": .optional(state.clientOrderID(of: order)),
                "symbol": .text(state.name(of: order.terms.instrument)),
                "deal": .number(order.deal.rawValue), "role": .text(order.role.name),
            ])
            .adding(order.terms.document)
            .adding([
                "status": .text(order.status.name), "request": .text(order.request.name),
                "unknown": .flag(order.isUnknown), "triggered": .flag(order.isTriggered),
                "filled": .text(order.filled), "cost": .text(order.cost),
                "intendedAt": .text(order.intendedAt), "changedAt": .text(order.changedAt),
                "epoch": .count(order.epoch.rawValue),
                "venueOrder": order.venueOrder == .none ? .null : .text(order.venueOrder),
                "rejection": .optional(order.rejection?.name),
                "refusedRequest": .text(order.refused.name),
            ])
    }

    private func closedOrder(_ closed: ClosedOrder) -> Document {
        order(closed.order).adding(["putAwayAt": .text(closed.at)])
    }

    /// Limits and how much of them is used.
    private var risk: Document {
        state.risk.document.adding([
            "currentExposure": .text(state.exposure),
            "dayLoss": .text(state.dayLoss),
            "openDeals": .count(state.deals.count),
            "requestsInWindow": .count(RiskGate.recentOrders(in: state, now: state.time)),
        ])
    }

    private var metrics: Document {
        let metrics = state.metrics
        let reasons = DealReason.allCases.compactMap { reason -> Document.Field? in
            let count = metrics.reasons[Int(reason.rawValue)]
            return count == 0 ? nil : Document.Field(name: "\(reason)", value: .count(count))
        }
        return [
            "closedDeals": .count(metrics.closedDeals),
            "profitableDeals": .count(metrics.profitableDeals),
            "abandonedDeals": .count(metrics.abandonedDeals),
            "openedDeals": .count(metrics.openedDeals), "orders": .count(metrics.orders),
            "refusals": .count(metrics.refusals), "fills": .count(metrics.fills),
            "totalProfit": .text(metrics.totalProfit), "fees": .text(metrics.fees),
            "funding": .text(metrics.funding), "dayProfit": .text(metrics.dayProfit),
            "day": .count(metrics.day),
            "peakProfit": .text(metrics.peakProfit),
            "maximumDrawdown": .text(metrics.maximumDrawdown),
            "winRate": .optional(metrics.winRate),
            "heldNanoseconds": .text(metrics.heldNanoseconds),
            "averageDuration": .optional(metrics.averageDuration?.words),
            "closedByReason": .object(reasons),
        ]
    }

    private var executions: [Document] {
        state.executions.ordered.map { ["id": .text($0.id), "time": .text($0.at)] }
    }

    private var errors: [Document] {
        state.errors.ordered.map { error in
            [
                "sequence": .count(error.sequence.rawValue), "time": .text(error.time),
                "severity": .text(error.severity.name), "text": .text(error.text),
            ]
        }
    }

    private var signals: [Document] {
        state.signals.ordered.map { signal in
            [
                "id": .text(signal.id), "symbol": .text(signal.symbol),
                "time": .text(signal.time), "seenAt": .text(signal.seenAt),
                "verdict": .text(signal.verdict.name),
            ]
        }
    }

    private var epochs: [Document] {
        state.epochs.map { record in
            [
                "epoch": .count(record.epoch.rawValue), "draw": .text(record.draw),
                "lost": .flag(record.draw.isEmpty),
            ]
        }
    }
}

extension TradingState {
    /// The realised loss of the current day; zero on a day in profit.
    var dayLoss: Money { max(.zero, -metrics.profit(ofDayOf: time)) }
}
