/// Why a configuration, or a file it names, cannot be used: everything found, not only the first.
public struct ConfigurationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public let file: String
    /// What is wrong, in the order of the file.
    public let problems: [ConfigurationProblem]

    /// Makes a failure.
    public init(file: String, problems: [ConfigurationProblem]) {
        self.file = file
        self.problems = problems
    }

    /// The keys and what is wrong with them, on one line and without a place.
    public var words: String {
        problems.map { $0.path.isEmpty ? $0.message : "\($0.path): \($0.message)" }
            .joined(separator: "; ")
    }

    /// One line for each problem, each beginning with the file and, where known, the place in it.
    public var description: String {
        problems.map { problem in "\(file):\(problem)" }.joined(separator: "\n")
    }
}

/// One thing that is wrong with a configuration.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// The key, as `instruments[0].entry.type`; empty where the file as a whole is meant.
    public let path: String
    /// What is wrong, and what would be right.
    public let message: String
    /// Where in the file; `nil` where the file could not be read.
    public let place: TextPlace?

    /// Makes a problem.
    public init(path: String, message: String, place: TextPlace?) {
        self.path = path
        self.message = message
        self.place = place
    }

    /// The place, the key and the message on one line.
    public var description: String {
        let prefix = place.map { place in "\(place): " } ?? " "
        return path.isEmpty ? prefix + message : "\(prefix)\(path): \(message)"
    }
}

/// A place in a text file, counted from one.
public struct TextPlace: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The line.
    public let line: Int
    /// The column, in bytes.
    public let column: Int

    /// Makes a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Whether one place comes before another.
    public static func < (left: TextPlace, right: TextPlace) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    /// The line and the column, with a colon between.
    public var description: String { "\(line):\(column)" }
}
