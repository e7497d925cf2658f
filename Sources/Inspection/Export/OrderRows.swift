internal import Journal
internal import Projections
internal import SQLite
internal import Trading

/// Writes orders, their events and their fills.
final class OrderRows {
    private let insertOrder: Statement
    private let changeOrder: Statement
    private let insertEvent: Statement
    private let insertFill: Statement
    private var clock = ExportTime()
    /// The orders that had ended before the first event.
    private var endedBefore: Set<OrderID> = []

    init(_ database: Database) throws(SQLiteError) {
        insertOrder = try database.prepare(ExportSchema.orders.insertion)
        insertEvent = try database.prepare(ExportSchema.orderEvents.insertion)
        insertFill = try database.prepare(ExportSchema.fills.insertion)
        changeOrder = try database.prepare(
            """
            UPDATE orders SET quantity = ?2, price = ?3, trigger_price = ?4, status = ?5,
                request = ?6, unknown = ?7, venue_order = ?8, rejection = ?9, filled = ?10,
                cost = ?11, average_price = ?12, fees = decimal_add(fees, ?13),
                fills = fills + ?14, amends = amends + ?15,
                accepted_at = coalesce(accepted_at, ?16), accepted_ns = coalesce(accepted_ns, ?17),
                first_fill_at = iif(fills IS NULL, NULL, coalesce(first_fill_at, ?18)),
                first_fill_ns = iif(fills IS NULL, NULL, coalesce(first_fill_ns, ?19)),
                last_fill_at = coalesce(?18, last_fill_at),
                last_fill_ns = coalesce(?19, last_fill_ns),
                ended_at = coalesce(ended_at, ?20), ended_ns = coalesce(ended_ns, ?21)
            WHERE order_id = ?1
            """
        )
    }

    /// Writes an order that is older than the journal's first event, as far as it is known.
    ///
    /// What was added up before is not, nor what came first.
    func begin(_ order: Order, _ state: TradingState) throws(SQLiteError) {
        if order.status.isTerminal { endedBefore.insert(order.id) }
        try insert(order, state, header: nil)
        let none = OrderChange()
        try change(order, none)
    }

    /// Takes an event that was just folded.
    func take(_ seen: ExportedEvent, _ state: TradingState) throws(SQLiteError) {
        if case .positionLiquidated(let liquidated) = seen.event {
            guard let execution = seen.execution else { return }
            let order = FilledOrder(id: nil, role: nil, side: liquidated.side, filled: nil)
            return try fill(execution, of: order, seen, state)
        }
        guard let id = seen.subject.order else { return }
        if case .orderIntended = seen.event, let order = state.orders[id] {
            try insert(order, state, header: seen.header)
        }
        // A report may name an order that nobody knows.
        let order = state.order(id)
        try append(seen, order, state)
        guard let order else { return }
        var change = OrderChange()
        switch seen.event {
        case .orderIntended: return
        case .orderAccepted: change.accepted = seen.time
        case .orderAmended: change.amends = 1
        case .orderFilled:
            guard let execution = seen.execution else { break }
            change.filled = seen.time
            change.fills = 1
            change.fee = state.instrument(order.terms.instrument).flatMap {
                execution.feeInQuote(of: $0)
            }
            let known = FilledOrder(
                id: id,
                role: order.role,
                side: order.terms.side,
                filled: order.filled
            )
            try fill(execution, of: known, seen, state)
        default: break
        }
        if order.status.isTerminal, !endedBefore.contains(id) { change.ended = seen.time }
        try self.change(order, change)
    }

    private func insert(
        _ order: Order,
        _ state: TradingState,
        header: BatchHeader?
    ) throws(SQLiteError) {
        let terms = order.terms
        let committed = header.map { Timestamp(nanoseconds: $0.commitTime) }
        // Without the commit of its intent it is older than the first event.
        let isWhole = header != nil
        var row: [SQLiteValue] = [
            .count(order.id.rawValue), .words(state.clientOrderID(of: order)),
            .number(order.deal.rawValue), .count(order.epoch.rawValue),
            .text(state.name(of: terms.instrument)), .text(order.role.name),
            .text(terms.side.name), .text(terms.type.name), .text(terms.timeInForce.name),
            .count(terms.isReduceOnly ? 1 : 0), .decimal(terms.quantity), .price(terms.price),
            .price(terms.trigger), .price(decisionPrice(of: order, state)),
            .text(order.status.name), .null, .count(0), .null, .null,
            .text("0"), .text("0"), .null, isWhole ? .text("0") : .null,
            isWhole ? .count(0) : .null, isWhole ? .count(0) : .null,
        ]
        row += clock.columns(order.intendedAt)
        row += [.number(header?.firstSequence), .number(header?.lastSequence)]
        row += clock.columns(committed)
        row += Array(repeating: .null, count: ExportSchema.orders.columns.count - row.count)
        try insertOrder.run(row)
    }

    /// The best price that was seen when an entry was decided; zero for other orders, whose
    /// decisions keep none.
    private func decisionPrice(of order: Order, _ state: TradingState) -> Price {
        guard order.role == .entry, let deal = state.deals[order.deal] else { return .zero }
        return order.terms.side == .buy ? deal.evidence.ask : deal.evidence.bid
    }

    private func change(_ order: Order, _ change: OrderChange) throws(SQLiteError) {
        var row: [SQLiteValue] = [
            .count(order.id.rawValue), .decimal(order.terms.quantity), .price(order.terms.price),
            .price(order.terms.trigger), .text(order.status.name),
            order.request == .none ? .null : .text(order.request.name),
            .count(order.isUnknown ? 1 : 0),
            order.venueOrder == .none ? .null : .words(order.venueOrder),
            .words(order.rejection?.name), .decimal(order.filled), .decimal(order.cost),
            .words(order.averagePrice), .words(change.fee), .count(change.fills),
            .count(change.amends),
        ]
        row += clock.columns(change.accepted)
        row += clock.columns(change.filled)
        row += clock.columns(change.ended)
        try changeOrder.run(row)
    }

    private func append(
        _ seen: ExportedEvent,
        _ order: Order?,
        _ state: TradingState
    ) throws(SQLiteError) {
        let detail = OrderDetail(seen.event)
        var row = [seen.sequence] + clock.columns(seen.time)
        row += [
            seen.epoch, .text(seen.event.kind.name),
            .number(seen.subject.order?.rawValue), .number(order?.deal.rawValue),
            .words(order.map { state.name(of: $0.terms.instrument) }),
            .words(order?.status.name), .words(order?.filled),
            .words(detail.quantity), .price(detail.price), .price(detail.trigger),
            .optional(detail.reason),
        ]
        try insertEvent.run(row)
    }

    private func fill(
        _ execution: Execution,
        of order: FilledOrder,
        _ seen: ExportedEvent,
        _ state: TradingState
    ) throws(SQLiteError) {
        let instrument = seen.subject.instrument.flatMap { state.instrument($0) }
        let position = instrument.map { state.instruments[Int($0.id.rawValue)].position }
        let cost = execution.quantity.notional(at: execution.price, .halfEven)
        var row = [seen.sequence] + clock.columns(seen.time)
        row += [
            seen.epoch, .number(order.id?.rawValue), .number(seen.subject.deal?.rawValue),
            .words(instrument?.name), .words(order.role?.name), .text(order.side.name),
            .words(execution.id), .decimal(execution.price), .decimal(execution.quantity),
            .decimal(cost), .decimal(execution.fee), .text(state.name(of: execution.feeAsset)),
            .words(instrument.flatMap { execution.feeInQuote(of: $0) }),
            .text(execution.liquidity.name), .words(order.filled), .words(position?.quantity),
            .decimal(state.metrics.totalProfit - seen.totalProfit),
        ]
        try insertFill.run(row)
    }
}

/// What an event changes of an order beyond what the state keeps.
private struct OrderChange {
    /// In the quote asset; `nil` where that is not known.
    var fee: Money? = Money.zero
    var fills = 0
    var amends = 0
    var accepted: Timestamp?
    var filled: Timestamp?
    var ended: Timestamp?
}

/// The order of a fill; the venue's own in a liquidation.
private struct FilledOrder {
    let id: OrderID?
    let role: OrderRole?
    let side: Side
    let filled: Quantity?
}

/// What an event of an order says.
private struct OrderDetail {
    private(set) var quantity: Quantity?
    private(set) var price = Price.zero
    private(set) var trigger = Price.zero
    private(set) var reason: String?

    init(_ event: Event) {
        switch event {
        case .orderIntended(let it): take(it.terms.quantity, it.terms.price, it.terms.trigger)
        case .amendIntended(let it): take(it.quantity, it.price, it.trigger)
        case .orderAmended(let it): take(it.quantity, it.price, it.trigger)
        case .orderFilled(let it): take(it.execution.quantity, it.execution.price, .zero)
        case .orderAccepted(let it): reason = it.venueOrder.description
        case .orderRejected(let it): reason = it.refusal.reason.name
        case .cancelRejected(let it): reason = it.refusal.reason.name
        case .amendRejected(let it): reason = it.refusal.reason.name
        case .orderExpired(let it): reason = it.refusal.reason.name
        case .outcomeUnknown(let it): reason = "\(it.request.name): \(it.why)"
        case .outcomeResolved(let it): reason = it.evidence
        case .reportSetAside(let it): reason = it.why
        default: break
        }
    }

    private mutating func take(_ quantity: Quantity, _ price: Price, _ trigger: Price) {
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
    }
}
