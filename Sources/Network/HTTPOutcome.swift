/// What came of a request, and when.
public struct HTTPOutcome: Sendable {
    /// The answer, whatever its status, or why there is none.
    public var result: Result<HTTPResponse, HTTPFailure>
    /// When it went and came.
    public var moments: HTTPMoments

    /// Makes an outcome.
    public init(result: Result<HTTPResponse, HTTPFailure>, moments: HTTPMoments) {
        self.result = result
        self.moments = moments
    }
}

/// The moments of a request, by the monotonic clock, in nanoseconds.
public struct HTTPMoments: Hashable, Sendable {
    /// When the client was asked.
    public var asked: Int64
    /// When the last byte of the request was handed to the system; `nil` where none was.
    public var sent: Int64?
    /// When the first byte of the answer was read; `nil` where none came.
    public var answered: Int64?
    /// When the outcome was known.
    public var ended: Int64
    /// Whether a connection was made for it, so that a handshake lies between asked and sent.
    public var isOnNewConnection: Bool

    /// Makes moments.
    public init(
        asked: Int64,
        sent: Int64? = nil,
        answered: Int64? = nil,
        ended: Int64,
        isOnNewConnection: Bool = false
    ) {
        self.asked = asked
        self.sent = sent
        self.answered = answered
        self.ended = ended
        self.isOnNewConnection = isOnNewConnection
    }
}
