internal import Platform

/// How a WebSocket ended.
public struct WebSocketEnding: Hashable, Sendable {
    /// Who said first that it ends.
    public enum Initiator: Hashable, Sendable {
        /// The other end.
        case other
        /// This end: a call, or a limit that was passed.
        case own
        /// Nobody: the connection broke, or what came was no WebSocket.
        case nobody
    }

    /// Who said first that it ends.
    public var initiator: Initiator
    /// The code that was said first, as 1000; `nil` where none was.
    public var code: UInt16?
    /// The words that were said with it, or why this end closes.
    public var reason: String

    /// Makes an ending.
    public init(_ initiator: Initiator, code: UInt16? = nil, reason: String = "") {
        self.initiator = initiator
        self.code = code
        self.reason = reason
    }
}

extension WebSocketEnding: CustomStringConvertible {
    /// Who ended it and why, for people.
    public var description: String {
        let who =
            switch initiator {
            case .other: "the other end closed it"
            case .own: "it was closed here"
            case .nobody: "it broke"
            }
        let number = code.map { " with code \($0)" } ?? ""
        return reason.isEmpty ? who + number : "\(who)\(number): \(reason)"
    }
}

/// One end of a WebSocket: whole messages in and out, in order, within limits.
final class WebSocketChannel: LoopHeaderSource {
    /// What is told of it.
    enum Event {
        case opened
        case received(String)
        case ponged([UInt8])
        case failed(String)
        case closed(WebSocketEnding)
    }

    let limits: NetworkLimits
    let handshakeHeaders: [UInt8]
    private let tell: (Event) -> Void
    private var handle: LoopHandle?
    /// The connection as long as it is not open.
    var attempt: LoopHandle?
    private var queue: [(frame: LoopFrame, bytes: [UInt8])] = []
    private var next = 0
    private var queuedBytes = 0
    private var message: [UInt8] = []
    private var ending: WebSocketEnding?
    private var isEnded = false
    /// Whether the library may still hold a part of what it was given.
    private var isSending = false
    /// When something was last sent, or had to be and was not before.
    private var progress = Clock.monotonic()

    init(
        limits: NetworkLimits,
        headers: [UInt8] = [],
        tell: @escaping (Event) -> Void
    ) {
        self.limits = limits
        handshakeHeaders = headers
        self.tell = tell
    }

    /// Whether it is open and nobody has said that it ends.
    var isOpen: Bool { handle != nil && ending == nil && !isEnded }

    /// Queues a frame; `false` where it is not open, or where this passes the limit and ends it.
    func send(_ bytes: [UInt8], as frame: LoopFrame) -> Bool {
        guard isOpen else { return false }
        guard queuedBytes + bytes.count <= limits.backlogBytes else {
            breakOff(
                WebSocketEnding(.own, reason: "over \(limits.backlogBytes) bytes wait to be read")
            )
            return false
        }
        if queue.isEmpty { progress = Clock.monotonic() }
        queue.append((frame, bytes))
        queuedBytes += bytes.count
        handle?.wantWriting()
        return true
    }

    /// Says that it ends, after all that was sent before.
    func close(_ ending: WebSocketEnding) {
        guard isOpen else { return }
        self.ending = ending
        progress = Clock.monotonic()
        handle?.wantWriting()
    }

    /// Ends it without a word.
    func breakOff(_ ending: WebSocketEnding) {
        guard !isEnded else { return }
        (handle ?? attempt)?.close()
        end(ending)
    }

    /// Ends it where the other end takes nothing for too long.
    func check(at now: Int64) {
        guard handle != nil, isSending || !queue.isEmpty || ending != nil else { return }
        let limit = Int64(limits.stallSeconds) * 1_000_000_000
        guard now - progress > limit else { return }
        breakOff(ending ?? WebSocketEnding(.own, reason: "the other end does not read"))
    }

    func handle(_ event: LoopEvent) -> Bool {
        switch event {
        case .opened(let handle):
            self.handle = handle
            attempt = nil
            tell(.opened)
        case .writable: return write()
        case .received(let bytes, _, let isLast, let isBinary):
            receive(bytes, isLast: isLast, isBinary: isBinary)
        case .ponged(let payload): if !isEnded { tell(.ponged(payload)) }
        case .closing(let code, let reason):
            if ending == nil { ending = WebSocketEnding(.other, code: code, reason: reason) }
        case .failed(let reason):
            guard !isEnded else { return false }
            isEnded = true
            attempt = nil
            tell(.failed(reason))
        case .closed: end(ending ?? WebSocketEnding(.nobody))
        case .readable: return false
        }
        return true
    }

    private func end(_ ending: WebSocketEnding) {
        guard !isEnded else { return }
        isEnded = true
        let wasOpen = handle != nil
        (handle, attempt) = (nil, nil)
        (queue, message, queuedBytes) = ([], [], 0)
        guard !wasOpen else { return tell(.closed(ending)) }
        let reason = ending.reason.isEmpty ? "closed during the handshake" : ending.reason
        tell(.failed(reason))
    }

    /// Writes one frame; the library asks for the next when it has room.
    private func write() -> Bool {
        guard let handle, !isEnded else { return false }
        isSending = false
        guard next < queue.count else {
            guard let ending, ending.initiator == .own else { return true }
            handle.setClosing(code: ending.code ?? 1000, reason: ending.reason)
            return false
        }
        let (frame, bytes) = queue[next]
        queue[next].bytes = []
        next += 1
        queuedBytes -= bytes.count
        // By halves, so that each frame is moved once at most, however many wait.
        if next * 2 >= queue.count {
            queue.removeFirst(next)
            next = 0
        }
        progress = Clock.monotonic()
        guard handle.write(bytes, as: frame) else { return false }
        // Also without more to write: the next call tells that this was taken.
        isSending = true
        handle.wantWriting()
        return true
    }

    private func receive(_ bytes: [UInt8], isLast: Bool, isBinary: Bool) {
        guard handle != nil, ending == nil else { return }
        guard !isBinary else { return refuse(1003, "only text is understood") }
        guard message.count + bytes.count <= limits.messageBytes else {
            return refuse(1009, "a message has over \(limits.messageBytes) bytes")
        }
        message.append(contentsOf: bytes)
        guard isLast else { return }
        guard let text = String(validating: message, as: UTF8.self) else {
            return refuse(1007, "a text message is not UTF-8")
        }
        message = []
        tell(.received(text))
    }

    /// Ends it for something that came; what still waits is not sent.
    private func refuse(_ code: UInt16, _ reason: String) {
        (queue, next, queuedBytes, message) = ([], 0, 0, [])
        close(WebSocketEnding(.own, code: code, reason: reason))
    }
}
