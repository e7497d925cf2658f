import Digests
import Foundation
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection
@testable import Runtime

/// Journals that programs of the past left: every later one must read them to the same end.
@Suite(.temporaryDirectory) struct `A golden journal` {
    private static let directory =
        FileSystem.parent(of: FileSystem.parent(of: #filePath)) + "/Golden"

    /// One directory for each program that left one.
    static let all = (try? FileSystem.list(directory))?.sorted() ?? []

    /// A copy that a test may read and damage.
    private func copy(_ name: String) throws -> String {
        let target = TemporaryDirectory.path + "/\(name)"
        try FileSystem.copyTreeDurably("\(Self.directory)/\(name)", to: target)
        return target
    }

    /// What a journal gives now.
    private func reading(_ directory: String) throws -> Expectation {
        let reader = try JournalReader.open(directory + "/journal")
        var replay = Replay(comparing: .all)
        var kinds: Set<EventKind> = []
        var events = 0
        var key = ""
        try replay.run(
            reader,
            checksChain: true,
            watch: { envelope, _ in
                kinds.insert(envelope.event.kind)
                events += 1
                if case .checkpointSigned(let signed) = envelope.event {
                    key = Self.signer(of: signed, reader.journalID)
                }
            }
        )
        #expect(replay.divergence == nil)
        let head = try reader.head()
        return Expectation(
            events: events,
            kinds: kinds.count,
            head: head.sequence,
            chainHash: "\(head.chainHash)",
            stateHash: "\(StateDigest().hash(of: replay.state))",
            outcomeHash: "\(replay.state.outcome.digest)",
            publicKey: key
        )
    }

    /// The golden key, if it is the one that signed.
    private static func signer(of signed: CheckpointSigned, _ id: JournalID) -> String {
        guard let key = GoldenWriter.key()?.publicKey else { return "" }
        let statement = signed.statement(journal: (id.low, id.high), epoch: Epoch(1))
        let signature = signed.signature.first.bytes + signed.signature.second.bytes
        let isSigned = key.verifies(signature.span, of: statement.span)
        return isSigned ? hexadecimal(key.bytes) : ""
    }

    @Test func `is there from each format, and small`() throws {
        #expect(Set(["1", "2", "3", "4", "5"]).isSubset(of: Self.all))
        for name in Self.all {
            var bytes = 0
            for path in try FileManager.default.subpathsOfDirectory(
                atPath: "\(Self.directory)/\(name)"
            ) {
                bytes += try FileSystem.status("\(Self.directory)/\(name)/\(path)")?.size ?? 0
            }
            #expect(bytes < 96 << 10, "\(name) has \(bytes) bytes")
        }
    }

    @Test(arguments: all)
    func `is read to the end that was written down`(name: String) throws {
        let directory = try copy(name)
        let expected = try Expectation(path: directory + "/expected.json")
        #expect(try reading(directory) == expected)
        #expect(expected.publicKey.count == 64)
    }

    @Test(arguments: all)
    func `gives the same from its snapshot`(name: String) throws {
        let directory = try copy(name)
        let expected = try Expectation(path: directory + "/expected.json")
        let reader = try JournalReader.open(directory + "/journal")
        let store = SnapshotStore(directory: directory + "/journal", journalID: reader.journalID)
        #expect(try store.sequences().count == 1)
        var replay = try Replay(snapshotOf: store, comparing: .all)
        #expect(replay.state.head.rawValue > 30)
        try replay.run(reader)
        #expect(replay.divergence == nil)
        #expect("\(StateDigest().hash(of: replay.state))" == expected.stateHash)
    }

    @Test(arguments: all)
    func `verifies clean, outer witness included`(name: String) throws {
        let directory = try copy(name)
        let run = tool(directory, ["verify"])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("clean: "))
    }

    @Test(arguments: all)
    func `has the findings that were written down when it is damaged`(name: String) throws {
        let path = "\(Self.directory)/\(name)/damage.json"
        let all = try DamageExpectation.all(path: path)
        #expect(all.count >= 10)
        for damage in all {
            let found = try findings(of: damage.flips, in: "\(Self.directory)/\(name)")
            #expect(found == damage.findings, "a bit of \(damage.name)")
        }
    }

    /// What is found in a copy in which bits are turned; without what is only worth a note.
    private func findings(
        of flips: [DamageExpectation.Flip],
        in source: String
    ) throws -> [DamageExpectation.Found] {
        let directory = TemporaryDirectory.path + "/damaged"
        try FileSystem.removeTree(directory)
        try FileSystem.copyTreeDurably(source, to: directory)
        for flip in flips {
            let file = try File(path: "\(directory)/journal/\(flip.file)", mode: .readWrite)
            var byte = try file.read(at: flip.byte, count: 1)
            byte[0] ^= 1 << UInt8(flip.bit)
            try file.write(byte.span, at: flip.byte)
        }
        var options = VerifierOptions()
        options.scan = .inProcess
        options.stateDirectory = directory + "/state"
        let report = try Verifier.verify(directory + "/journal", options: options)
        return report.findings.filter { $0.severity != .note }.map {
            DamageExpectation.Found(
                severity: $0.severity.rawValue,
                code: $0.code.rawValue,
                first: $0.sequences?.lowerBound,
                last: $0.sequences?.upperBound
            )
        }
    }

    /// Writes a new one where `HOLDFAST_GOLDEN` names a directory that is not there yet.
    @Test func `holds every kind of event when it is made now`() throws {
        let wanted = ProcessInfo.processInfo.environment["HOLDFAST_GOLDEN"]
        let directory = wanted ?? TemporaryDirectory.path + "/new"
        try FileSystem.createDirectories(directory)
        try GoldenWriter.write(to: directory)
        let made = try reading(directory)
        #expect(made.kinds == EventKind.allCases.count)
        #expect(tool(directory, ["verify"]).status == 0)
        // 1.7 thousand million seconds after 1970.
        let until = "until 2023-11-14T22:13:20Z"
        #expect(tool(directory, ["state"]).output.contains("compared with the venue \(until)"))
        let shown = tool(directory, ["show", "--kind", "comparisonCompleted"]).output
        #expect(shown.contains("recorded \(until) is compared"))
        let damages = try GoldenDamage(directory + "/journal").flips.map { name, flips in
            DamageExpectation(
                name: name,
                flips: flips,
                findings: try findings(of: flips, in: directory)
            )
        }
        #expect(damages.allSatisfy { !$0.findings.isEmpty })
        if wanted != nil {
            try made.write(to: directory + "/expected.json")
            try DamageExpectation.write(damages, to: directory + "/damage.json")
        }
    }

    private func tool(_ directory: String, _ words: [String]) -> (status: Int32, output: String) {
        let output = Gathered()
        let console = Console(
            showsProgress: false,
            output: { text in
                output.text += text
                return true
            },
            messages: { _ in true }
        )
        let settings = ToolSettings(
            program: "journalctl",
            version: "1",
            scan: .inProcess,
            stateDirectory: directory + "/state",
            isStopWanted: { true }
        )
        let journal = ["--journal", directory + "/journal"]
        return (JournalTool(settings, console).run(journal + words), output.text)
    }
}

/// Text that a console wrote.
private final class Gathered {
    var text = ""
}
