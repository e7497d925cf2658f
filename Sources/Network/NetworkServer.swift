internal import Platform

/// Who is told what comes to a server; always on the thread that services it.
public protocol NetworkServerDelegate: AnyObject {
    /// Takes a request; answer it now or later, or drop the connection.
    func received(_ request: HTTPRequest, from id: ConnectionID)
    /// Whether a request for a WebSocket is answered otherwise, as with 404; `nil` opens it.
    func refusal(of request: HTTPRequest, from id: ConnectionID) -> HTTPResponse?
    /// A WebSocket is open; the request says target and headers.
    func opened(_ id: ConnectionID, by request: HTTPRequest)
    /// A text message came whole.
    func received(_ text: String, from id: ConnectionID)
    /// A pong came, with what it carries.
    func ponged(_ payload: [UInt8], from id: ConnectionID)
    /// A WebSocket that was opened is gone.
    func closed(_ id: ConnectionID, _ ending: WebSocketEnding)
}

extension NetworkServerDelegate {
    /// Opens every WebSocket.
    public func refusal(of request: HTTPRequest, from id: ConnectionID) -> HTTPResponse? { nil }
    /// Does nothing.
    public func ponged(_ payload: [UInt8], from id: ConnectionID) {}
}

/// Serves HTTP/1.1 and WebSockets on one port of 127.0.0.1, on the thread that services it.
///
/// Requests are handed on with the very bytes of their target and body. Whoever is too slow or too
/// large is answered so or closed: ``NetworkLimits`` says when. Everything but ``waker`` belongs to
/// one thread. When a server is released, its connections close.
public final class NetworkServer {
    /// Where it listens.
    public let port: UInt16
    /// What others may take of its memory and time.
    public let limits: NetworkLimits
    /// Who is told; held weakly.
    public weak var delegate: (any NetworkServerDelegate)?

    private let loop: EventLoop
    private var listener: Listener?
    private var connections: [ConnectionID: HTTPConnection] = [:]
    private var channels: [ConnectionID: WebSocketChannel] = [:]
    private var last: UInt64 = 0
    private var nextCheck: Int64 = 0
    private var isStopped = false

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - port: Where; 0 lets the system choose, ``port`` tells what it chose.
    ///   - limits: What others may take.
    /// - Throws: ``SocketError`` where the port is taken.
    public init(port: UInt16 = 0, limits: NetworkLimits = NetworkLimits()) throws(SocketError) {
        self.limits = limits
        // One that becomes a WebSocket has two descriptors for a moment.
        loop = try EventLoop(
            .server,
            descriptors: limits.connections * 2 + 1,
            seconds: limits.requestSeconds
        )
        let descriptor: Int32
        (descriptor, self.port) = try LoopbackSocket.listen(at: port)
        let listener = Listener(descriptor)
        guard let handle = loop.watch(descriptor, for: listener) else {
            LoopbackSocket.close(descriptor)
            throw SocketError("cannot watch port \(self.port)")
        }
        listener.handle = handle
        self.listener = listener
        listener.server = self
    }

    /// Ends ``service(until:)`` and lets it return from any thread.
    public var waker: LoopWaker { loop.waker }

    /// How many connections there are, WebSockets included.
    public var connectionCount: Int { connections.count + channels.count }

    /// Does what there is to do until a time, or until it is woken or stopped.
    ///
    /// - Parameter deadline: A time of the monotonic clock, in nanoseconds; one in the past does
    ///   what can be done at once.
    public func service(until deadline: Int64) {
        var now = Clock.monotonic()
        repeat {
            if now >= nextCheck { check(at: now) }
            let isWoken = loop.service(until: min(deadline, nextCheck))
            now = Clock.monotonic()
            if isWoken || isStopped { return }
        } while now < deadline
    }

    /// Serves until ``stop()``.
    public func run() { while !isStopped { service(until: .max) } }

    /// Lets ``run()`` return; call it on the thread that runs.
    public func stop() { isStopped = true }

    /// Closes every WebSocket with the code 1001, and waits for the other ends until a time.
    ///
    /// What is connected beyond that is closed when the server is released.
    public func shutDown(until deadline: Int64) {
        isStopped = false
        for id in Array(channels.keys) { close(id, code: 1001, reason: "the server stops") }
        while !channels.isEmpty, Clock.monotonic() < deadline {
            service(until: min(deadline, Clock.monotonic() + 10_000_000))
        }
        isStopped = true
    }

    /// Answers the request that a connection waits for.
    ///
    /// - Returns: Whether one waited; where the other end has gone, none does.
    @discardableResult
    public func answer(_ id: ConnectionID, _ response: HTTPResponse) -> Bool {
        connections[id]?.answer(response) ?? false
    }

    /// Closes a connection or a WebSocket without an answer or a word.
    public func drop(_ id: ConnectionID) {
        connections[id]?.close()
        channels[id]?.breakOff(WebSocketEnding(.own, reason: "dropped"))
    }

    /// Sends a text message, after those before it.
    ///
    /// - Returns: `false` where the WebSocket is not open, or where more waits than it may: then it
    ///   is closed, which the delegate is told.
    @discardableResult
    public func send(_ text: String, to id: ConnectionID) -> Bool {
        channels[id]?.send(Array(text.utf8), as: .text) ?? false
    }

    /// Sends a ping with at most 125 bytes, of which more are left out.
    @discardableResult
    public func ping(_ id: ConnectionID, _ payload: [UInt8] = []) -> Bool {
        channels[id]?.send(Array(payload.prefix(125)), as: .ping) ?? false
    }

    /// Closes a WebSocket with a code, after what was sent before.
    public func close(_ id: ConnectionID, code: UInt16 = 1000, reason: String = "") {
        channels[id]?.close(WebSocketEnding(.own, code: code, reason: reason))
    }

    /// Takes a new connection.
    func accept(_ descriptor: Int32) {
        last += 1
        let id = ConnectionID(number: last)
        guard connectionCount < limits.connections else {
            return LoopbackSocket.close(descriptor)
        }
        let connection = HTTPConnection(id, descriptor: descriptor, limits: limits, owner: self)
        guard let handle = loop.watch(descriptor, for: connection) else {
            return LoopbackSocket.close(descriptor)
        }
        connection.begin(handle)
        connections[id] = connection
    }

    private func check(at now: Int64) {
        nextCheck = now + 500_000_000
        for connection in Array(connections.values) { connection.check(at: now) }
        for channel in Array(channels.values) { channel.check(at: now) }
        listener?.resume()
    }
}

extension NetworkServer: HTTPConnection.Owner {
    func take(_ request: HTTPRequest, from id: ConnectionID) {
        guard let delegate else { return drop(id) }
        delegate.received(request, from: id)
    }

    func grantsWebSocket(_ request: HTTPRequest, to id: ConnectionID) -> Bool {
        guard let refusal = delegate?.refusal(of: request, from: id) else { return true }
        answer(id, refusal)
        return false
    }

    func open(_ descriptor: Int32, _ request: HTTPRequest, rest: [UInt8], as id: ConnectionID) {
        let channel = WebSocketChannel(limits: limits) { [weak self] event in
            self?.tell(event, of: id, request)
        }
        channels[id] = channel
        loop.adopt(descriptor, read: WebSocketHandshake.bytes(of: request) + rest, for: channel)
    }

    func forget(_ id: ConnectionID) { connections[id] = nil }

    private func tell(
        _ event: WebSocketChannel.Event,
        of id: ConnectionID,
        _ request: HTTPRequest
    ) {
        switch event {
        case .opened: delegate?.opened(id, by: request)
        case .received(let text): delegate?.received(text, from: id)
        case .ponged(let payload): delegate?.ponged(payload, from: id)
        case .failed: channels[id] = nil
        case .closed(let ending):
            channels[id] = nil
            delegate?.closed(id, ending)
        }
    }
}

/// Takes those who connect.
private final class Listener: LoopParticipant {
    weak var server: NetworkServer?
    var handle: LoopHandle?
    private let descriptor: Int32
    private var isPaused = false

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func handle(_ event: LoopEvent) -> Bool {
        guard case .readable = event, let server else { return true }
        while true {
            guard let accepted = LoopbackSocket.accept(descriptor) else {
                // Without descriptors nobody can be taken; asking at once again would be busy.
                isPaused = true
                handle?.setReading(false)
                return true
            }
            if accepted < 0 { return true }
            server.accept(accepted)
        }
    }

    /// Tries again, where there were no descriptors left.
    func resume() {
        guard isPaused else { return }
        isPaused = false
        handle?.setReading(true)
    }
}
