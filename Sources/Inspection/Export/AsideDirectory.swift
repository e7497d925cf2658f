internal import Platform

/// The directory beside a name, in which what is to have it is made: `<name>.new`.
///
/// What a killed export left there is removed. Anything else is somebody's, and stays.
struct AsideDirectory {
    private let target: String
    private let path: String
    /// Where it is to be made.
    private var made: String { path + "/made" }
    /// Where a directory that has the name steps aside.
    private var replaced: String { path + "/replaced" }

    /// Makes something aside and gives it its name when it is whole.
    ///
    /// - Parameters:
    ///   - target: The name; what is there is replaced.
    ///   - body: Makes it under the path that it gets, a file or a directory.
    /// - Returns: what `body` gives.
    /// - Throws: ``CommandFailure`` with 1 where something is in the way, `PlatformError`, and what
    ///   `body` throws; nothing is left aside then.
    static func make<Result>(_ target: String, _ body: (String) throws -> Result) throws -> Result {
        let aside = AsideDirectory(target: target, path: target + ".new")
        try aside.clear()
        try FileSystem.createDirectory(aside.path)
        let result: Result
        do {
            result = try body(aside.made)
            try aside.finish()
        } catch {
            try FileSystem.removeTree(aside.path)
            throw error
        }
        try FileSystem.removeTree(aside.path)
        return result
    }

    /// Removes what an interrupted export left.
    private func clear() throws {
        guard let found = try FileSystem.status(path) else { return }
        let names = found.isDirectory ? try FileSystem.list(path) : [path]
        guard names.allSatisfy({ "\(path)/\($0)" == made || "\(path)/\($0)" == replaced }) else {
            throw CommandFailure(1, "\(path) is in the way; remove it or name another FILE")
        }
        try FileSystem.removeTree(path)
    }

    private func finish() throws {
        // A directory is not replaced at once: the old one steps aside first.
        let steps = try FileSystem.status(target)?.isDirectory == true
        if steps { try FileSystem.rename(target, to: replaced) }
        do {
            try FileSystem.rename(made, to: target)
        } catch {
            if steps { try FileSystem.rename(replaced, to: target) }
            throw error
        }
        try FileSystem.syncDirectory(FileSystem.parent(of: target))
    }
}
