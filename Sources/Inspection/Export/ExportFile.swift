internal import Platform

/// A new file of an export, written from its beginning to its end.
final class ExportFile {
    /// How many bytes were written.
    private(set) var size = 0
    private let file: File

    /// Makes the file; there must be none yet.
    init(_ path: String) throws(PlatformError) { file = try File(path: path, mode: .createNew) }

    /// Adds text.
    func write(_ text: String) throws(PlatformError) {
        let bytes = Array(text.utf8)
        try file.write(bytes.span, at: size)
        size += bytes.count
    }

    /// Makes what was written durable.
    func finish() throws(PlatformError) { try file.sync() }
}
