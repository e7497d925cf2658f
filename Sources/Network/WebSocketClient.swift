internal import Platform

/// Who is told what comes to a client; always on the thread that services it.
public protocol WebSocketClientDelegate: AnyObject {
    /// A WebSocket is open.
    func opened(_ id: ConnectionID)
    /// A text message came whole.
    func received(_ text: String, from id: ConnectionID)
    /// A pong came, with what it carries.
    func ponged(_ payload: [UInt8], from id: ConnectionID)
    /// A WebSocket could not be opened, in words; nothing more is told of it.
    func failed(_ id: ConnectionID, _ reason: String)
    /// A WebSocket that was open is gone; nothing more is told of it.
    func closed(_ id: ConnectionID, _ ending: WebSocketEnding)
}

extension WebSocketClientDelegate {
    /// Does nothing.
    public func ponged(_ payload: [UInt8], from id: ConnectionID) {}
}

/// Keeps WebSockets to servers, all on the thread that services it.
///
/// Outside this machine nothing is sent without TLS, and no certificate is taken that is not
/// verified. It never connects again by itself. Everything but ``waker`` belongs to one thread.
public final class WebSocketClient {
    /// What servers may take of its memory and time.
    public let limits: NetworkLimits
    /// Who is told; held weakly.
    public weak var delegate: (any WebSocketClientDelegate)?

    /// The file with the certificates that Debian trusts.
    public static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    private let loop: EventLoop
    private let resolver: NameResolver
    private var channels: [ConnectionID: WebSocketChannel] = [:]
    /// What is not open yet, and when it must be.
    private var attempts: [ConnectionID: (url: WebSocketURL, deadline: Int64)] = [:]
    private var beginning: [ConnectionID] = []
    private var last: UInt64 = 0
    private var nextCheck: Int64 = 0

    /// Makes a client without connections.
    ///
    /// - Parameters:
    ///   - authorities: A file of PEM certificates that are trusted, in place of the system's.
    ///   - limits: What servers may take; `requestSeconds` bounds how long opening takes.
    /// - Throws: ``SocketError`` where the file cannot be read.
    public init(
        authorities: String = WebSocketClient.systemAuthorities,
        limits: NetworkLimits = NetworkLimits()
    ) throws(SocketError) {
        // The library would go on without any, and trust nobody.
        guard let file = try? File(path: authorities, mode: .read), (try? file.size()) != 0 else {
            throw SocketError("cannot read the certificates in \(authorities)")
        }
        self.limits = limits
        loop = try EventLoop(
            .client(authorities: authorities),
            descriptors: limits.connections,
            seconds: limits.requestSeconds
        )
        let waker = loop.waker
        resolver = NameResolver { waker.nudge() }
    }

    /// Lets ``service(until:)`` return from any thread.
    public var waker: LoopWaker { loop.waker }

    /// Begins to open a WebSocket; the delegate is told later what came of it.
    ///
    /// - Parameters:
    ///   - url: `wss://…`, or `ws://` to 127.0.0.1 or localhost; its target is sent as it is.
    ///   - headers: Lines beyond those of the handshake itself.
    /// - Returns: By which name it is spoken of.
    /// - Throws: ``SocketError`` for a URL or header that cannot be sent, or too many connections.
    public func connect(
        to url: String,
        headers: [HTTPHeader] = []
    ) throws(SocketError) -> ConnectionID {
        let url = try WebSocketURL(url)
        var lines: [UInt8] = []
        for header in headers {
            guard HTTPHeader.isName(header.name), HTTPHeader.isValue(header.value) else {
                throw SocketError("the header \(header.name) is not one line")
            }
            lines += Array("\(header.name): \(header.value)\r\n".utf8)
        }
        guard channels.count < limits.connections else {
            throw SocketError("there are \(channels.count) connections already")
        }
        last += 1
        let id = ConnectionID(number: last)
        channels[id] = WebSocketChannel(limits: limits, headers: lines) { [weak self] event in
            self?.tell(event, of: id)
        }
        let seconds = Int64(limits.requestSeconds)
        attempts[id] = (url, Clock.monotonic() + seconds * 1_000_000_000)
        beginning.append(id)
        loop.waker.nudge()
        return id
    }

    /// Does what there is to do until a time, or until it is woken.
    ///
    /// - Parameter deadline: A time of the monotonic clock, in nanoseconds; one in the past does
    ///   what can be done at once.
    public func service(until deadline: Int64) {
        var now = Clock.monotonic()
        repeat {
            begin()
            if now >= nextCheck { check(at: now) }
            let isWoken = loop.service(until: min(deadline, nextCheck))
            now = Clock.monotonic()
            if isWoken { return }
        } while now < deadline
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

    /// Closes a WebSocket with a code, after what was sent before; one that is opening is dropped.
    public func close(_ id: ConnectionID, code: UInt16 = 1000, reason: String = "") {
        guard let channel = channels[id] else { return }
        if attempts[id] != nil { return drop(id) }
        channel.close(WebSocketEnding(.own, code: code, reason: reason))
    }

    /// Closes a connection without a word.
    public func drop(_ id: ConnectionID) {
        channels[id]?.breakOff(WebSocketEnding(.own, reason: "dropped"))
    }

    /// Begins what was asked for, and goes on where a name was looked up.
    private func begin() {
        let ids = beginning
        beginning = []
        for id in ids {
            guard let url = attempts[id]?.url else { continue }
            if let address = url.address {
                connect(id, url, at: address)
            } else {
                resolver.look(up: url.host, number: id.number)
            }
        }
        for answer in resolver.take() {
            let id = ConnectionID(number: answer.number)
            guard let url = attempts[id]?.url else { continue }
            if let address = answer.address {
                connect(id, url, at: address)
            } else {
                _ = channels[id]?.handle(.failed("cannot find \(url.host): \(answer.reason)"))
            }
        }
    }

    private func connect(_ id: ConnectionID, _ url: WebSocketURL, at address: String) {
        guard let channel = channels[id] else { return }
        let handle = loop.connect(to: url, at: address, for: channel)
        if !channel.isOpen { channel.attempt = handle }
    }

    private func check(at now: Int64) {
        nextCheck = now + 200_000_000
        for (id, attempt) in attempts where now > attempt.deadline {
            let reason = "not open within \(limits.requestSeconds) seconds"
            channels[id]?.breakOff(WebSocketEnding(.own, reason: reason))
        }
        for channel in Array(channels.values) { channel.check(at: now) }
    }

    private func tell(_ event: WebSocketChannel.Event, of id: ConnectionID) {
        switch event {
        case .opened:
            attempts[id] = nil
            delegate?.opened(id)
        case .received(let text): delegate?.received(text, from: id)
        case .ponged(let payload): delegate?.ponged(payload, from: id)
        case .failed(let reason):
            (attempts[id], channels[id]) = (nil, nil)
            delegate?.failed(id, reason)
        case .closed(let ending):
            channels[id] = nil
            delegate?.closed(id, ending)
        }
    }
}
