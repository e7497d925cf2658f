import Platform

/// A directory in which one engine lives and dies.
struct Place {
    let directory: String
    let scene: Scene

    var configuration: String { directory + "/run.json5" }
    var journal: String { directory + "/" + scene.journal }
    var state: String { directory + "/" + scene.state }
    var summary: String { directory + "/summary.json" }
    var messages: String { directory + "/messages" }
    var callCount: String { directory + "/calls" }

    /// Makes the directory with the configuration in it, and nothing else.
    init(_ directory: String, _ scene: Scene) throws {
        self.init(existing: directory, scene)
        try FileSystem.removeTree(directory)
        try FileSystem.createDirectories(directory)
        try configure()
    }

    /// Writes the configuration, and the signals where there are some.
    func configure() throws {
        let text = Array(scene.configuration.utf8)
        try File(path: configuration, mode: .createNew).write(text.span, at: 0)
        if let signals = scene.signals {
            let text = Array(signals.utf8)
            let file = try File(path: directory + "/signals.jsonl", mode: .createNew)
            try file.write(text.span, at: 0)
        }
    }

    /// A directory that is there.
    init(existing directory: String, _ scene: Scene) {
        self.directory = directory
        self.scene = scene
    }

    /// The arguments of the engine that trades here, all tapes or the first ones.
    func run(tapes: Int? = nil) -> [String] {
        ["run", "--config", configuration, "--journal", journal, "--json"]
            + scene.tapes.prefix(tapes ?? scene.tapes.count).flatMap { ["--tape", $0] }
    }

    /// The arguments of a command of the tool that writes here; `PLACE` stands for the directory.
    func tool(_ words: [String]) -> [String] {
        ["--journal", journal] + words.map { $0.replacing("PLACE", with: directory) }
            + ["--state-directory", state]
    }

    /// What the engine complained of last.
    var lastMessages: String {
        do {
            let text = String(decoding: try FileSystem.read(messages), as: UTF8.self)
            return text.split(separator: "\n").suffix(3).joined(separator: "; ")
        } catch {
            return "it said nothing"
        }
    }

    /// How many calls the engine counted before it ended.
    func countedCalls() throws -> Int {
        let text = String(decoding: try FileSystem.read(callCount), as: UTF8.self)
        return Int(text.filter(\.isNumber)) ?? 0
    }

    /// Forgets the directory.
    func remove() throws { try FileSystem.removeTree(directory) }
}
