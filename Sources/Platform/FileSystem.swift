internal import CPlatform
internal import Glibc

/// Directories, names and whole files.
public enum FileSystem {
    /// What a name stands for.
    public struct Status: Hashable, Sendable {
        /// Whether it is a directory.
        public let isDirectory: Bool
        /// Whether it is a file of bytes: no directory, pipe, device or socket.
        public let isRegular: Bool
        /// Size in bytes.
        public let size: Int
        /// Room taken on disk in bytes; less than ``size`` where the file has holes.
        public let allocatedSize: Int
        /// Last change of the contents, nanoseconds since 1970.
        public let modified: Int64
        /// Last change of contents, name or permissions, nanoseconds since 1970.
        public let changed: Int64
        /// Permission bits, such as 0o600.
        public let permissions: UInt32
        /// The number of the user whose it is.
        public let owner: UInt32
    }

    /// Looks at `path` following links; `nil` when nothing is there.
    public static func status(_ path: String) throws(PlatformError) -> Status? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw PlatformError.last("examine", path)
        }
        return Status(
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            isRegular: status.st_mode & S_IFMT == S_IFREG,
            size: Int(status.st_size),
            allocatedSize: Int(status.st_blocks) * 512,
            modified: nanoseconds(status.st_mtim),
            changed: nanoseconds(status.st_ctim),
            permissions: UInt32(status.st_mode & 0o7777),
            owner: status.st_uid
        )
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The names in a directory, sorted, without "." and "..".
    public static func list(_ directory: String) throws(PlatformError) -> [String] {
        guard let stream = unsafe opendir(directory) else {
            throw PlatformError.last("list", directory)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw PlatformError.last("list", directory) }
                return names.sorted()
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Makes one directory; its parent must exist, it must not.
    public static func createDirectory(
        _ path: String,
        permissions: UInt32 = 0o755
    ) throws(PlatformError) {
        guard unsafe mkdir(path, mode_t(permissions)) == 0 else {
            throw PlatformError.last("create directory", path)
        }
    }

    /// Makes a directory and every missing one above it; fine when it is there already.
    ///
    /// Each gets its name durably: what is kept below would be lost with the name of any of them.
    public static func createDirectories(_ path: String) throws(PlatformError) {
        if let found = try status(path), found.isDirectory { return }
        let above = parent(of: path)
        if above != path { try createDirectories(above) }
        do throws(PlatformError) {
            try createDirectory(path)
        } catch {
            guard error.isExisting, try status(path)?.isDirectory == true else { throw error }
        }
        try syncDirectory(above)
    }

    /// Removes one file; fine when nothing is there.
    public static func removeFile(_ path: String) throws(PlatformError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw PlatformError.last("remove", path)
        }
    }

    /// Removes a file or a directory with all it holds; links are removed, not followed.
    public static func removeTree(_ path: String) throws(PlatformError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw PlatformError.last("examine", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return try removeFile(path) }
        for name in try list(path) { try removeTree(path + "/" + name) }
        guard unsafe rmdir(path) == 0 else { throw PlatformError.last("remove", path) }
    }

    /// Gives `source` the name `target`, replacing a file of that name at once.
    public static func rename(_ source: String, to target: String) throws(PlatformError) {
        guard unsafe Glibc.rename(source, target) == 0 else {
            throw PlatformError.last("rename \(source) to", target)
        }
    }

    /// Lets two names change places at once: there is no moment at which either is missing.
    ///
    /// - Returns: `false` where the file system cannot; nothing is changed then.
    public static func exchange(
        _ first: String,
        _ second: String
    ) throws(PlatformError) -> Bool {
        if unsafe hf_exchange(first, second) == 0 { return true }
        if errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP { return false }
        throw PlatformError.last("exchange \(first) with", second)
    }

    /// Sets who may read and write a file, such as 0o600.
    public static func setPermissions(
        _ path: String,
        to permissions: UInt32
    ) throws(PlatformError) {
        guard unsafe chmod(path, mode_t(permissions)) == 0 else {
            throw PlatformError.last("set the permissions of", path)
        }
    }

    /// Makes a symbolic link at `path`, which must not exist; `target` need not.
    public static func createLink(at path: String, to target: String) throws(PlatformError) {
        guard unsafe symlink(target, path) == 0 else {
            throw PlatformError.last("make a link to \(target) at", path)
        }
    }

    /// Makes the names in a directory durable.
    public static func syncDirectory(_ path: String) throws(PlatformError) {
        let descriptor = retrying { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw PlatformError.last("open", path) }
        defer { close(descriptor) }
        guard retrying({ fsync(descriptor) }) == 0 else { throw PlatformError.last("sync", path) }
    }

    /// The directory that holds `path`.
    public static func parent(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The last part of `path`.
    public static func name(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/"), trimmed.count > 1 else {
            return String(trimmed)
        }
        return String(trimmed[trimmed.index(after: slash)...])
    }

    /// The absolute path without links; `path` must exist.
    public static func resolve(_ path: String) throws(PlatformError) -> String {
        guard let resolved = unsafe realpath(path, nil) else {
            throw PlatformError.last("resolve", path)
        }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
