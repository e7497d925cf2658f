import FoundationEssentials
import TestSupport
import Testing

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
    static func objects(_ path: String) -> [[UInt8]] { JSONObjects.split(bytes(path) ?? []) }

    /// Every file in a folder beside the markets, with its path below it.
    static func files(_ folder: String) throws -> Set<String> {
        let market = try #require(market)
        let root = URL(filePath: market).deletingLastPathComponent().appending(path: folder).path
        return Set(
            try FileManager.default.subpathsOfDirectory(atPath: root)
                .filter { $0.contains(".") && !$0.hasPrefix(".") }
        )
    }

    /// The names in a table of files, where blanks and line ends stand between them.
    static func names(_ table: String) -> [String] {
        table.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
    }

    /// The paths of tapes; empty where one of them is absent.
    static func tapes(_ names: [String]) -> [String] {
        guard let market else { return [] }
        let paths = names.map { market + "/" + $0 }
        return paths.allSatisfy(FileManager.default.fileExists(atPath:)) ? paths : []
    }
}
