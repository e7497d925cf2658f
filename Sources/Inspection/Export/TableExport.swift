internal import Journal
internal import Projections
internal import Runtime
internal import SQLite
internal import Trading

/// Fills the tables of an export with what a journal tells.
///
/// One walk from the first event to the last. Rows are written as events come and changed as more
/// of them come, so that memory follows what is open and not how long the journal is.
final class TableExport {
    /// The tables.
    let database: Database
    /// What was wrong; empty where the export is whole.
    private(set) var problem = ""
    /// How many events were read.
    private(set) var events: UInt64 = 0

    private var fold: EventFold
    private let orders: OrderRows
    private let deals: DealRows
    private let audit: AuditRows
    private var firstTime: Timestamp?

    /// Makes the tables in a database that holds nothing.
    init(into database: Database) throws(SQLiteError) {
        self.database = database
        fold = EventFold()
        try SQLDecimals.define(in: database)
        // What is made aside and renamed when it is whole needs no protection of its own.
        try database.execute(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536"
        )
        try database.execute("BEGIN")
        for table in ExportSchema.tables { try database.execute(table.creation) }
        orders = try OrderRows(database)
        deals = try DealRows(database)
        audit = try AuditRows(database)
    }

    /// Writes all events of a journal up to its head as of now.
    ///
    /// An event that cannot be read or folded ends the walk: what came before stands, and
    /// ``problem`` says so.
    ///
    /// - Throws: `JournalError` where nothing can be read, and `SQLiteError`.
    func run(_ states: StateReader, _ console: Console) throws {
        let reader = states.reader
        let head = try reader.head()
        let first = try reader.firstSequence()
        let leftOut = reader.passedOverEvents(from: first)
        fold = EventFold(leavingOut: leftOut)
        if first > 1 {
            try begin(at: first, states, leavingOut: leftOut)
            console.message(
                "the journal begins with event \(first): what ended before is not in the tables"
            )
        }
        let origin = fold.state
        let failure = walk(reader, from: first, to: head.sequence, console)
        var state = fold.state
        switch failure {
        case let error as ReplayFailure:
            problem = "\(error)"
            // What the failing event changed is not to be used.
            if state.head.rawValue >= error.sequence {
                var replay = Replay(from: origin, leavingOut: leftOut)
                try replay.run(reader, to: error.sequence - 1)
                state = replay.state
            }
        case let error as JournalError where events > 0: problem = "\(error)"
        case .some(let error): throw error
        case nil: break
        }
        try finish(reader, head, state)
        console.clearProgress()
    }

    /// Writes events in order; gives what ended that early.
    private func walk(
        _ reader: JournalReader,
        from first: UInt64,
        to last: UInt64,
        _ console: Console
    ) -> (any Error)? {
        var options = ReadOptions()
        options.copies = true
        options.last = last
        var failure: (any Error)?
        var next: UInt64 = 0
        do throws(JournalError) {
            try reader.forEachBatch(from: first, options: options) {
                (batch) throws(JournalError) in
                let header = batch.header
                if header.firstSequence >= next {
                    next = header.firstSequence + 20_000
                    console.progress("event \(header.firstSequence) of \(last)")
                }
                var events = batch.events()
                while let view = events.next() {
                    do {
                        try take(view, header, console)
                    } catch {
                        failure = error
                        return .stop
                    }
                }
                return .proceed
            }
        } catch {
            failure = error
        }
        return failure
    }

    /// A journal that was cut at its front begins with the state of a snapshot.
    private func begin(
        at first: UInt64,
        _ states: StateReader,
        leavingOut leftOut: [PassedOver]
    ) throws {
        guard let state = try states.snapshot(notBeyond: .sequence(first - 1)),
            state.head.rawValue == first - 1
        else {
            throw CommandFailure(
                1,
                "the journal begins with event \(first), and no good snapshot holds the state "
                    + "before it"
            )
        }
        fold = EventFold(from: state, leavingOut: leftOut)
        try audit.begin(state)
        for deal in state.deals.ordered { try deals.begin(deal, state) }
        for order in state.orders.ordered { try orders.begin(order, state) }
    }

    private func take(_ view: EventView, _ header: BatchHeader, _ console: Console) throws {
        events += 1
        if let found = try fold.passOver(view) { return console.message(found.words) }
        let kind = EventKind(rawValue: view.kind)
        if kind == .inputsMarked { return try fold.pass(view) }
        let envelope = try fold.envelope(view)
        firstTime = firstTime ?? envelope.time
        let seen = ExportedEvent(envelope, header, before: fold.state)
        audit.prepare(seen, fold.state)
        try fold.take(envelope)
        try orders.take(seen, fold.state)
        try deals.take(seen, fold.state)
        try audit.take(seen, fold.state)
    }

    private func finish(
        _ reader: JournalReader,
        _ head: Head,
        _ state: TradingState
    ) throws {
        try audit.finish(state)
        var time = ExportTime()
        let last = state.time == .never ? nil : state.time
        let row: [[SQLiteValue]] = [
            [
                .words(reader.journalID), .text(state.tag), .text(state.mode.name),
                .count(try reader.firstSequence()), .count(state.head.rawValue),
            ],
            time.columns(firstTime), time.columns(last),
            [
                .count(state.epoch.rawValue), .text(state.status.name),
                .text(state.statusReason), problem.isEmpty ? .words(head.chainHash) : .null,
                .words(StateDigest().hash(of: state)), .words(state.outcome.digest),
                .count(problem.isEmpty ? 1 : 0), problem.isEmpty ? .null : .text(problem),
            ],
        ]
        try database.prepare(ExportSchema.journal.insertion).run(row.flatMap { $0 })
        for table in ExportSchema.tables {
            for index in table.indexing { try database.execute(index) }
        }
        for view in ExportSchema.views { try database.execute(view) }
        try database.execute("COMMIT")
    }
}

/// An event, with what was known before it and is gone after.
struct ExportedEvent {
    let envelope: EventEnvelope
    /// The commit that made it durable.
    let header: BatchHeader
    let subject: EventSubject
    /// The deal it is about, as it stood before.
    let deal: Deal?
    /// What its instrument held before.
    let position: Position?
    /// The balances before, where the event may change one.
    let assets: [AssetState]
    /// The sum of all results before.
    let totalProfit: Money
    /// Its execution, unless that was booked before: the venue may tell of one twice.
    let execution: Execution?

    init(_ envelope: EventEnvelope, _ header: BatchHeader, before state: TradingState) {
        self.envelope = envelope
        self.header = header
        subject = EventSubject(envelope, before: state)
        deal = subject.deal.flatMap { state.deals[$0] }
        position = subject.instrument.flatMap { id in
            let place = Int(id.rawValue)
            return place < state.instruments.count ? state.instruments[place].position : nil
        }
        totalProfit = state.metrics.totalProfit
        let told: Execution? =
            switch envelope.event {
            case .orderFilled(let payload): payload.execution
            case .positionLiquidated(let payload): payload.execution
            default: nil
            }
        execution = told.flatMap { state.hasBooked($0.id) ? nil : $0 }
        switch envelope.event {
        case .orderFilled, .positionLiquidated, .fundingSettled, .balanceAdjusted,
            .correctionMade, .accountEntryBooked:
            assets = state.assets
        default: assets = []
        }
    }

    var sequence: SQLiteValue { .count(envelope.sequence.rawValue) }
    var time: Timestamp { envelope.time }
    var event: Event { envelope.event }
    var epoch: SQLiteValue { .count(header.epoch) }
    /// The event that caused it.
    var cause: UInt64 { envelope.cause.rawValue }

    /// The name of its instrument.
    func symbol(_ state: TradingState) -> SQLiteValue {
        .words(subject.instrument.flatMap { state.instrument($0)?.name })
    }
}

extension Execution {
    /// The fee in the quote asset at the price of the fill; `nil` where it is in a third asset.
    func feeInQuote(of instrument: Instrument) -> Money? {
        if feeAsset == instrument.quote { return fee }
        guard feeAsset == instrument.base else { return nil }
        return Money(fee.value.times(price.value, .halfEven))
    }
}
