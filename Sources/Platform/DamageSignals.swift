internal import Glibc
internal import Synchronization

private let status = Atomic<Int32>(1)

/// The signals that reading a damaged file through a memory map can raise.
///
/// A wild page number or a file that became shorter kills the process that follows it. A reading
/// tool says so and ends with an exit status, rather than as if it had crashed.
public enum DamageSignals {
    /// Makes SIGBUS, SIGSEGV and SIGABRT end the process with a sentence and `exitStatus`.
    public static func explain(exitStatus: Int32) {
        status.store(exitStatus, ordering: .relaxed)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in
            // Only write(2) and _exit(2): nothing else is safe in a handler.
            let text: StaticString =
                "damaged: a page of the journal is wild; run `journalctl verify`\n"
            unsafe write(2, text.utf8Start, text.utf8CodeUnitCount)
            _exit(status.load(ordering: .relaxed))
        }
        for signal in [SIGBUS, SIGSEGV, SIGABRT] {
            unsafe sigaction(signal, &action, nil)
        }
    }
}
