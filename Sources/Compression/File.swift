internal import Glibc

/// An open file, closed with its owner.
struct File: ~Copyable {
    let path: String
    private var descriptor: Int32

    /// Opens an existing file for reading, from byte `start` on; a pipe has only its front.
    init(reading path: String, from start: Int = 0) throws(CompressionError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .system(action: "open", path: path, code: errno)
        }
        if start > 0, lseek(descriptor, off_t(start), SEEK_SET) < 0 {
            throw .system(action: "seek in", path: path, code: errno)
        }
    }

    /// Makes a file that must not exist yet.
    init(creating path: String) throws(CompressionError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .system(action: "create", path: path, code: errno)
        }
    }

    /// Reads what is there, at most as much as fits; 0 at the end.
    func read(into bytes: UnsafeMutableBufferPointer<UInt8>) throws(CompressionError) -> Int {
        while true {
            let count = unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw .system(action: "read", path: path, code: errno)
            }
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(CompressionError) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            let part = unsafe UnsafeBufferPointer(rebasing: rest)
            let count = unsafe Glibc.write(descriptor, part.baseAddress, part.count)
            if count > 0 {
                unsafe rest = rest.dropFirst(count)
            } else if count < 0, errno != EINTR {
                throw .system(action: "write", path: path, code: errno)
            }
        }
    }

    /// Puts what was written on disk.
    func synchronize() throws(CompressionError) {
        guard fsync(descriptor) == 0 else {
            throw .system(action: "sync", path: path, code: errno)
        }
    }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }
}

func message(ofSystemError code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
