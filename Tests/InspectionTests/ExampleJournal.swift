import Digests
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection
@testable import Journal
@testable import Runtime

extension TradedJournal {
    /// The repository's top.
    static let top = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    /// Trades some minutes of the generated market with a configuration of `examples`.
    init(
        example: String,
        in root: String = TemporaryDirectory.path,
        seed: Int = 1,
        minutes: Int = 30,
        segmentLimit: Int = 1 << 30
    ) throws {
        self.init(at: root)
        let tape = root + "/market.gz"
        _ = try GeneratedTape.write(to: tape, seed: UInt64(seed), minutes: minutes)
        var plan = try RunPlan(
            try Configuration(readingFrom: "\(Self.top)/\(example)"),
            journal: path,
            tapes: [tape],
            program: "0.0.0"
        )
        plan.stateDirectory = state
        plan.killSwitch = nil
        plan.diskReserve = 0
        plan.segmentLimit = segmentLimit
        let observer = RunObserver(log: { _ in }, progress: { _ in }, isStopWanted: { false })
        _ = try TapeRun.run(plan, observer)
    }

    /// A journal of the scored signals that the repository brings along.
    static func ofSignals(
        minutes: Int = 30,
        segmentLimit: Int = 1 << 30
    ) throws -> TradedJournal {
        try TradedJournal(
            example: "examples/generated-signals.json5",
            minutes: minutes,
            segmentLimit: segmentLimit
        )
    }

    /// Takes the front away, as compaction does: what is left begins with the first segment that
    /// begins behind an event, and a snapshot holds the state before it.
    func cutFront(behind event: UInt64) throws -> UInt64 {
        let segments = path + "/segments"
        let numbers = try FileSystem.list(segments).compactMap { UInt64($0) }
        let first = try #require(numbers.first { $0 > event })
        let reader = try JournalReader.open(path)
        let state = try StateReader(JournalReader.open(path)).state(at: .sequence(first - 1))
        var chainHash: SHA256Digest?
        try reader.forEachBatch(from: first) { batch in
            chainHash = batch.header.previousHash
            return .stop
        }
        let head = Head(
            sequence: first - 1,
            chainHash: try #require(chainHash),
            epoch: 1,
            commitTime: state.time.nanoseconds
        )
        let (bytes, hash) = StateDigest().bytes(of: state)
        for name in try FileSystem.list(segments) where (UInt64(name) ?? .max) < first {
            try FileSystem.removeTree("\(segments)/\(name)")
        }
        for name in try FileSystem.list(path + "/snapshots") {
            try FileSystem.removeFile("\(path)/snapshots/\(name)")
        }
        let store = SnapshotStore(directory: path, journalID: reader.journalID)
        try store.save(head: head, stateHash: hash, body: bytes)
        return first
    }

    /// All events, each with the state before it.
    func forEachEvent(_ body: (EventEnvelope, TradingState) throws -> Void) throws {
        var failure: (any Error)?
        var replay = Replay()
        try withoutActuallyEscaping(body) { body in
            try replay.run(
                try JournalReader.open(path),
                watch: { envelope, state in
                    do {
                        if failure == nil { try body(envelope, state) }
                    } catch {
                        failure = error
                    }
                }
            )
        }
        if let failure { throw failure }
    }

    /// The numbers of all events of a kind.
    func sequences(of kinds: EventKind...) throws -> [UInt64] {
        var found: [UInt64] = []
        try forEachEvent { envelope, _ in
            if kinds.contains(envelope.event.kind) { found.append(envelope.sequence.rawValue) }
        }
        return found
    }

    /// The state at the head.
    func lastState() throws -> TradingState {
        try StateReader(JournalReader.open(path)).state(at: .head)
    }

    /// Adds events behind the last one, all in one commit, a second after it.
    @discardableResult
    func append(_ events: [(event: Event, trace: UInt64?, cause: UInt64)]) throws -> [UInt64] {
        let time = try lastState().time.nanoseconds + 1_000_000_000
        let writer = try writer()
        var numbers: [UInt64] = []
        for (event, trace, cause) in events {
            var payload = ByteWriter()
            event.encode(into: &payload)
            numbers.append(
                try writer.append(
                    NewEvent(
                        kind: event.kind.rawValue,
                        version: event.version,
                        time: time,
                        trace: trace ?? writer.nextSequence,
                        cause: cause,
                        payload: payload.bytes
                    )
                )
            )
        }
        try writer.commit(at: time)
        return numbers
    }

    /// Opens a deal with a market entry behind the last event.
    func openDeal(quantity: String = "1") throws -> (deal: UInt64, order: UInt64) {
        let deal = try lastState().head.rawValue + 1
        let evidence = Evidence(
            strategy: 1,
            score: try Decimal("0.8"),
            bid: Price(try Decimal("99.98")),
            ask: Price(Decimal(100))
        )
        let terms = OrderTerms(
            instrument: InstrumentID(0),
            side: .buy,
            type: .market,
            timeInForce: .immediateOrCancel,
            quantity: Quantity(try Decimal(quantity))
        )
        let opened = DealOpened(instrument: InstrumentID(0), side: .buy, evidence: evidence)
        let intended = OrderIntended(deal: DealID(deal), role: .entry, terms: terms)
        try append([
            (.dealOpened(opened), deal, 0), (.orderIntended(intended), deal, deal),
        ])
        return (deal, deal + 1)
    }
}
