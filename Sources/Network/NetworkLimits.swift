/// What a server lets others take of its memory and time.
public struct NetworkLimits: Hashable, Sendable {
    /// Bytes of a request line and its headers; more is answered with 431.
    public var headBytes = 32 << 10
    /// Lines of headers; more is answered with 431.
    public var headerLines = 128
    /// Bytes of a request's body; more is answered with 413.
    public var bodyBytes = 1 << 20
    /// Bytes of a WebSocket message; more is closed with 1009.
    public var messageBytes = 4 << 20
    /// Bytes that may wait to be sent to one WebSocket; more closes it.
    public var backlogBytes = 16 << 20
    /// Connections at a time; further ones are closed at once.
    public var connections = 256
    /// Seconds within which a request or a handshake must have come whole.
    public var requestSeconds = 10
    /// Seconds that a kept connection may rest between requests.
    public var idleSeconds = 60
    /// Seconds without progress after which one who does not read is closed.
    public var stallSeconds = 10

    /// The limits that suit a local exchange.
    public init() {}
}

/// A connection of a server or a client; never used twice by the same one.
public struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    let number: UInt64

    /// Names a connection.
    package init(number: UInt64) { self.number = number }

    /// The number.
    package var rawNumber: UInt64 { number }

    /// The number.
    public var description: String { "#\(number)" }
}
