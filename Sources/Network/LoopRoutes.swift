internal import CWebSockets

/// Who is told of what, by number.
final class LoopRoutes {
    var participants: [UInt: any LoopParticipant] = [:]
    /// Whose socket is being taken over just now.
    var adopting: UInt?
    /// What is being told that it can write, and is no WebSocket.
    fileprivate var writing: UInt?
    private var again: [LoopHandle] = []
    private var last: UInt = 0

    func add(_ participant: any LoopParticipant) -> UInt {
        last += 1
        participants[last] = participant
        return last
    }

    /// Tells a descriptor's participant that it can write.
    ///
    /// The library forgets a wish that is uttered meanwhile (4.1), so it is repeated afterwards.
    func write(_ tag: UInt, _ body: () -> Int32) -> Int32 {
        writing = tag
        defer { writing = nil }
        return body()
    }

    fileprivate func repeatLater(_ handle: LoopHandle) { again.append(handle) }

    /// Repeats the wishes to write that were uttered too early.
    func repeatWishes() {
        let wishes = again
        again = []
        for handle in wishes { handle.wantWriting() }
    }

    /// A number as the library keeps it for us; never followed.
    static func pointer(_ tag: UInt) -> UnsafeMutableRawPointer? {
        unsafe UnsafeMutableRawPointer(bitPattern: tag)
    }
}

/// A connection of a loop, as its participant holds it.
@safe final class LoopHandle {
    private let wsi: OpaquePointer
    private let tag: UInt
    private let routes: LoopRoutes
    /// Whether the connection is still there.
    private var isOpen: Bool { routes.participants[tag] != nil }

    init(_ wsi: OpaquePointer, tag: UInt, routes: LoopRoutes) {
        unsafe self.wsi = wsi
        self.tag = tag
        self.routes = routes
    }

    /// Asks for ``LoopEvent/writable``.
    func wantWriting() {
        guard isOpen else { return }
        if routes.writing == tag { routes.repeatLater(self) }
        unsafe lws_callback_on_writable(wsi)
    }

    /// Stops or resumes ``LoopEvent/readable``.
    func setReading(_ isReading: Bool) {
        if isOpen { unsafe lws_rx_flow_control(wsi, isReading ? 1 : 0) }
    }

    /// Closes the connection soon, without a word; nothing is told of it any more.
    func close() {
        guard isOpen else { return }
        unsafe hf_kill(wsi)
        routes.participants[tag] = nil
    }

    /// Writes one frame; only while ``LoopEvent/writable`` is handled.
    ///
    /// - Returns: `false` where the connection is broken.
    func write(_ bytes: [UInt8], as kind: LoopFrame) -> Bool {
        guard isOpen else { return false }
        let space = hf_space_before()
        var padded = [UInt8](repeating: 0, count: space)
        padded.append(contentsOf: bytes)
        let count = bytes.count
        // What the system does not take at once, the library keeps and sends first.
        return unsafe padded.withUnsafeMutableBufferPointer { padded in
            guard let start = padded.baseAddress else { return false }
            return unsafe lws_write(wsi, start + space, count, kind.protocolValue) >= 0
        }
    }

    /// Chooses what the close frame says that follows when an event is answered with `false`.
    func setClosing(code: UInt16, reason: String) {
        guard isOpen else { return }
        // A control frame has room for 125 bytes, two of which are the code.
        var bytes = Array(reason.utf8.prefix(123))
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        let count = bytes.count
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            let status = lws_close_status(rawValue: UInt32(code))
            unsafe lws_close_reason(wsi, status, bytes.baseAddress, count)
        }
    }
}

/// What a frame is.
enum LoopFrame {
    case text
    case ping

    fileprivate var protocolValue: lws_write_protocol {
        switch self {
        case .text: LWS_WRITE_TEXT
        case .ping: LWS_WRITE_PING
        }
    }
}
