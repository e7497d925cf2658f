internal import CPlatform
internal import Glibc

/// Lets one thread wait until another rings.
///
/// Rings are not counted: one that comes while nobody waits ends the next wait at once.
public final class Bell: Sendable {
    private let descriptor: Int32

    /// Makes a bell.
    ///
    /// - Throws: ``PlatformError`` where there are no descriptors left.
    public init() throws(PlatformError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw PlatformError.last("create", "an event descriptor") }
    }

    deinit { close(descriptor) }

    /// Ends the wait, or the next one; from any thread, and without waiting itself.
    public func ring() {
        var one: UInt64 = 1
        _ = retrying { unsafe write(descriptor, &one, 8) }
    }

    /// Waits for a ring, but no longer than so many milliseconds.
    public func wait(milliseconds: Int32) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, milliseconds) > 0 else { return }
        var count: UInt64 = 0
        _ = retrying { unsafe read(descriptor, &count, 8) }
    }
}
