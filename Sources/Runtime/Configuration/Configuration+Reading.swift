import FoundationEssentials
internal import Glibc
internal import Platform
import Trading

extension Configuration {
    /// Reads and checks a configuration file.
    ///
    /// - Throws: Everything that is wrong with it, in one failure.
    public init(readingFrom file: String) throws(ConfigurationFailure) {
        let text = try TextFile.bytes(of: file)
        try self.init(parsing: text, file: file)
    }

    /// Checks the text of a configuration file.
    ///
    /// - Parameters:
    ///   - text: JSON5 in UTF-8.
    ///   - file: Its name, for messages and for what its relative paths are relative to.
    /// - Throws: Everything that is wrong with it, in one failure.
    public init(parsing text: [UInt8], file: String) throws(ConfigurationFailure) {
        try self.init(text, file: file, leavingOut: nil)
    }

    /// Reads the configuration that a journal holds.
    ///
    /// How the journal is kept decides nothing and does not stand in it: the defaults stand here.
    ///
    /// - Parameter text: The text of the event that applied it.
    /// - Throws: Everything that is wrong with it, in one failure.
    public init(journaled text: String) throws(ConfigurationFailure) {
        try self.init(Array(text.utf8), file: "configuration", leavingOut: "journal")
    }

    private init(
        _ text: [UInt8],
        file: String,
        leavingOut key: String?
    ) throws(ConfigurationFailure) {
        let problems = ConfigurationProblems()
        let section = try ConfigurationSection(
            text,
            file: file,
            leavingOut: key,
            problems: problems
        )
        var reader = ConfigurationReader(directory: TextFile.directory(of: file))
        reader.isJournaled = key != nil
        let configuration = reader.configuration(section)
        guard let configuration, problems.inOrder.isEmpty else {
            throw ConfigurationFailure(file: file, problems: problems.inOrder)
        }
        self = configuration
    }
}

extension Configuration {
    /// Every text of a configuration, keys aside, whether or not it is in order otherwise.
    ///
    /// - Parameter text: JSON5 in UTF-8.
    /// - Returns: the texts; `nil` where it cannot be read.
    public static func texts(in text: [UInt8]) -> [String]? {
        do {
            return try ConfigurationParser.parse(text).value.texts
        } catch {
            return nil
        }
    }
}

extension ConfigurationSection {
    /// Reads the outermost object of a JSON5 file.
    ///
    /// - Parameters:
    ///   - text: JSON5 in UTF-8.
    ///   - file: Its name, for messages.
    ///   - key: A key of the object that is passed over.
    ///   - problems: What collects what its readers find wrong.
    /// - Throws: What keeps it from being read at all.
    package convenience init(
        _ text: [UInt8],
        file: String,
        leavingOut key: String? = nil,
        problems: ConfigurationProblems
    ) throws(ConfigurationFailure) {
        let root: ConfigurationNode
        do {
            root = try ConfigurationParser.parse(text)
        } catch {
            throw ConfigurationFailure(file: file, problems: [error])
        }
        guard case .table(let members) = root.value else {
            let message = "expected an object, found \(root.value.kind)"
            let problem = ConfigurationProblem(path: "", message: message, place: root.place)
            throw ConfigurationFailure(file: file, problems: [problem])
        }
        self.init(
            path: "",
            place: root.place,
            members: members.filter { $0.key != key },
            problems: problems
        )
    }
}

extension ConfigurationValue {
    fileprivate var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .list(let nodes): nodes.flatMap(\.value.texts)
        case .table(let members): members.flatMap(\.node.value.texts)
        case .null, .flag, .number: []
        }
    }
}

/// Whole files as bytes.
package enum TextFile {
    /// The bytes of a file that should be there.
    package static func bytes(of file: String) throws(ConfigurationFailure) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: file)))
        } catch {
            let isThere = FileManager.default.fileExists(atPath: file)
            let message = isThere ? Self.reason(error) : "there is no such file"
            let problem = ConfigurationProblem(path: "", message: message, place: nil)
            throw ConfigurationFailure(file: file, problems: [problem])
        }
    }

    /// Why a file that is there was not read, in the words of the system where it told.
    private static func reason(_ error: any Error) -> String {
        guard let cause = (error as? CocoaError)?.underlying as? POSIXError else {
            return "the file cannot be read; look at its permissions"
        }
        let error = PlatformError(action: "read", subject: "", code: cause.code.rawValue)
        return "the file cannot be read: \(error.text); \(error.advice)"
    }

    /// What stands before the last slash; empty where there is none.
    package static func directory(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "" }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
