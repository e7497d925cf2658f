package import Platform

/// The directory of a worker: what it has counted, what it found, and what it is working on.
package struct WorkerRoom {
    /// Where it is.
    package let directory: String

    /// The room in a directory.
    package init(_ directory: String) { self.directory = directory }

    /// The file of the worker's counts.
    package var counts: String { directory + "/counts" }
    /// The file of what it found, one a line.
    package var findings: String { directory + "/findings" }
    /// The file of its standard error.
    package var messages: String { directory + "/messages" }

    /// Writes down something that was found.
    package func tell(_ text: String) throws(PlatformError) {
        let file = try File(path: findings, mode: .create)
        let line = Array((text.replacing("\n", with: " ") + "\n").utf8)
        try file.write(line.span, at: try file.size())
    }

    func told() throws(PlatformError) -> [String] {
        guard try FileSystem.status(findings) != nil else { return [] }
        let text = String(decoding: try FileSystem.read(findings), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    func lastMessages() throws(PlatformError) -> String {
        String(decoding: try FileSystem.read(messages).suffix(400), as: UTF8.self)
    }
}
