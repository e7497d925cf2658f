internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// A state that follows events: what only has to be folded is not decoded.
struct EventFold {
    /// The state after the last event.
    private(set) var state: TradingState
    private let codec = EventCodec()
    /// What corrections pass over, by sequence number.
    private let leftOut: [UInt64: [PassedOver]]

    /// Begins with a state.
    ///
    /// - Parameters:
    ///   - state: What was folded before.
    ///   - leftOut: What corrections pass over, as `JournalReader.passedOverEvents(from:)` finds
    ///     it.
    init(from state: TradingState = TradingState(), leavingOut leftOut: [PassedOver] = []) {
        self.state = state
        self.leftOut = Dictionary(grouping: leftOut, by: \.sequence)
    }

    /// Leaves an event out if a correction passes over it, and gives that correction.
    ///
    /// To be asked of every event before it is folded; ``pass(_:)`` does so itself.
    ///
    /// - Returns: `nil` where the event is to be folded.
    /// - Throws: `ReplayFailure` where it is not the next event.
    mutating func passOver(_ view: EventView) throws(ReplayFailure) -> PassedOver? {
        guard let found = leftOut[view.sequence]?.first(where: { $0.names(view) }) else {
            return nil
        }
        do throws(FoldFailure) {
            try state.passOver(SequenceNumber(view.sequence))
        } catch {
            throw ReplayFailure(sequence: view.sequence, reason: error.reason)
        }
        return found
    }

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

    /// Folds an event that nobody looks at, or leaves it out.
    ///
    /// - Throws: `ReplayFailure`; the state is then not to be used.
    mutating func pass(_ view: EventView) throws(ReplayFailure) {
        if try passOver(view) != nil { return }
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
