internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Replays what is left of a damaged journal toward a report.
///
/// Plain reads, which no damage can turn into a crash. Events are folded up to the first that is
/// missing or broken; behind it, from a good snapshot on. What lies between is told without a
/// state.
struct RawReplay {
    /// The events between two places where the state is known.
    struct Gap: Sendable {
        /// The first event that could not be replayed.
        let from: UInt64
        /// The last of them; `nil` where no state is known behind it.
        var to: UInt64?
        let reason: String
        let fromTime: Timestamp
        var toTime: Timestamp
    }

    /// The state after the last event that could be replayed.
    private(set) var state = TradingState()
    private(set) var gaps: [Gap] = []

    private let survey: SalvageSurvey
    private let snapshots: [UInt64: StateSnapshot]
    /// What corrections pass over, by sequence number.
    private let leftOut: [UInt64: PassedOver]
    private let gatherer: ReportGatherer?
    /// The event before which it ends, as it can be folded in part only.
    private let limit: UInt64
    private let codec = EventCodec()
    private var failed: UInt64?
    private var previousID: JournalID?

    /// Replays a journal.
    ///
    /// - Parameters:
    ///   - directory: The journal.
    ///   - suspects: Snapshots that a verification found fault with.
    ///   - gatherer: Told of all that can be read.
    /// - Throws: `JournalError` where nothing can be read.
    init(
        _ directory: String,
        suspects: Set<UInt64>,
        telling gatherer: ReportGatherer
    ) throws(JournalError) {
        let survey = try SalvageSurvey(of: directory)
        let snapshots = try Self.snapshots(directory, survey.journalID, suspects)
        let leftOut = try Self.passedOver(survey)
        self.init(survey, snapshots, leftOut, gatherer, limit: .max)
        try run()
        guard let failed else { return }
        // What a fold changed before it failed is not to be used: once more, up to there.
        var again = RawReplay(survey, snapshots, leftOut, nil, limit: failed)
        try again.run()
        if gaps.last?.from == failed, gaps.last?.to == nil { state = again.state }
    }

    private init(
        _ survey: SalvageSurvey,
        _ snapshots: [UInt64: StateSnapshot],
        _ leftOut: [UInt64: PassedOver],
        _ gatherer: ReportGatherer?,
        limit: UInt64
    ) {
        self.survey = survey
        self.snapshots = snapshots
        self.leftOut = leftOut
        self.gatherer = gatherer
        self.limit = limit
    }

    private static func snapshots(
        _ directory: String,
        _ id: JournalID?,
        _ suspects: Set<UInt64>
    ) throws(JournalError) -> [UInt64: StateSnapshot] {
        guard let id else { return [:] }
        let store = SnapshotStore(directory: directory, journalID: id)
        var found: [UInt64: StateSnapshot] = [:]
        for sequence in try store.sequences() where !suspects.contains(sequence) {
            do throws(JournalError) {
                found[sequence] = try store.load(sequence)
            } catch {
                continue  // the verification names what is wrong with it
            }
        }
        return found
    }

    private static func passedOver(
        _ survey: SalvageSurvey
    ) throws(JournalError) -> [UInt64: PassedOver] {
        var found: [UInt64: PassedOver] = [:]
        try survey.forEachBatch { batch in
            batch.forEachEvent { view in
                guard let skip = PassedOver(view), found[skip.sequence] == nil else { return }
                found[skip.sequence] = skip
            }
            return .proceed
        }
        return found
    }

    private mutating func run() throws(JournalError) {
        try survey.forEachBatch { batch in
            take(batch)
            return .proceed
        }
        let newest = snapshots.keys.max() ?? 0
        if !gaps.isEmpty, gaps[gaps.count - 1].to == nil, newest > state.head.rawValue {
            goOn(from: newest)
        }
    }

    private mutating func take(_ batch: BatchView) {
        let header = batch.header
        if header.firstSequence >= limit { return }
        let isForeign = previousID.map { $0 != header.journalID } ?? false
        previousID = previousID ?? header.journalID
        do throws(FormatFault) {
            try batch.check()
        } catch {
            part(at: state.head.rawValue + 1, error.meaning)
            return
        }
        let before = header.firstSequence - 1
        if before != state.head.rawValue, let snapshot = snapshots[before],
            snapshot.chainHash == header.previousHash
        {
            part(at: state.head.rawValue + 1, "the events up to \(before) are missing")
            goOn(from: before)
        }
        if isForeign || before != state.head.rawValue {
            part(at: state.head.rawValue + 1, "events are missing or damaged")
        }
        batch.forEachEvent { take($0) }
    }

    private mutating func take(_ view: EventView) {
        if view.sequence >= limit { return }
        if let found = leftOut[view.sequence], found.names(view) { return passOver(found) }
        let envelope: EventEnvelope
        do throws(ReplayFailure) {
            envelope = try Replay.envelope(view, codec)
        } catch {
            part(at: view.sequence, error.reason)
            return
        }
        guard isKnown else {
            gaps[gaps.count - 1].toTime = max(gaps[gaps.count - 1].toTime, envelope.time)
            gatherer?.takeLoose(envelope, state)
            return
        }
        if gatherer?.wants(view.sequence, view.kind) == true { gatherer?.take(envelope, state) }
        do throws(FoldFailure) {
            try state.fold(envelope)
        } catch {
            failed = failed ?? view.sequence
            part(at: view.sequence, error.reason)
        }
    }

    /// Whether the state is known.
    private var isKnown: Bool { gaps.last.map { $0.to != nil } ?? true }

    /// Goes on as if the event were not there.
    private mutating func passOver(_ found: PassedOver) {
        guard isKnown else { return }
        do throws(FoldFailure) {
            try state.passOver(SequenceNumber(found.sequence))
        } catch {
            part(at: found.sequence, error.reason)
        }
    }

    /// From here on the state is not known.
    private mutating func part(at sequence: UInt64, _ reason: String) {
        if let last = gaps.last, last.to == nil { return }
        let time = state.time
        gaps.append(Gap(from: sequence, to: nil, reason: reason, fromTime: time, toTime: time))
    }

    /// The state is known again.
    private mutating func goOn(from sequence: UInt64) {
        guard let snapshot = snapshots[sequence],
            let known = TradingState(canonical: snapshot.body.span),
            known.head.rawValue == sequence
        else { return }
        gatherer?.goOn(from: known, after: state)
        state = known
        if !gaps.isEmpty {
            gaps[gaps.count - 1].to = sequence
            gaps[gaps.count - 1].toTime = known.time
        }
    }
}
