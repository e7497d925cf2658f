internal import CPlatform
internal import Glibc
internal import Synchronization

/// A directory that only this process and its children use, and that goes with it.
///
/// It is removed by ``remove()``, when the last reference goes, and when SIGINT, SIGTERM or SIGHUP
/// ends the process. What a kill leaves behind the next one removes: the directory holds a lock
/// that only a living process keeps.
public final class PrivateDirectory: Sendable {
    /// The absolute path; only this user may enter it.
    public let path: String

    private let lock: LockFile

    private static let prefix = "holdfast-"
    private static let lockName = "owner.lock"

    /// Makes a directory among the temporary files of the machine: in `TMPDIR`, or in `/tmp`.
    public init() throws(PlatformError) {
        let place = try Self.place()
        try Self.removeLeftovers(in: place)
        let draw = RandomBytes.draw(8).map { String($0, radix: 16) }.joined()
        let path = place + "/" + Self.prefix + draw
        try FileSystem.createDirectory(path, permissions: 0o700)
        guard case .acquired(let lock) = try LockFile.acquire(path + "/" + Self.lockName) else {
            throw PlatformError(action: "lock", subject: path, code: EWOULDBLOCK)
        }
        self.path = path
        self.lock = lock
        RemovalAtSignal.watch(path)
    }

    deinit {
        do throws(PlatformError) {
            try remove()
        } catch {
            // Nobody is left to be told; the next private directory removes it.
            return
        }
    }

    /// Removes the directory with all it holds; fine when that was done already.
    public func remove() throws(PlatformError) {
        try FileSystem.removeTree(path)
        RemovalAtSignal.forget(path)
    }

    /// The room left where private directories are made, in bytes.
    public static func freeBytes() throws(PlatformError) -> Int {
        try FileSystemKind(at: place()).freeBytes
    }

    private static func place() throws(PlatformError) -> String {
        let named = CurrentProcess.environment("TMPDIR") ?? ""
        return try FileSystem.resolve(named.isEmpty ? "/tmp" : named)
    }

    /// Removes what processes left that are no more.
    ///
    /// One of the last minute may not have its lock yet and is let alone.
    private static func removeLeftovers(in place: String) throws(PlatformError) {
        for name in try FileSystem.list(place) where name.hasPrefix(prefix) {
            let path = place + "/" + name
            let lock = path + "/" + lockName
            guard try isOurs(path), let found = try FileSystem.status(lock),
                Clock.wall() - found.changed > 60_000_000_000,
                case .acquired = try LockFile.acquire(lock)
            else { continue }
            try FileSystem.removeTree(path)
        }
    }

    private static func isOurs(_ path: String) throws(PlatformError) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw PlatformError.last("examine", path)
        }
        return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
            && status.st_mode & 0o077 == 0
    }
}

/// Removes directories before a signal ends the process.
private enum RemovalAtSignal {
    private static let paths = Mutex<[String]>([])
    private static let isWatching = Atomic<Bool>(false)

    static func watch(_ path: String) {
        paths.withLock { $0.append(path) }
        guard !isWatching.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { return }
        signalDescriptor.store(descriptor, ordering: .releasing)
        var thread = pthread_t()
        guard unsafe pthread_create(&thread, nil, awaitSignal, nil) == 0 else { return }
        pthread_detach(thread)
        for signal in [SIGINT, SIGTERM, SIGHUP] { install(signal) }
    }

    static func forget(_ path: String) { paths.withLock { $0.removeAll { $0 == path } } }

    static func removeAll() {
        for path in paths.withLock(\.self) {
            do throws(PlatformError) {
                try FileSystem.removeTree(path)
            } catch {
                continue
            }
        }
    }

    /// Only where nothing else handles the signal: who follows a journal stops in order.
    private static func install(_ number: Int32) {
        var current = sigaction()
        unsafe sigaction(number, nil, &current)
        guard unsafe current.__sigaction_handler.sa_handler == nil else { return }
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { number in
            // Only atomics and write(2): nothing else is safe in a handler.
            let saved = errno
            signalNumber.store(number, ordering: .relaxed)
            var one: UInt64 = 1
            unsafe write(signalDescriptor.load(ordering: .relaxed), &one, 8)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        unsafe sigaction(number, &action, nil)
    }
}

private let signalDescriptor = Atomic<Int32>(-1)
private let signalNumber = Atomic<Int32>(0)

/// Waits on a thread of its own for a signal, cleans up, and lets the signal end the process.
private func awaitSignal(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    var count: UInt64 = 0
    let descriptor = signalDescriptor.load(ordering: .acquiring)
    while unsafe read(descriptor, &count, 8) < 0, errno == EINTR {}
    RemovalAtSignal.removeAll()
    let number = signalNumber.load(ordering: .relaxed)
    signal(number, SIG_DFL)
    kill(getpid(), number)
    return nil
}
