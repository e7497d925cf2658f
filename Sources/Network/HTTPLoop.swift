internal import CCurl
internal import Glibc
internal import Platform
internal import Synchronization

/// The thread of a client: everything that is libcurl's happens on it.
///
/// Design note: others leave jobs in an inbox and wake the loop; only `curl_multi_wakeup` may be
/// called from outside, and only while the handle lives, which the inbox's lock holds together.
@safe final class HTTPLoop: @unchecked Sendable {
    private struct Inbox {
        var jobs: [HTTPJob] = []
        var cancelled: [UInt64] = []
        var isStopping = false
        var hasEnded = false
    }

    private let options: HTTPOptions
    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private let ended = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    /// By the address of the handle; touched by the thread alone.
    private var transfers: [UInt: HTTPTransfer] = [:]

    private static let global = curl_global_init(Int(CURL_GLOBAL_ALL))
    /// The longest sleep; wakeups, deadlines and libcurl's own timers end it earlier.
    private static let longestSleep: Int64 = 60_000_000_000

    /// Prepares a loop; `nil` where libcurl gives no handle.
    init?(_ options: HTTPOptions) {
        guard Self.global == CURLE_OK, let multi = unsafe curl_multi_init() else {
            unsafe ended.deallocate()
            return nil
        }
        self.options = options
        unsafe self.multi = unsafe multi
        unsafe sem_init(ended, 0, 0)
        let connections = max(1, options.connectionLimit)
        for option in [CURLMOPT_MAX_HOST_CONNECTIONS, CURLMOPT_MAXCONNECTS] {
            unsafe hf_curl_multi_set_long(multi, option, connections)
        }
    }

    deinit {
        unsafe sem_destroy(ended)
        unsafe ended.deallocate()
    }

    /// Starts the thread.
    func start() throws(PlatformError) {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(&thread, nil, serve, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            unsafe curl_multi_cleanup(multi)
            throw PlatformError(action: "start", subject: "the thread of a client", code: code)
        }
        pthread_detach(thread)
    }

    // MARK: From any thread

    /// Leaves a job; false where the loop takes no more.
    func add(_ job: HTTPJob) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.isStopping, !inbox.hasEnded else { return false }
            inbox.jobs.append(job)
            unsafe curl_multi_wakeup(multi)
            return true
        }
    }

    /// Asks for the end of a job.
    func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return }
            inbox.cancelled.append(id)
            unsafe curl_multi_wakeup(multi)
        }
    }

    /// Ends the loop and, except on its own thread, waits until it has ended.
    func stop() {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return }
            inbox.isStopping = true
            unsafe curl_multi_wakeup(multi)
        }
        if thread.load(ordering: .acquiring) == UInt(pthread_self()) { return }
        while unsafe sem_wait(ended) != 0 {}
        // The next one who waits.
        unsafe sem_post(ended)
    }

    // MARK: On the thread

    fileprivate func run() {
        thread.store(UInt(pthread_self()), ordering: .releasing)
        blockSignals()
        var running: Int32 = 0
        while takeInbox() {
            guard unsafe curl_multi_perform(multi, &running) == CURLM_OK else { break }
            reap()
            let sleep = Int32(expire() / 1_000_000 + 1)
            guard unsafe curl_multi_poll(multi, nil, 0, sleep, nil) == CURLM_OK else { break }
        }
        endAll()
        unsafe sem_post(ended)
    }

    /// Takes what others left; false where it is time to end.
    private func takeInbox() -> Bool {
        let taken = inbox.withLock { inbox in
            let taken = inbox
            inbox.jobs = []
            inbox.cancelled = []
            return taken
        }
        taken.jobs.forEach(begin)
        for id in taken.cancelled {
            guard let found = transfers.first(where: { $0.value.job.id == id }) else { continue }
            end(found.key)
            found.value.fail(.cancelled, "")
        }
        return !taken.isStopping
    }

    private func begin(_ job: HTTPJob) {
        guard let transfer = HTTPTransfer(job, options) else {
            job.fail(.other, "no memory", options.address)
            return
        }
        do throws(CurlFault) {
            try transfer.configure(options)
        } catch {
            job.fail(error.cause, error.text, options.address)
            return
        }
        guard unsafe curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
            job.fail(.other, "libcurl does not take the request", options.address)
            return
        }
        transfers[unsafe UInt(bitPattern: transfer.handle)] = transfer
    }

    private func reap() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let code = unsafe message.pointee.data.result
            // The message is gone as soon as its handle is taken out.
            let transfer = end(unsafe UInt(bitPattern: message.pointee.easy_handle))
            transfer?.complete(code)
        }
    }

    /// Ends what has taken too long; returns the nanoseconds until the next does.
    private func expire() -> Int64 {
        let now = Clock.monotonic()
        var next = now + Self.longestSleep
        var late: [UInt] = []
        for (key, transfer) in transfers {
            if transfer.job.deadline <= now {
                late.append(key)
            } else {
                next = min(next, transfer.job.deadline)
            }
        }
        for key in late { end(key)?.fail(.timedOut, "") }
        return next - now
    }

    @discardableResult
    private func end(_ key: UInt) -> HTTPTransfer? {
        guard let transfer = transfers.removeValue(forKey: key) else { return nil }
        unsafe curl_multi_remove_handle(multi, transfer.handle)
        return transfer
    }

    /// Tells everybody who still waits, and gives back what is libcurl's.
    private func endAll() {
        for key in transfers.keys.sorted() { end(key)?.fail(.stopped, "") }
        let left = inbox.withLock { inbox in
            inbox.hasEnded = true
            unsafe curl_multi_cleanup(multi)
            defer { inbox.jobs = [] }
            return inbox.jobs
        }
        for job in left { job.fail(.stopped, "", options.address) }
    }

    /// Leaves the signals to threads that expect them.
    ///
    /// SIGPIPE among them: told to use no signals, libcurl does not ignore it, and a library under
    /// it that wrote without `MSG_NOSIGNAL` would end the process.
    private func blockSignals() {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        // Blocked, a fault of the program would end it without the handler that names it.
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT] {
            unsafe sigdelset(&signals, fault)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

extension HTTPJob {
    /// Tells the caller that it ended before a byte of it could leave.
    func fail(_ cause: HTTPFailure.Cause, _ detail: String, _ address: HTTPAddress) {
        let failure = HTTPFailure(
            request: request.name(at: address),
            stage: .preparing,
            cause: cause,
            detail: detail
        )
        let moments = HTTPMoments(asked: asked, ended: Clock.monotonic())
        completion(HTTPOutcome(result: .failure(failure), moments: moments))
    }
}

private func serve(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let loop = unsafe Unmanaged<HTTPLoop>.fromOpaque(context).takeRetainedValue()
    loop.run()
    return nil
}
