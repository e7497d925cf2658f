internal import CWebSockets
internal import Platform
internal import Synchronization

/// Something that a loop looks after: a descriptor or a WebSocket.
protocol LoopParticipant: AnyObject {
    /// Takes an event; `false` closes what it came from.
    func handle(_ event: LoopEvent) -> Bool
}

/// A loop of libwebsockets, on the thread that calls ``service(until:)``.
///
/// What it tells goes to participants under numbers, never under addresses: one that is gone
/// cannot be reached by mistake.
@safe final class EventLoop {
    /// Whose WebSockets are spoken.
    enum Role {
        case server
        /// `authorities` is a file of certificates that are trusted.
        case client(authorities: String)
    }

    /// Ends a wait from any thread.
    let waker: LoopWaker
    private let routes = LoopRoutes()
    private let context: OpaquePointer
    private let host: OpaquePointer
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let alarm: UnsafeMutablePointer<hf_alarm>

    /// Makes a loop for at most `descriptors` connections.
    ///
    /// - Parameters:
    ///   - role: Whose WebSockets are spoken.
    ///   - descriptors: How many connections it can look after.
    ///   - seconds: How long handshakes and the like may take.
    /// - Throws: ``SocketError``.
    init(_ role: Role, descriptors: Int, seconds: Int) throws(SocketError) {
        LibraryLog.install()
        let isServer: Bool
        let authorities: String?
        switch role {
        case .server: (isServer, authorities) = (true, nil)
        case .client(let file): (isServer, authorities) = (false, file)
        }
        let user = unsafe Unmanaged.passUnretained(routes).toOpaque()
        // The library counts its own pipe and what is being closed as well.
        let limit = UInt32(clamping: descriptors + 32)
        let context =
            unsafe isServer
            ? hf_make_context(user, limit, 0) : Self.makeSecureContext(user, limit)
        guard let context = unsafe context else {
            throw SocketError("cannot make an event loop; raise the limit of open files")
        }
        unsafe protocols = .allocate(capacity: 2)
        unsafe hf_set_protocols(protocols, routeEvent)
        let host = unsafe hf_make_host(
            context,
            protocols,
            isServer ? 1 : 0,
            authorities,
            UInt32(clamping: seconds)
        )
        guard let host = unsafe host else {
            unsafe lws_context_destroy(context)
            unsafe protocols.deallocate()
            throw SocketError("cannot prepare connections; check the certificates")
        }
        unsafe self.context = context
        unsafe self.host = host
        unsafe alarm = .allocate(capacity: 1)
        unsafe alarm.initialize(to: hf_alarm(entry: lws_sorted_usec_list_t(), context: context))
        unsafe waker = LoopWaker(context)
    }

    /// The library sets up TLS once for the whole process.
    ///
    /// Doing it again (4.1) lets what is there lose its way to its memory: connections that are
    /// being opened fail, and contexts are leaked.
    private static let isSecured = Mutex(false)

    private static func makeSecureContext(
        _ user: UnsafeMutableRawPointer,
        _ limit: UInt32
    ) -> OpaquePointer? {
        let address = UInt(bitPattern: user)
        let made = isSecured.withLock { isSecured in
            let user = unsafe UnsafeMutableRawPointer(bitPattern: address)
            let context = unsafe hf_make_context(user, limit, isSecured ? 0 : 1)
            if unsafe context != nil { isSecured = true }
            return UInt(bitPattern: context)
        }
        return unsafe OpaquePointer(bitPattern: made)
    }

    deinit {
        routes.participants.removeAll()
        waker.forget()
        unsafe lws_sul_cancel(&alarm.pointee.entry)
        unsafe lws_context_destroy(context)
        unsafe protocols.deallocate()
        unsafe alarm.deallocate()
    }

    /// Does what there is to do, waiting for it until `deadline` at most.
    ///
    /// - Parameter deadline: A time of the monotonic clock, in nanoseconds.
    /// - Returns: Whether somebody called ``LoopWaker/wake()`` since the last time.
    func service(until deadline: Int64) -> Bool {
        if waker.wasWoken() { return true }
        // The library rounds its waits down to milliseconds; one less would make it spin.
        wait(microseconds: max(0, deadline - Clock.monotonic()) / 1000 + 999)
        return waker.wasWoken()
    }

    /// Does what there is to do, waiting for it so long at most.
    func wait(microseconds: Int64) {
        unsafe hf_set_alarm(alarm, microseconds)
        unsafe lws_service(context, 0)
        routes.repeatWishes()
    }

    /// Looks after an open descriptor, which it closes in the end, for `participant`.
    func watch(_ descriptor: Int32, for participant: any LoopParticipant) -> LoopHandle? {
        let tag = routes.add(participant)
        guard let wsi = unsafe hf_watch(host, descriptor, LoopRoutes.pointer(tag)) else {
            routes.participants[tag] = nil
            return nil
        }
        return unsafe LoopHandle(wsi, tag: tag, routes: routes)
    }

    /// Lets the library answer a WebSocket handshake that was read from a socket.
    ///
    /// - Parameters:
    ///   - descriptor: The socket, which is closed in the end, whatever happens.
    ///   - bytes: What was read from it.
    ///   - participant: Who is told.
    func adopt(_ descriptor: Int32, read bytes: [UInt8], for participant: any LoopParticipant) {
        let tag = routes.add(participant)
        routes.adopting = tag
        let isAdopted = unsafe bytes.withUnsafeBytes { bytes in
            unsafe lws_adopt_socket_vhost_readbuf(
                host,
                descriptor,
                bytes.bindMemory(to: CChar.self).baseAddress,
                bytes.count
            ) != nil
        }
        routes.adopting = nil
        if !isAdopted, let participant = routes.participants.removeValue(forKey: tag) {
            _ = participant.handle(.closed)
        }
    }

    /// Begins to open a WebSocket at an address; what comes of it is told.
    func connect(
        to url: WebSocketURL,
        at address: String,
        for participant: any LoopParticipant
    ) -> LoopHandle? {
        let tag = routes.add(participant)
        let wsi = unsafe hf_connect(
            context,
            host,
            address,
            Int32(url.port),
            url.isSecure ? 1 : 0,
            url.authority,
            url.target,
            LoopRoutes.pointer(tag)
        )
        guard let wsi = unsafe wsi else {
            if let participant = routes.participants.removeValue(forKey: tag) {
                _ = participant.handle(.failed("no connection to \(address)"))
            }
            return nil
        }
        return unsafe LoopHandle(wsi, tag: tag, routes: routes)
    }
}
