internal import Digests
internal import Engine
internal import Exchange
internal import Journal
internal import Platform
public import Projections
public import Trading

/// What a run ended with, taken after its last commit.
public struct RunSummary: Sendable {
    /// Why it ended.
    public var reason: StopReason
    /// The state at the head.
    public var state: TradingState
    /// The hash of the state at the head.
    public var stateHash: StateHash
    /// How many inputs this run took.
    public var inputs: UInt64
    /// How many events it replayed at its start.
    public var replayed: UInt64
    /// The wall-clock time it took, in nanoseconds.
    public var elapsed: Int64
    /// What a trader has to know about tapes that could not be traded.
    public var remarks: [String]
}

extension EngineRun where World: ~Copyable {
    func summary(_ reason: StopReason, replayed: UInt64) -> RunSummary {
        return RunSummary(
            reason: reason,
            state: turn.state,
            stateHash: StateDigest().hash(of: turn.state),
            inputs: inputsOfRun,
            replayed: replayed,
            elapsed: surroundings.clock.monotonic() - started,
            remarks: world.remarks
        )
    }

    func progress() -> RunProgress {
        RunProgress(
            time: turn.time,
            inputs: inputsOfRun,
            events: session.head.sequence,
            openedDeals: turn.state.metrics.openedDeals,
            closedDeals: turn.state.metrics.closedDeals,
            profit: turn.state.metrics.totalProfit,
            elapsed: surroundings.clock.monotonic() - started
        )
    }
}
