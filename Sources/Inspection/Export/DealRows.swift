internal import Projections
internal import SQLite
internal import Trading

/// Writes deals, positions, balances, signals and refusals.
final class DealRows {
    private let insertDeal: Statement
    private let changeDeal: Statement
    private let bookFill: Statement
    private let decideExit: Statement
    private let closeDeal: Statement
    private let insertPosition: Statement
    private let insertBalance: Statement
    private let insertSignal: Statement
    private let answerSignal: Statement
    private let insertRefusal: Statement
    private var clock = ExportTime()
    /// The newest signal: what follows at once may be its effect.
    private var signal: (sequence: UInt64, id: String) = (0, "")
    /// The deals that are older than the first event.
    private var olderDeals: Set<DealID> = []

    init(_ database: Database) throws(SQLiteError) {
        insertDeal = try database.prepare(ExportSchema.deals.insertion)
        insertPosition = try database.prepare(ExportSchema.positions.insertion)
        insertBalance = try database.prepare(ExportSchema.balances.insertion)
        insertSignal = try database.prepare(ExportSchema.signals.insertion)
        insertRefusal = try database.prepare(ExportSchema.refusals.insertion)
        changeDeal = try database.prepare(
            """
            UPDATE deals SET status = ?2, entry_quantity = ?3, entry_cost = ?4, entry_price = ?5,
                peak = ?6, profit = ?7, last_stop = coalesce(?8, last_stop),
                first_stop = iif(?12, NULL, coalesce(first_stop, ?8)),
                filled_at = iif(?12, NULL, coalesce(filled_at, ?9)),
                filled_ns = iif(?12, NULL, coalesce(filled_ns, ?10)),
                funding = decimal_add(funding, ?11)
            WHERE deal_id = ?1
            """
        )
        bookFill = try database.prepare(
            """
            UPDATE deals SET exit_quantity = decimal_add(exit_quantity, ?2),
                exit_cost = decimal_add(exit_cost, ?3), fees = decimal_add(fees, ?4),
                exit_price = CASE WHEN ?2 <> '0'
                    THEN decimal_div(decimal_add(exit_cost, ?3), decimal_add(exit_quantity, ?2))
                    ELSE exit_price END
            WHERE deal_id = ?1
            """
        )
        decideExit = try database.prepare(
            """
            UPDATE deals SET exit_reason = ?2, exit_signal_event = ?3, exit_signal_id = ?4,
                exit_decided_at = ?5, exit_decided_ns = ?6
            WHERE deal_id = ?1
            """
        )
        closeDeal = try database.prepare(
            """
            UPDATE deals SET status = 'closed', exit_reason = ?2, profit = ?3, dust = ?4,
                closed_at = ?5, closed_ns = ?6, duration_ns = ?6 - opened_ns
            WHERE deal_id = ?1
            """
        )
        answerSignal = try database.prepare(
            """
            UPDATE signals SET opened_deal = coalesce(?2, opened_deal),
                closed_deal = coalesce(?3, closed_deal), refusal = coalesce(?4, refusal)
            WHERE sequence = ?1
            """
        )
    }

    /// Writes a deal that is older than the journal's first event, as far as it is known.
    ///
    /// What was added up before is not, nor what came first.
    func begin(_ deal: Deal, _ state: TradingState) throws(SQLiteError) {
        olderDeals.insert(deal.id)
        try insert(deal, state, cause: 0)
        try change(deal, stop: state.orders[deal.stop]?.terms.trigger)
    }

    /// Takes an event that was just folded.
    func take(_ seen: ExportedEvent, _ state: TradingState) throws(SQLiteError) {
        switch seen.event {
        case .signalReceived(let payload): try receive(payload, seen)
        case .orderRefused(let payload): try refuse(payload, seen, state)
        case .dealOpened:
            guard let deal = seen.subject.deal.flatMap({ state.deals[$0] }) else { return }
            try insert(deal, state, cause: seen.cause)
            if isSignal(seen.cause) {
                try answerSignal.run([.count(seen.cause), .number(deal.id.rawValue), .null, .null])
            }
        case .dealMoved(let payload):
            if payload.status == .closing { try decide(payload, seen) }
        case .dealClosed(let payload): try close(payload, seen)
        case .balanceAdjusted, .accountEntryBooked: return try balance(seen, state)
        case .correctionMade: try balance(seen, state)
        case .orderIntended, .orderAmended, .peakMoved, .fundingSettled: break
        case .orderFilled, .positionLiquidated:
            if let execution = seen.execution { try book(execution, seen, state) }
            try balance(seen, state)
        default: return
        }
        if case .fundingSettled = seen.event { try balance(seen, state) }
        try follow(seen, state)
        try position(seen, state)
    }

    /// Brings the row of the event's deal up to date.
    private func follow(_ seen: ExportedEvent, _ state: TradingState) throws(SQLiteError) {
        guard let deal = seen.subject.deal.flatMap({ state.deals[$0] }) else { return }
        var funding = Money.zero
        if case .fundingSettled(let payload) = seen.event { funding = payload.amount }
        let isOfStop = seen.subject.order == deal.stop && deal.stop.rawValue > 0
        let stop = isOfStop ? state.orders[deal.stop]?.terms.trigger : nil
        let isFilled = deal.entryQuantity.isPositive
        try change(deal, stop: stop, filled: isFilled ? seen.time : nil, funding: funding)
    }

    /// Whether an event was caused by the newest signal.
    private func isSignal(_ cause: UInt64) -> Bool { cause > 0 && cause == signal.sequence }

    private func insert(
        _ deal: Deal,
        _ state: TradingState,
        cause: UInt64
    ) throws(SQLiteError) {
        let instrument = state.instrument(deal.instrument)
        let isOfSignal = isSignal(cause)
        var row: [SQLiteValue] = [
            .count(deal.id.rawValue), .words(instrument?.name),
            .words(instrument.map { state.name(of: $0.base) }),
            .words(instrument.map { state.name(of: $0.quote) }),
            .text(deal.side == .buy ? "long" : "short"), .text(deal.status.name),
            .text(deal.evidence.strategy == 2 ? "signals" : deal.evidence.strategyName),
            .words(deal.evidence.score),
            isOfSignal ? .count(signal.sequence) : .null, isOfSignal ? .text(signal.id) : .null,
            .price(deal.evidence.bid), .price(deal.evidence.ask),
        ]
        row += clock.columns(deal.openedAt)
        row += Array(repeating: .null, count: ExportSchema.deals.columns.count - row.count)
        let sums = olderDeals.contains(deal.id) ? [] : Self.sums
        for (place, column) in ExportSchema.deals.columns.enumerated()
        where sums.contains(column.name) { row[place] = .text("0") }
        try insertDeal.run(row)
    }

    /// What is added up as events come.
    private static let sums: Set = [
        "entry_quantity", "entry_cost", "exit_quantity", "exit_cost", "fees", "funding", "profit",
    ]

    private func change(
        _ deal: Deal,
        stop: Price? = nil,
        filled: Timestamp? = nil,
        funding: Money = .zero
    ) throws(SQLiteError) {
        var row: [SQLiteValue] = [
            .count(deal.id.rawValue), .text(deal.status.name), .decimal(deal.entryQuantity),
            .decimal(deal.entryCost), .price(deal.entryPrice), .price(deal.peak),
            .decimal(deal.profit), .price(stop),
        ]
        row += clock.columns(filled)
        row += [.decimal(funding), .count(olderDeals.contains(deal.id) ? 1 : 0)]
        try changeDeal.run(row)
    }

    /// Books a fill to the deal's exit, where it is one, and its fee.
    private func book(
        _ execution: Execution,
        _ seen: ExportedEvent,
        _ state: TradingState
    ) throws(SQLiteError) {
        guard let id = seen.subject.deal,
            let rules = seen.subject.instrument
                .flatMap({ state.instrument($0) })
        else { return }
        // A liquidation has no order of ours.
        let order = seen.subject.order.flatMap { state.order($0) }
        let isEntry = order?.role == .entry
        let cost = execution.quantity.notional(at: execution.price, .halfEven)
        try bookFill.run([
            .count(id.rawValue), isEntry ? .text("0") : .decimal(execution.quantity),
            isEntry ? .text("0") : .decimal(cost),
            .words(execution.feeInQuote(of: rules)),
        ])
    }

    private func decide(_ payload: DealMoved, _ seen: ExportedEvent) throws(SQLiteError) {
        let isOfSignal = isSignal(seen.cause)
        var row: [SQLiteValue] = [
            .count(payload.deal.rawValue), .text(payload.reason.name),
            isOfSignal ? .count(signal.sequence) : .null, isOfSignal ? .text(signal.id) : .null,
        ]
        row += clock.columns(seen.time)
        try decideExit.run(row)
        guard isOfSignal else { return }
        try answerSignal.run([.count(seen.cause), .null, .count(payload.deal.rawValue), .null])
    }

    private func close(_ payload: DealClosed, _ seen: ExportedEvent) throws(SQLiteError) {
        let row: [SQLiteValue] = [
            .count(payload.deal.rawValue), .text(payload.reason.name), .decimal(payload.profit),
            .decimal(payload.dust),
        ]
        try closeDeal.run(row + clock.columns(seen.time))
    }

    /// Writes the position where the event changed it.
    private func position(_ seen: ExportedEvent, _ state: TradingState) throws(SQLiteError) {
        guard let id = seen.subject.instrument, let before = seen.position else { return }
        let now = state.instruments[Int(id.rawValue)].position
        guard now != before else { return }
        var row = [seen.sequence] + clock.columns(seen.time)
        row += [
            seen.epoch, .text(seen.event.kind.name), seen.symbol(state),
            .number(seen.subject.deal?.rawValue), .number(seen.subject.order?.rawValue),
            .decimal(now.quantity - before.quantity), .decimal(now.quantity), .decimal(now.cost),
            .price(now.averagePrice), .words(now.status?.name),
            .decimal(state.metrics.totalProfit - seen.totalProfit),
        ]
        try insertPosition.run(row)
    }

    /// Writes every balance that the event changed.
    private func balance(_ seen: ExportedEvent, _ state: TradingState) throws(SQLiteError) {
        for (place, asset) in state.assets.enumerated() {
            let before = place < seen.assets.count ? seen.assets[place].balance : .zero
            guard asset.balance != before else { continue }
            var row = [seen.sequence] + clock.columns(seen.time)
            row += [
                seen.epoch, .text(seen.event.kind.name), .text(asset.name),
                .decimal(asset.balance - before), .decimal(asset.balance),
            ]
            try insertBalance.run(row)
        }
    }

    private func receive(_ payload: SignalReceived, _ seen: ExportedEvent) throws(SQLiteError) {
        signal = (seen.envelope.sequence.rawValue, payload.id)
        var row = [seen.sequence] + clock.columns(seen.time)
        row += [
            seen.epoch, .text(payload.id), .text(payload.symbol), .text(payload.side.name),
            .words(payload.score),
        ]
        row += clock.columns(payload.time)
        row += [
            .integer((seen.time - payload.time).nanoseconds), .text(payload.verdict.name), .null,
            .null, .null,
        ]
        try insertSignal.run(row)
    }

    private func refuse(
        _ payload: OrderRefused,
        _ seen: ExportedEvent,
        _ state: TradingState
    ) throws(SQLiteError) {
        let isOfSignal = isSignal(seen.cause)
        var row = [seen.sequence] + clock.columns(seen.time)
        row += [
            seen.epoch, seen.symbol(state), .text(payload.role.name),
            .text(payload.terms.side.name), .text(payload.terms.type.name),
            .decimal(payload.terms.quantity), .price(payload.terms.price),
            .text(payload.refusal.name), .words(payload.limit), .words(payload.actual),
            isOfSignal ? .count(seen.cause) : .null,
        ]
        try insertRefusal.run(row)
        guard isOfSignal else { return }
        try answerSignal.run([.count(seen.cause), .null, .null, .text(payload.refusal.name)])
    }
}
