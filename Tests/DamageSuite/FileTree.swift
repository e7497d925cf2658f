import Platform

/// Directories and files below a directory, by their paths below it, with their bytes.
struct FileTree: Sendable {
    /// Those above before those below.
    private(set) var directories: [String] = []
    var files: [String: [UInt8]] = [:]

    /// Reads all that is below a directory.
    ///
    /// - Parameters:
    ///   - top: The directory.
    ///   - names: The only directories in it that are read; `nil` for all there is.
    ///   - isWanted: Whether a file of this name is read.
    /// - Throws: `PlatformError`.
    init(
        of top: String,
        below names: [String]? = nil,
        isWanted: (String) -> Bool = { _ in true }
    ) throws {
        if names == nil { try read(top, "", isWanted) }
        for name in names ?? [] {
            directories.append(name)
            try read(top, name, isWanted)
        }
    }

    private mutating func read(
        _ top: String,
        _ below: String,
        _ isWanted: (String) -> Bool
    ) throws {
        for name in try FileSystem.list(top + "/" + below) {
            let path = below.isEmpty ? name : below + "/" + name
            guard let status = try FileSystem.status(top + "/" + path) else { continue }
            if status.isDirectory {
                directories.append(path)
                try read(top, path, isWanted)
            } else if status.isRegular, isWanted(name) {
                files[path] = try FileSystem.read(top + "/" + path)
            }
        }
    }

    /// Puts it in place of all that is at `top`.
    func write(to top: String) throws {
        try FileSystem.removeTree(top)
        try FileSystem.createDirectories(top)
        for directory in directories { try FileSystem.createDirectory(top + "/" + directory) }
        for path in files.keys.sorted() {
            guard let bytes = files[path] else { continue }
            try File(path: top + "/" + path, mode: .createNew).write(bytes.span, at: 0)
        }
    }
}
