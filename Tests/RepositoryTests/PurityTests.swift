import Testing

@Suite struct `The pure modules` {
    private let repository = Repository.current

    @Test func `know no clock, no chance, no thread and no binary fraction`() {
        expectNone(repository.swiftFiles.flatMap(ImpureWords.findings))
    }

    @Test func `do not depend on the order of a dictionary or a set`() {
        let pure = repository.swiftFiles.filter { Modules.pure.contains($0.module ?? "") }
        expectNone(UnorderedIteration(in: pure).findings())
    }

    @Test(arguments: [
        "let now = Date()", "let id = UUID()", "let n = Int.random(in: 0...3)", "a.shuffle()",
        "var g = SystemRandomNumberGenerator()", "ContinuousClock.now", "Task { f() }",
        "Thread.sleep(1)", "let price: Double = 1", "Float(x)", "func f() async {}",
        "let h = key.hashValue", "var hasher = Hasher()", "let text = \"\\(Date())\"",
        "let now = Date()  // nondeterminism-ok:",
    ])
    func `an impure word is found`(text: String) {
        let file = SwiftFile("Sources/Engine/A.swift", text)
        #expect(ImpureWords.findings(in: file).count == 1)
    }

    @Test(arguments: [
        ("Sources/Engine/A.swift", "// Date() is the edge's\nlet text = \"Double\""),
        ("Sources/Engine/A.swift", "let x = Date()  // nondeterminism-ok: a type of our own"),
        ("Sources/Engine/A.swift", "func hash(into hasher: inout Hasher) {}"),
        ("Sources/Runtime/A.swift", "let now = Date()"),
    ])
    func `a pure word, an excused one and another module are not`(path: String, text: String) {
        #expect(ImpureWords.findings(in: SwiftFile(path, text)) == [])
    }

    @Test(arguments: [
        "var orders: [ID: Order]\nfor order in orders { f() }",
        "var orders: [ID: [Order]] = [:]\nfor (id, order) in self.orders where id > 1 { f() }",
        "let ids: Set<ID>\nfor id in ids.filter({ $0 > 1 }) { f() }",
        "let ids = Set<ID>()\nids.forEach { f($0) }",
        "let orders = [ID: Order]()\nfor id in orders.keys { f(id) }",
        "let orders: Dictionary<ID, Order>\nlet all = orders.values.map { $0 }",
        "func f(_ ids: borrowing Set<ID>) { g(ids.first) }",
        "let ids: Set<ID>\nlet list = Array(ids)",
        "let ids: Set<ID>\nlet list = [ID](ids)",
    ])
    func `an iteration without an order is found`(text: String) {
        let file = SwiftFile("Sources/Engine/A.swift", text)
        #expect(UnorderedIteration(in: [file]).findings().count == 1)
    }

    @Test(arguments: [
        "var orders: [Order]\nfor order in orders { f() }",
        "var orders: [ID: Order]\nfor id in orders.keys.sorted() { f(orders[id]) }",
        "var orders: [ID: Order]\nlet all = orders.values\n    .map { $0 }\n    .sorted()",
        "var orders: [ID: [Order]]\nfor order in orders[id] { f() }",
        "var orders: [ID: Order]\nfor n in 0..<orders.count { f() }",
        "let ids: Set<ID>\n// nondeterminism-ok: a sum\nfor id in ids { sum += id }",
        "let ids: Set<ID>\nlet has = ids.contains(3)\nf(for: ids)",
    ])
    func `an ordered or excused one is not`(text: String) {
        let file = SwiftFile("Sources/Engine/A.swift", text)
        #expect(UnorderedIteration(in: [file]).findings() == [])
    }

    @Test func `a property declared in one file is known in the others`() {
        let state = SwiftFile("Sources/Projections/A.swift", "struct S { var orders: [ID: Order] }")
        let user = SwiftFile("Sources/Engine/B.swift", "for order in state.orders { f() }")
        #expect(UnorderedIteration(in: [state, user]).findings().map(\.path) == [user.path])
    }
}

/// Words that bring in what a replay cannot repeat.
private enum ImpureWords {
    private static let reasons: [String: String] = [
        "Date": "time arrives stamped on the input",
        "ContinuousClock": "time arrives stamped on the input",
        "SuspendingClock": "time arrives stamped on the input",
        "UUID": "ids are made of the epoch and the sequence number",
        "SystemRandomNumberGenerator": "chance is drawn outside and journaled",
        "random": "chance is drawn outside and journaled",
        "randomElement": "chance is drawn outside and journaled",
        "shuffle": "chance is drawn outside and journaled",
        "shuffled": "chance is drawn outside and journaled",
        "hashValue": "hashes differ in every process",
        "Task": "the core runs on the writer's thread alone",
        "Thread": "the core runs on the writer's thread alone",
        "async": "the core runs on the writer's thread alone",
        "await": "the core runs on the writer's thread alone",
        "Double": "money is exact",
        "Float": "money is exact",
        "Float32": "money is exact",
        "Float64": "money is exact",
    ]

    static func findings(in file: SwiftFile) -> [Finding] {
        guard Modules.pure.contains(file.module ?? "") else { return [] }
        return file.tokens.indices.compactMap { index in
            let token = file.token(index)
            let makesHasher = token.text == "Hasher" && file.text(index + 1) == "("
            let reason = makesHasher ? "hashes differ in every process" : reasons[token.text]
            guard let reason, !file.isExcused(token.line, by: "nondeterminism-ok") else {
                return nil
            }
            return Finding(file.path, token.line, "\(token.text) in a pure module: \(reason)")
        }
    }
}
