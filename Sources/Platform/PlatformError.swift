internal import Glibc

/// A call to the operating system that failed.
public struct PlatformError: Error, Hashable, Sendable {
    /// What was being done, as a verb: "open", "sync".
    public let action: String

    /// What it was done to, usually a path.
    public let subject: String

    /// The error number of the operating system.
    public let code: Int32

    /// Creates an error for `action` on `subject` with an error number.
    public init(action: String, subject: String, code: Int32) {
        self.action = action
        self.subject = subject
        self.code = code
    }

    /// The error that the calling thread saw last.
    static func last(_ action: String, _ subject: String) -> PlatformError {
        PlatformError(action: action, subject: subject, code: errno)
    }
}

extension PlatformError {
    /// Whether what was named does not exist.
    public var isMissing: Bool { code == ENOENT }

    /// Whether what was to be made exists already.
    public var isExisting: Bool { code == EEXIST }

    /// Whether the disk gave no bytes; others near by may still be readable.
    public var isDiskFailure: Bool { code == EIO }

    /// Whether the file system has no room left.
    ///
    /// A short write is reported as an input/output error by some file systems before they say
    /// that they are full, so both count.
    public var mayBeFullDisk: Bool {
        code == ENOSPC || code == EIO || code == EDQUOT || code == EFBIG
    }

    /// The words of the operating system for the error number.
    public var text: String {
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: words)
    }

    /// What to try.
    public var advice: String {
        switch code {
        case ENOENT: "check the path"
        case ENOTDIR: "a part of the path is a file; name another"
        case EBUSY: "see who uses it"
        case EACCES, EPERM, EROFS: "check the permissions and the owner"
        case ENOSPC, EDQUOT: "free some space"
        case EMFILE, ENFILE: "raise the limit of open files"
        case EIO: "look for a full or failing disk"
        default: "see errno \(code)"
        }
    }
}

extension PlatformError: CustomStringConvertible {
    /// What was being done, to what, why it failed and what to try.
    public var description: String { "cannot \(action) \(subject): \(text); \(advice)" }
}

/// Repeats a call that a signal interrupted, until it succeeds or fails for another reason.
@inline(__always)
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
