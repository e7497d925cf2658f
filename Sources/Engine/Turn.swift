public import Projections
public import Trading

/// One turn of the engine: the state it decides on, and what it decided so far.
///
/// Every event is folded as it is emitted, so that the rest of the same decision sees it. Nothing
/// else changes the state, and requests leave only after the events are durable.
public struct Turn: Sendable {
    /// What is known.
    public private(set) var state: TradingState
    /// The events of this turn, in order.
    public private(set) var events: [EventEnvelope] = []
    /// What is to leave once ``events`` are durable, in order.
    public private(set) var requests: [VenueRequest] = []
    /// The stamped time of the input.
    public private(set) var time: Timestamp

    /// Starts from a state that replay gave.
    public init(state: TradingState) {
        self.state = state
        self.time = state.time
    }

    /// Begins the next turn; stamped time never goes back.
    @inlinable
    public mutating func begin(at moment: Timestamp) { advance(to: moment) }

    @usableFromInline
    mutating func advance(to moment: Timestamp) { if moment > time { time = moment } }

    /// Records what happened.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - trace: The chain it belongs to; a new one where it is none.
    ///   - cause: The event that caused it.
    /// - Returns: The place it will have in the journal.
    @discardableResult
    public mutating func emit(
        _ event: Event,
        trace: TraceID = .none,
        cause: SequenceNumber = SequenceNumber(0)
    ) -> SequenceNumber {
        let sequence = state.head.next
        let envelope = EventEnvelope(
            sequence: sequence,
            time: time,
            trace: trace == .none ? TraceID(sequence.rawValue) : trace,
            cause: cause,
            event: event
        )
        do throws(FoldFailure) {
            try state.fold(envelope)
        } catch {
            invariant(false, "an event the engine emits can be folded: \(error)")
        }
        events.append(envelope)
        return sequence
    }

    /// Asks for something to be sent once the events are durable.
    mutating func request(_ request: VenueRequest) { requests.append(request) }

    /// Forgets events and requests that were handed over.
    public mutating func clear() {
        events.removeAll(keepingCapacity: true)
        requests.removeAll(keepingCapacity: true)
    }
}
