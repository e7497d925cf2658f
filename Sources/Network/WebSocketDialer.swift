/// Keeps WebSockets to servers, all on the thread that services it.
public protocol WebSocketDialer: AnyObject {
    /// Who is told; held weakly.
    var delegate: (any WebSocketClientDelegate)? { get set }

    /// Lets ``service(until:)`` return, from any thread.
    var wake: @Sendable () -> Void { get }

    /// Begins to open a WebSocket; the delegate is told later what came of it.
    ///
    /// - Throws: ``SocketError`` for a URL that cannot be used, or too many connections.
    func connect(to url: String) throws(SocketError) -> ConnectionID

    /// Does what there is to do until a time of the monotonic clock, or until it is woken.
    func service(until deadline: Int64)

    /// Sends a text message, after those before it.
    ///
    /// - Returns: Whether the WebSocket is open.
    @discardableResult
    func send(_ text: String, to id: ConnectionID) -> Bool

    /// Sends a ping.
    ///
    /// - Returns: Whether the WebSocket is open.
    @discardableResult
    func ping(_ id: ConnectionID) -> Bool

    /// Closes a WebSocket, after what was sent before.
    func close(_ id: ConnectionID)

    /// Closes a connection without a word.
    func drop(_ id: ConnectionID)
}

extension WebSocketClient: WebSocketDialer {
    /// Lets ``service(until:)`` return, from any thread.
    public var wake: @Sendable () -> Void {
        let waker = waker
        return { waker.wake() }
    }

    /// Begins to open a WebSocket without headers of its own.
    ///
    /// - Throws: ``SocketError`` for a URL that cannot be used, or too many connections.
    public func connect(to url: String) throws(SocketError) -> ConnectionID {
        try connect(to: url, headers: [])
    }

    /// Sends a ping that carries nothing.
    ///
    /// - Returns: Whether the WebSocket is open.
    @discardableResult
    public func ping(_ id: ConnectionID) -> Bool { ping(id, []) }

    /// Closes a WebSocket as one does in order.
    public func close(_ id: ConnectionID) { close(id, code: 1000, reason: "") }
}
