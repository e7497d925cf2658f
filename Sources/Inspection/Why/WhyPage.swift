internal import Engine
internal import Projections
internal import Trading

/// The answer to "why" as a page for people.
struct WhyPage {
    private let report: WhyReport
    private var page = Page()

    /// The lines of the page.
    static func lines(_ report: WhyReport) -> [String] {
        var it = WhyPage(report: report)
        it.write()
        return it.page.lines
    }

    private init(report: WhyReport) { self.report = report }

    private var quote: String { report.story.end.name(of: report.instrument.quote) }

    /// The moment that offsets are counted from.
    private var begin: Timestamp {
        report.decision?.time ?? report.orders.first?.intent.time ?? report.story.end.time
    }

    private mutating func write() {
        title()
        page.line()
        writeMarket()
        writeSignal()
        writeStrategy()
        writeRisk()
        for tale in report.orders {
            page.line()
            write(tale)
        }
        if let deal = report.deal {
            page.line()
            write(deal)
        }
        if let contradiction = report.contradiction {
            page.line()
            page.row("DIFFERS", contradiction)
        }
    }

    private mutating func title() {
        switch report.subject {
        case .order(let id):
            page.line("why order \(id): \(report.instrument.name)")
        case .deal(let id):
            page.line("why deal \(id): \(report.instrument.name)")
        case .refusal(let sequence):
            page.line("why the entry of event \(sequence) was refused: \(report.instrument.name)")
        }
    }

    private mutating func writeMarket() {
        guard let decision = report.decision else {
            page.row("decision", "archived: the journal begins after it")
            return writeEvidence("")
        }
        page.row("decision", "event \(decision.sequence), \(decision.time)")
        let reaches = report.story.reaches[decision.sequence] ?? []
        var isFirst = true
        for reach in reaches where reach.isMarked {
            page.row(isFirst ? "inputs" : "", reach.words)
            isFirst = false
        }
        if isFirst { page.row("inputs", "no mark tells how far they were read") }
        writeEvidence("market")
    }

    private mutating func writeEvidence(_ label: String) {
        if let evidence = report.evidence {
            page.row(
                label,
                "bid \(evidence.bid), ask \(evidence.ask), spread \(evidence.ask - evidence.bid)"
            )
        } else {
            page.row(label, "bid and ask are not journaled with a refused entry")
        }
    }

    private mutating func writeSignal() {
        guard let moment = report.signal, case .signalReceived(let signal) = moment.event else {
            let isOfSignals = report.evidence?.strategy == 2
            return page.row("signal", isOfSignals ? "archived" : "none: the book decided alone")
        }
        page.row(
            "signal",
            "\(signal.id): \(signal.side.name) \(signal.symbol), score \(signal.score), "
                + "\(signal.verdict.name)"
        )
        page.more(
            "made \(signal.time), received \((moment.time - signal.time).offset) "
                + "(event \(moment.sequence))"
        )
    }

    private mutating func writeStrategy() {
        let seen = report.evidence.map { "\($0.strategyName) \($0.score)" }
        guard let plan = report.plan else {
            page.row("strategy", (seen.map { $0 + "; " } ?? "") + report.configuration.problem)
            return
        }
        let score = seen.map { $0 + ": " } ?? ""
        switch plan.strategy {
        case .imbalance(let imbalance):
            page.row("strategy", score + imbalance.words)
        case .signals(let signals):
            page.row("strategy", score + "acts on scores of \(signals.threshold) and above")
        }
        page.more(plan.words)
    }

    private mutating func writeRisk() {
        guard let review = report.review else {
            return page.row("risk", "the state before the decision is archived")
        }
        let worth =
            review.notional.flatMap { notional in
                review.price.map { "; counted at \($0) it is \(notional) \(quote)" }
            } ?? "; the price it was counted at is not journaled"
        if case .orderRefused(let refused)? = report.decision?.event {
            page.row("risk", "refused: \(refused.words)" + worth)
            page.more(
                "\(refused.role.name): \(refused.terms.words) \(report.instrument.name)"
                    + refused.terms.limitWords
            )
        } else {
            page.row("risk", "passed" + worth)
        }
        var rows = [["limit", "allowed", "before", "after", ""]]
        for check in review.checks {
            rows.append(
                [
                    check.name, check.limit?.description ?? "off",
                    check.before?.description ?? "", check.after?.description ?? "",
                    check.holds == false ? "broken" : "",
                ]
            )
        }
        page.table(rows.map { review.checks.allSatisfy { $0.holds != false } ? $0.dropLast() : $0 })
        if review.status != .running { page.more("the engine was \(review.status.name)") }
    }

    private mutating func write(_ tale: OrderTale) {
        let terms = tale.intended.terms
        let id = tale.clientOrderID.map { ", \($0)" } ?? ""
        page.row(
            "order",
            "\(tale.intent.sequence)\(id): \(tale.intended.role.name) of deal "
                + "\(tale.intended.deal)"
        )
        page.row("asked", "\(terms.words) \(report.instrument.name)\(terms.limitWords)")
        if let seen = tale.protectionWords(report.plan) { page.row("because", seen) }
        page.row("outcome", tale.outcome)
        page.row("held", tale.heldWords(in: report.instrument, report.story.end))
        page.row(
            "intent",
            "event \(tale.intent.sequence), \(tale.intent.time)\(after(tale.intent))"
        )
        if tale.intent.link.batch != report.decision?.link.batch {
            for reach in tale.reaches where reach.isMarked { page.more(reach.words) }
        }
        let batch = tale.intent.link.batch
        page.row(
            "request",
            (tale.isKnownToHaveLeft ? "left" : "could leave")
                + " after the commit of events \(batch.lowerBound) to \(batch.upperBound), "
                + "epoch \(tale.intent.link.epoch), committed \(tale.intent.link.committed)"
        )
        if !tale.isKnownToHaveLeft { page.more("nothing journaled tells whether it did") }
        var rows = [["event", "after", "what", "filled", "average"]]
        for moment in tale.moments.dropFirst() {
            rows.append(
                [
                    "\(moment.sequence)", (moment.time - tale.intent.time).offset,
                    moment.answerWords, moment.fillWords.filled, moment.fillWords.average,
                ]
            )
        }
        if rows.count > 1 { page.table(rows) } else { page.more("nothing came back") }
        if !tale.fees.isEmpty { page.row("fees", Fee.words(tale.fees)) }
    }

    private func after(_ moment: Moment) -> String {
        moment.time > begin ? ", \((moment.time - begin).offset) after the decision" : ""
    }

    private mutating func write(_ deal: DealTale) {
        let side = (deal.last?.side ?? .buy) == .buy ? "long" : "short"
        let title = "\(deal.id), \(side) \(report.instrument.name)"
        if let closed = deal.closed {
            page.row(
                "deal",
                "\(title): closed by \(closed.event.reason.name)"
                    + (deal.duration.map { " after \($0.length)" } ?? "")
            )
            page.more(
                "profit \(closed.event.profit) \(quote), fees \(Fee.words(deal.fees))"
                    + (closed.event.dust.isZero ? "" : ", dust \(closed.event.dust)")
            )
        } else {
            page.row("deal", "\(title): \(deal.last?.status.name ?? "opening"), not closed yet")
            if let last = deal.last {
                page.more(
                    "holds \(last.held) from \(last.entryPrice), profit so far \(last.profit) "
                        + "\(quote), fees \(Fee.words(deal.fees))"
                )
            }
        }
        var rows = [["event", "after", "what"]]
        for moment in deal.moments {
            rows.append(
                ["\(moment.sequence)", (moment.time - begin).offset, moment.dealWords]
            )
        }
        page.table(rows)
        var orders = [["order", "role", "status", "quantity", "filled", "average"]]
        for order in deal.orders {
            orders.append(
                [
                    "\(order.id)", order.role.name, order.standing, "\(order.terms.quantity)",
                    "\(order.filled)", order.averagePrice?.description ?? "",
                ]
            )
        }
        page.table(orders)
    }
}
