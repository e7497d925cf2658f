public import Trading

/// Something worth a line in the log.
public struct RunMessage: Sendable {
    /// The stamped time.
    public var time: Timestamp
    /// How much attention it asks for; `nil` for none.
    public var severity: Severity?
    /// What happened.
    public var text: String
    /// The chain of cause and effect it belongs to.
    public var trace: TraceID
    /// The event that it tells of; `nil` where it tells of none.
    public var event: SequenceNumber? = nil
    /// The event that caused that one; `nil` where nothing did.
    public var cause: SequenceNumber? = nil
    /// Whether it is a step of something that is told as a whole as well.
    public var isStep = false
}

/// How far a run is.
public struct RunProgress: Sendable {
    /// The stamped time.
    public var time: Timestamp
    /// The inputs taken in this run.
    public var inputs: UInt64
    /// The events that are durable.
    public var events: UInt64
    /// The deals opened and closed so far.
    public var openedDeals: UInt64
    /// The deals that are closed.
    public var closedDeals: UInt64
    /// The realised result.
    public var profit: Money
    /// The wall-clock time since the run began, in nanoseconds.
    public var elapsed: Int64
}

/// What a run tells while it goes on, and what it asks.
public struct RunObserver {
    /// Told about every step of recovery and everything worth a line in the log.
    public var log: (RunMessage) -> Void
    /// Told how far the run is, a few times a second.
    public var progress: (RunProgress) -> Void
    /// Whether to stop in order.
    public var isStopWanted: () -> Bool
    /// Whether the stop is not to wait for the venue.
    public var isQuickStopWanted: () -> Bool

    /// Makes an observer.
    public init(
        log: @escaping (RunMessage) -> Void,
        progress: @escaping (RunProgress) -> Void,
        isStopWanted: @escaping () -> Bool,
        isQuickStopWanted: @escaping () -> Bool = { false }
    ) {
        self.log = log
        self.progress = progress
        self.isStopWanted = isStopWanted
        self.isQuickStopWanted = isQuickStopWanted
    }
}
