import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory)
struct `A run over a tape` {
    private let fixture = RunFixture()

    /// The orders with a request that has no answer.
    private func waiting(_ state: TradingState) -> [OrderID] {
        state.orders.ordered.filter { $0.request != .none }.map(\.id)
    }

    @Test func `gives the same outcome again`() throws {
        let tape = try fixture.tape(RunFixture.lines())
        let first = try fixture.run(try fixture.plan([tape], journal: "a"))
        let second = try fixture.run(try fixture.plan([tape], journal: "b"))
        #expect(first.outcome == second.outcome)
        #expect(first.state.metrics.fills > 5)
        #expect(first.reason == .tapeEnded)
    }

    @Test func `gives the same outcome whatever the batch limit`() throws {
        let tape = try fixture.tape(RunFixture.lines())
        var outcomes: Set<String> = []
        for limit in [1, 7, 1024] {
            var plan = try fixture.plan([tape], journal: "limit-\(limit)")
            plan.batchLimit = limit
            outcomes.insert(try fixture.run(plan).outcome)
        }
        #expect(outcomes.count == 1)
    }

    @Test func `leaves a journal whose replay gives its state, from anywhere`() throws {
        let plan = try fixture.plan([try fixture.tape(RunFixture.lines())])
        let summary = try fixture.run(plan)
        var whole = Replay(comparing: .all)
        try whole.run(try JournalReader.open(plan.journal), checksChain: true)
        #expect(whole.divergence == nil)
        #expect(StateDigest().hash(of: whole.state) == summary.stateHash)
        let reader = try JournalReader.open(plan.journal)
        let store = SnapshotStore(directory: plan.journal, journalID: reader.journalID)
        let snapshots = try store.sequences()
        #expect(snapshots.count > 1)
        for snapshot in snapshots {
            var replay = try Replay(snapshotOf: store, notBeyond: snapshot, comparing: .all)
            #expect(replay.state.head.rawValue == snapshot)
            try replay.run(try JournalReader.open(plan.journal))
            #expect(replay.divergence == nil)
            #expect(StateDigest().hash(of: replay.state) == summary.stateHash)
        }
    }

    @Test func `may be stopped in order anywhere and goes on as if it had not been`() throws {
        let tape = try fixture.tape(RunFixture.lines(minutes: 2))
        let whole = try fixture.run(try fixture.plan([tape], journal: "whole"))
        var inFlight = 0
        for stop in stride(from: 1, through: 61, by: 6) {
            let plan = try fixture.plan([tape], journal: "stopped-\(stop)")
            let part = try fixture.run(plan, stopAfter: stop)
            #expect(part.reason == .signalled)
            if !waiting(part.state).isEmpty { inFlight += 1 }
            // A second stop soon after the first.
            try fixture.run(plan, stopAfter: 3)
            #expect(try fixture.run(plan).outcome == whole.outcome, "stopped after \(stop)")
        }
        #expect(inFlight > 0)
    }

    @Test func `may be stopped while it recovers`() throws {
        let tape = try fixture.tape(RunFixture.lines(minutes: 4))
        let whole = try fixture.run(try fixture.plan([tape], journal: "whole"))
        let plan = try fixture.plan([tape])
        let part = try fixture.run(plan, stopAfter: 100)
        // It is asked before the world is rebuilt up to what was consumed.
        let early = try fixture.run(plan, stopAfter: 1)
        #expect(early.reason == .signalled)
        #expect(early.inputs == 0)
        #expect(early.state.inputs == part.state.inputs)
        #expect(try fixture.run(plan).outcome == whole.outcome)
    }

    @Test func `marks what is in flight at a stop as unknown until the venue is asked`() throws {
        let tape = try fixture.tape(RunFixture.lines(minutes: 2))
        var found: (plan: RunPlan, state: TradingState)?
        for stop in 1...60 where found == nil {
            let plan = try fixture.plan([tape], journal: "journal-\(stop)")
            let state = try fixture.run(plan, stopAfter: stop).state
            if !waiting(state).isEmpty { found = (plan, state) }
        }
        let (plan, state) = try #require(found)
        let outcome = state.outcome.digest
        try fixture.run(plan, stopAfter: 1)

        var asked: [OrderID] = []
        var resolved: [String] = []
        var replay = Replay()
        try replay.run(try JournalReader.open(plan.journal)) { envelope, state in
            switch envelope.event {
            case .outcomeUnknown(let unknown):
                asked.append(unknown.order)
                #expect(state.outcome.digest == outcome)
            case .outcomeResolved(let evidence):
                resolved.append(evidence.evidence)
                #expect(state.order(evidence.order)?.isUnknown == true)
                #expect(state.outcome.digest == outcome)
            default: break
            }
        }
        #expect(asked == waiting(state))
        #expect(resolved.count == asked.count)
        #expect(resolved.allSatisfy { !$0.isEmpty && $0 != "the venue does not know it" })
    }

    @Test func `trades without any latency`() throws {
        var settings = RunFixture.Settings()
        settings.latency = "0ms"
        let tape = try fixture.tape(RunFixture.lines(minutes: 2))
        let whole = try fixture.run(try fixture.plan([tape], journal: "whole", settings))
        #expect(whole.state.metrics.fills > 0)
        for stop in [1, 9, 30] {
            let plan = try fixture.plan([tape], journal: "stopped-\(stop)", settings)
            try fixture.run(plan, stopAfter: stop)
            #expect(try fixture.run(plan).outcome == whole.outcome)
        }
    }

    @Test func `uses an older snapshot, or none, where the newest is damaged`() throws {
        let tape = try fixture.tape(RunFixture.lines(minutes: 2))
        let whole = try fixture.run(try fixture.plan([tape], journal: "whole"))
        for damaged in 1...3 {
            let plan = try fixture.plan([tape], journal: "damaged-\(damaged)")
            try fixture.run(plan, stopAfter: 50)
            let snapshots = try FileSystem.list(plan.journal + "/snapshots")
            try #require(snapshots.count == 3)
            for name in snapshots.suffix(damaged) {
                let file = try File(path: "\(plan.journal)/snapshots/\(name)", mode: .readWrite)
                let byte = try file.read(at: 200, count: 1)
                let flipped = byte.map { $0 ^ 1 }
                try file.write(flipped.span, at: 200)
            }
            var warnings: [String] = []
            let summary = try fixture.run(plan) { message in
                if message.severity == .warning { warnings.append(message.text) }
            }
            #expect(summary.outcome == whole.outcome)
            #expect(warnings.count { $0.contains("SHA-256") } == damaged, "\(warnings)")
        }
    }
}
