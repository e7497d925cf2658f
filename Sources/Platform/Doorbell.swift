internal import CPlatform
internal import Glibc

/// Wakes the one thread that waits, from any other.
@safe public final class Doorbell: Sendable {
    private let descriptor: Int32

    /// Makes a bell that nobody has rung.
    ///
    /// - Throws: ``PlatformError`` where there are too many descriptors.
    public init() throws(PlatformError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else {
            throw PlatformError(action: "make", subject: "a wake-up", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Ends the wait that goes on, or the next one.
    public func ring() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Waits until it is rung, until a descriptor can be read, or until a time has come.
    ///
    /// - Parameters:
    ///   - deadline: A time of the monotonic clock, in nanoseconds.
    ///   - other: A descriptor; -1 for none.
    public func wait(until deadline: Int64, orReadable other: Int32 = -1) {
        let left = max(0, deadline - Clock.monotonic())
        let milliseconds = Int32(clamping: (left + 999_999) / 1_000_000)
        var entries = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&entries, 2, milliseconds)
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
    }
}
