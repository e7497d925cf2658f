import Testing

@Suite struct `The texts` {
    private let repository = Repository.current

    @Test func `link only to what is there`() {
        let pages = repository.files.filter { $0.path.hasSuffix(".md") }
        expectNone(pages.flatMap { Links.findings(in: $0, exists: repository.exists) })
    }

    /// The last column of the tables of traps says which tests cover them.
    @Test func `name only tests that are there`() {
        let pages = repository.files.filter { $0.path.hasPrefix("docs/venues") }
        #expect(pages.count >= 3)
        let names = CoveringTests.names(in: repository.files)
        expectNone(pages.flatMap { CoveringTests.findings(in: $0, names) })
    }

    @Test func `a test that is gone is found`() {
        let page = TextFile(
            "docs/venues.md",
            "| trap | covered by |\n|---|---|\n| `a` | `make x`, `is there`, `is gone` |"
        )
        let tests = TextFile("Tests/ATests/BTests.swift", "@Test func `is there`() {}")
        let names = CoveringTests.names(in: [tests])
        #expect(names == ["is there", "BTests"])
        #expect(CoveringTests.findings(in: page, names).map(\.reason) == ["no test: is gone"])
    }

    @Test func `name no machine, no registry and nothing left undone`() {
        expectNone(repository.files.flatMap(Leftovers.findings))
    }

    @Test func `that are programs can be started, and no others`() {
        expectNone(repository.files.flatMap(Programs.findings))
    }

    @Test(arguments: [
        "[a](missing.md)", "see [a](docs/missing.md#part).", "[a](../outside.md)",
        "![picture](missing.png)",
    ])
    func `a dead link is found`(text: String) {
        let page = TextFile("docs/page.md", text)
        #expect(Links.findings(in: page) { $0 == "docs/there.md" }.count == 1)
    }

    @Test(arguments: [
        "[a](there.md)", "[a](there.md#part)", "[a](../docs/there.md)", "[a](https://swift.org)",
        "[a](#part)", "`[a](missing.md)`", "```\n[a](missing.md)\n```", "f(x)[y](z)".uppercased(),
    ])
    func `a living one is not`(text: String) {
        let page = TextFile("docs/page.md", text)
        #expect(Links.findings(in: page) { ["docs/there.md", "docs/Z"].contains($0) } == [])
    }

    @Test(arguments: [
        "cd /work/holdfast", "\"/root/.cache\"", "// TODO: later", "FIXME",
        "https://" + "py" + "pi.org/x",
    ])
    func `a leftover is found`(text: String) {
        #expect(Leftovers.findings(in: TextFile("docs/page.md", text)).count == 1)
    }

    @Test(arguments: ["docs/work/page", "a/root/b", "TODOS", "https://example.org/work/"])
    func `what only looks like one is not`(text: String) {
        #expect(Leftovers.findings(in: TextFile("docs/page.md", text)) == [])
    }

    @Test func `a program that cannot be started is found, and a page that can`() {
        let samples = [
            TextFile("scripts/run", "#!/bin/sh\n"), TextFile("scripts/run", "", isExecutable: true),
            TextFile("README.md", "text", isExecutable: true),
        ]
        for sample in samples { #expect(Programs.findings(in: sample).count == 1) }
        let program = TextFile("scripts/run", "#!/bin/sh\n", isExecutable: true)
        #expect(Programs.findings(in: program) == [])
    }
}

private enum CoveringTests {
    /// What a test or a suite is called, and the files that they are in.
    static func names(in files: [TextFile]) -> Set<String> {
        var names: Set<String> = []
        for file in files where file.path.hasPrefix("Tests/") && file.path.hasSuffix(".swift") {
            for line in file.lines where line.contains("func `") || line.contains("struct `") {
                let parts = line.split(separator: "`", omittingEmptySubsequences: false)
                if parts.count > 1 { names.insert(String(parts[1])) }
            }
            let name = file.path.split(separator: "/").last ?? ""
            names.insert(String(name.dropLast(6)))
        }
        return names
    }

    static func findings(in page: TextFile, _ names: Set<String>) -> [Finding] {
        var findings: [Finding] = []
        var isTable = false
        for (index, line) in page.lines.enumerated() {
            if line.hasSuffix("| covered by |") { isTable = true }
            if !line.hasPrefix("|") { isTable = false }
            guard isTable, let last = line.split(separator: "|").last(where: { $0 != " " }) else {
                continue
            }
            let parts = last.split(separator: "`", omittingEmptySubsequences: false)
            let named = stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
            for name in named where !name.hasPrefix("make ") && !names.contains(name) {
                findings.append(Finding(page.path, index + 1, "no test: \(name)"))
            }
        }
        return findings
    }
}

private enum Links {
    static func findings(in page: TextFile, exists: (String) -> Bool) -> [Finding] {
        var findings: [Finding] = []
        var isCode = false
        for (index, line) in page.lines.enumerated() {
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isCode.toggle() }
            guard !isCode else { continue }
            for target in targets(in: line) {
                let path = resolve(target, from: page.path)
                guard path.map(exists) != true else { continue }
                findings.append(Finding(page.path, index + 1, "the link to \(target) is dead"))
            }
        }
        return findings
    }

    /// The relative targets of a line, outside inline code.
    private static func targets(in line: Substring) -> [Substring] {
        let pieces = line.split(separator: "`", omittingEmptySubsequences: false)
        let texts = pieces.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        return texts.flatMap { text in
            text.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap {
                let target = $0.prefix { $0 != ")" && $0 != "#" && $0 != " " }
                let isElsewhere = target.contains("://") || target.hasPrefix("mailto:")
                return isElsewhere || target.isEmpty ? nil : target
            }
        }
    }

    private static func resolve(_ target: Substring, from page: String) -> String? {
        var parts = page.split(separator: "/").dropLast()
        for part in target.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }
}

private enum Leftovers {
    private static let reasons = [
        ("/work/", "a path of one machine means nothing on another"),
        ("/root/", "a path of one machine means nothing on another"),
        ("py" + "pi.org", "where a package came from belongs to one machine's set-up"),
        ("registry.np" + "mjs.org", "where a package came from belongs to one machine's set-up"),
        ("proxy.go" + "lang.org", "where a package came from belongs to one machine's set-up"),
        ("deb." + "debian.org", "where a package came from belongs to one machine's set-up"),
        ("artifactory", "where a package came from belongs to one machine's set-up"),
        ("TODO", "do it, or write an issue"),
        ("FIXME", "do it, or write an issue"),
    ]

    static func findings(in file: TextFile) -> [Finding] {
        // The rule has to spell what it looks for.
        guard file.path != "Tests/RepositoryTests/TextTests.swift" else { return [] }
        let found = reasons.filter { contains(file.text, $0.0) }
        guard !found.isEmpty else { return [] }
        return file.lines.enumerated().flatMap { index, line in
            found.filter { contains(line, $0.0) }.map {
                Finding(file.path, index + 1, "\($0.0): \($0.1)")
            }
        }
    }

    /// Whether the text holds it as a thing of its own, not as the middle of another word or path.
    private static func contains(_ text: some StringProtocol, _ searched: String) -> Bool {
        text.ranges(of: searched).contains { range in
            let before = text[..<range.lowerBound].last
            let after = text[range.upperBound...].first
            let endsWord = searched.last == "/" || !(after?.isLetter ?? false)
            return endsWord && !(before.map { $0.isLetter || $0.isNumber || $0 == "." } ?? false)
        }
    }
}

private enum Programs {
    static func findings(in file: TextFile) -> [Finding] {
        let isProgram = file.text.hasPrefix("#!")
        if isProgram && !file.isExecutable {
            return [Finding(file.path, 1, "a program needs its executable bit: chmod +x")]
        }
        if !isProgram && file.isExecutable {
            return [Finding(file.path, 1, "only what begins with #! is a program: chmod -x")]
        }
        return []
    }
}
