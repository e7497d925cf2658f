import Projections
public import Trading

/// Decides.
///
/// `decide` is told one input and may do three things: read the state of the turn, emit events
/// (which change that state), and ask for requests to leave after those events are durable. It has
/// no clock, no randomness and no I/O: the same state and inputs give the same decisions.
///
/// What it remembers of its own is a fold over market inputs, rebuilt after a restart by
/// ``observe(_:at:)``; everything else is in the state.
public struct Engine: Sendable {
    /// What to do with each instrument; the place is the instrument's number.
    let plans: [InstrumentPlan]
    /// What the market last showed of each instrument.
    var markets: [MarketMemory]

    /// Makes an engine.
    ///
    /// - Parameter plans: One plan for each listed instrument, in the order of their numbers.
    public init(plans: [InstrumentPlan]) {
        self.plans = plans
        self.markets = plans.map { plan in MarketMemory(strategy: plan.strategy) }
    }

    /// Decides on one input.
    @inline(__always)
    public mutating func decide(_ input: borrowing Input, _ turn: inout Turn) {
        observe(input, at: turn.time)
        switch copy input {
        case .market(let slice): decide(onMarketOf: slice.instrument, slice.changes, &turn)
        case .report(let report): decide(on: report, &turn)
        case .signal(let signal): decide(on: signal, &turn)
        case .tick: decide(onTick: &turn)
        case .condition(let condition, let isActive):
            decide(on: condition, isActive: isActive, &turn)
        case .leaving: cancelEntries(&turn)
        }
    }

    /// Lets the memory follow an input without deciding: how it is rebuilt after a restart.
    @inline(__always)
    public mutating func observe(_ input: borrowing Input, at time: Timestamp) {
        guard case .market(let slice) = copy input else { return }
        let place = Int(slice.instrument.rawValue)
        guard place < markets.count else { return }
        markets[place].follow(slice, at: time)
    }

    /// The market moved: follow the open deal, or look for a new one.
    private func decide(
        onMarketOf instrument: InstrumentID,
        _ changes: MarketSlice.Changes,
        _ turn: inout Turn
    ) {
        let place = Int(instrument.rawValue)
        guard place < plans.count, markets[place].isInStep else { return }
        let id = turn.state.instruments[place].deal
        if let deal = turn.state.deals[id] {
            if deal.status == .open { follow(deal, &turn) }
        } else if changes.contains(.book) {
            look(at: instrument, &turn)
        }
    }

    /// A second passed: what waited for time goes on.
    private func decide(onTick turn: inout Turn) {
        var place = 0
        while place < turn.state.instruments.count {
            let deal = turn.state.instruments[place].deal
            if deal != .none { tend(deal, &turn) }
            place += 1
        }
    }

    /// A condition pauses the engine while it holds; another reason to pause stays in force.
    ///
    /// The reason of a pause names all that hold, because only what is in the state outlives a
    /// restart: a kill switch pressed during another pause must not end with it.
    private func decide(on condition: Condition, isActive: Bool, _ turn: inout Turn) {
        let state = turn.state
        guard state.status == .running || state.status == .paused else { return }
        let isPaused = state.status == .paused
        var reasons = isPaused ? Self.reasons(state.statusReason) : []
        guard isActive != reasons.contains(condition.name) else { return }
        if isActive {
            reasons.append(condition.name)
            turn.emit(
                .errorRecorded(ErrorRecorded(severity: .alarm, text: "paused: \(condition.name)"))
            )
        } else {
            reasons.removeAll { $0 == condition.name }
        }
        let isOver = reasons.isEmpty
        turn.emit(
            .botStatusChanged(
                BotStatusChanged(
                    status: isOver ? .running : .paused,
                    reason: isOver
                        ? "\(condition.name) is over"
                        : reasons.joined(separator: Self.reasonSeparator)
                )
            )
        )
    }

    private static var reasonSeparator: String { "; " }

    private static func reasons(_ text: String) -> [String] {
        text.split(separator: reasonSeparator).map { String($0) }
    }
}
