internal import Glibc

/// Why a file could not be read or written.
public enum CompressionError: Error, Hashable, Sendable {
    /// A system call failed with `code`; `action` says what was being done.
    case system(action: String, path: String, code: Int32)
    /// The file ends at byte `byte`, within a gzip member or zstd frame.
    case endsEarly(path: String, byte: Int)
    /// Near byte `byte` of the file is something that its format does not allow.
    case corrupt(path: String, byte: Int, detail: String)
    /// The system has no memory for the codec.
    case outOfMemory(path: String)
}

extension CompressionError: CustomStringConvertible {
    /// What to try after an error of the system.
    private static func advice(_ code: Int32) -> String {
        switch code {
        case ENOENT, ENOTDIR, EISDIR: "; check the path"
        case EACCES, EPERM, EROFS: "; check the permissions and the owner"
        case EEXIST: "; remove it or name another file"
        case ENOSPC, EDQUOT, EFBIG: "; free some space"
        default: ""
        }
    }

    /// A sentence for people: what was being done, to which file, and what to try.
    public var description: String {
        switch self {
        case .system(let action, let path, let code):
            let advice = Self.advice(code)
            return "could not \(action) \(path): \(message(ofSystemError: code))\(advice)"
        case .endsEarly(let path, let byte):
            return "\(path) ends early: its compressed data breaks off at byte \(byte);"
                + " copy the file again"
        case .corrupt(let path, let byte, let detail):
            return "\(path) is corrupt near byte \(byte): \(detail);"
                + " copy the file again and compare checksums"
        case .outOfMemory(let path):
            return "no memory to read or write \(path)"
        }
    }
}
