internal import Platform

/// A file that has its name only when it is whole.
///
/// It is written beside it, as `<path>.new`, then synced and renamed.
final class AsideFile {
    /// Where it is written.
    let aside: String
    private let path: String
    private let file: File
    private var offset = 0

    /// Begins the file; what an interrupted one left is overwritten.
    init(_ path: String) throws(PlatformError) {
        self.path = path
        aside = path + ".new"
        file = try File(path: aside, mode: .replace)
    }

    /// How many bytes were written.
    var size: Int { offset }

    /// Adds text.
    func write(_ text: String) throws(PlatformError) {
        let bytes = Array(text.utf8)
        try file.write(bytes.span, at: offset)
        offset += bytes.count
    }

    /// Gives it its name, durably.
    func finish() throws(PlatformError) {
        try file.sync()
        try FileSystem.rename(aside, to: path)
        try FileSystem.syncDirectory(FileSystem.parent(of: path))
    }
}
