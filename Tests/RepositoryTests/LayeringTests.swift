import Testing

@Suite struct `Layering` {
    private let repository = Repository.current

    @Test func `a module imports what Package swift lets it, and no more`() throws {
        let arrows = try Arrows(repository)
        #expect(arrows.dependencies.count > 10)
        expectNone(repository.swiftFiles.flatMap(arrows.findings))
    }

    @Test func `the arrows of Package swift keep the layers apart`() throws {
        try expectNone(Arrows(repository).layeringFindings())
    }

    @Test func `what the build needs from Debian is what the install script installs`() throws {
        let manifest = try #require(repository.files.first { $0.path == "Package.swift" })
        let script = try #require(repository.files.first { $0.path == "scripts/install" })
        let wanted = manifest.text.split(separator: ".apt([\"").dropFirst()
            .compactMap { $0.split(separator: "\"").first.map(String.init) }
        let words = Set(script.text.split { !($0.isLetter || $0.isNumber || $0 == "-") })
        #expect(!wanted.isEmpty)
        #expect(wanted.filter { !words.contains(Substring($0)) } == [])
    }

    @Test(arguments: [
        ("Sources/Trading/A.swift", "import Journal"),
        ("Sources/Trading/A.swift", "import Foundation"),
        ("Sources/Trading/A.swift", "internal import struct Foundation.Date"),
        ("Sources/Journal/A.swift", "@testable import Trading"),
        ("Sources/Journal/A.swift", "package import LMDB\npublic import Trading"),
    ])
    func `an import against the arrows is found`(path: String, text: String) {
        #expect(sampleArrows().findings(in: SwiftFile(path, text)).count == 1)
    }

    @Test(arguments: [
        ("Sources/Journal/A.swift", "import Foundation\nimport LMDB"),
        ("Sources/Trading/A.swift", "// import Foundation\nlet text = \"import Journal\""),
    ])
    func `a lawful import is not`(path: String, text: String) {
        #expect(sampleArrows().findings(in: SwiftFile(path, text)) == [])
    }

    @Test(arguments: [
        #".target(name: "Trading", dependencies: ["Journal"])"#,
        #".target(name: "Journal", dependencies: ["LMDB", "Trading"])"#,
        #".target(name: "Runtime", dependencies: ["CLMDB"]), .systemLibrary(name: "CLMDB")"#,
        #".target(name: "Engine", dependencies: ["Tool"]), .executableTarget(name: "Tool")"#,
    ])
    func `an arrow against the layers is found`(manifest: String) {
        #expect(Arrows(manifest: manifest).layeringFindings().count == 1)
    }

    private func sampleArrows() -> Arrows {
        Arrows(
            manifest: """
                .target(name: "Trading"), .target(name: "LMDB"),
                .target(name: "Journal", dependencies: ["LMDB"])
                """
        )
    }
}

/// Who may import whom, as the manifest says it.
private struct Arrows {
    private(set) var dependencies: [String: Set<String>] = [:]
    private var executables: Set<String> = []
    private var cLibraries: Set<String> = []

    init(_ repository: Repository) throws {
        let manifest = try #require(repository.files.first { $0.path == "Package.swift" })
        self.init(manifest: manifest.text)
    }

    /// Reads the manifest as text: a target names itself first and its dependencies in one list.
    init(manifest: String) {
        let text = String(manifest.filter { !$0.isWhitespace })
        for declaration in text.split(separator: "arget(name:\"").dropFirst() {
            let name = String(declaration.prefix { $0 != "\"" })
            let list = declaration.firstRange(of: "dependencies:[").map {
                declaration[$0.upperBound...].prefix { $0 != "]" }
            }
            let names = list?.split(separator: "\"").filter { $0 != "," } ?? []
            dependencies[name] = Set(names.map(String.init))
        }
        for declaration in text.split(separator: ".systemLibrary(name:\"").dropFirst() {
            dependencies[String(declaration.prefix { $0 != "\"" })] = []
        }
        for declaration in text.split(separator: ".executableTarget(name:\"").dropFirst() {
            executables.insert(String(declaration.prefix { $0 != "\"" }))
        }
        // The house names a module of C after its library, with a C before it.
        cLibraries = Set(dependencies.keys.filter { $0.wholeMatch(of: /C[A-Z].*/) != nil })
    }

    func findings(in file: SwiftFile) -> [Finding] {
        guard let module = file.module, let allowed = dependencies[module] else { return [] }
        return imports(of: file).compactMap { name, line in
            let isForeign = dependencies[name] == nil
            if isForeign && !Modules.pure.contains(module) { return nil }
            guard !allowed.contains(name) else { return nil }
            return Finding(
                file.path,
                line,
                isForeign
                    ? "\(module) is pure, so that replay is exact: it imports no \(name)"
                    : "Package.swift has no arrow from \(module) to \(name)"
            )
        }
    }

    private func imports(of file: SwiftFile) -> [(name: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return file.tokens.indices.compactMap { index in
            guard file.text(index) == "import" else { return nil }
            let name = kinds.contains(file.text(index + 1)) ? index + 2 : index + 1
            return (file.text(name), file.token(index).line)
        }
    }

    func layeringFindings() -> [Finding] {
        let findings = dependencies.map { module, wanted in
            wanted.sorted().compactMap { name in
                reason(against: module, importing: name).map { Finding("Package.swift", 1, $0) }
            }
        }
        return findings.flatMap { $0 }.sorted { $0.reason < $1.reason }
    }

    private func reason(against module: String, importing name: String) -> String? {
        if Modules.pure.contains(module) && !Modules.pure.contains(name) {
            return "\(module) is pure and may import pure modules only, not \(name)"
        }
        if ["Journal", "LMDB", "Digests", "Platform"].contains(module)
            && Modules.pure.contains(name)
        {
            return "\(module) keeps bytes and knows no orders: it may not import \(name)"
        }
        if cLibraries.contains(name) && !Modules.wrappers.contains(module) {
            return "\(module) may not import the C library \(name); a wrapper does"
        }
        if executables.contains(name) && !module.hasSuffix("Tests") {
            return "nothing but a test imports the executable \(name)"
        }
        return nil
    }
}

/// The modules that rules speak of.
enum Modules {
    /// The same inputs give the same bytes here, on any machine.
    static let pure: Set = ["Trading", "Projections", "Engine"]
    /// The only ones that may wrap C, and so contain `unsafe`.
    static let wrappers: Set = [
        "LMDB", "Digests", "Platform", "JSON", "Compression", "SQLite", "Network",
    ]
}
