internal import Digests
public import Journal
public import Projections
public import Trading

/// Why a journal could not be replayed.
public struct ReplayFailure: Error, Sendable, CustomStringConvertible {
    /// The event at which replay stopped; zero where it did not begin.
    public let sequence: UInt64
    /// What was wrong, and what to do.
    public let reason: String

    /// Makes a failure.
    public init(sequence: UInt64, reason: String) {
        self.sequence = sequence
        self.reason = reason
    }

    /// What stopped replay, and where.
    public var description: String {
        sequence == 0
            ? "replay did not begin: \(reason)" : "replay stopped at event \(sequence): \(reason)"
    }
}

/// A recorded state hash that replay does not give: the first place where histories part.
public struct Divergence: Hashable, Sendable {
    /// The event that records the hash.
    public let sequence: UInt64
    /// The hash in the journal.
    public let recorded: StateHashText
    /// The hash that replay gives.
    public let replayed: StateHashText
}

/// Which recorded state hashes a replay compares with its own.
public enum HashComparison: Hashable, Sendable {
    case none
    case all
    /// The first ones, as long as no more than so many bytes of state were hashed.
    case upTo(bytes: Int)

    var isWanted: Bool {
        switch self {
        case .none: false
        case .all: true
        case .upTo(let bytes): bytes > 0
        }
    }

    mutating func spend(_ count: Int) {
        if case .upTo(let bytes) = self { self = .upTo(bytes: bytes - count) }
    }
}

/// A state hash in hexadecimal.
public typealias StateHashText = String

/// Rebuilds the trading state from a journal: the one way a state comes back.
public struct Replay {
    /// The state so far.
    public private(set) var state: TradingState
    /// How many events were folded.
    public private(set) var events: UInt64 = 0
    /// The first recorded hash that differs; `nil` while all agree.
    public private(set) var divergence: Divergence?

    /// The events that could not be folded and that a correction passes over, in order.
    public private(set) var passedOver: [PassedOver] = []

    private let codec = EventCodec()
    private let digest = StateDigest()
    private var comparison: HashComparison
    /// What it began with: where it goes back to when an event has to be left out.
    private let origin: TradingState
    /// What is left out, by sequence number.
    private var leftOut: [UInt64: PassedOver] = [:]
    private var obstacle: Obstacle?

    /// Why a walk over the journal is interrupted.
    private enum Obstacle {
        /// An event could not be folded.
        case failure(ReplayFailure, Hash256)
        /// A correction passes over an event that this program could fold: the one that wrote the
        /// correction could not, and what it wrote since was made without that event.
        case belated(PassedOver)
        /// An event is later than what is wanted, and others behind it are not: time does not go
        /// back, so a correction may pass over it.
        case untimely(UInt64, Hash256)
    }

    /// The first event later than what is wanted, and how many behind it were looked at.
    private var beyond: (sequence: UInt64, hash: Hash256, looked: Int)?
    /// How far it is looked whether an event is only out of time.
    private static let glance = 4096

    /// Starts from a state: an empty one, or a snapshot's.
    ///
    /// - Parameters:
    ///   - state: What was folded before.
    ///   - comparison: Which recorded state hashes are compared on the way.
    ///   - leftOut: Events that are left out though the journal does not say so yet.
    public init(
        from state: TradingState = TradingState(),
        comparing comparison: HashComparison = .none,
        leavingOut leftOut: [PassedOver] = []
    ) {
        self.state = state
        self.comparison = comparison
        origin = state
        for event in leftOut { self.leftOut[event.sequence] = event }
    }

    /// Starts from the newest good snapshot at or before `limit`, or from nothing.
    public init(
        snapshotOf store: SnapshotStore,
        notBeyond limit: UInt64 = .max,
        comparing comparison: HashComparison = .none
    ) throws(JournalError) {
        let found = try store.loadNewest(notBeyond: limit).snapshot
        let state = found.flatMap { TradingState(canonical: $0.body.span) }
        self.init(from: state ?? TradingState(), comparing: comparison)
    }

    /// Folds what a journal holds beyond the state.
    ///
    /// - Parameters:
    ///   - reader: The journal.
    ///   - last: The last event wanted.
    ///   - until: Events later than this, in nanoseconds of stamped time, are not folded.
    ///   - checksEvents: Whether every event is checked against its checksum; a scan that has
    ///     just read the same bytes has done so.
    ///   - checksChain: Whether the hashes between batches are checked too.
    ///   - watch: Gets events before they are folded.
    ///   - isWatched: Which events `watch` gets, by sequence number and kind; `nil` for all.
    /// - Throws: ``ReplayFailure`` for what cannot be folded, and `JournalError`.
    public mutating func run(
        _ reader: some BatchSource,
        to last: UInt64 = .max,
        until: Int64 = .max,
        checksEvents: Bool = true,
        checksChain: Bool = false,
        watch: ((EventEnvelope, TradingState) -> Void)? = nil,
        isWatched: ((UInt64, UInt16) -> Bool)? = nil
    ) throws {
        if state.head.rawValue >= last { return }
        var options = ReadOptions()
        options.last = last
        options.checksEvents = checksEvents
        options.checksChain = checksChain
        let limits = Limits(last: last, until: until)
        let watcher = watch.map { Watcher(isWatched: isWatched, watch: $0) }
        while true {
            try reader.forEachBatch(from: state.head.rawValue + 1, options: options) {
                (batch) throws(JournalError) in take(batch, limits, watcher)
            }
            beyond = nil
            guard let obstacle else { return }
            self.obstacle = nil
            guard try overcome(obstacle, reader) else { return }
        }
    }

    /// Goes back to the beginning and comes again without what has to be left out.
    ///
    /// - Returns: Whether there is more to replay.
    private mutating func overcome(_ obstacle: Obstacle, _ reader: some BatchSource) throws -> Bool
    {
        switch obstacle {
        case .failure(let failure, let hash):
            // What the failing event changed is not to be used, whether it is named or not.
            let named = Self.correction(of: failure.sequence, hash, reader)
            leftOut[failure.sequence] = named
            try repeatUp(to: failure.sequence - 1, reader)
            if named == nil { throw failure }
        case .belated(let named):
            leftOut[named.sequence] = named
            try repeatUp(to: state.head.rawValue, reader)
        case .untimely(let sequence, let hash):
            let named = Self.correction(of: sequence, hash, reader)
            leftOut[sequence] = named
            return named != nil
        }
        return true
    }

    /// The correction that passes over an event.
    private static func correction(
        of sequence: UInt64,
        _ hash: Hash256,
        _ reader: some BatchSource
    ) -> PassedOver? {
        do throws(JournalError) {
            return try reader.passedOver(from: sequence).first {
                $0.sequence == sequence && $0.hash == hash
            }
        } catch {
            // That the journal is damaged further on says nothing of this event: it stays the
            // first thing that is wrong.
            return nil
        }
    }

    /// Folds again up to an event, unwatched.
    private mutating func repeatUp(to last: UInt64, _ reader: some BatchSource) throws {
        let counted = events
        let compared = comparison
        state = origin
        passedOver = []
        comparison = .none
        var options = ReadOptions()
        options.last = last
        options.checksEvents = false
        if last > state.head.rawValue {
            try reader.forEachBatch(from: state.head.rawValue + 1, options: options) {
                (batch) throws(JournalError) in
                take(batch, Limits(last: last, until: .max), nil)
            }
        }
        events = counted
        comparison = compared
        if case .failure(let failure, _)? = obstacle { throw failure }
        obstacle = nil
    }

    /// Where a replay ends.
    private struct Limits {
        let last: UInt64
        let until: Int64
    }

    /// Who looks on, and at what.
    private struct Watcher {
        let isWatched: ((UInt64, UInt16) -> Bool)?
        let watch: (EventEnvelope, TradingState) -> Void
    }

    private mutating func take(
        _ batch: borrowing BatchView,
        _ limits: Limits,
        _ watcher: Watcher?
    ) -> Continuation {
        if beyond != nil { return lookBeyond(batch, limits) }
        var cursor = batch.events()
        while let event = cursor.next() {
            if event.sequence <= state.head.rawValue { continue }
            if event.sequence > limits.last { return .stop }
            do throws(ReplayFailure) {
                // Its time may be what it is passed over for.
                if let found = leftOut[event.sequence], found.names(event) {
                    try passOver(found)
                } else if event.time > limits.until {
                    beyond = (event.sequence, PassedOver.hash(of: event), 0)
                    return lookBeyond(batch, limits)
                } else {
                    try fold(event, watcher)
                }
            } catch {
                obstacle = .failure(error, PassedOver.hash(of: event))
            }
            if obstacle != nil { return .stop }
        }
        return .proceed
    }

    /// Looks whether what follows ``beyond`` is later than what is wanted too; folds nothing.
    private mutating func lookBeyond(
        _ batch: borrowing BatchView,
        _ limits: Limits
    ) -> Continuation {
        guard let late = beyond else { return .stop }
        var cursor = batch.events()
        while let event = cursor.next() {
            if event.sequence <= late.sequence { continue }
            if event.sequence > limits.last { return .stop }
            if event.time <= limits.until {
                obstacle = .untimely(late.sequence, late.hash)
                return .stop
            }
            beyond?.looked += 1
        }
        return late.looked < Self.glance ? .proceed : .stop
    }

    private mutating func passOver(_ found: PassedOver) throws(ReplayFailure) {
        do throws(FoldFailure) {
            try state.passOver(SequenceNumber(found.sequence))
        } catch {
            throw ReplayFailure(sequence: found.sequence, reason: error.reason)
        }
        passedOver.append(found)
    }

    @inline(__always)
    private mutating func fold(
        _ view: EventView,
        _ watcher: Watcher?
    ) throws(ReplayFailure) {
        var watch = watcher?.watch
        if let isWatched = watcher?.isWatched, !isWatched(view.sequence, view.kind) { watch = nil }
        if watch == nil, try foldBytes(view) { return }
        let envelope = try Self.envelope(view, codec)
        if case .stateHashed(let recorded) = envelope.event {
            compare(recorded, at: envelope.sequence)
        }
        if let watch { watch(envelope, state) }
        do throws(FoldFailure) {
            try state.fold(envelope)
        } catch {
            throw ReplayFailure(sequence: view.sequence, reason: error.reason)
        }
        events &+= 1
        if let named = PassedOver(envelope.event, at: envelope.sequence),
            named.sequence > origin.head.rawValue, leftOut[named.sequence] == nil
        {
            obstacle = .belated(named)
        }
    }

    /// Folds what is frequent straight from its bytes; false where it has to be decoded first.
    @inline(__always)
    private mutating func foldBytes(_ view: EventView) throws(ReplayFailure) -> Bool {
        do throws(FoldFailure) {
            let isFolded = try state.foldBytes(
                SequenceNumber(view.sequence),
                Timestamp(nanoseconds: view.time),
                kind: view.kind,
                version: view.version,
                view.payload
            )
            if isFolded { events &+= 1 }
            return isFolded
        } catch {
            throw ReplayFailure(sequence: view.sequence, reason: error.reason)
        }
    }

    private mutating func compare(_ recorded: StateHashed, at sequence: SequenceNumber) {
        guard divergence == nil, comparison.isWanted else { return }
        let replayed = digest.hash(of: state)
        comparison.spend(digest.byteCount)
        guard replayed != recorded.hash else { return }
        divergence = Divergence(
            sequence: sequence.rawValue,
            recorded: "\(recorded.hash)",
            replayed: "\(replayed)"
        )
    }

    /// Reads an event of a journal.
    ///
    /// - Throws: ``ReplayFailure`` where its payload cannot be read.
    @inline(__always)
    public static func envelope(
        _ view: EventView,
        _ codec: EventCodec
    ) throws(ReplayFailure) -> EventEnvelope {
        do throws(CodecFailure) {
            return EventEnvelope(
                sequence: SequenceNumber(view.sequence),
                time: Timestamp(nanoseconds: view.time),
                trace: TraceID(view.trace),
                cause: SequenceNumber(view.cause),
                event: try codec.decode(
                    kind: view.kind,
                    version: view.version,
                    view.payload
                )
            )
        } catch {
            throw ReplayFailure(sequence: view.sequence, reason: "\(error)")
        }
    }
}

extension Replay {
    /// What a journal holds now; an engine may write it meanwhile.
    ///
    /// - Parameter journal: Its directory.
    /// - Returns: The state, from the newest snapshot on.
    /// - Throws: `JournalError` and ``ReplayFailure``.
    static func state(of journal: String) throws -> TradingState {
        let reader = try JournalReader.open(journal)
        let store = SnapshotStore(directory: reader.directory, journalID: reader.journalID)
        var replay = try Replay(snapshotOf: store)
        try replay.run(reader)
        return replay.state
    }
}
