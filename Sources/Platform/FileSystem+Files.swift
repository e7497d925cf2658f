internal import Glibc

extension FileSystem {
    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limit: the most bytes it may have: what a file says of its size need not be true.
    /// - Returns: its bytes.
    /// - Throws: ``PlatformError``, with `EFBIG` for a file that is larger.
    public static func read(
        _ path: String,
        limit: Int = 256 << 20
    ) throws(PlatformError) -> [UInt8] {
        let file = try File(path: path, mode: .read)
        let size = try file.size()
        guard size <= limit else {
            throw PlatformError(action: "read", subject: path, code: EFBIG)
        }
        return try file.read(at: 0, count: size)
    }

    /// Replaces `path` so that a reader, and a machine that lost power, sees all of it or none.
    ///
    /// The bytes are written to `<path>.new`, synced and renamed; then the directory is synced.
    public static func replaceDurably(
        _ path: String,
        with parts: [[UInt8]],
        permissions: UInt32 = 0o644
    ) throws(PlatformError) {
        let aside = path + ".new"
        let file = try File(path: aside, mode: .replace, permissions: permissions)
        var offset = 0
        for part in parts {
            try file.write(part.span, at: offset)
            offset += part.count
        }
        try file.sync()
        try rename(aside, to: path)
        try syncDirectory(parent(of: path))
    }

    /// Copies a file's bytes to a new one and syncs it.
    public static func copyFile(_ source: String, to target: String) throws(PlatformError) {
        let from = try File(path: source, mode: .read)
        let to = try File(path: target, mode: .replace)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while true {
            var span = bytes.mutableSpan
            let count = try from.read(into: &span, at: offset)
            if count == 0 { break }
            try to.write(bytes.span.extracting(0..<count), at: offset)
            offset += count
        }
        try to.sync()
    }

    /// Copies a directory with the plain files and directories in it, everything synced.
    ///
    /// Sockets and the like are left out: they mean nothing elsewhere.
    ///
    /// The copy appears under its name only when it is whole; until then it is `<target>.new`.
    public static func copyTreeDurably(
        _ source: String,
        to target: String
    ) throws(PlatformError) {
        guard try status(target) == nil else {
            throw PlatformError(action: "copy to", subject: target, code: EEXIST)
        }
        let aside = target + ".new"
        try createDirectories(parent(of: target))
        // A copy within what is copied would hold itself, and have no end.
        guard !(try resolve(parent(of: target)) + "/").hasPrefix(try resolve(source) + "/") else {
            let action = "copy \(source) into itself, to"
            throw PlatformError(action: action, subject: target, code: EINVAL)
        }
        try removeTree(aside)
        try copyTree(source, to: aside)
        try rename(aside, to: target)
        try syncDirectory(parent(of: target))
    }

    private static func copyTree(_ source: String, to target: String) throws(PlatformError) {
        try createDirectory(target)
        for name in try list(source) {
            let from = source + "/" + name
            let to = target + "/" + name
            guard let status = try status(from) else { continue }
            if status.isDirectory {
                try copyTree(from, to: to)
            } else if status.isRegular {
                try copyFile(from, to: to)
            }
        }
        try syncDirectory(target)
    }

    /// Syncs a directory and everything in it.
    public static func syncTree(_ path: String) throws(PlatformError) {
        for name in try list(path) {
            let entry = path + "/" + name
            if try status(entry)?.isDirectory == true {
                try syncTree(entry)
            } else {
                try File(path: entry, mode: .read).sync()
            }
        }
        try syncDirectory(path)
    }
}
