internal import Digests
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Something that could not be done, in words, and the exit status that says so.
struct CommandFailure: Error, CustomStringConvertible {
    /// 1 for damage and refusals, 2 for what could not be done.
    let status: Int32
    let description: String

    init(_ status: Int32, _ description: String) {
        self.status = status
        self.description = description
    }
}

/// Rebuilds states of a journal without changing a byte of it.
final class StateReader {
    let reader: JournalReader
    private let snapshots: SnapshotStore
    /// What was wrong with snapshots that were passed over; the result is the same without them.
    private(set) var remarks: [String] = []
    /// Whether it is of a bundle, which holds a part of a journal and the state before it.
    private let isPart: Bool

    convenience init(_ context: CommandContext) throws(JournalError) {
        self.init(try context.reader(), isPart: context.source.kind == .bundle)
    }

    init(_ reader: JournalReader, isPart: Bool = false) {
        self.reader = reader
        self.isPart = isPart
        snapshots = SnapshotStore(directory: reader.directory, journalID: reader.journalID)
    }

    /// The newest good snapshot at or before a point, as the state it holds.
    func snapshot(
        notBeyond point: ReplayPoint,
        atMost last: UInt64 = .max
    ) throws(JournalError) -> TradingState? {
        let head = try reader.head()
        let limit = min(point.lastSequence, last)
        for sequence in try snapshots.sequences().reversed() where sequence <= limit {
            do throws(JournalError) {
                let snapshot = try snapshots.load(sequence)
                guard let state = try usable(snapshot, head) else { continue }
                if state.time <= point.lastTime { return state }
            } catch {
                remarks.append("\(error)")
            }
        }
        return nil
    }

    /// The state of a snapshot, if it is one of this journal and its bytes are what it says.
    private func usable(
        _ snapshot: StateSnapshot,
        _ head: Head
    ) throws(JournalError) -> TradingState? {
        let place = "the snapshot at \(snapshot.sequence) is passed over"
        guard let state = TradingState(canonical: snapshot.body.span),
            state.head.rawValue == snapshot.sequence
        else {
            remarks.append("\(place): its state is of another version or damaged")
            return nil
        }
        guard SHA256().digest(of: snapshot.body.span) == snapshot.stateHash else {
            remarks.append("\(place): its state has another hash than it says")
            return nil
        }
        var chainHash: SHA256Digest?
        if snapshot.sequence == head.sequence {
            chainHash = head.chainHash
        } else if snapshot.sequence < head.sequence {
            var options = ReadOptions()
            options.copies = true
            let next = snapshot.sequence + 1
            do throws(JournalError) {
                try reader.forEachBatch(from: next, options: options) {
                    (batch) throws(JournalError) in
                    if batch.header.firstSequence == next { chainHash = batch.header.previousHash }
                    return .stop
                }
            } catch {
                guard error.code == .archived else { throw error }
                remarks.append("\(place): what follows it was taken out of the journal")
                return nil
            }
        }
        guard chainHash == snapshot.chainHash else {
            remarks.append("\(place): it is of another history than the journal")
            return nil
        }
        return state
    }

    /// The state at a point.
    ///
    /// - Throws: ``CommandFailure``, `JournalError` and `ReplayFailure`.
    func state(at point: ReplayPoint) throws -> TradingState {
        switch point {
        case .snapshot(let sequence):
            let known = try snapshots.sequences()
            guard known.contains(sequence) else {
                let list = known.map { "\($0)" }.joined(separator: ", ")
                throw CommandFailure(
                    2,
                    "there is no snapshot at \(sequence); there are \(list.isEmpty ? "none" : list)"
                )
            }
            return try state(of: try snapshots.load(sequence), snapshots.path(sequence))
        case .file(let path):
            let (id, snapshot) = try SnapshotStore.read(path)
            guard id == reader.journalID else {
                throw CommandFailure(1, "\(path) is of journal \(id), not \(reader.journalID)")
            }
            return try state(of: snapshot, path)
        default: return try replay(to: point).replay.state
        }
    }

    /// The state of a snapshot that was asked for by name: it must be as good as it says.
    private func state(
        of snapshot: StateSnapshot,
        _ path: String
    ) throws(CommandFailure) -> TradingState {
        guard let state = TradingState(canonical: snapshot.body.span),
            state.head.rawValue == snapshot.sequence
        else {
            throw CommandFailure(1, "\(path) holds a state of another version, or a damaged one")
        }
        guard SHA256().digest(of: snapshot.body.span) == snapshot.stateHash else {
            throw CommandFailure(1, "the state in \(path) has another hash than it says")
        }
        return state
    }

    /// The state before the first event of a bundle; `nil` where a replay begins with genesis.
    private func beginning() throws -> TradingState? {
        let first = try reader.firstSequence()
        guard isPart, first > 1, try snapshots.sequences().contains(first - 1) else { return nil }
        remarks.append("the bundle begins with event \(first): replayed from the state before")
        return try state(of: try snapshots.load(first - 1), snapshots.path(first - 1))
    }

    /// Folds up to a point of the journal.
    ///
    /// - Parameters:
    ///   - point: The last event, or the last moment.
    ///   - fromGenesis: Whether snapshots are left aside.
    ///   - comparison: Which recorded state hashes are compared on the way.
    ///   - watch: Gets every event before it is folded.
    /// - Returns: the replay, and the snapshot it began with.
    /// - Throws: ``CommandFailure``, `JournalError` and `ReplayFailure`.
    func replay(
        to point: ReplayPoint,
        fromGenesis: Bool = false,
        comparing comparison: HashComparison = .none,
        watch: ((EventEnvelope, TradingState) -> Void)? = nil
    ) throws -> (replay: Replay, snapshot: UInt64?) {
        if case .sequence(let wanted) = point {
            let head = try reader.head().sequence
            guard wanted <= head else {
                throw CommandFailure(2, "there is no event \(wanted): the journal ends at \(head)")
            }
        }
        // What lies behind a gap is not replayed, not even from a snapshot behind it.
        let gap = try GapFile.gaps(in: reader.directory).first
        let last = min(point.lastSequence, gap.map { $0.first - 1 } ?? .max)
        let begin = fromGenesis ? try beginning() : try snapshot(notBeyond: point, atMost: last)
        var replay = Replay(from: begin ?? TradingState(), comparing: comparison)
        if last > 0 {
            try replay.run(reader, to: last, until: point.lastTime.nanoseconds, watch: watch)
        }
        remarks += replay.passedOver.map(\.words)
        if let gap, point.lastSequence > last, replay.state.head.rawValue == last {
            throw CommandFailure(
                1,
                "replay stops behind event \(last), the journal has a gap there: \(gap)"
            )
        }
        return (replay, begin.map(\.head.rawValue))
    }
}
