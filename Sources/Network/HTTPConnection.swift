internal import Platform

/// A connection of a server until it ends or becomes a WebSocket.
///
/// One request at a time: the next is looked at when the answer to the one before is sent, which
/// keeps answers in order and bounds what waits.
final class HTTPConnection: LoopParticipant {
    /// What is told of it.
    protocol Owner: AnyObject {
        /// Takes a request, which may be answered at once or later.
        func take(_ request: HTTPRequest, from id: ConnectionID)
        /// Whether the request for a WebSocket is granted; otherwise it was answered or is gone.
        func grantsWebSocket(_ request: HTTPRequest, to id: ConnectionID) -> Bool
        /// Goes on with the socket as a WebSocket. The descriptor is handed over.
        func open(_ descriptor: Int32, _ request: HTTPRequest, rest: [UInt8], as id: ConnectionID)
        /// The connection is closed or handed over.
        func forget(_ id: ConnectionID)
    }

    let id: ConnectionID
    private let limits: NetworkLimits
    private unowned let owner: any Owner
    private let descriptor: Int32
    private var handle: LoopHandle?
    private var parser: HTTPRequestParser
    private var output: [UInt8] = []
    private var written = 0
    /// The request that waits for its answer, and whether the connection stays after it.
    private var pending: (request: HTTPRequest, isKept: Bool)?
    private var isAdvancing = false
    private var isReading = true
    /// Whether nothing more is read as a request: it closes when the output is sent.
    private var isLast = false
    private var isClosed = false
    /// When it must have moved on.
    private var deadline: Int64 = 0

    init(_ id: ConnectionID, descriptor: Int32, limits: NetworkLimits, owner: any Owner) {
        self.id = id
        self.descriptor = descriptor
        self.limits = limits
        self.owner = owner
        parser = HTTPRequestParser(limits: limits)
    }

    /// Begins, once the loop looks after it.
    func begin(_ handle: LoopHandle) {
        self.handle = handle
        allow(limits.requestSeconds)
    }

    func handle(_ event: LoopEvent) -> Bool {
        switch event {
        case .readable: read()
        case .writable: write()
        case .closed: close()
        default: break
        }
        return !isClosed
    }

    /// Sends the answer to the request that waits; `false` where none does.
    func answer(_ response: HTTPResponse) -> Bool {
        guard let (_, isKept) = pending, !isClosed else { return false }
        pending = nil
        send(response, isKept: isKept)
        if !isAdvancing { advance() }
        return true
    }

    /// Closes it without a word.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        handle?.close()
        handle = nil
        owner.forget(id)
    }

    /// Ends it where the other end is too slow.
    func check(at now: Int64) {
        guard now > deadline, pending == nil else { return }
        guard output.isEmpty, !isLast, parser.isWithinRequest else { return close() }
        send(HTTPResponse.plain(408, "the request did not come in time"), isKept: false)
    }

    private func allow(_ seconds: Int) {
        deadline = Clock.monotonic() + Int64(seconds) * 1_000_000_000
    }

    private func read() {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        switch LoopbackSocket.read(descriptor, into: &chunk) {
        case .later: return
        case .end: return close()
        case .count(let count):
            // What follows the last request is read, so that closing does not reset the answer.
            guard !isLast else { return }
            if !parser.isWithinRequest, pending == nil { allow(limits.requestSeconds) }
            parser.append(chunk[..<count])
        }
        advance()
        if isReading, !isClosed, parser.waiting > limits.headBytes + limits.bodyBytes {
            isReading = false
            handle?.setReading(false)
        }
    }

    /// Takes requests as long as each is answered and sent at once.
    private func advance() {
        isAdvancing = true
        defer { isAdvancing = false }
        while pending == nil, output.isEmpty, !isLast, !isClosed {
            switch parser.next() {
            case .needsMore: return resumeReading()
            case .wantsToBeContinued:
                output = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
                write()
            case .refused(let status, let reason):
                send(.plain(status, reason), isKept: false)
            case .request(let request, let isKept):
                pending = (request, isKept)
                take(request)
            }
        }
    }

    private func resumeReading() {
        guard !isReading else { return }
        isReading = true
        handle?.setReading(true)
    }

    private func take(_ request: HTTPRequest) {
        guard HTTPRequestParser.words(request, "upgrade").contains("websocket") else {
            return owner.take(request, from: id)
        }
        if let refusal = WebSocketHandshake.refusal(of: request) {
            _ = answer(refusal)
            return
        }
        guard owner.grantsWebSocket(request, to: id), pending != nil, !isClosed else { return }
        let second = LoopbackSocket.duplicate(descriptor)
        guard second >= 0 else { return close() }
        let rest = parser.takeRest()
        close()
        owner.open(second, request, rest: rest, as: id)
    }

    private func send(_ response: HTTPResponse, isKept: Bool) {
        guard response.isSendable else {
            return send(.plain(500, "the answer cannot be sent"), isKept: false)
        }
        if !isKept { isLast = true }
        output.append(contentsOf: response.bytes(isKept: isKept))
        write()
    }

    private func write() {
        while written < output.count {
            switch LoopbackSocket.write(output[written...], to: descriptor) {
            case .count(let count):
                written += count
                allow(limits.stallSeconds)
            case .later:
                if written == 0 { allow(limits.stallSeconds) }
                handle?.wantWriting()
                return
            case .end: return close()
            }
        }
        guard !output.isEmpty else { return }
        (output, written) = ([], 0)
        if isLast {
            // The other end closes when it has read this; a reset could take the answer from it.
            LoopbackSocket.finish(descriptor)
            resumeReading()
            return allow(2)
        }
        allow(parser.isWithinRequest ? limits.requestSeconds : limits.idleSeconds)
        if !isAdvancing { advance() }
    }
}

extension HTTPResponse {
    /// An answer of the server itself, in words.
    static func plain(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
            body: Array("\(text)\n".utf8)
        )
    }
}
