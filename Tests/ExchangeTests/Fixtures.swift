import FoundationEssentials

/// The recorded markets, which a clone of the repository does not have.
enum Fixtures {
    static let absent = "no recorded markets here: set HOLDFAST_FIXTURES to their folder"

    /// The folder `market` of the fixtures, where there is one.
    static let market: String? = {
        let files = FileManager.default
        if let folder = ProcessInfo.processInfo.environment["HOLDFAST_FIXTURES"] {
            return files.fileExists(atPath: folder + "/market") ? folder + "/market" : nil
        }
        var directory = URL(filePath: #filePath)
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            let candidate = directory.appending(path: "shared/fixtures/market").path
            if files.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }()

    static var isPresent: Bool { market != nil }

    /// The bytes of a file beside the markets, as `binance/lean/…`; `nil` where it is absent.
    static func bytes(_ path: String) -> [UInt8]? {
        guard let market, let data = FileManager.default.contents(atPath: "\(market)/../\(path)")
        else { return nil }
        return Array(data)
    }

    /// The JSON objects that follow each other in a file.
    static func objects(_ path: String) -> [[UInt8]] {
        var objects: [[UInt8]] = []
        var depth = 0
        var isText = false
        var isEscaped = false
        var object: [UInt8] = []
        for byte in bytes(path) ?? [] {
            if depth > 0 || byte == UInt8(ascii: "{") { object.append(byte) }
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 {
                    objects.append(object)
                    object = []
                }
            default: break
            }
        }
        return objects
    }

    /// The paths of tapes; empty where one of them is absent.
    static func tapes(_ names: [String]) -> [String] {
        guard let market else { return [] }
        let paths = names.map { market + "/" + $0 }
        return paths.allSatisfy(FileManager.default.fileExists(atPath:)) ? paths : []
    }
}
