import Testing

@Suite struct `The code` {
    private let repository = Repository.current

    @Test func `is unsafe only where C is wrapped`() {
        expectNone(repository.swiftFiles.flatMap(Safety.unsafeWords))
    }

    @Test func `does not stop the process by a shortcut`() {
        expectNone(repository.swiftFiles.flatMap(Safety.shortcuts))
    }

    @Test func `keeps files, functions and lines short`() {
        expectNone(repository.swiftFiles.flatMap(Length.findings))
    }

    @Test(arguments: [
        "let x = unsafe f()", "nonisolated(unsafe) var x = 1", "@unsafe struct A {}",
        "let p: UnsafeRawBufferPointer", "let text = \"\\(unsafe f())\"",
    ])
    func `unsafe code is found, but not where it belongs`(text: String) {
        #expect(Safety.unsafeWords(in: SwiftFile("Sources/Journal/A.swift", text)).count == 1)
        #expect(Safety.unsafeWords(in: SwiftFile("Sources/LMDB/A.swift", text)) == [])
    }

    @Test(arguments: [
        "try! f()", "a as! B", "f(x!)", "x!.y", "list[0]!", "f()!", "var x: Int!", "x! = 3",
        "fatalError()", "precondition(x)", "assert(x)", "preconditionFailure()", "\"\\(x!)\"",
    ])
    func `a shortcut is found`(text: String) {
        #expect(Safety.shortcuts(in: SwiftFile("Sources/Journal/A.swift", text)).count == 1)
    }

    @Test(arguments: [
        "!x", "x != y", "x !== y", "f(!x)", "\"x!\"", "// fatalError(), try! and x!", "#if !os(x)",
        "func invariant() { fatalError() }",
        "guard x else { fatalError(\"Invariant broken: x\") }", "[!a, !b]", "return !x", "a && !b",
        "func `it stops!`() {}", ##"#"raw " x! "#"##, "\"\"\"\nx! \" y!\n\"\"\"",
        "/* x! /* y! */ z! */",
    ])
    func `what only looks like one is not`(text: String) {
        #expect(Safety.shortcuts(in: SwiftFile("Sources/Journal/A.swift", text)) == [])
    }

    @Test func `a long file, line and function are found`() {
        let body = String(repeating: "    work()\n", count: 60)
        let long = String(repeating: "x", count: 101)
        for text in [String(repeating: "\n", count: 401), long, "func f() {\n\(body)}"] {
            #expect(Length.findings(in: SwiftFile("Sources/Journal/A.swift", text)).count == 1)
        }
    }

    @Test func `a requirement has no body, and reasons and tests excuse length`() {
        let body = String(repeating: "    work()\n", count: 60)
        let samples = [
            (
                "Sources/Journal/A.swift",
                "protocol P {\n func f()\n func g()\n}\nstruct S {\n\(body)}"
            ),
            ("Sources/Journal/A.swift", "// long-ok: a table\nfunc f() {\n\(body)}"),
            ("Tests/JournalTests/A.swift", "func f() {\n\(body)}"),
            ("Sources/Journal/A.swift", "func f() {\n}\nstruct S {\n\(body)}"),
            (
                "Sources/Journal/A.swift",
                "let json = \"\"\"\n\(String(repeating: "x", count: 200))\n\"\"\""
            ),
        ]
        for (path, text) in samples {
            #expect(Length.findings(in: SwiftFile(path, text)) == [])
        }
    }
}

private enum Safety {
    static func unsafeWords(in file: SwiftFile) -> [Finding] {
        if Modules.wrappers.contains(file.module ?? "") { return [] }
        // libFuzzer is C, too.
        if file.path.hasPrefix("Fuzzing/LibFuzzer/") { return [] }
        return file.tokens.filter { $0.text == "unsafe" || $0.text.hasPrefix("Unsafe") }.map {
            Finding(file.path, $0.line, "\($0.text): only modules that wrap C can break memory")
        }
    }

    static func shortcuts(in file: SwiftFile) -> [Finding] {
        let stops: Set = [
            "fatalError", "precondition", "preconditionFailure", "assert", "assertionFailure",
        ]
        return file.tokens.indices.compactMap { index in
            let token = file.token(index)
            if isUnwrap(file, index) {
                return Finding(
                    file.path,
                    token.line,
                    "'!' stops without a word: name what is missing"
                )
            }
            let isStop = stops.contains(token.text) && file.text(index + 1) == "("
            guard isStop, file.module != nil, !saysWhichInvariantBroke(file, index) else {
                return nil
            }
            return Finding(
                file.path,
                token.line,
                "\(token.text): a contradiction is an invariant(…)"
            )
        }
    }

    private static func isUnwrap(_ file: SwiftFile, _ index: Int) -> Bool {
        let token = file.token(index)
        guard token.text == "!", !token.isApart else { return false }
        let previous = file.token(index - 1)
        let endsValue =
            previous.isWord || [")", "]", "}", "?", ">", "\"\""].contains(previous.text)
        let next = file.token(index + 1)
        return endsValue && !(next.text == "=" && !next.isApart)
    }

    /// Whether it says that an invariant broke: in `invariant` itself, or with its words where a
    /// `guard` needs a call that never returns.
    private static func saysWhichInvariantBroke(_ file: SwiftFile, _ index: Int) -> Bool {
        let function = file.tokens[..<index].lastIndex { $0.text == "func" }
        if let function, file.text(function + 1) == "invariant" { return true }
        let line = file.token(index).line
        return file.text(index) == "fatalError"
            && file.lines[(line - 1)...].prefix(2).contains { $0.contains("\"Invariant broken: ") }
    }
}

private enum Length {
    static func findings(in file: SwiftFile) -> [Finding] {
        var findings: [Finding] = []
        // The last line feed ends a line and begins none.
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        if count > 400 {
            findings.append(Finding(file.path, count, "a file of over 400 lines has two subjects"))
        }
        for (index, line) in file.lines.enumerated() where line.utf8.count > 100 {
            let isText = file.linesInsideStrings.contains(index + 1)
            guard line.count > 100, !isText else { continue }
            findings.append(Finding(file.path, index + 1, "a line has at most 100 columns"))
        }
        // A test reads from top to bottom; cutting it up would hide the story.
        return file.path.hasPrefix("Tests/") ? findings : findings + longFunctions(in: file)
    }

    private static func longFunctions(in file: SwiftFile) -> [Finding] {
        file.tokens.indices.compactMap { index in
            let begin = file.token(index).line
            guard isFunction(file, index), let end = lastLine(file, from: index) else { return nil }
            guard end - begin + 1 > 60, !file.isExcused(begin, by: "long-ok") else { return nil }
            return Finding(file.path, begin, "a function of over 60 lines does not fit a screen")
        }
    }

    private static func isFunction(_ file: SwiftFile, _ index: Int) -> Bool {
        switch file.text(index) {
        case "func", "deinit", "subscript": true
        case "init": file.text(index - 1) != "."
        default: false
        }
    }

    /// The line of the brace that ends the body, or nil for a requirement, which has none.
    private static func lastLine(_ file: SwiftFile, from start: Int) -> Int? {
        let others: Set = ["func", "var", "let", "init", "subscript", "case", "typealias", "}"]
        var parentheses = 0
        var braces = 0
        for index in (start + 1)..<file.tokens.count {
            switch file.text(index) {
            case "(" where braces == 0: parentheses += 1
            case ")" where braces == 0: parentheses -= 1
            case "{" where parentheses == 0: braces += 1
            case "}" where braces > 0 && parentheses == 0:
                braces -= 1
                if braces == 0 { return file.token(index).line }
            case let text where braces == 0 && parentheses == 0 && others.contains(text): return nil
            default: break
            }
        }
        return nil
    }
}
