internal import Glibc

/// A socket of this machine that others find under a name in the file system.
///
/// Only the owner may connect: the name appears with mode 0600, in one step, and takes the place of
/// one that a killed process left. Nothing here waits.
public final class LocalListener: Sendable {
    /// The name.
    public let path: String
    private let descriptor: Int32

    /// How many may wait to be accepted.
    private static let backlog: Int32 = 16

    /// Begins to listen under `path`.
    public init(path: String) throws(PlatformError) {
        let aside = path + ".new"
        try FileSystem.removeFile(aside)
        let descriptor = try LocalSocket.make()
        do throws(PlatformError) {
            try unsafe LocalSocket.call(bind, descriptor, aside, "bind a socket to")
            guard unsafe chmod(aside, 0o600) == 0 else {
                throw PlatformError.last("set the mode of", aside)
            }
            guard listen(descriptor, Self.backlog) == 0 else {
                throw PlatformError.last("listen at", aside)
            }
            try FileSystem.rename(aside, to: path)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Takes one that waits; `nil` where nobody does.
    public func accept() throws(PlatformError) -> LocalConnection? {
        let accepted = retrying { Descriptor.accept(from: descriptor) }
        if accepted >= 0 {
            return LocalConnection(descriptor: accepted, path: path)
        }
        // One that waited and left is nobody.
        guard [EAGAIN, EWOULDBLOCK, ECONNABORTED].contains(errno) else {
            throw PlatformError.last("accept a connection at", path)
        }
        return nil
    }

    /// Takes the name away.
    public func remove() throws(PlatformError) { try FileSystem.removeFile(path) }
}

/// One end of a connection between two processes of this machine.
public final class LocalConnection: Sendable {
    /// What reading gave.
    public enum Reading: Hashable, Sendable {
        /// Bytes.
        case bytes([UInt8])
        /// Nothing, for now.
        case nothing
        /// The other end is closed.
        case end
    }

    private let descriptor: Int32
    private let path: String

    fileprivate init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Connects to the listener at `path`.
    ///
    /// - Throws: `PlatformError`, with ``PlatformError/isUnanswered`` where nobody listens.
    public init(to path: String) throws(PlatformError) {
        let descriptor = try LocalSocket.make()
        do throws(PlatformError) {
            try unsafe LocalSocket.call(connect, descriptor, path, "connect to")
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Reads what is there, at most `limit` bytes.
    public func read(limit: Int) throws(PlatformError) -> Reading {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = retrying { unsafe recv(descriptor, &bytes, limit, 0) }
        if count > 0 { return .bytes(Array(bytes[..<count])) }
        if count == 0 || errno == ECONNRESET { return .end }
        guard errno == EAGAIN || errno == EWOULDBLOCK else {
            throw PlatformError.last("read from", path)
        }
        return .nothing
    }

    /// Writes as much of `bytes` as goes without waiting, and returns how much that was.
    public func write(_ bytes: [UInt8]) throws(PlatformError) -> Int {
        if bytes.isEmpty { return 0 }
        let count = retrying {
            unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EWOULDBLOCK else {
            throw PlatformError.last("write to", path)
        }
        return 0
    }

    /// Whether the other end is closed for good, so that nobody gets an answer; what it wrote
    /// before may still wait to be read.
    public var isAbandoned: Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        guard unsafe poll(&entry, 1, 0) == 1 else { return false }
        return entry.revents & Int16(POLLHUP | POLLERR) != 0
    }

    /// Waits until there is something to read, or `nanoseconds` are over.
    public func wait(nanoseconds: Int64) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&entry, 1, Int32(clamping: max(0, nanoseconds) / 1_000_000 + 1))
    }
}

extension PlatformError {
    /// Whether nobody listens at the name of a socket, or there is no such name.
    public var isUnanswered: Bool {
        [ENOENT, ECONNREFUSED, ECONNRESET, EPIPE, EAGAIN].contains(code)
    }
}

private enum LocalSocket {
    static func make() throws(PlatformError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw PlatformError.last("create", "a socket") }
        return descriptor
    }

    /// Runs `bind` or `connect` with the address of `path`.
    ///
    /// An address holds 107 bytes. A longer path is reached through a descriptor of its directory,
    /// under `/proc/self/fd`: the name in the file system is the same.
    static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ descriptor: Int32,
        _ path: String,
        _ action: String
    ) throws(PlatformError) {
        let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        var short = path
        var directory: Int32 = -1
        if path.utf8.count > longest {
            let parent = FileSystem.parent(of: path)
            directory = retrying { unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
            guard directory >= 0 else { throw PlatformError.last("open", parent) }
            short = "/proc/self/fd/\(directory)/\(FileSystem.name(of: path))"
        }
        defer { if directory >= 0 { close(directory) } }
        guard short.utf8.count <= longest else {
            throw PlatformError(action: action, subject: path, code: ENAMETOOLONG)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
            for (index, byte) in short.utf8.enumerated() { unsafe target[index] = byte }
        }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let size = socklen_t(MemoryLayout<sockaddr_un>.size)
                return retrying { unsafe function(descriptor, pointer, size) }
            }
        }
        guard status == 0 else { throw PlatformError.last(action, path) }
    }
}
