internal import CWebSockets

/// What happens to a participant of a loop.
enum LoopEvent {
    /// There is something to read from the descriptor.
    case readable
    /// The descriptor or WebSocket takes bytes again.
    case writable
    /// The WebSocket is open.
    case opened(LoopHandle)
    /// A part of a message came.
    case received([UInt8], isFirst: Bool, isLast: Bool, isBinary: Bool)
    /// A pong came.
    case ponged([UInt8])
    /// The other end says that it closes; the library answers it.
    case closing(code: UInt16?, reason: String)
    /// It could not be opened.
    case failed(String)
    /// It is gone.
    case closed
}

/// The one callback of the library: finds whom an event is for.
func routeEvent(
    _ wsi: OpaquePointer?,
    _ reason: lws_callback_reasons,
    _ user: UnsafeMutableRawPointer?,
    _ bytes: UnsafeMutableRawPointer?,
    _ count: Int
) -> Int32 {
    guard let wsi = unsafe wsi, let context = unsafe lws_get_context(wsi),
        let owner = unsafe lws_context_user(context)
    else { return 0 }
    let routes = unsafe Unmanaged<LoopRoutes>.fromOpaque(owner).takeUnretainedValue()
    if reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED, let tag = routes.adopting {
        unsafe lws_set_opaque_user_data(wsi, LoopRoutes.pointer(tag))
        return 0
    }
    guard let data = unsafe lws_get_opaque_user_data(wsi) else { return 0 }
    let tag = UInt(bitPattern: data)
    guard let participant = routes.participants[tag] else {
        // Let go of: whatever would go on is ended.
        return isActivity(reason) ? -1 : 0
    }
    if let headers = participant as? any LoopHeaderSource,
        reason == LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER
    {
        return unsafe append(headers.handshakeHeaders, at: bytes, room: count) ? 0 : -1
    }
    let isEmpty = unsafe bytes == nil
    let content = unsafe UnsafeRawBufferPointer(start: bytes, count: isEmpty ? 0 : count)
    guard let event = unsafe event(reason, wsi, content, tag: tag, routes) else { return 0 }
    switch event {
    case .closed, .failed: routes.participants[tag] = nil
    default: break
    }
    switch reason {
    case LWS_CALLBACK_RAW_WRITEABLE_FILE:
        return routes.write(tag) { participant.handle(event) ? 0 : -1 }
    case LWS_CALLBACK_RECEIVE, LWS_CALLBACK_CLIENT_RECEIVE:
        // Never a no: after one, the library's client (4.1) reads on beyond its buffer's end.
        _ = participant.handle(event)
        return 0
    default: return participant.handle(event) ? 0 : -1
    }
}

/// Adds header lines to a handshake of a client.
protocol LoopHeaderSource: LoopParticipant {
    /// The lines, each with its end.
    var handshakeHeaders: [UInt8] { get }
}

private func isActivity(_ reason: lws_callback_reasons) -> Bool {
    switch reason {
    case LWS_CALLBACK_RAW_RX_FILE, LWS_CALLBACK_RAW_WRITEABLE_FILE, LWS_CALLBACK_ESTABLISHED,
        LWS_CALLBACK_CLIENT_ESTABLISHED, LWS_CALLBACK_SERVER_WRITEABLE,
        LWS_CALLBACK_CLIENT_WRITEABLE,
        LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        true
    default: false
    }
}

/// `place` holds the address of the place to write at, and takes that of the end.
private func append(
    _ bytes: [UInt8],
    at place: UnsafeMutableRawPointer?,
    room: Int
) -> Bool {
    guard let place = unsafe place?.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>.self),
        bytes.count < room
    else { return false }
    for byte in bytes {
        unsafe place.pointee.pointee = byte
        unsafe place.pointee += 1
    }
    return true
}

private func event(
    _ reason: lws_callback_reasons,
    _ wsi: OpaquePointer,
    _ bytes: UnsafeRawBufferPointer,
    tag: UInt,
    _ routes: LoopRoutes
) -> LoopEvent? {
    switch reason {
    case LWS_CALLBACK_RAW_RX_FILE: .readable
    case LWS_CALLBACK_RAW_WRITEABLE_FILE, LWS_CALLBACK_SERVER_WRITEABLE,
        LWS_CALLBACK_CLIENT_WRITEABLE:
        .writable
    case LWS_CALLBACK_ESTABLISHED, LWS_CALLBACK_CLIENT_ESTABLISHED:
        unsafe .opened(LoopHandle(wsi, tag: tag, routes: routes))
    case LWS_CALLBACK_RECEIVE, LWS_CALLBACK_CLIENT_RECEIVE:
        unsafe .received(
            Array(bytes),
            isFirst: lws_is_first_fragment(wsi) == 1,
            isLast: lws_is_final_fragment(wsi) == 1 && lws_remaining_packet_payload(wsi) == 0,
            isBinary: lws_frame_is_binary(wsi) == 1
        )
    case LWS_CALLBACK_RECEIVE_PONG, LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        unsafe .ponged(Array(bytes))
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: unsafe closing(Array(bytes))
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: unsafe .failed(failure(Array(bytes), wsi))
    case LWS_CALLBACK_RAW_CLOSE_FILE, LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLIENT_CLOSED,
        LWS_CALLBACK_WSI_DESTROY:
        .closed
    default: nil
    }
}

/// Why a WebSocket could not be opened; where a server answered otherwise, with what.
private func failure(_ words: [UInt8], _ wsi: OpaquePointer) -> String {
    let status = unsafe lws_http_client_http_response(wsi)
    let text = words.isEmpty ? "no connection" : String(decoding: words, as: UTF8.self)
    return status == 0 || status == 101 ? text : "\(text), status \(status)"
}

private func closing(_ payload: [UInt8]) -> LoopEvent {
    guard payload.count >= 2 else { return .closing(code: nil, reason: "") }
    return .closing(
        code: UInt16(payload[0]) << 8 | UInt16(payload[1]),
        reason: String(decoding: payload[2...], as: UTF8.self)
    )
}
