import FoundationEssentials
import TestSupport

@testable import LocalExchange

/// Real payloads of the venues, which a clone of the repository does not have.
enum Payloads {
    static let absent = "no recorded payloads here: set HOLDFAST_FIXTURES to their folder"

    private static let folder: String? = {
        let files = FileManager.default
        if let folder = ProcessInfo.processInfo.environment["HOLDFAST_FIXTURES"] {
            return files.fileExists(atPath: folder + "/bybit") ? folder : nil
        }
        var directory = URL(filePath: #filePath)
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            let candidate = directory.appending(path: "shared/fixtures").path
            if files.fileExists(atPath: candidate + "/bybit") { return candidate }
        }
        return nil
    }()

    static var isPresent: Bool { folder != nil }

    /// The JSON of a file.
    ///
    /// Of one with lines of a request in front it is what begins at the first brace or bracket of a
    /// line, of a subscription what was pushed. Of a file with several objects it is the first that
    /// contains the text `part`.
    static func payload(_ path: String, with part: String? = nil) -> BybitValue? {
        guard let folder, let data = FileManager.default.contents(atPath: folder + "/" + path)
        else { return nil }
        var reader = BybitReader()
        if let part {
            return JSONObjects.split(Array(data))
                .first { String(decoding: $0, as: UTF8.self).contains(part) }
                .flatMap { reader.read($0) }
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        var rest = lines[...]
        if let pushed = lines.firstIndex(where: { $0.hasPrefix("=") }) {
            rest = lines[pushed...]
            rest[pushed] = rest[pushed].dropFirst()
        } else {
            rest = rest.drop { !"{[".contains($0.drop { $0.isWhitespace }.first ?? " ") }
        }
        return reader.read(Array(rest.joined(separator: "\n").utf8))
    }
}

/// How the shapes of two values differ: keys, and kinds of values.
enum Shape {
    /// What to say of each difference.
    ///
    /// `-` is for what only the first has, `+` for what only the
    /// second has, `~` for another kind. Of lists the first elements are compared.
    static func differences(
        _ real: BybitValue,
        _ own: BybitValue,
        at path: String = ""
    ) -> [String] {
        switch (real, own) {
        case (.object(let one), .object(let other)):
            var found: [String] = []
            for (key, value) in one {
                let inner = path.isEmpty ? key : path + "." + key
                guard let mine = other.first(where: { $0.key == key })?.value else {
                    found.append("- " + inner)
                    continue
                }
                found += differences(value, mine, at: inner)
            }
            for (key, _) in other where !one.contains(where: { $0.key == key }) {
                found.append("+ " + (path.isEmpty ? key : path + "." + key))
            }
            return found
        case (.list(let one), .list(let other)):
            guard let first = one.first else { return [] }
            guard let mine = other.first else { return ["- \(path)[]"] }
            return differences(first, mine, at: path + "[]")
        default:
            return kind(real) == kind(own) ? [] : ["~ \(path): \(kind(real)), \(kind(own))"]
        }
    }

    private static func kind(_ value: BybitValue) -> String {
        switch value {
        case .text: "text"
        case .integer: "integer"
        case .flag: "flag"
        case .list: "list"
        case .object: "object"
        case .null: "null"
        case .fraction: "fraction"
        }
    }
}
