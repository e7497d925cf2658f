internal import Digests
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Replays a journal from its beginning: every recorded state hash and every snapshot is compared.
final class ReplayCheck {
    /// What is wrong.
    private(set) var findings: [Finding] = []
    /// The last event replayed.
    var head: UInt64 { state.head.rawValue }
    /// The state after it.
    private(set) var state = TradingState()
    /// Gets the events that `isWatched` names by sequence number and kind, before each is folded.
    var watch: ((EventEnvelope, TradingState) -> Void)?
    var isWatched: (UInt64, UInt16) -> Bool = { _, _ in false }

    private let context: CommandContext
    private var directory: String { context.journal }
    private let digest = StateDigest()
    private var snapshots: [UInt64: StateSnapshot] = [:]

    init(_ context: CommandContext) { self.context = context }

    /// Replays all there is.
    ///
    /// - Parameter tell: Told now and then which event is reached.
    /// - Throws: `JournalError` where the journal cannot be read.
    func run(tell: @escaping (EventEnvelope) -> Void) throws(JournalError) {
        do throws(JournalError) {
            try replay(tell)
        } catch {
            guard error.code == .archived else { throw error }
            findings.append(
                Finding(
                    .replay,
                    .damage,
                    sequences: error.sequence.map { $0...$0 },
                    path: directory,
                    meaning: "no good snapshot stands where the journal begins: \(error.reason)",
                    advice: error.advice
                )
            )
        }
    }

    private func replay(_ tell: @escaping (EventEnvelope) -> Void) throws(JournalError) {
        let reader = try context.reader()
        let begin = try begin(reader)
        // Who watches is not told of what counts as if it were not there. The first of several
        // corrections of an event is the one that is named.
        let first = begin.head.rawValue + 1
        let leftOut = reader.passedOverEvents(from: first, checksEvents: false).reversed()
        var replay = Replay(from: begin, leavingOut: Array(leftOut))
        var next: UInt64 = 0
        do {
            // What only has to be folded is not decoded for a look.
            let isLookedAt = { [self] (sequence: UInt64, kind: UInt16) in
                kind == EventKind.stateHashed.rawValue || sequence >= next
                    || (!snapshots.isEmpty && snapshots[sequence - 1] != nil)
                    || isWatched(sequence, kind)
            }
            let look = { [self] (envelope: EventEnvelope, state: TradingState) in
                let sequence = envelope.sequence.rawValue
                if isWatched(sequence, envelope.event.kind.rawValue) { watch?(envelope, state) }
                if let snapshot = snapshots[sequence - 1] { compare(snapshot, state) }
                if case .stateHashed(let recorded) = envelope.event {
                    compare(recorded, sequence, state)
                }
                guard sequence >= next else { return }
                next = sequence + 200_000
                tell(envelope)
            }
            try replay.run(reader, watch: look, isWatched: isLookedAt)
            if let snapshot = snapshots[replay.state.head.rawValue] {
                compare(snapshot, replay.state)
            }
        } catch let error as ReplayFailure {
            add(.replay, error.sequence, directory, "replay stops: \(error.reason)")
        } catch let error as JournalError {
            state = replay.state
            throw error
        } catch {
            add(.replay, replay.state.head.rawValue, directory, "replay stops: \(error)")
        }
        state = replay.state
        findings += replay.passedOver.map { found in
            Finding(
                .replay,
                .note,
                sequences: found.sequence...found.sequence,
                path: directory,
                meaning: found.words,
                advice: "nothing; event \(found.correction) says why"
            )
        }
    }

    /// Whether a replay can begin: with the first event, or with the snapshot before.
    func canBegin() throws(JournalError) -> Bool {
        let reader = try context.reader()
        let first = try reader.firstSequence()
        let store = SnapshotStore(directory: directory, journalID: reader.journalID)
        if first == 1 { return true }
        return try store.sequences().contains(first - 1)
    }

    /// The good snapshots, and the state that a journal cut at its front begins with.
    private func begin(_ reader: JournalReader) throws(JournalError) -> TradingState {
        let store = SnapshotStore(directory: directory, journalID: reader.journalID)
        let first = try reader.firstSequence()
        var begin = TradingState()
        for sequence in try store.sequences() {
            do throws(JournalError) {
                let snapshot = try store.load(sequence)
                snapshots[sequence] = snapshot
                if sequence + 1 == first {
                    begin = TradingState(canonical: snapshot.body.span) ?? begin
                }
            } catch {
                continue  // the verifier names what is wrong with it
            }
        }
        return begin
    }

    private func compare(_ recorded: StateHashed, _ sequence: UInt64, _ state: TradingState) {
        let replayed = digest.hash(of: state)
        guard replayed != recorded.hash else { return }
        let meaning = "state hash \(recorded.hash) is recorded, replay gives \(replayed)"
        add(.replay, sequence, directory, meaning)
    }

    private func compare(_ snapshot: StateSnapshot, _ state: TradingState) {
        let (bytes, hash) = digest.bytes(of: state)
        if hash != snapshot.stateHash {
            let meaning = "its state hash is \(snapshot.stateHash), replay gives \(hash)"
            add(.snapshot, snapshot.sequence, directory, meaning)
        } else if bytes != snapshot.body {
            let meaning = "its state is not the one that its hash is of"
            add(.snapshot, snapshot.sequence, directory, meaning)
        }
    }

    private func add(
        _ code: Finding.Code,
        _ sequence: UInt64,
        _ path: String,
        _ meaning: String
    ) {
        findings.append(
            Finding(
                code,
                .damage,
                sequences: sequence...sequence,
                path: path,
                meaning: meaning,
                advice: code == .snapshot
                    ? "remove the snapshot; the journal gives the state"
                    : "compare this program with the one that wrote the journal"
            )
        )
    }
}
