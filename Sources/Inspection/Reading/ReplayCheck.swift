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
    private(set) var head: UInt64 = 0

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
        var replay = Replay(from: try begin(reader))
        var next: UInt64 = 0
        do {
            // What only has to be folded is not decoded for a look.
            let isWatched = { [self] (sequence: UInt64, kind: UInt16) in
                kind == EventKind.stateHashed.rawValue || sequence >= next
                    || (!snapshots.isEmpty && snapshots[sequence - 1] != nil)
            }
            let watch = { [self] (envelope: EventEnvelope, state: TradingState) in
                let sequence = envelope.sequence.rawValue
                if let snapshot = snapshots[sequence - 1] { compare(snapshot, state) }
                if case .stateHashed(let recorded) = envelope.event {
                    compare(recorded, sequence, state)
                }
                guard sequence >= next else { return }
                next = sequence + 200_000
                tell(envelope)
            }
            try replay.run(reader, watch: watch, isWatched: isWatched)
            if let snapshot = snapshots[replay.state.head.rawValue] {
                compare(snapshot, replay.state)
            }
        } catch let error as ReplayFailure {
            add(.replay, error.sequence, directory, "replay stops: \(error.reason)")
        } catch let error as JournalError {
            throw error
        } catch {
            add(.replay, replay.state.head.rawValue, directory, "replay stops: \(error)")
        }
        head = replay.state.head.rawValue
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
