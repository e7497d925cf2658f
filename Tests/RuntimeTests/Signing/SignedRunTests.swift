import Digests
import Journal
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory)
struct `A run that signs` {
    private let fixture = RunFixture()
    private var key: String { fixture.root + "/key" }

    /// The checkpoints of a journal with the numbers of their events.
    private func checkpoints(_ plan: RunPlan) throws -> [(UInt64, CheckpointSigned)] {
        var found: [(UInt64, CheckpointSigned)] = []
        var replay = Replay(comparing: .all)
        try replay.run(try JournalReader.open(plan.journal), checksChain: true) { envelope, _ in
            if case .checkpointSigned(let made) = envelope.event {
                found.append((envelope.sequence.rawValue, made))
            }
        }
        #expect(replay.divergence == nil)
        return found
    }

    private func signed(_ plan: RunPlan, every: TimeSpan = TimeSpan(seconds: 5)) -> RunPlan {
        var plan = plan
        plan.signing = SigningSettings(keyFile: ConfiguredPath(key, in: ""), every: every)
        return plan
    }

    @Test func `trades as one that does not`() throws {
        _ = try KeyFile.make(key)
        let tape = try fixture.tape(RunFixture.lines())
        let plain = try fixture.run(try fixture.plan([tape], journal: "plain"))
        let plan = signed(try fixture.plan([tape], journal: "signed"))
        let summary = try fixture.run(plan)
        #expect(summary.outcome == plain.outcome)
        #expect(summary.state.head > plain.state.head)
        #expect(summary.state.configurationHash == plain.state.configurationHash)
        #expect(try checkpoints(plan).count > 20)
    }

    @Test func `signs when an epoch begins and when it ends, wherever it is stopped`() throws {
        _ = try KeyFile.make(key)
        let open = try KeyFile.verifyingKey(key + ".pub")
        let tape = try fixture.tape(RunFixture.lines(minutes: 2))
        let whole = try fixture.run(try fixture.plan([tape], journal: "whole"))
        // Far longer than the tape: what is left are begin and end.
        let plan = signed(try fixture.plan([tape]), every: TimeSpan(seconds: 86_400))
        for stop in [40, 3, 1] { try fixture.run(plan, stopAfter: stop) }
        let summary = try fixture.run(plan)
        #expect(summary.outcome == whole.outcome)
        let found = try checkpoints(plan)
        #expect(found.count == 2 * 4)
        let reader = try JournalReader.open(plan.journal)
        var previous = (sequence: UInt64(0), hash: SHA256Digest.zero)
        var checked = 0
        try reader.forEachBatch { batch in
            let header = batch.header
            for (sequence, made) in found
            where sequence >= header.firstSequence && sequence <= header.lastSequence {
                #expect(made.sequence.rawValue == previous.sequence)
                #expect(made.chainHash == Hash256(previous.hash))
                #expect(made.every == TimeSpan(seconds: 86_400))
                let statement = made.statement(
                    journal: (header.journalID.low, header.journalID.high),
                    epoch: Epoch(header.epoch)
                )
                let signature = made.signature.first.bytes + made.signature.second.bytes
                let isGood = open.verifies(signature.span, of: statement.span)
                #expect(isGood)
                checked += 1
            }
            previous = (header.lastSequence, SHA256().digest(of: batch.bytes))
            return .proceed
        }
        #expect(checked == found.count)
    }

    @Test func `does not begin with a key that cannot be used`() throws {
        let tape = try fixture.tape(RunFixture.lines(minutes: 1))
        let plan = signed(try fixture.plan([tape]))
        #expect(fixture.refusal(plan)?.contains("there is nothing at this path") == true)
        #expect(throws: JournalError.self) { try JournalReader.open(plan.journal) }
    }

    @Test func `may be told so in the configuration at any time`() throws {
        let text = "signing: { keyFile: \"keys/a\", every: \"90s\" }, mode:"
        let made = try Configuration(
            parsing: Array(Sample.spot.replacing("mode:", with: text).utf8),
            file: "etc/run.json5"
        )
        #expect(made.signing?.keyFile.resolved == "etc/keys/a")
        #expect(made.signing?.every == TimeSpan(seconds: 90))
        #expect(try Sample.parse(made.canonicalText).canonicalText == made.canonicalText)
        #expect(made.decisiveText == (try Sample.parse(Sample.spot)).decisiveText)
        #expect(
            Sample.problems(of: Sample.spot.replacing("mode:", with: "signing: {}, mode:"))
                == ["signing.keyFile: missing"]
        )
    }
}

@Suite struct `What a checkpoint signs` {
    private static func checkpoint(_ change: (inout CheckpointSigned) -> Void) -> CheckpointSigned {
        var made = CheckpointSigned(
            sequence: SequenceNumber(4096),
            chainHash: Hash256(words: (1, 2, 3, 4)),
            every: TimeSpan(seconds: 300),
            key: .zero,
            signature: (.zero, .zero)
        )
        change(&made)
        return made
    }

    @Test func `is these bytes`() {
        let statement = Self.checkpoint { _ in }.statement(journal: (5, 6), epoch: Epoch(7))
        let expected =
            hexadecimal(Array("holdfast checkpoint 1\n".utf8))
            + "05000000000000000600000000000000" + "07000000" + "0010000000000000"
            + "0100000000000000020000000000000003000000000000000400000000000000"
            + "00b864d945000000"
        #expect(hexadecimal(statement) == expected)
        #expect(statement.count == 90)
    }
}
