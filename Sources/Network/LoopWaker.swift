internal import CWebSockets
internal import Synchronization

/// Ends the wait of an event loop from any thread, also after the loop is gone.
public final class LoopWaker: Sendable {
    /// The address of the context; a pointer would not cross threads.
    private let context: Mutex<UInt?>
    private let isWoken = Atomic(false)

    init(_ context: OpaquePointer) { self.context = Mutex(UInt(bitPattern: context)) }

    /// Lets the loop's wait, or its next one, end at once.
    public func wake() {
        isWoken.store(true, ordering: .releasing)
        nudge()
    }

    /// Lets the loop look around, without ending its service.
    func nudge() {
        context.withLock { context in
            guard let context else { return }
            unsafe lws_cancel_service(OpaquePointer(bitPattern: context))
        }
    }

    func wasWoken() -> Bool { isWoken.exchange(false, ordering: .acquiring) }

    func forget() { context.withLock { $0 = nil } }
}
