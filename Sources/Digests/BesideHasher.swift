internal import Glibc
internal import Synchronization

/// Computes a SHA-256 on a thread of its own while the caller waits for something else.
///
/// Design note: a commit waits for the disk most of its time, and the hash of a long batch takes
/// a good part of that. The thread sleeps between uses and ends with the object. One caller at a
/// time.
@safe public final class BesideHasher {
    private let shared: SharedWork

    /// Starts the thread; `nil` when the system refuses one.
    public init?() {
        let shared = SharedWork()
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(shared)
        let status = unsafe pthread_create(&thread, nil, serve, context.toOpaque())
        guard status == 0 else {
            unsafe context.release()
            return nil
        }
        pthread_detach(thread)
        self.shared = shared
    }

    deinit {
        unsafe shared.bytes = nil
        shared.start()
    }

    /// Runs `body` while `bytes` are hashed; returns, or throws, when both are done.
    public func digest<Failure: Error>(
        of bytes: Span<UInt8>,
        during body: () throws(Failure) -> Void
    ) throws(Failure) -> SHA256Digest {
        try unsafe bytes.withUnsafeBytes { (bytes) throws(Failure) -> SHA256Digest in
            unsafe shared.bytes = bytes
            shared.start()
            // The bytes are only borrowed: whatever the body does, the thread must be done first.
            defer { shared.waitForEnd() }
            try body()
            shared.waitForEnd()
            return shared.digest
        }
    }
}

/// What the caller and the thread share; the semaphores order every access.
@safe private final class SharedWork: @unchecked Sendable {
    private let begin = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let end = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    var bytes: UnsafeRawBufferPointer?
    var digest = SHA256Digest.zero
    private let pending = Atomic<Bool>(false)

    init() {
        unsafe sem_init(begin, 0, 0)
        unsafe sem_init(end, 0, 0)
    }

    deinit {
        unsafe sem_destroy(begin)
        unsafe sem_destroy(end)
        unsafe begin.deallocate()
        unsafe end.deallocate()
    }

    func start() {
        pending.store(true, ordering: .relaxed)
        unsafe sem_post(begin)
    }

    func finish() { unsafe sem_post(end) }

    func waitForBegin() { while unsafe sem_wait(begin) != 0 {} }

    /// Waits for the thread once per start; more calls return at once.
    func waitForEnd() {
        guard pending.exchange(false, ordering: .relaxed) else { return }
        while unsafe sem_wait(end) != 0 {}
    }
}

private func serve(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let shared = unsafe Unmanaged<SharedWork>.fromOpaque(context).takeRetainedValue()
    let hasher = SHA256()
    while true {
        shared.waitForBegin()
        guard let bytes = unsafe shared.bytes else { return nil }
        shared.digest = hasher.digest(of: unsafe Span<UInt8>(_unsafeBytes: bytes))
        shared.finish()
    }
}
