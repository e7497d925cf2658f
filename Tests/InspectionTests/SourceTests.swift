import Journal
import Platform
import TestSupport
import Testing

@testable import Inspection

@Suite(.temporaryDirectory) struct `What can be read` {
    private var root: String { TemporaryDirectory.path }

    private func tool(_ path: String, _ words: String...) -> ToolRun {
        TradedJournal.tool(["--journal", path] + words)
    }

    /// Some of the keys of a replay.
    private func replayed(_ run: ToolRun) -> [String?] {
        ["head", "stateHash", "outcomeHash"].map { value($0, run) }
    }

    @Test func `is a copy without lock and witness`() throws {
        let journal = try TradedJournal(minutes: 1)
        let whole = tool(journal.path, "replay", "--from-genesis", "--json")
        let copy = root + "/copy"
        try FileSystem.copyTreeDurably(journal.path, to: copy)
        for name in ["writer.lock", "witness"] { try FileSystem.removeFile(copy + "/" + name) }
        #expect(replayed(tool(copy, "replay", "--from-genesis", "--json")) == replayed(whole))
        let verified = tool(copy, "verify")
        #expect(verified.status == 1)
        #expect(verified.output.contains("this one has none"))
    }

    @Test func `is a segment, or the file in it, under any name`() throws {
        let journal = try TradedJournal(minutes: 1)
        let whole = tool(journal.path, "replay", "--from-genesis", "--json")
        let segment = FileSystem.parent(of: journal.data)
        let renamed = root + "/what-is-left.mdb"
        try FileSystem.copyFile(journal.data, to: renamed)
        let bare = root + "/bare"
        try FileSystem.copyFile(journal.data, to: bare)
        for path in [segment, journal.data, renamed, bare] {
            #expect(
                replayed(tool(path, "replay", "--from-genesis", "--json")) == replayed(whole),
                "\(path)"
            )
            let verified = tool(path, "verify")
            #expect(verified.status == 0, "\(verified.output)")
            #expect(verified.output.contains("a segment by itself has no witness"))
            #expect(verified.output.contains("clean: "))
            #expect(tool(path, "stat").output.contains("journal    \(path)\n"))
            #expect(tool(path, "show").lines.count == Int(value("head", whole) ?? ""))
        }
    }

    @Test func `is a segment of many, which is verified and not replayed`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        do { try journal.writer(segmentLimit: 1).note(["a", "b"], time: time) }
        let names = try FileSystem.list(journal.path + "/segments")
        let last = journal.path + "/segments/" + (names.last ?? "")
        let verified = tool(last, "verify")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(verified.output.contains("head \(head + 2)"))
        #expect(verified.output.contains("not replayed"))
        #expect(tool(last, "show").lines.count == 1)
        let replay = tool(last, "replay")
        #expect(replay.status == 2, "\(replay.messages)")
    }

    @Test func `is damaged in a lone file, which the message names`() throws {
        let journal = try TradedJournal(minutes: 1)
        #expect(try journal.damage("deposit"))
        let file = root + "/lone.mdb"
        try FileSystem.copyFile(journal.data, to: file)
        let verified = tool(file, "verify")
        #expect(verified.status == 1)
        #expect(verified.output.contains("damage: event [2…"))
        #expect(verified.output.contains(" \(file) at bytes "))
        #expect(!verified.output.contains("holdfast-"))
    }

    @Test func `is a snapshot by itself, which is verified`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        let digits = String(head)
        let name = String(repeating: "0", count: 20 - digits.count) + digits
        let path = journal.path + "/snapshots/\(name).snapshot"
        let verified = tool(path, "verify")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(verified.output.contains("clean: snapshot at \(head) of journal"))
        #expect(tool(path, "verify", "--json").output.contains("\"snapshot\":\(head),"))
        #expect(tool(path, "show").status == 2)
        let bytes = try FileSystem.read(path)
        for place in stride(from: 0, to: bytes.count, by: 97) {
            var changed = bytes
            changed[place] ^= 16
            try FileSystem.replaceDurably(root + "/x.snapshot", with: [changed])
            let run = tool(root + "/x.snapshot", "verify")
            #expect(run.status == 1, "byte \(place)")
            #expect(run.output.contains("damage: snapshot"), "byte \(place)")
        }
    }

    @Test func `is read beside its writer, in a lone file too`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        let writer = try journal.writer()
        try writer.note(["one", "two"], time: time)
        let tests = try CurrentProcess.executablePath()
        for path in [journal.data, FileSystem.parent(of: journal.data)] {
            for words in [["show", "--from", "\(head + 1)"], ["verify"], ["replay"]] {
                let run = try ChildProcess.run(
                    FileSystem.parent(of: tests) + "/journalctl",
                    arguments: ["--journal", path] + words,
                    timeLimit: 60_000_000_000
                )
                #expect(run.ending == .exited(0), "\(path) \(words)")
            }
        }
        try writer.note(["three"], time: time)
    }

    @Test func `is not removed by a bundle made under its name without the ending`() throws {
        let journal = try TradedJournal(minutes: 1)
        let aside = root + "/made.new"
        try FileSystem.rename(journal.path, to: aside)
        let run = TradedJournal.tool(["--journal", aside, "bundle", root + "/made"])
        #expect(run.status == 1 && run.messages.contains("is what is read"), "\(run)")
        #expect(try JournalReader.open(aside).head().sequence > 100)
        try FileSystem.createDirectories(root + "/other.new/files")
        #expect(TradedJournal.tool(["--journal", aside, "bundle", root + "/other"]).status == 0)
        #expect(try FileSystem.status(root + "/other.new") == nil)
    }

    @Test(arguments: ["export --format jsonl", "export --format sqlite", "report"])
    func `is not replaced by what is made of it`(verb: String) throws {
        let journal = try TradedJournal(minutes: 1)
        for (name, target) in [("lone.new", "lone"), ("lone", "lone")] {
            let file = root + "/" + name
            try FileSystem.copyFile(journal.data, to: file)
            let bytes = try FileSystem.read(file)
            var words = ["--journal", file] + verb.split(separator: " ").map(String.init)
            words.append(root + "/" + target)
            if name == target { words.append("--force") }
            let run = TradedJournal.tool(words)
            #expect(run.status == 1 && run.messages.contains("is what is read"), "\(run)")
            #expect(try FileSystem.read(file) == bytes, "\(words)")
            try FileSystem.removeFile(file)
        }
        let inside = journal.tool("export", "--format", "jsonl", journal.path + "/note")
        #expect(inside.status == 1)
    }

    @Test(arguments: ["snapshot", "resume", "restore", "backup"])
    func `is not written, but where it is a journal's directory`(verb: String) throws {
        let journal = try TradedJournal(minutes: 1)
        let bundle = root + "/a.bundle"
        #expect(journal.tool("bundle", bundle).status == 0)
        let snapshots = try FileSystem.list(journal.path + "/snapshots")
        let snapshot = journal.path + "/snapshots/" + (snapshots.first ?? "")
        let words = [
            "snapshot": [], "resume": ["--operator", "me", "--reason", "why"],
            "restore": [root + "/backup"], "backup": [root + "/backup"],
        ]
        for path in [journal.data, FileSystem.parent(of: journal.data), snapshot, bundle] {
            let run = TradedJournal.tool(["--journal", path, verb] + (words[verb] ?? []))
            #expect(run.status == 1, "\(path)")
            #expect(run.messages.contains("works on the directory of a journal only"))
        }
    }
}

@Suite(.temporaryDirectory) struct `Reading` {
    private var root: String { TemporaryDirectory.path }

    /// The numbers of an order and a deal.
    private func subjects(_ journal: TradedJournal) throws -> (order: String, deal: String) {
        func first(_ kind: String) -> String {
            let line = journal.tool("show", "--kind", kind, "--json").lines.first ?? ""
            return String(line.dropFirst("{\"sequence\":".utf8.count).prefix { $0.isNumber })
        }
        return (first("orderIntended"), first("dealOpened"))
    }

    /// Runs every reading command on a path and compares everything below the root.
    private func expectUnchanged(
        _ path: String,
        _ journal: TradedJournal,
        statuses: Set<Int32>
    ) throws {
        let (order, deal) = try subjects(journal)
        for words in ReadingCommands.all(order: order, deal: deal) {
            try ReadingCommands.clear()
            let before = try ReadingCommands.tree(path).merging(ReadingCommands.tree(journal.state))
            { $1 }
            let run = TradedJournal.tool(["--journal", path] + words, state: journal.state)
            #expect(statuses.contains(run.status), "\(words): \(run.messages)")
            let after = try ReadingCommands.tree(path).merging(ReadingCommands.tree(journal.state))
            { $1 }
            #expect(before == after, "\(words)")
        }
    }

    @Test func `changes no byte and no time of a stopped journal`() throws {
        let journal = try TradedJournal(minutes: 1)
        try expectUnchanged(journal.path, journal, statuses: [0])
    }

    @Test func `changes nothing in a journal of several segments and a damaged one`() throws {
        let journal = try TradedJournal(minutes: 1)
        let time = try journal.end().time
        do { try journal.writer(segmentLimit: 1).note(["a", "b"], time: time) }
        try expectUnchanged(journal.path, journal, statuses: [0])
        #expect(try journal.damage("deposit"))
        try expectUnchanged(journal.path, journal, statuses: [0, 1])
    }

    @Test func `changes nothing where nothing can be written`() throws {
        let journal = try TradedJournal(minutes: 1)
        func set(_ path: String, _ file: UInt32, _ directory: UInt32) throws {
            guard let status = try FileSystem.status(path) else { return }
            if status.isDirectory {
                try FileSystem.setPermissions(path, to: 0o755)
                for name in try FileSystem.list(path) {
                    try set(path + "/" + name, file, directory)
                }
            }
            try FileSystem.setPermissions(path, to: status.isDirectory ? directory : file)
        }
        try set(journal.path, 0o444, 0o555)
        try expectUnchanged(journal.path, journal, statuses: [0])
        try set(journal.path, 0o644, 0o755)
    }

    @Test func `changes nothing in a copy, a lone file and a bundle`() throws {
        let journal = try TradedJournal(minutes: 1)
        let copy = root + "/copy"
        try FileSystem.copyTreeDurably(journal.path, to: copy)
        for name in ["writer.lock", "witness"] { try FileSystem.removeFile(copy + "/" + name) }
        try expectUnchanged(copy, journal, statuses: [0, 1])
        let file = root + "/lone.mdb"
        try FileSystem.copyFile(journal.data, to: file)
        try expectUnchanged(file, journal, statuses: [0, 1])
        let bundle = root + "/a.bundle"
        #expect(journal.tool("bundle", bundle, "--whole").status == 0)
        try expectUnchanged(bundle, journal, statuses: [0, 1])
    }
}
