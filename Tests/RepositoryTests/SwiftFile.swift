/// A Swift file as a rule sees it: words and symbols without comments and the insides of strings.
struct SwiftFile: Sendable {
    let path: String
    let module: String?
    let lines: [Substring]
    let tokens: [SwiftToken]
    /// The comments, by line.
    let comments: [Int: String]
    /// Lines that begin inside a string of several lines.
    let linesInsideStrings: Set<Int>

    init(_ file: TextFile) {
        path = file.path
        module = file.module
        lines = file.lines
        var scanner = SwiftScanner(file.text)
        scanner.scan()
        tokens = scanner.tokens
        comments = scanner.comments
        linesInsideStrings = scanner.linesInsideStrings
    }

    /// A sample for a rule's own test.
    init(_ path: String, _ text: String) { self.init(TextFile(path, text)) }

    /// Whether `// marker: reason` stands on the line or on the one above.
    func isExcused(_ line: Int, by marker: String) -> Bool {
        [line, line - 1].contains { near in
            guard let comment = comments[near], let found = comment.firstRange(of: "\(marker): ")
            else {
                return false
            }
            return comment[found.upperBound...].contains { $0.isLetter }
        }
    }

    /// The token at an index, or an empty one beyond the ends.
    func token(_ index: Int) -> SwiftToken {
        tokens.indices.contains(index)
            ? tokens[index] : SwiftToken(text: "", line: 0, isApart: true)
    }

    func text(_ index: Int) -> String { token(index).text }
}

/// A word, a symbol of one character, or `""` for a string.
struct SwiftToken: Sendable {
    let text: String
    let line: Int
    /// Whether white space or a comment stands before it.
    let isApart: Bool

    var isWord: Bool { text.first.map { $0.isLetter || $0 == "_" || $0 == "`" } ?? false }
}
