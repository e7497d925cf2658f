import Foundation
import Testing

/// A file of the repository that holds text.
struct TextFile: Sendable {
    /// Relative to the repository's top.
    let path: String
    let text: String
    let isExecutable: Bool

    init(_ path: String, _ text: String, isExecutable: Bool = false) {
        self.path = path
        self.text = text
        self.isExecutable = isExecutable
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The folder below `Sources`, which is the module's name, or nil elsewhere.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }
}

/// A place that breaks a rule, and why the rule is there.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let reason: String

    init(_ path: String, _ line: Int, _ reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    var description: String { "\(path):\(line): \(reason)" }
}

/// Records every finding as an issue of its own, so that each stands on a line.
func expectNone(_ findings: [Finding], at location: SourceLocation = #_sourceLocation) {
    for finding in findings { Issue.record("\(finding)", sourceLocation: location) }
}

/// Everything a clone holds, read once.
struct Repository: Sendable {
    static let current = Repository(top: topOfThisRepository)

    let top: String
    let files: [TextFile]
    let swiftFiles: [SwiftFile]

    private static let topOfThisRepository: String =
        #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    /// What a build or a run leaves behind, and what is not ours to judge.
    private static let skippedFolders: Set = ["data", "Fixtures"]
    /// Tools keep their folders hidden; these hidden ones are ours.
    private static let hiddenButOurs: Set = [".ci", ".github", ".swift-format", ".gitignore"]
    private static let textExtensions: Set = [
        "", "c", "cpp", "css", "fault", "h", "html", "js", "json", "json5", "md", "mk", "modulemap",
        "py",
        "service", "sh", "sql", "swift", "swift-format", "txt", "yml",
    ]

    private init(top: String) {
        self.top = top
        files = Self.paths(below: top).compactMap { path in
            let full = "\(top)/\(path)"
            guard let text = try? String(contentsOfFile: full, encoding: .utf8) else { return nil }
            let isExecutable = FileManager.default.isExecutableFile(atPath: full)
            return TextFile(path, text, isExecutable: isExecutable)
        }
        swiftFiles = files.filter { $0.path.hasSuffix(".swift") }.map(SwiftFile.init)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(top)/\(path)")
    }

    private static func paths(below top: String) -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: top + "/" + folder)) ?? []
            for name in names.sorted() where isOurs(name) {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(top)/\(path)")
                if attributes?[.type] as? FileAttributeType == .typeDirectory {
                    folders.append(path)
                } else if textExtensions.contains(fileExtension(of: name)) {
                    found.append(path)
                }
            }
        }
        return found.sorted()
    }

    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix(".") ? hiddenButOurs.contains(name) : !skippedFolders.contains(name)
    }

    private static func fileExtension(of name: String) -> String {
        name.split(separator: ".").dropFirst().last.map(String.init) ?? ""
    }
}
