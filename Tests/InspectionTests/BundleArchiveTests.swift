import Platform
import TestSupport
import Testing

@testable import Inspection
@testable import Runtime

/// The beginning of the journal lies in archives, which were moved.
@Suite(.temporaryDirectory) struct `A bundle of an archived journal` {
    private var root: String { TemporaryDirectory.path }
    private var moved: String { root + "/moved" }
    private var path: String { root + "/a.bundle" }

    /// A journal of which only the last segment is in place, and the first event in it.
    private func archived() throws -> (journal: TradedJournal, first: UInt64) {
        let journal = try TradedJournal(minutes: 5, commits: 260) {
            $0.segmentLimit = 36 << 10
            $0.bookCapacity = 4000
        }
        let run = journal.tool("snapshot", "--archive", root + "/archives", "--json")
        let first = try #require(value("firstSequence", run).flatMap { UInt64($0) })
        try FileSystem.rename(root + "/archives", to: moved)
        return (journal, first)
    }

    private func verify() -> ToolRun {
        TradedJournal.tool(["--journal", path, "verify", "--json"])
    }

    @Test func `holds all of it where the archives are named`() throws {
        let (journal, _) = try archived()
        let made = journal.tool("--archive", moved, "bundle", path, "--whole", "--json")
        #expect(made.status == 0, "\(made.output) \(made.messages)")
        #expect(value("first", made) == "1")
        #expect(made.output.contains("\"configuration.json\""))
        #expect(!made.messages.contains("holds no configuration"), "\(made.messages)")
        #expect(!made.messages.contains("is not known"), "\(made.messages)")
        let verified = verify()
        #expect(verified.status == 0, "\(verified.output)")
        #expect(value("events", verified) == value("head", made))
        #expect(verified.output.contains("\"replayed\":true"))
    }

    @Test func `since a moment in the archives begins there`() throws {
        let (journal, first) = try archived()
        let since = ["--since", "2024-01-01T00:00:30Z"]
        let words = ["--journal", journal.path, "--archive", moved, "bundle", path, "--json"]
        let made = TradedJournal.tool(words + since, state: journal.state)
        #expect(made.status == 0, "\(made.messages)")
        let begin = try #require(value("first", made).flatMap { UInt64($0) })
        #expect(begin < first)
        #expect(verify().status == 0)
    }

    @Test func `without them says what is not known, and packs no less than was asked for`() throws
    {
        let (journal, first) = try archived()
        for part in [["--whole"], ["--from", "5"], ["--since", "2024-01-01T00:00:30Z"]] {
            let words = ["--journal", journal.path, "bundle", path] + part
            let run = TradedJournal.tool(words, state: journal.state)
            #expect(run.status == 1, "\(part)")
            #expect(run.messages.contains("to \(first - 1) are neither in a segment nor"))
            #expect(run.messages.contains("--archive"))
            #expect(try FileSystem.status(path) == nil)
        }
        let tail = journal.tool("bundle", path, "--json")
        // `verify` warns of archives that are not where the journal says.
        #expect(tail.status == 1, "\(tail.messages)")
        #expect(tail.messages.contains("archived: what it names as secret is not known"))
        #expect(tail.output.contains("archived: what it names as secret is not known"))
        #expect(verify().status == 0)
        try FileSystem.removeFile(path)
        let from = journal.tool("bundle", path, "--from", "\(first)", "--json")
        #expect(value("first", from) == "\(first)", "\(from.messages)")
    }

    @Test func `is made of a bundle too, and of no more than that holds`() throws {
        let (journal, _) = try archived()
        #expect(journal.tool("--archive", moved, "bundle", path).status == 0)
        let again = root + "/again.bundle"
        func run(_ words: String...) -> ToolRun {
            TradedJournal.tool(["--journal", path, "bundle", again] + words)
        }
        #expect(run("--whole").status == 1)
        let made = run("--json")
        #expect(made.status == 0, "\(made.messages)")
        #expect(made.output.contains("\"configuration.json\""), "\(made.messages)")
    }
}
