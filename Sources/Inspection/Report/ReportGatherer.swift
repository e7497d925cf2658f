internal import Projections
internal import Trading

/// Gathers in one pass over a journal what a report shows; its memory is bounded whatever the
/// journal's length.
///
/// Design note: it is told of every event before that is folded, from the journal's beginning on,
/// so that a period that begins in the middle of a deal still knows the deal's entry.
final class ReportGatherer {
    let period: ReportPeriod
    /// The states around the period; `nil` where nothing was told.
    private(set) var begin: TradingState?
    private(set) var end: TradingState?
    /// The events of the period.
    private(set) var first: (sequence: UInt64, time: Timestamp)?
    private(set) var last: (sequence: UInt64, time: Timestamp)?
    /// Events that could be read and not replayed.
    private(set) var looseEvents = 0

    /// The realised result since the period began, that with what is open at the last known
    /// prices, and the fall from the best realised one.
    private(set) var result = ThinLine<Money>()
    private(set) var marked = ThinLine<OpenResult>()
    private(set) var drawdown = ThinLine<Money>()
    private(set) var maximumDrawdown = Money.zero
    /// Instruments by number, those that something was known of.
    private(set) var traces: [InstrumentID: InstrumentTrace] = [:]
    private(set) var limits = LimitUse()

    var deals = Newest<DealRow>(500)
    var best = Foremost<DealRow>(5) { $0.profit > $1.profit }
    var worst = Foremost<DealRow>(5) { $0.profit < $1.profit }
    var reasons: [ReasonSum] = Array(repeating: ReasonSum(), count: DealReason.allCases.count)
    var openDeals: [DealID: DealRow] = [:]
    var fills = Newest<FillRow>(500)
    var refusals = Newest<RefusalRow>(200)
    var refusalCounts: [Int] = Array(repeating: 0, count: 256)
    var venueRefusals = Newest<NoteRow>(200)
    var operators = Newest<NoteRow>(200)
    var checkpoints = 0
    var alarms = Newest<NoteRow>(200)
    var errors = Newest<NoteRow>(300)
    var errorCounts: [Int] = Array(repeating: 0, count: 4)
    var unknowns = Newest<UnknownRow>(200)
    var openUnknowns: [OrderID: UnknownRow] = [:]
    var signals = (received: 0, accepted: 0)
    var epochs = Newest<EpochRow>(300)
    var uncleanStops = 0
    var pauses = Newest<PauseRow>(500)
    var commits = TimeColumns<CommitTimes>(limit: 300)
    var commitSum = DurationHistogram()
    var lanes: [Lane: TimeColumns<Occurrences>] = [:]

    /// What the time line tells of beside epochs and pauses.
    enum Lane: CaseIterable {
        case uncleanStop, deal, refusal, unknown, alarm, error, operation
    }

    private var hasBegun = false
    private var isDone = false
    /// What the state after the event told of last is looked at for.
    private var hasNewPrice = false
    private var hasNewUse = false
    private var bestResult = Money.zero
    private var lastResult = Money.zero
    private var lastPrices: [InstrumentID: (bid: Price, ask: Price)] = [:]

    /// How many instruments are followed one by one.
    private static let traceLimit = 64

    init(_ period: ReportPeriod) { self.period = period }

    /// Whether an event is told at all: marks, most of all events, only tell where a time lies.
    func wants(_ sequence: UInt64, _ kind: UInt16) -> Bool {
        if isDone { return false }
        // The first event behind the period comes with the state at its end.
        let isEdge = sequence == period.from || sequence >= period.to
        return kind != EventKind.inputsMarked.rawValue || period.isTimed || isEdge
    }

    /// Takes the next event, and the state before it.
    func take(_ envelope: EventEnvelope, _ state: TradingState) {
        if isDone { return }
        let sequence = envelope.sequence.rawValue
        look(at: state)
        if stop(before: sequence, envelope.time, with: state) { return }
        if !hasBegun { takeOpenDeals(state) }
        let isWithin = !period.isAfter(sequence, envelope.time)
        if isWithin {
            if begin == nil { start(envelope, state) }
            last = (sequence, envelope.time)
        }
        takeTrade(envelope, state, isWithin: isWithin)
        takeSession(envelope, state, isWithin: isWithin)
    }

    /// Takes an event that can be read but not be replayed: what it tells without a state.
    ///
    /// - Parameters:
    ///   - envelope: The event.
    ///   - state: The last state known before, for names.
    func takeLoose(_ envelope: EventEnvelope, _ state: TradingState) {
        let sequence = envelope.sequence.rawValue
        if isDone || stop(before: sequence, envelope.time, with: state) { return }
        if period.isAfter(sequence, envelope.time) { return }
        if begin == nil { start(envelope, state) }
        looseEvents += 1
        last = (sequence, max(envelope.time, last?.time ?? envelope.time))
        takeRefusal(envelope, state, isWithin: true)
        takeSession(envelope, state, isWithin: true)
    }

    /// Goes on from a state that is known again; what happened before it is in its sums only.
    ///
    /// - Parameters:
    ///   - state: The state that is known again.
    ///   - known: The last state known before it.
    func goOn(from state: TradingState, after known: TradingState) {
        if isDone || stop(before: state.head.rawValue, state.time, with: known) { return }
        if let last, let begin {
            let realised = lastResult - begin.metrics.totalProfit
            marked.add(OpenResult(amount: realised, isOpen: false), at: last.time)
        }
        for id in openDeals.keys where !state.deals.contains(id) { openDeals[id] = nil }
        hasBegun = false
        if let last { self.last = (last.sequence, max(last.time, state.time)) }
    }

    /// Ends with a state where what comes next lies behind the period; false where it does not.
    private func stop(before sequence: UInt64, _ time: Timestamp, with state: TradingState) -> Bool
    {
        isDone = period.isBefore(sequence, time)
        if isDone { finish(state) }
        return isDone
    }

    /// Takes the state after the last event.
    func finish(_ state: TradingState) {
        if end != nil { return }
        look(at: state)
        begin = begin ?? state
        end = state
        if last != nil, !isDone { last = (state.head.rawValue, state.time) }
        if let last { reach(SequenceNumber(last.sequence), last.time) }
        settleUnknowns()
    }

    /// Whether the period ends with the journal.
    var endsWithJournal: Bool { !isDone }

    /// Deals that were open where the journal begins, if that is not its first event.
    private func takeOpenDeals(_ state: TradingState) {
        hasBegun = true
        for deal in state.deals.ordered {
            openDeals[deal.id] = DealRow(deal, symbol: state.name(of: deal.instrument))
        }
    }

    private func start(_ envelope: EventEnvelope, _ state: TradingState) {
        begin = state
        first = (envelope.sequence.rawValue, envelope.time)
        let before = state.metrics.totalProfit
        (bestResult, lastResult) = (before, before)
        result.add(.zero, at: envelope.time)
        drawdown.add(.zero, at: envelope.time)
        limits.see(state)
        if state.status != .running { pauses.add(PauseRow(from: envelope.time)) }
    }

    /// Looks at the state after the event that was told last.
    private func look(at state: TradingState) {
        guard let begin, let last, end == nil else { return }
        let total = state.metrics.totalProfit
        if total != lastResult {
            lastResult = total
            bestResult = max(bestResult, total)
            let fall = bestResult - total
            maximumDrawdown = max(maximumDrawdown, fall)
            result.add(total - begin.metrics.totalProfit, at: last.time)
            drawdown.add(fall, at: last.time)
            hasNewPrice = true
        }
        if hasNewPrice { mark(state, total - begin.metrics.totalProfit, at: last.time) }
        if hasNewUse { limits.see(state) }
        (hasNewPrice, hasNewUse) = (false, false)
    }

    /// The result with what is held, at the side of the last known prices that would close it.
    private func mark(_ state: TradingState, _ realised: Money, at time: Timestamp) {
        let isOpen = state.deals.ordered.contains { $0.held.isPositive }
        var sum = realised
        for held in state.instruments where isOpen && !held.position.quantity.isZero {
            guard let prices = lastPrices[held.instrument.id] else { continue }
            let isLong = held.position.quantity.isPositive
            let price = isLong ? prices.bid : prices.ask
            guard let worth = Self.notional(held.position.quantity.magnitude, price) else { return }
            sum += isLong ? worth - held.position.cost : held.position.cost - worth
        }
        marked.add(OpenResult(amount: sum, isOpen: isOpen), at: time)
    }

    /// Quantity times price; `nil` where no amount can hold that.
    static func notional(_ quantity: Quantity, _ price: Price) -> Money? {
        let left = quantity.value.magnitude.units
        let right = price.value.magnitude.units
        // 128 bits for the result, 59 for the scale, one for the sign and one to spare.
        guard left.leadingZeroBitCount + right.leadingZeroBitCount >= 256 - 185 else { return nil }
        return quantity.notional(at: price, .halfEven)
    }
}

extension ReportGatherer {
    /// Notes prices that the journal tells: of one trade both are the same.
    func see(
        _ bid: Price,
        _ ask: Price,
        of id: InstrumentID,
        _ state: TradingState,
        at time: Timestamp,
        isWithin: Bool
    ) {
        lastPrices[id] = (bid, ask)
        guard isWithin else { return }
        hasNewPrice = true
        follow(id, state) { trace in
            trace.see(bid, at: time)
            if ask != bid { trace.see(ask, at: time) }
        }
    }

    /// The limits may be used more after this event.
    func seeUse() { hasNewUse = true }

    /// The limits are others from now on.
    func countLimitChange() { limits.changes += 1 }

    /// Changes what is known of an instrument, where it is one of those that are followed.
    func follow(
        _ id: InstrumentID,
        _ state: TradingState,
        _ change: (inout InstrumentTrace) -> Void
    ) {
        // Taken out and put back, so that what it holds is not copied.
        if var trace = traces.removeValue(forKey: id) {
            change(&trace)
            traces[id] = trace
        } else if traces.count < Self.traceLimit, let instrument = state.instrument(id) {
            var trace = InstrumentTrace(instrument, quote: state.name(of: instrument.quote))
            change(&trace)
            traces[id] = trace
        }
    }

    /// Puts a mark on the time line.
    func put(on lane: Lane, at time: Timestamp) {
        lanes[lane, default: TimeColumns()].add(Occurrences(), at: time)
    }
}
