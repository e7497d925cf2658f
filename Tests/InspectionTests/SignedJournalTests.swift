import Digests
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection
@testable import Runtime

@Suite(.temporaryDirectory) struct `A signed journal` {
    private let journal: TradedJournal
    /// The events that hold checkpoints.
    private let checkpoints: [UInt64]
    private var root: String { journal.root }

    init() throws {
        journal = try TradedJournal(minutes: 2, signedEvery: TimeSpan(seconds: 10))
        checkpoints = try Forger(journal).numbers(.checkpointSigned)
        try #require(checkpoints.count > 6)
    }

    private func verify(_ other: TradedJournal, _ keys: String...) -> ToolRun {
        let options = (keys.isEmpty ? [journal.key + ".pub"] : keys).flatMap {
            ["--public-key", $0]
        }
        return TradedJournal.tool(
            ["--journal", other.path, "verify", "--json"] + options,
            state: other.state
        )
    }

    /// The first findings of a kind, as severity and range.
    private func findings(_ run: ToolRun) -> [String] {
        run.output.split(separator: "{\"severity\":\"").dropFirst().compactMap { finding in
            guard finding.contains("\"code\":\"checkpoint\"") else { return nil }
            let severity = finding.prefix { $0 != "\"" }
            let numbers = ["firstSequence", "lastSequence"].map { name -> String in
                let rest = finding.split(separator: "\"\(name)\":").last ?? ""
                return String(rest.prefix { $0 != "," })
            }
            return "\(severity) \(numbers[0]) \(numbers[1])"
        }
    }

    @Test func `is proven up to its last checkpoint`() throws {
        let run = verify(journal)
        #expect(run.status == 0, "\(run.output)")
        let last = try #require(checkpoints.last)
        let head = try journal.end().head
        #expect(value("proven", run) == "\(last - 1)")
        #expect(value("unproven", run) == "\(head - last + 1)")
        #expect(value("checkpoints", run) == "\(checkpoints.count)")
        let text = journal.tool("verify", "--public-key", journal.key + ".pub").output
        #expect(text.contains("signed to \(last - 1) of \(head) by key "))
    }

    @Test func `says without the key that nothing was checked`() {
        let run = journal.tool("verify", "--json")
        #expect(run.status == 0)
        #expect(findings(run) == ["note \(checkpoints[0]) \(checkpoints[checkpoints.count - 1])"])
        #expect(run.output.contains("\"signed\":null"))
        #expect(run.output.contains("not checked: \(checkpoints.count)"))
    }

    @Test func `has a checkpoint at its begin, on schedule and at its end`() throws {
        var times: [Timestamp] = []
        var marks: [Timestamp] = []
        var replay = Replay()
        try replay.run(try JournalReader.open(journal.path)) { envelope, _ in
            if case .checkpointSigned = envelope.event { times.append(envelope.time) }
            if case .inputsMarked = envelope.event { marks.append(envelope.time) }
        }
        let begin = try #require(marks.first)
        #expect(times[0] <= begin)
        #expect(times.last == marks.last)
        for (earlier, later) in zip(times, times.dropFirst().dropLast()) {
            let due = earlier + TimeSpan(seconds: 10)
            // The first commit at or after the moment signs; this market is never still for long.
            #expect(later >= due && later - due < TimeSpan(seconds: 2))
        }
    }

    /// The event that a forger edits: a fill in the middle, whose fee becomes nothing.
    private func forged() throws -> (forger: Forger, fill: UInt64) {
        var forger = try Forger(journal)
        let fills = forger.numbers(.orderFilled).filter { $0 > checkpoints[3] }
        let fill = try #require(fills.first { !checkpoints.contains($0 + 1) })
        try forger.edit(fill) { event in
            guard case .orderFilled(var filled) = event else { return event }
            filled.execution.fee = .zero
            return .orderFilled(filled)
        }
        return (forger, fill)
    }

    @Test func `that was edited and chained anew is clean for all but the key`() throws {
        let (forger, fill) = try forged()
        let other = try forger.write(to: root + "/forged")
        let plain = other.tool("verify", "--json")
        #expect(plain.status == 0, "\(plain.output)")
        #expect(value("events", plain) == value("events", journal.tool("verify", "--json")))
        #expect(value("chainHash", plain) != value("chainHash", journal.tool("verify", "--json")))

        let run = verify(other)
        #expect(run.status == 1)
        let before = try #require(checkpoints.last { $0 < fill })
        let after = try #require(checkpoints.first { $0 > fill })
        #expect(findings(run) == ["damage \(before) \(after - 1)"])
        #expect(value("proven", run) == "\(before - 1)")
        #expect(run.output.contains("at event \(before) at the earliest"))
    }

    @Test func `that was not touched is proven though a forger wrote it`() throws {
        let run = verify(try Forger(journal).write(to: root + "/same"))
        #expect(run.status == 0, "\(run.output)")
        #expect(value("proven", run) == "\(checkpoints[checkpoints.count - 1] - 1)")
    }

    @Test func `of which an event was taken out or put in is not what was signed`() throws {
        var fewer = try Forger(journal)
        let unwanted = try #require(fewer.numbers(.recoveryStepped).first)
        fewer.remove { sequence, _ in sequence == unwanted }
        #expect(findings(verify(try fewer.write(to: root + "/fewer"))).first?.contains("1") == true)
        var more = try Forger(journal)
        let double = more.batches[5].events[0]
        more.batches[5].events.insert(double, at: 0)
        #expect(verify(try more.write(to: root + "/more")).status == 1)
    }

    @Test func `whose later checkpoints were taken out is overdue`() throws {
        var (forger, fill) = try forged()
        // Taken out they would leave numbers that nothing has; something harmless fills the place.
        for checkpoint in checkpoints where checkpoint > fill {
            try forger.replace(
                checkpoint,
                .recoveryStepped(RecoveryStepped(step: 6, detail: "every request is answered"))
            )
        }
        let other = try forger.write(to: root + "/forged")
        #expect(other.tool("verify").status == 0)
        let run = verify(other)
        #expect(run.status == 1)
        let before = try #require(checkpoints.last { $0 < fill })
        let head = try other.end().head
        #expect(findings(run) == ["warning \(before) \(head)"])
        #expect(value("proven", run) == "\(before - 1)")
        #expect(run.output.contains("the next checkpoint was due at"))
    }

    @Test func `in a bundle of its end is proven, as a part`() throws {
        let bundle = root + "/a.bundle"
        #expect(journal.tool("bundle", bundle).status == 0)
        let words = ["--journal", bundle, "verify", "--public-key", journal.key + ".pub", "--json"]
        let run = TradedJournal.tool(words)
        #expect(run.status == 0, "\(run.output)")
        #expect(findings(run) == [])
        #expect(value("proven", run) == "\(checkpoints[checkpoints.count - 1] - 1)")
        let other = SigningKey.generate().publicKey.pem
        try FileSystem.replaceDurably(root + "/other.pub", with: [other])
        let foreign = TradedJournal.tool(words + ["--public-key", root + "/other.pub"])
        #expect(foreign.status == 1)
        #expect(findings(foreign) == ["warning null null"])
    }

    @Test func `with a key that is named twice is proven by it once`() throws {
        let run = verify(journal, journal.key + ".pub", journal.key + ".pub")
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.split(separator: "\"checkpoints\":").count == 2)
    }

    @Test func `that is damaged says that no signature was checked`() throws {
        #expect(try journal.damage("deposit"))
        let run = verify(journal)
        #expect(run.status == 1)
        #expect(run.output.contains("signatures were not checked"), "\(run.output)")
        #expect(!journal.tool("verify").output.contains("signatures were not checked"))
    }

    @Test func `that was cut is proven as far as it goes, and no further`() throws {
        var forger = try Forger(journal)
        let last = checkpoints[5] + 3
        forger.remove { sequence, _ in sequence > last }
        let run = verify(try forger.write(to: root + "/cut"))
        #expect(run.status == 0, "\(run.output)")
        #expect(value("proven", run) == "\(checkpoints[5] - 1)")
        #expect(value("unproven", run) == "4")
    }

    @Test func `that was signed anew with another key has nothing of the first`() throws {
        var (forger, _) = try forged()
        let thief = SigningKey.generate()
        forger.signs = { _ in thief }
        let other = try forger.write(to: root + "/forged")
        let pem = thief.publicKey.pem
        try FileSystem.replaceDurably(root + "/thief.pub", with: [pem])
        #expect(verify(other, root + "/thief.pub").status == 0)
        let run = verify(other)
        #expect(run.status == 1)
        #expect(value("proven", run) == "null")
        #expect(
            findings(run) == [
                "damage null null", "warning \(checkpoints[0]) \(checkpoints.last ?? 0)",
            ]
        )
        // One who gives both keys sees that the first signed nothing.
        #expect(verify(other, journal.key + ".pub", root + "/thief.pub").status == 1)
    }

    @Test func `under a second key from some day on is proven by each for its part`() throws {
        var forger = try Forger(journal)
        let second = SigningKey.generate()
        let change = checkpoints[4]
        forger.signs = { $0 >= change ? second : nil }
        let other = try forger.write(to: root + "/two")
        let pem = second.publicKey.pem
        try FileSystem.replaceDurably(root + "/second.pub", with: [pem])
        let both = verify(other, journal.key + ".pub", root + "/second.pub")
        #expect(both.status == 0, "\(both.output)")
        let end = checkpoints[checkpoints.count - 1]
        #expect(both.output.contains("\"checkpoints\":4,\"proven\":\(checkpoints[3] - 1),"))
        #expect(both.output.contains("\"proven\":\(end - 1),\"unproven\":"))
        let first = verify(other)
        #expect(first.status == 1)
        #expect(value("proven", first) == "\(checkpoints[3] - 1)")
        let later = verify(other, root + "/second.pub")
        #expect(later.status == 1)
        #expect(value("proven", later) == "\(end - 1)")
    }

    @Test func `sealed again under a later key shows that the first key proves less`() throws {
        // The later key was stolen: everything behind the third checkpoint is edited and resealed.
        var (forger, fill) = try forged()
        let later = SigningKey.generate()
        forger.signs = { $0 > fill ? later : nil }
        let other = try forger.write(to: root + "/resealed")
        let pem = later.publicKey.pem
        try FileSystem.replaceDurably(root + "/later.pub", with: [pem])
        let before = try #require(checkpoints.last { $0 < fill })
        let run = verify(other, journal.key + ".pub", root + "/later.pub")
        // It is well signed, and says whose word goes how far.
        #expect(run.output.contains("\"proven\":\(before - 1),\"time\""))
        #expect(verify(other).status == 1)
        #expect(value("proven", verify(other)) == "\(before - 1)")
    }

    @Test func `with checkpoints of another journal is not proven by them`() throws {
        try FileSystem.createDirectories(root + "/other")
        let other = try TradedJournal(in: root + "/other", minutes: 2, signedEvery: .second)
        let foreign = try Forger(other)
        let source = try #require(foreign.numbers(.checkpointSigned).first)
        var payload: [UInt8] = []
        var copy = foreign
        try copy.editBytes(source) { payload = $0.payload }
        var forger = try Forger(journal)
        // Both journals are signed with the same key here, so that only the id tells.
        let key = try KeyFile.signingKey(other.key)
        forger.signs = { _ in key }
        let target = checkpoints[2]
        let mixed = try forger.write(to: root + "/mixed")
        #expect(verify(mixed, other.key + ".pub").status == 0)
        var again = try Forger(mixed)
        try again.editBytes(target) { $0.payload = payload }
        let run = verify(try again.write(to: root + "/replayed"), other.key + ".pub")
        #expect(run.status == 1)
        #expect(findings(run).contains("damage \(target) \(target)"), "\(findings(run))")
    }

    @Test func `with a checkpoint put in once more goes back`() throws {
        var forger = try Forger(journal)
        var payload: [UInt8] = []
        try forger.editBytes(checkpoints[2]) { payload = $0.payload }
        try forger.editBytes(checkpoints[4]) { $0.payload = payload }
        let run = verify(try forger.write(to: root + "/back"))
        #expect(run.status == 1)
        #expect(findings(run).contains("damage \(checkpoints[4]) \(checkpoints[4])"))
        #expect(run.output.contains("it was put there again"))
    }

    @Test func `with any bit of a checkpoint turned is not proven by it`() throws {
        var random = SeededRandom(seed: 20)
        let target = checkpoints[3]
        for attempt in 0..<24 {
            var forger = try Forger(journal)
            try forger.editBytes(target) { event in
                event.payload[random.int(0...event.payload.count - 1)] ^= 1 << random.int(0...7)
            }
            let run = verify(try forger.write(to: root + "/flipped-\(attempt)"))
            #expect(run.status == 1, "seed 20, attempt \(attempt)")
            #expect(value("proven", run) == "\(checkpoints[2] - 1)", "seed 20, attempt \(attempt)")
        }
    }

    @Test func `whose beginning is gone is proven only by a removal that was signed too`() throws {
        let path = root + "/cut"
        let key = SigningKey.generate()
        var options = WriterOptions(stateDirectory: root + "/cut-state")
        options.scan = .inProcess
        let stepped = Event.recoveryStepped(RecoveryStepped(step: 6, detail: "every one"))
        let first = Genesis(time: 1, events: [event(stepped)])
        let writer = try JournalWriter.create(path, genesis: first, options: options)
        let signer = CheckpointSigner(
            key,
            every: TimeSpan(seconds: 10),
            journal: writer.journalID
        )
        func commit(_ events: Event...) throws {
            for event in events { try writer.append(self.event(event)) }
            try writer.commit(at: 2)
        }
        func check() throws -> [String] {
            try CheckpointCheck(path, keys: [key.publicKey]).findings.map(\.meaning)
        }
        try commit(stepped, stepped)
        let removed = writer.head
        try writer.beginSegment()
        try commit(stepped)
        try commit(.checkpointSigned(signer.checkpoint(of: writer.head, epoch: Epoch(1))))
        #expect(try check() == [])
        // Anybody can write an event behind the last checkpoint, and take the segment away.
        let excuse = Removal(
            first: 1,
            last: removed.sequence,
            chainHash: removed.chainHash,
            archive: "",
            archiveHash: .zero
        )
        try commit(.segmentsRemoved(SegmentsRemoved(excuse)))
        try FileSystem.removeTree(SealedSegment.path(1, in: path))
        let found = try check()
        #expect(found.count == 1 && found[0].contains("whether it was done in order"), "\(found)")
        // Nor does a bundle excuse it that says it begins elsewhere.
        let part = try CheckpointCheck(
            path,
            keys: [key.publicKey],
            partBegin: removed.sequence
        )
        #expect(part.findings.map(\.meaning) == found)
        try commit(.checkpointSigned(signer.checkpoint(of: writer.head, epoch: Epoch(1))))
        #expect(try check() == [])
    }

    private func event(_ event: Event) -> NewEvent {
        var writer = ByteWriter()
        event.encode(into: &writer)
        return NewEvent(
            kind: event.kind.rawValue,
            version: event.version,
            time: 1,
            trace: 0,
            cause: 0,
            payload: writer.bytes
        )
    }

    @Test func `needs a public key that is one`() throws {
        let secret = journal.tool("verify", "--public-key", journal.key)
        #expect(secret.status == 2 && secret.messages.contains("no public key in PEM"))
        let missing = journal.tool("verify", "--public-key", root + "/nothing")
        #expect(missing.status == 2 && missing.messages.contains("there is nothing at this path"))
    }
}
