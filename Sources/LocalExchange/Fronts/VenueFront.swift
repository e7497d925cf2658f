public import Network
public import Trading

/// A WebSocket of a client.
public struct SocketID: Hashable, Sendable {
    /// Its number; never used twice.
    public let rawValue: UInt64

    /// Names a socket.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What leaves through a socket.
public enum SocketMessage: Hashable, Sendable {
    /// A text message.
    case text(SocketID, [UInt8])
    /// The end, with the code of the close frame.
    case close(SocketID, code: Int)

    /// The socket.
    public var socket: SocketID {
        switch self {
        case .text(let socket, _), .close(let socket, _): socket
        }
    }
}

/// What fronts have to send, in order.
public final class Outbox {
    /// What waits to be sent, oldest first.
    public private(set) var messages: [SocketMessage] = []

    /// Nothing waits.
    public init() {}

    /// Sends a text.
    func send(_ text: String, to socket: SocketID) {
        messages.append(.text(socket, Array(text.utf8)))
    }

    /// Closes a socket.
    func close(_ socket: SocketID, code: Int = 1000) {
        messages.append(.close(socket, code: code))
    }

    /// Gives what waits.
    public func take() -> [SocketMessage] {
        defer { messages.removeAll(keepingCapacity: true) }
        return messages
    }
}

/// Trouble that a venue makes with every path alike, in its own words.
public enum VenueTrouble: Hashable, Sendable {
    /// Too many requests: the limit of an endpoint group.
    case tooMany(retryAfter: TimeSpan)
    /// Banned for having gone on.
    case banned(retryAfter: TimeSpan)
    /// An error of the server with this status; the request may have been done.
    case serverError(status: Int)
    /// The venue is down for maintenance.
    case maintenance
}

/// Speaks the protocol of one venue over a house: requests, streams, error bodies.
///
/// It has no socket and no clock. The time it is given is the venue's: a drift is in it already.
public protocol VenueFront: AnyObject {
    /// Answers a request; `nil` where its path is not this venue's.
    func answer(_ request: HTTPRequest, at now: Timestamp) -> HTTPResponse?

    /// Takes a socket that was opened with this request; `false` where its path is not this
    /// venue's.
    func opened(_ socket: SocketID, _ request: HTTPRequest, at now: Timestamp) -> Bool

    /// Takes a message of a socket that it took.
    func received(_ message: [UInt8], from socket: SocketID, at now: Timestamp)

    /// Forgets a socket; one that is not its own changes nothing.
    func closed(_ socket: SocketID)

    /// Tells its streams what happened in its house.
    func tell(_ events: [LocalEvent], at now: Timestamp)

    /// Hears that a market of its house, by its place, has other filters.
    func filtersChanged(of market: Int)

    /// Does what is due by time: pushes books, ends what has expired.
    func tick(at now: Timestamp)

    /// The answer that the venue gives in trouble; `nil` where the path is not this venue's.
    func answer(_ request: HTTPRequest, in trouble: VenueTrouble, at now: Timestamp)
        -> HTTPResponse?
}
