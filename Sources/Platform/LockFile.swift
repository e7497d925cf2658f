internal import Glibc

/// An exclusive lock on a file, held until released or the process ends, however it ends.
///
/// The file keeps the process id of the last holder as text and is never removed.
public final class LockFile: Sendable {
    private let file: File

    private init(file: File) { self.file = file }

    // Closing is not enough: a child that is being started just now holds the file open as well,
    // until it has become another program, and the lock with it.
    deinit { flock(file.descriptor, LOCK_UN) }

    /// The outcome of asking for the lock.
    public enum Outcome: Sendable {
        /// The lock is ours.
        case acquired(LockFile)
        /// Another process has it; its id, where the file says.
        case held(by: Int32?)
    }

    /// Asks for the lock at `path`, making the file when missing.
    ///
    /// Readers that look whether it is free hold it shared for some microseconds, so a refusal is
    /// believed only after a few attempts; the answer comes within 20 ms.
    public static func acquire(_ path: String) throws(PlatformError) -> Outcome {
        let file = try File(path: path, mode: .create)
        for attempt in 0..<10 {
            if attempt > 0 { Clock.pause(nanoseconds: 2_000_000) }
            if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 {
                // Empty first: another process's number must not stand there.
                try file.truncate(to: 0)
                note(in: file)
                return .acquired(LockFile(file: file))
            }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw PlatformError.last("lock", path)
            }
        }
        return .held(by: try holder(in: file))
    }

    /// Notes whose lock it is.
    ///
    /// On a full disk nobody is told: the lock is what keeps others out.
    private static func note(in file: File) {
        do throws(PlatformError) {
            try file.write(Array("\(getpid())\n".utf8).span, at: 0)
        } catch {
            return
        }
    }

    /// The process that last took the lock at `path`; `nil` where the file does not say.
    public static func holder(of path: String) throws(PlatformError) -> Int32? {
        try holder(in: File(path: path, mode: .read))
    }

    /// Whether some process holds the lock at `path`; a missing file is held by nobody.
    public static func isHeld(_ path: String) throws(PlatformError) -> Bool {
        let file: File
        do throws(PlatformError) {
            file = try File(path: path, mode: .read)
        } catch {
            if error.isMissing { return false }
            throw error
        }
        if flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 {
            flock(file.descriptor, LOCK_UN)
            return false
        }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw PlatformError.last("look at the lock", path)
        }
        return true
    }

    private static func holder(in file: File) throws(PlatformError) -> Int32? {
        let bytes = try file.read(at: 0, count: 16)
        let digits = String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber }
        return Int32(digits)
    }
}
