import Exchange
import Journal
import Platform
import Projections
import Runtime
import TestSupport
import Testing
import Trading

/// What became of a run of the program.
struct Ended {
    var ending: ChildProcess.Ending
    var output: String
    /// Standard error without the records of the log.
    var messages: String
}

/// The real program, built beside the tests, in the directory of a test.
struct Program {
    let root = TemporaryDirectory.path
    var journal: String { root + "/journal" }
    var configuration: String { root + "/configuration.json5" }

    static func executable() throws -> String {
        FileSystem.parent(of: try CurrentProcess.executablePath()) + "/holdfast"
    }

    /// Puts the configuration of the generated market into the test's directory.
    ///
    /// The disk of a test may be small, and the kill switch of a developer is none of its business.
    func configure(_ found: String = "", replaced: String = "") throws {
        var path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        path += ["examples", "generated-market.json5"]
        let bytes = try FileSystem.read(path.joined(separator: "/"))
        var text = String(decoding: bytes, as: UTF8.self)
            .replacing("256MiB", with: "0MiB")
            .replacing("../data/kill-switch", with: "kill-switch")
        if !found.isEmpty {
            try #require(text.contains(found))
            text = text.replacing(found, with: replaced)
        }
        try put(Array(text.utf8), at: configuration)
    }

    func put(_ bytes: [UInt8], at path: String) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
    }

    /// Runs words under a shell line, which sees them as `$@`; a minute is a hang.
    func run(_ words: [String], _ line: String = #"exec "$@" 2>"$0""#) throws -> Ended {
        let errors = root + "/messages"
        let script = #"export XDG_STATE_HOME="${0%/*}/state"; "# + line
        let outcome = try ChildProcess.run(
            "/bin/sh",
            arguments: ["-c", script, errors] + words,
            timeLimit: 60_000_000_000
        )
        let said =
            try FileSystem.status(errors) == nil
            ? "" : String(decoding: try FileSystem.read(errors), as: UTF8.self)
        let lines = said.split(separator: "\n").filter { !$0.hasPrefix(#"{"time""#) }
        return Ended(
            ending: outcome.ending,
            output: String(decoding: outcome.output, as: UTF8.self),
            messages: lines.joined(separator: "\n")
        )
    }

    /// `holdfast run` with the test's journal.
    func trade(_ tape: String, _ line: String = #"exec "$@" 2>"$0""#) throws -> Ended {
        try run(
            [
                Self.executable(), "run", "--config", configuration, "--journal", journal,
                "--tape", tape, "--json",
            ],
            line
        )
    }

    /// Whether there is a journal; then it is whole, and replay gives every recorded hash.
    func requireSoundJournal() throws -> Bool {
        guard try FileSystem.status(journal + "/segments") != nil else { return false }
        var options = VerifierOptions()
        options.stateDirectory = root + "/state/holdfast"
        options.scan = .inProcess
        let report = try Verifier.verify(journal, options: options)
        #expect(report.findings.filter { $0.severity != .note } == [])
        let head = try replayed().head
        #expect(head.rawValue == report.head?.sequence)
        return true
    }

    /// The state that replay gives.
    func replayed() throws -> TradingState {
        var replay = Replay(comparing: .all)
        try replay.run(try JournalReader.open(journal), checksChain: true)
        #expect(replay.divergence == nil)
        return replay.state
    }

    /// The value of a key in a line of JSON, which is a text or a number.
    static func value(_ key: String, of json: String) -> String? {
        guard let start = json.firstRange(of: "\"\(key)\":")?.upperBound else { return nil }
        return String(json[start...].prefix { !",}".contains($0) }).replacing("\"", with: "")
    }
}

/// A generated market as lines of text, to be spoiled.
enum GeneratedLines {
    static let all: [[UInt8]] = {
        var market = GeneratedMarket(seed: 1, minutes: 1)
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        while market.nextLine(into: &line) { lines.append(line) }
        return lines
    }()

    /// The line behind which a spoiled one is put.
    static let place = 1500

    /// A line of the moment of ``place`` with another message.
    static func line(_ message: String) -> [UInt8] {
        Array(all[place].prefix(20)) + Array(message.utf8)
    }

    /// A plain tape with `line` in its middle.
    static func spoiled(by line: [UInt8]) -> [UInt8] {
        joined(all[..<place] + [line] + all[place...])
    }

    static func joined(_ lines: some Sequence<[UInt8]>) -> [UInt8] {
        Array(lines.joined(separator: [0x0A])) + [0x0A]
    }
}
