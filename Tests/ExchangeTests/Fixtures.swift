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

    /// The paths of tapes; empty where one of them is absent.
    static func tapes(_ names: [String]) -> [String] {
        guard let market else { return [] }
        let paths = names.map { market + "/" + $0 }
        return paths.allSatisfy(FileManager.default.fileExists(atPath:)) ? paths : []
    }
}
