public import Network
public import Trading

/// Stops asking what does not work, and finds out with one request whether it works again.
///
/// A value without a clock. Closed, everything passes and failures are counted; open, nothing
/// passes until the cool-down is over; half-open, exactly one request passes, and its outcome
/// closes or opens. Outcomes of requests that passed before the state changed change nothing.
public struct CircuitBreaker: Hashable, Sendable {
    /// When it opens and for how long.
    public struct Settings: Hashable, Sendable {
        /// How many failures within the window open it; at least 1.
        public var threshold: Int
        /// How long a failure counts.
        public var window: TimeSpan
        /// How long nothing passes.
        public var coolDown: TimeSpan

        /// Makes settings.
        public init(threshold: Int, window: TimeSpan, coolDown: TimeSpan) {
            self.threshold = threshold
            self.window = window
            self.coolDown = coolDown
        }
    }

    /// What passes.
    public enum State: Hashable, Sendable {
        /// Everything.
        case closed
        /// Nothing before this moment.
        case open(until: Timestamp)
        /// Nothing until the one request that passed has its outcome.
        case halfOpen
    }

    /// Whether a request passes.
    public enum Admission: Hashable, Sendable {
        /// It does; the pass is given back with its outcome.
        case pass(Pass)
        /// It does not before this moment; `nil` where that hangs on the outcome of another.
        case refused(until: Timestamp?)
    }

    /// What a request that passed gives back, exactly once.
    public struct Pass: Hashable, Sendable {
        /// Whether it is the one that finds out.
        public let isProbe: Bool
        fileprivate let generation: UInt64
    }

    /// What came of a request.
    public enum Outcome: UInt8, Sendable, CaseIterable {
        /// It was answered, with a yes or with a definitive no.
        case answered
        /// It was not answered, or not in a way that can be understood.
        case failed
        /// It was not sent at all, and tells nothing.
        case notSent
    }

    /// When it opens and for how long.
    public let settings: Settings
    /// What passes.
    public private(set) var state = State.closed
    /// How often it has opened since the start.
    public private(set) var openings = 0
    private var failures: [Timestamp] = []
    private var generation: UInt64 = 0

    /// Begins closed.
    public init(_ settings: Settings) { self.settings = settings }

    /// Asks for a request to pass.
    public mutating func admit(at now: Timestamp) -> Admission {
        switch state {
        case .closed: return .pass(Pass(isProbe: false, generation: generation))
        case .open(let until) where now < until: return .refused(until: until)
        case .open:
            become(.halfOpen)
            return .pass(Pass(isProbe: true, generation: generation))
        case .halfOpen: return .refused(until: nil)
        }
    }

    /// Takes the outcome of a request that passed.
    public mutating func record(_ outcome: Outcome, of pass: Pass, at now: Timestamp) {
        guard pass.generation == generation else { return }
        switch (state, outcome) {
        case (.halfOpen, .answered): become(.closed)
        case (.halfOpen, .failed): open(at: now)
        // Nobody has found out anything: the next one may.
        case (.halfOpen, .notSent): become(.open(until: now))
        case (.closed, .failed):
            forget(before: now)
            failures.append(now)
            if failures.count >= settings.threshold { open(at: now) }
        case (.closed, _), (.open, _): break
        }
    }

    /// Closes it by hand and forgets the failures.
    public mutating func reset() { become(.closed) }

    /// How it stands, for a view.
    public func status(at now: Timestamp) -> Status {
        var copy = self
        copy.forget(before: now)
        return Status(state: state, failures: copy.failures.count, openings: openings)
    }

    /// How a breaker stands.
    public struct Status: Hashable, Sendable {
        /// What passes.
        public var state: State
        /// How many failures count.
        public var failures: Int
        /// How often it has opened since the start.
        public var openings: Int
    }

    private mutating func open(at now: Timestamp) {
        openings += 1
        become(.open(until: now + settings.coolDown))
    }

    private mutating func become(_ next: State) {
        state = next
        generation += 1
        failures = []
    }

    private mutating func forget(before now: Timestamp) {
        failures.removeAll { $0 + settings.window <= now }
    }
}

extension VenueAnswer {
    /// What it tells a breaker: a definitive no is an answer, and so is a duplicate.
    public var breakerOutcome: CircuitBreaker.Outcome {
        switch self {
        case .yes, .no: .answered
        case .unknown(let doubt): doubt.cause == .duplicate ? .answered : .failed
        }
    }
}

extension HTTPFailure {
    /// What it tells a breaker: nothing where we ended the request ourselves.
    public var breakerOutcome: CircuitBreaker.Outcome {
        switch cause {
        case .malformedRequest, .cancelled, .stopped: .notSent
        default: .failed
        }
    }
}
