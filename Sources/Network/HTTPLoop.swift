internal import Glibc
internal import Platform
internal import Synchronization

/// The thread of a client: everything that is libcurl's happens on it.
///
/// Design note: others leave jobs in an inbox and wake the pool; the inbox's lock holds the two
/// together, so that nobody wakes a pool that is gone.
///
/// A request that ran out of time after it was written casts doubt on every connection there is:
/// the way to the server may be cut, and nobody would tell. What is asked from then on gets a pool
/// of its own, else each kept connection would cost one more request its time, and one that is
/// shared under HTTP/2 all of them.
@safe final class HTTPLoop: @unchecked Sendable {
    private struct Inbox {
        var jobs: [HTTPJob] = []
        var cancelled: [UInt64] = []
        var isStopping = false
        /// The one that is polled; `nil` as soon as the loop has ended.
        var pool: HTTPPool?
    }

    private let options: HTTPOptions
    private let inbox: Mutex<Inbox>
    private let thread = Atomic<UInt>(0)
    private let ended = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    /// Touched by the thread alone, like the next.
    private var pool: HTTPPool
    /// What is under way on connections that nothing new may use.
    private var doubtful: [HTTPPool] = []

    /// The longest sleep; wakeups, deadlines and libcurl's own timers end it earlier.
    private static let longestSleep: Int64 = 60_000_000_000
    /// While doubtful pools are looked after, which do not end the sleep themselves.
    private static let shortSleep: Int64 = 5_000_000

    /// Prepares a loop; `nil` where libcurl gives no handle.
    init?(_ options: HTTPOptions) {
        guard let pool = HTTPPool(options) else {
            unsafe ended.deallocate()
            return nil
        }
        self.options = options
        self.pool = pool
        inbox = Mutex(Inbox(pool: pool))
        unsafe sem_init(ended, 0, 0)
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
            throw PlatformError(action: "start", subject: "the thread of a client", code: code)
        }
        pthread_detach(thread)
    }

    // MARK: From any thread

    /// Leaves a job; false where the loop takes no more.
    func add(_ job: HTTPJob) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.isStopping, let pool = inbox.pool else { return false }
            inbox.jobs.append(job)
            pool.wake()
            return true
        }
    }

    /// Asks for the end of a job.
    func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            guard let pool = inbox.pool else { return }
            inbox.cancelled.append(id)
            pool.wake()
        }
    }

    /// Ends the loop and, except on its own thread, waits until it has ended.
    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            inbox.pool?.wake()
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
        while takeInbox(), pools.allSatisfy({ $0.perform() }) {
            let next = expire()
            doubtful.removeAll { $0.isEmpty }
            guard pool.sleep(nanoseconds: doubtful.isEmpty ? next : min(next, Self.shortSleep))
            else { break }
        }
        endAll()
        unsafe sem_post(ended)
    }

    private var pools: [HTTPPool] { doubtful + [pool] }

    /// Takes what others left; false where it is time to end.
    private func takeInbox() -> Bool {
        let taken = inbox.withLock { inbox in
            let taken = (inbox.jobs, inbox.cancelled, inbox.isStopping)
            inbox.jobs = []
            inbox.cancelled = []
            return taken
        }
        taken.0.forEach(begin)
        for id in taken.1 {
            for pool in pools {
                guard let found = pool.all.first(where: { $0.job.id == id }) else { continue }
                pool.remove(found)
                found.fail(.cancelled)
            }
        }
        return !taken.2
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
        if !pool.add(transfer) {
            job.fail(.other, "libcurl does not take the request", options.address)
        }
    }

    /// Ends what has taken too long; returns the nanoseconds until the next does.
    private func expire() -> Int64 {
        let now = Clock.monotonic()
        var next = now + Self.longestSleep
        var isInDoubt = false
        var late: [HTTPTransfer] = []
        for pool in pools {
            for transfer in Array(pool.all) {
                if transfer.job.deadline > now {
                    next = min(next, transfer.job.deadline)
                    continue
                }
                pool.remove(transfer)
                late.append(transfer)
                isInDoubt = isInDoubt || (pool === self.pool && transfer.mayHaveLeft)
            }
        }
        if isInDoubt { renewPool() }
        for transfer in late { transfer.fail(.timedOut) }
        return next - now
    }

    /// Takes a new pool, and into it what has not been written yet.
    private func renewPool() {
        guard let fresh = HTTPPool(options) else { return }
        let old = pool
        for transfer in Array(old.all) where !transfer.mayHaveLeft {
            old.remove(transfer)
            if !fresh.add(transfer) { transfer.fail(.other) }
        }
        doubtful.append(old)
        pool = fresh
        inbox.withLock { inbox in
            inbox.pool = fresh
            // A wakeup that the old one got would be slept through.
            fresh.wake()
        }
    }

    /// Tells everybody who still waits, and gives back what is libcurl's.
    private func endAll() {
        let left = inbox.withLock { inbox in
            defer { inbox.jobs = [] }
            inbox.pool = nil
            return inbox.jobs
        }
        for pool in pools {
            for transfer in pool.all.sorted(by: { $0.job.id < $1.job.id }) {
                pool.remove(transfer)
                transfer.fail(.stopped)
            }
            pool.close()
        }
        doubtful = []
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

private func serve(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let loop = unsafe Unmanaged<HTTPLoop>.fromOpaque(context).takeRetainedValue()
    loop.run()
    return nil
}
