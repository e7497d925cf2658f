import Exchange
import Foundation

/// What venues sent, from the fixtures beside the repository; white space that authors of fixtures
/// put in is taken out, because venues send none.
struct RecordedMessages {
    private let folder: String

    /// - Parameter folder: Where the fixtures are; empty for nowhere.
    init(_ folder: String) { self.folder = folder }

    var isPresent: Bool { FileManager.default.fileExists(atPath: folder + "/market") }

    /// Messages of a recorded Binance market whose stream has `word` in its name.
    func tape(_ name: String, _ word: String, limit: Int = 4000) throws -> [[UInt8]] {
        var reader = try TapeReader(path: "\(folder)/market/hftbacktest/\(name)")
        var found: [[UInt8]] = []
        while found.count < limit, try reader.advance() {
            let message = reader.line.message
            let bytes = message.indices.map { message[$0] }
            if String(decoding: bytes.prefix(60), as: UTF8.self).contains(word) {
                found.append(bytes)
            }
        }
        return found
    }

    /// The JSON values of files that follow each other, those with `word` in them.
    func values(_ paths: [String], having word: String = "") throws -> [[UInt8]] {
        try paths.flatMap { path in
            Self.split(Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))))
        }
        .filter { word.isEmpty || String(decoding: $0, as: UTF8.self).contains(word) }
    }

    /// The JSON values of files, with other words in the place of some texts.
    func values(_ paths: [String], replacing texts: [String], by word: String) throws -> [[UInt8]] {
        try values(paths).map { value in
            let text = String(decoding: value, as: UTF8.self)
            return Array(
                texts.reduce(text) { $0.replacing("\"\($1)\"", with: "\"\(word)\"") }.utf8
            )
        }
    }

    /// The lines of the only file in a zip archive.
    func zipped(_ path: String) throws -> [[UInt8]] {
        let unzip = Process()
        let pipe = Pipe()
        unzip.executableURL = URL(filePath: "/usr/bin/unzip")
        unzip.arguments = ["-p", "\(folder)/\(path)"]
        unzip.standardOutput = pipe
        try unzip.run()
        let bytes = Array(try pipe.fileHandleForReading.readToEnd() ?? Data())
        unzip.waitUntilExit()
        return bytes.split(separator: 0x0A).map(Array.init)
    }

    /// Takes JSON values apart that stand one behind the other, without their white space.
    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var values: [[UInt8]] = []
        var value: [UInt8] = []
        var depth = 0
        var isText = false
        var isEscaped = false
        for byte in bytes {
            if isText {
                value.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            if byte <= 0x20 { continue }
            let opens = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
            // What stands before a value, as the address that it came from, is none.
            guard depth > 0 || opens else { continue }
            value.append(byte)
            if byte == UInt8(ascii: "\"") { isText = true }
            if opens { depth += 1 }
            if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 {
                    values.append(value)
                    value = []
                }
            }
        }
        return values
    }
}
