internal import Glibc
internal import Synchronization

/// A program that was started and runs beside this one, as long as this lives at most.
///
/// Dropped, it is killed and waited for. One that has ended and is not waited for stays with the
/// kernel, and whoever waits for any child, as Swift Testing does for its exit tests, is told of it
/// again and again and of no other.
public final class RunningChild: Sendable {
    /// Its process id; another program's once its end was waited for.
    public let id: Int32
    private let ending = Mutex<ChildProcess.Ending?>(nil)

    init(id: Int32) { self.id = id }

    deinit {
        send(signal: SIGKILL)
        _ = wait()
    }

    /// Sends it a signal, such as 9 or 15; nothing where its end was waited for.
    public func send(signal: Int32) {
        ending.withLock { ending in
            if ending == nil { kill(id, signal) }
        }
    }

    /// Waits for its end.
    public func wait() -> ChildProcess.Ending {
        var ended = unsafe siginfo_t()
        // Without the lock, so that it can be sent a signal meanwhile; it keeps its id.
        _ = retrying { unsafe waitid(P_PID, id_t(id), &ended, WEXITED | WNOWAIT) }
        return ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            _ = retrying { unsafe waitpid(id, &status, 0) }
            let found = ChildProcess.ending(status)
            ending = found
            return found
        }
    }
}
