internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// A state that follows events: what only has to be folded is not decoded.
struct EventFold {
    /// The state after the last event.
    private(set) var state: TradingState
    private let codec = EventCodec()

    init(from state: TradingState = TradingState()) { self.state = state }

    /// Reads an event.
    ///
    /// - Throws: `ReplayFailure` where its payload cannot be read.
    func envelope(_ view: EventView) throws(ReplayFailure) -> EventEnvelope {
        try Replay.envelope(view, codec)
    }

    /// Folds an event that was read.
    ///
    /// - Throws: `ReplayFailure`; the state is then not to be used.
    mutating func take(_ envelope: EventEnvelope) throws(ReplayFailure) {
        do throws(FoldFailure) {
            try state.fold(envelope)
        } catch {
            throw ReplayFailure(sequence: error.sequence.rawValue, reason: error.reason)
        }
    }

    /// Folds an event that nobody looks at.
    ///
    /// - Throws: `ReplayFailure`; the state is then not to be used.
    mutating func pass(_ view: EventView) throws(ReplayFailure) {
        do throws(FoldFailure) {
            let isFolded = try state.foldBytes(
                SequenceNumber(view.sequence),
                Timestamp(nanoseconds: view.time),
                kind: view.kind,
                version: view.version,
                view.payload
            )
            if isFolded { return }
        } catch {
            throw ReplayFailure(sequence: error.sequence.rawValue, reason: error.reason)
        }
        try take(try envelope(view))
    }
}
