import CPlatform
import Glibc

/// An open file, closed when the last reference goes.
///
/// Reads and writes name their place, so one file can be used from several threads.
public final class File: Sendable {
    /// How a file is opened.
    public enum Mode: Sendable {
        /// For reading; it must exist.
        case read
        /// For reading and writing; it must exist.
        case readWrite
        /// For reading and writing; made when missing, kept when there.
        case create
        /// For reading and writing; it must not exist yet.
        case createNew
        /// For reading and writing; made or emptied.
        case replace
        /// For writing behind all that is there, whoever wrote it; made when missing.
        ///
        /// The kernel finds the end at each write: the place that one names does not count.
        case append
    }

    /// The path as it was given.
    public let path: String

    let descriptor: Int32

    /// Opens the file at `path`; new files get `permissions` less the process's mask.
    public init(
        path: String,
        mode: Mode,
        permissions: UInt32 = 0o644
    ) throws(PlatformError) {
        let flags: Int32 =
            switch mode {
            // A pipe without a writer would keep the open waiting, and a terminal take us over.
            case .read: O_RDONLY | O_NONBLOCK | O_NOCTTY
            case .readWrite: O_RDWR
            case .create: O_RDWR | O_CREAT
            case .createNew: O_RDWR | O_CREAT | O_EXCL
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            case .append: O_WRONLY | O_CREAT | O_APPEND
            }
        let descriptor = retrying { unsafe open(path, flags | O_CLOEXEC, mode_t(permissions)) }
        guard descriptor >= 0 else { throw PlatformError.last("open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

extension File {
    /// Fills `buffer`, or its first `limit` bytes, from `offset`.
    ///
    /// Fewer bytes than asked for mean the end of the file.
    public func read(
        into buffer: inout MutableSpan<UInt8>,
        at offset: Int,
        limit: Int = .max
    ) throws(PlatformError) -> Int {
        try unsafe buffer.withUnsafeMutableBytes { (bytes) throws(PlatformError) -> Int in
            let wanted = min(limit, bytes.count)
            var done = 0
            while done < wanted {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done..<wanted])
                let count = retrying {
                    unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                }
                guard count >= 0 else { throw PlatformError.last("read", path) }
                if count == 0 { break }
                done += count
            }
            return done
        }
    }

    /// Reads up to `count` bytes from `offset`; fewer mean the end of the file.
    public func read(at offset: Int, count: Int) throws(PlatformError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        let done = try read(into: &span, at: offset)
        bytes.removeLast(count - done)
        return bytes
    }

    /// Writes all of `bytes` at `offset`, growing the file where needed.
    public func write(_ bytes: Span<UInt8>, at offset: Int) throws(PlatformError) {
        try unsafe bytes.withUnsafeBytes { (bytes) throws(PlatformError) in
            var done = 0
            while done < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
                let count = retrying {
                    unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                }
                guard count >= 0 else { throw PlatformError.last("write", path) }
                if count == 0 { throw PlatformError(action: "write", subject: path, code: EIO) }
                done += count
            }
        }
    }

    /// Makes bytes and metadata durable.
    public func sync() throws(PlatformError) {
        guard retrying({ fsync(descriptor) }) == 0 else { throw PlatformError.last("sync", path) }
    }

    /// Makes bytes durable, and of the metadata only what reading them back needs.
    public func syncData() throws(PlatformError) {
        guard retrying({ fdatasync(descriptor) }) == 0 else {
            throw PlatformError.last("sync", path)
        }
    }

    /// The first byte at or behind `offset` that lies in no hole; the size where nothing follows.
    ///
    /// Where the file system does not tell, this is `offset`.
    public func nextData(from offset: Int) throws(PlatformError) -> Int {
        let place = hf_next_data(descriptor, off_t(offset))
        if place >= 0 { return Int(place) }
        switch errno {
        case ENXIO: return max(offset, try size())
        case EINVAL, EOPNOTSUPP, ESPIPE: return offset
        default: throw PlatformError.last("look for data in", path)
        }
    }

    /// The size in bytes.
    public func size() throws(PlatformError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw PlatformError.last("examine", path)
        }
        return Int(status.st_size)
    }

    /// Cuts or extends the file to `size` bytes.
    public func truncate(to size: Int) throws(PlatformError) {
        guard retrying({ ftruncate(descriptor, off_t(size)) }) == 0 else {
            throw PlatformError.last("truncate", path)
        }
    }

    /// Reserves room for the first `count` bytes; on copy-on-write file systems this may not hold.
    public func allocate(_ count: Int) throws(PlatformError) {
        let code = posix_fallocate(descriptor, 0, off_t(count))
        guard code == 0 else {
            throw PlatformError(action: "reserve room in", subject: path, code: code)
        }
    }
}
