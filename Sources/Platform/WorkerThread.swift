internal import Glibc

/// A thread that does one thing until it is done.
@safe public final class WorkerThread: Sendable {
    private let thread: pthread_t

    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread.
    ///
    /// - Parameter body: What it does; signals are left to the main thread.
    /// - Throws: ``PlatformError`` where there can be no more threads.
    public init(_ body: @escaping @Sendable () -> Void) throws(PlatformError) {
        let work = unsafe Unmanaged.passRetained(Work(body))
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        // A thread begins with its maker's mask: signals go to those who wait for them.
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.body()
                return nil
            },
            work.toOpaque()
        )
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            unsafe work.release()
            throw PlatformError(action: "start", subject: "a thread", code: code)
        }
        self.thread = thread
    }

    /// Waits until it has done its thing; called once.
    public func join() { _ = pthread_join(thread, nil) }
}
