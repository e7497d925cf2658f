internal import CPlatform
internal import Glibc

/// Makes descriptors that other programs do not have from their first moment on.
///
/// Marked so a moment later, a child that is started in between has them as well.
package enum Descriptor {
    /// Takes one who waits at a socket; reading and writing does not wait.
    ///
    /// - Returns: A descriptor, or -1 where there is none; `errno` says why.
    package static func accept(from listener: Int32) -> Int32 {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return accept4(listener, nil, nil, flags)
    }

    /// Makes a pipe; reading and writing it waits.
    ///
    /// - Throws: ``PlatformError`` where there are no descriptors left.
    static func pipe() throws(PlatformError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else {
            throw PlatformError.last("create", "a pipe")
        }
        return (ends[0], ends[1])
    }
}
