internal import CPlatform
internal import Glibc
internal import Synchronization

private let received = Atomic<Int>(0)
private let pauses = Atomic<Int>(0)
private let wakeDescriptor = Atomic<Int32>(-1)

/// Orders to stop from outside, as a count that a loop can read.
///
/// SIGTERM and SIGINT are counted, not acted on: the first asks for an orderly stop, a second one
/// for a quick one. SIGUSR1 is a kill switch. SIGPIPE and SIGXFSZ are ignored so that they show as
/// errors of the write.
public enum StopSignals {
    /// Installs the handlers; call once, early in `main`.
    public static func install() throws(PlatformError) {
        let descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw PlatformError.last("create", "an event descriptor") }
        wakeDescriptor.store(descriptor, ordering: .releasing)
        received.store(0, ordering: .releasing)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in
            // Only atomics and write(2): nothing else is safe in a handler.
            let saved = errno
            received.add(1, ordering: .relaxed)
            var one: UInt64 = 1
            unsafe write(wakeDescriptor.load(ordering: .relaxed), &one, 8)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        for signal in [SIGTERM, SIGINT] {
            guard unsafe sigaction(signal, &action, nil) == 0 else {
                throw PlatformError.last("handle", "signal \(signal)")
            }
        }
        unsafe action.__sigaction_handler.sa_handler = { _ in pauses.add(1, ordering: .relaxed) }
        guard unsafe sigaction(SIGUSR1, &action, nil) == 0 else {
            throw PlatformError.last("handle", "signal \(SIGUSR1)")
        }
        ignoreWriteSignals()
    }

    /// Whether SIGUSR1, the kill switch, came since this was last asked.
    public static func takePause() -> Bool { pauses.exchange(0, ordering: .acquiring) > 0 }

    /// Makes broken pipes and file size limits errors of the write instead of ends of the process.
    public static func ignoreWriteSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// How many orders to stop came since ``install()``.
    public static var count: Int { received.load(ordering: .acquiring) }

    /// A descriptor that becomes readable when an order comes, for use with poll; -1 before
    /// ``install()``.
    public static var descriptor: Int32 { wakeDescriptor.load(ordering: .acquiring) }
}
