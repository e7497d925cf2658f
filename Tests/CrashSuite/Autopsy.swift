import Journal
import Platform
import Projections
import Runtime
import SuiteSupport
import Trading

/// What a kill left: whether the journal is sound, and what the engine was doing.
struct Autopsy {
    /// Where the engine was in its life.
    enum Phase: String, CaseIterable {
        /// The journal had no name yet.
        case beforeGenesis = "before genesis was complete"
        /// A first start had not come to trading.
        case firstStart = "during the first start"
        /// A restart checked, replayed, and had not begun its epoch.
        case beforeEpoch = "during recovery, before the epoch began"
        /// A restart rebuilt the world and had not come to trading.
        case recovery = "during recovery, in the new epoch"
        /// It traded.
        case live = "while trading"
        /// Everything was durable already.
        case ended = "after the clean stop"
        /// It was not the engine.
        case tool = "in a command of journalctl"
    }

    private(set) var phase = Phase.beforeGenesis
    /// Whether the engine did not know what became of a request.
    private(set) var isInFlight = false
    private(set) var hasPosition = false
    private(set) var hasSnapshot = false
    /// How many starts the journal knows.
    private(set) var epochs = 0
    private(set) var segments = 0
    /// What verification reports and is no damage.
    private(set) var remarks: [String] = []
    /// The end of the journal, replayed from its first event.
    private(set) var head: UInt64 = 0
    private(set) var stateHash = ""

    /// Examines what is left.
    ///
    /// - Parameters:
    ///   - place: Where the engine ran.
    ///   - program: What scans the journal.
    ///   - epochsBefore: How many starts the journal knew before the one that was killed.
    ///   - tradesAsVictim: Whether it was the engine that was killed.
    /// - Throws: ``SuiteFailure`` where the journal is damaged or replay differs.
    init(
        of place: Place,
        _ program: Program,
        epochsBefore: Int,
        tradesAsVictim: Bool = true
    ) throws {
        guard try FileSystem.status(place.journal) != nil else {
            guard epochsBefore == 0 else { throw SuiteFailure("the journal is gone") }
            return
        }
        try verify(place, program)
        try replay(place, epochsBefore: epochsBefore)
        if !tradesAsVictim { phase = .tool }
    }

    /// How many starts the journal in a place knows; none where there is no journal.
    static func epochs(of place: Place) throws -> Int {
        guard try FileSystem.status(place.journal) != nil else { return 0 }
        var replay = Replay(comparing: .all)
        try replay.run(try JournalReader.open(place.journal))
        return Int(replay.state.epoch.rawValue)
    }

    private mutating func verify(_ place: Place, _ program: Program) throws {
        var options = VerifierOptions()
        options.stateDirectory = place.state
        options.scan = .child(executable: program.engine)
        options.removals = .ofEvents
        let report = try Verifier.verify(place.journal, options: options)
        if report.hasDamage {
            throw SuiteFailure("verification: \(report.findings.map(\.description))")
        }
        remarks = report.findings.filter { $0.severity == .warning }.map(\.description)
        segments = try FileSystem.list(place.journal + "/segments")
            .count { !$0.hasSuffix(".new") }
        hasSnapshot = try FileSystem.list(place.journal + "/snapshots")
            .contains { $0.hasSuffix(".snapshot") }
    }

    private mutating func replay(_ place: Place, epochsBefore: Int) throws {
        var found = 0
        var isLive = false
        var isEnded = false
        var replay = Replay(comparing: .all)
        let reader = try JournalReader.open(place.journal)
        try replay.run(
            reader,
            checksChain: true,
            watch: { envelope, _ in
                switch envelope.event {
                case .epochBegan:
                    found += 1
                    isLive = false
                    isEnded = false
                case .recoveryStepped(let step) where step.step == 10: isLive = true
                case .epochEnded: isEnded = true
                default: break
                }
            }
        )
        if let divergence = replay.divergence {
            throw SuiteFailure("replay differs from what is recorded: \(divergence)")
        }
        let state = replay.state
        epochs = found
        head = state.head.rawValue
        stateHash = "\(StateDigest().hash(of: state))"
        isInFlight = state.orders.ordered.contains { $0.request != .none }
        hasPosition = state.deals.ordered.contains { $0.held.isPositive }
        phase =
            if found == epochsBefore {
                epochsBefore == 0 ? .firstStart : .beforeEpoch
            } else if isEnded {
                .ended
            } else if isLive {
                .live
            } else {
                epochsBefore == 0 ? .firstStart : .recovery
            }
    }
}
