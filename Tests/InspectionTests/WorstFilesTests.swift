import Platform
import TestSupport
import Testing

@testable import Inspection

/// Whatever a path names, every command answers within seconds, with an exit status.
@Suite(.temporaryDirectory) struct `The worst file` {
    private var root: String { TemporaryDirectory.path }

    private func expectAnswers(
        _ path: String,
        _ what: String,
        statuses: Set<Int32> = [1, 2],
        _ lines: [[String]] = ReadingCommands.all()
    ) throws {
        let tests = try CurrentProcess.executablePath()
        for words in lines {
            try ReadingCommands.clear()
            let run = try ChildProcess.run(
                FileSystem.parent(of: tests) + "/journalctl",
                arguments: ["--journal", path] + words,
                timeLimit: 30_000_000_000
            )
            guard case .exited(let status) = run.ending else {
                Issue.record("\(what), \(words): \(run.ending)")
                continue
            }
            #expect(statuses.contains(status), "\(what), \(words)")
        }
    }

    private func put(_ bytes: [UInt8], at path: String) throws {
        try FileSystem.removeTree(path)
        try File(path: path, mode: .createNew).write(bytes.span, at: 0)
    }

    private func makePipe(_ path: String) throws {
        try FileSystem.removeTree(path)
        let made = try ChildProcess.run("/usr/bin/mkfifo", arguments: [path], timeLimit: 1 << 33)
        try #require(made.ending == .exited(0))
    }

    private func makeSparse(_ path: String, front: [UInt8] = []) throws {
        try put(front, at: path)
        try File(path: path, mode: .readWrite).truncate(to: 1 << 40)
    }

    private func garbage(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test func `named as the journal gets an answer`() throws {
        let path = root + "/worst"
        try put([], at: path)
        try expectAnswers(path, "an empty file")
        try put(garbage(100_000, seed: 1), at: path)
        try expectAnswers(path, "garbage")
        try put(garbage(100_000, seed: 2), at: path + ".mdb")
        try expectAnswers(path + ".mdb", "garbage as a segment")
        try put(Array("HFSNAPS\n".utf8) + garbage(10_000, seed: 3), at: path)
        try expectAnswers(path, "garbage as a snapshot")
        try put([0x28, 0xB5, 0x2F, 0xFD] + garbage(10_000, seed: 4), at: path)
        try expectAnswers(path, "garbage as a bundle")
        try makeSparse(path)
        try expectAnswers(path, "a file of a terabyte of nothing")
        try makePipe(path)
        try expectAnswers(path, "a pipe")
        try FileSystem.removeFile(path)
        try FileSystem.createLink(at: path, to: path)
        try expectAnswers(path, "a link to itself")
        for device in ["/dev/zero", "/dev/null", "/dev/full", "/proc/self/mem"] {
            try expectAnswers(device, device)
        }
        try expectAnswers(root + "/nothing", "nothing")
        try expectAnswers(root + "/worst/below", "below a file")
        try expectAnswers(root, "a directory of other things")
    }

    @Test func `that cannot be read gets an answer`() throws {
        let journal = try TradedJournal(minutes: 1)
        try FileSystem.setPermissions(journal.data, to: 0)
        // Root reads everything.
        try expectAnswers(journal.path, "no permission", statuses: [0, 1, 2])
        try FileSystem.setPermissions(journal.data, to: 0o644)
        try FileSystem.setPermissions(journal.path, to: 0)
        try expectAnswers(journal.path, "no permission", statuses: [0, 1, 2])
        try FileSystem.setPermissions(journal.path, to: 0o755)
    }

    @Test func `in the place of a segment gets an answer`() throws {
        let journal = try TradedJournal(minutes: 1)
        let bytes = try FileSystem.read(journal.data)
        let paths = [journal.path, FileSystem.parent(of: journal.data), journal.data]
        func expect(_ what: String, statuses: Set<Int32> = [1, 2]) throws {
            for path in paths { try expectAnswers(path, "\(what) in \(path)", statuses: statuses) }
        }
        try put([], at: journal.data)
        try expect("an empty file")
        try put(garbage(bytes.count, seed: 5), at: journal.data)
        try expect("garbage")
        try put(Array(bytes.prefix(8192)) + garbage(bytes.count - 8192, seed: 6), at: journal.data)
        try expect("garbage behind sound meta pages")
        try put(Array(bytes.prefix(bytes.count / 2)), at: journal.data)
        try expect("a truncated file", statuses: [0, 1, 2])
        try makeSparse(journal.data, front: Array(bytes.prefix(8192)))
        try expect("a terabyte of nothing behind meta pages")
        try makePipe(journal.data)
        try expect("a pipe")
        try FileSystem.removeTree(journal.data)
        try FileSystem.createDirectory(journal.data)
        try expect("a directory")
        try FileSystem.removeTree(journal.data)
        try FileSystem.createLink(at: journal.data, to: journal.data)
        try expect("a link to itself")
        try FileSystem.removeTree(journal.data)
        try FileSystem.createLink(at: journal.data, to: "/dev/zero")
        try expect("zeros without end")
    }

    @Test func `in the place of another part gets an answer`() throws {
        let journal = try TradedJournal(minutes: 1)
        let snapshots = try FileSystem.list(journal.path + "/snapshots")
        let places = [
            journal.path + "/witness", journal.path + "/snapshots/" + (snapshots.last ?? ""),
            journal.path + "/writer.lock", journal.path + "/archives", journal.path + "/gaps.json",
        ]
        for place in places {
            let kept = try FileSystem.status(place) == nil ? nil : FileSystem.read(place)
            try put(garbage(50_000, seed: 7), at: place)
            try expectAnswers(journal.path, "garbage as \(place)", statuses: [0, 1, 2])
            try makeSparse(place, front: Array("HFSNAPS\n".utf8))
            try expectAnswers(journal.path, "a terabyte as \(place)", statuses: [0, 1, 2])
            try makePipe(place)
            try expectAnswers(journal.path, "a pipe as \(place)", statuses: [0, 1, 2])
            try FileSystem.removeTree(place)
            try FileSystem.createDirectory(place)
            try expectAnswers(journal.path, "a directory as \(place)", statuses: [0, 1, 2])
            try FileSystem.removeTree(place)
            try FileSystem.createLink(at: place, to: "/dev/zero")
            try expectAnswers(journal.path, "zeros as \(place)", statuses: [0, 1, 2])
            try FileSystem.removeTree(place)
            if let kept { try put(kept, at: place) }
        }
        #expect(journal.tool("verify").status == 0)
    }

    @Test func `that once was a bundle gets an answer`() throws {
        let journal = try TradedJournal(minutes: 1)
        let bundle = root + "/a.bundle"
        #expect(journal.tool("bundle", bundle).status == 0)
        let bytes = try FileSystem.read(bundle)
        let cut = root + "/cut.bundle"
        var random = SeededRandom(seed: 8)
        for _ in 0..<6 {
            try put(Array(bytes.prefix(random.int(4...bytes.count - 1))), at: cut)
            try expectAnswers(cut, "a truncated bundle", [["verify"], ["show"]])
        }
        for _ in 0..<10 {
            var changed = bytes
            changed[random.int(0...bytes.count - 1)] ^= UInt8(1 << random.int(0...7))
            try put(changed, at: cut)
            // A bit that changes nothing of what is unpacked is no damage.
            try expectAnswers(
                cut,
                "a bundle with one bit turned",
                statuses: [0, 1, 2],
                [["verify"]]
            )
        }
    }
}
