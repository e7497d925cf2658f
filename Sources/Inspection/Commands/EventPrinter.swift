internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Prints the events that are wanted, with what the events before them told.
final class EventPrinter {
    /// Whether something could not be read.
    private(set) var hasProblem = false
    /// Whether nothing more can be wanted.
    private(set) var isDone = false
    /// How many events were printed, or are kept to be.
    private(set) var printed: UInt64 = 0
    /// Whether there are as many as wanted.
    var isFull: Bool { limit.map { kept.count >= $0 } ?? false }

    private var fold: EventFold
    /// What the fold began with.
    private let origin: TradingState
    /// Why the last event could not be folded, until it is known whether a correction names it.
    private var obstacle: ReplayFailure?
    /// Whether it may still be looked for corrections: not in what cannot be read in order.
    var mayLook = true
    private var hasLooked = false
    private var filter: EventFilter
    private let since: Timestamp
    private let until: Timestamp
    private let isJSON: Bool
    let console: Console
    private var canFold = true
    /// The newest lines where only the last ones are wanted, and the place of the oldest.
    private var limit: Int?
    private var kept: [String] = []
    private var oldest = 0
    /// What was wrong, while lines are kept back.
    private var problems: [String] = []

    init(
        from state: TradingState,
        filter: EventFilter,
        since: Timestamp,
        until: Timestamp,
        limit: Int?,
        isJSON: Bool,
        console: Console
    ) {
        fold = EventFold(from: state)
        origin = state
        self.filter = filter
        self.since = since
        self.until = until
        self.limit = limit
        self.isJSON = isJSON
        self.console = console
    }

    /// The state before the next event: what gives numbers their names.
    var context: TradingState { fold.state }

    /// Takes the next event.
    ///
    /// - Parameters:
    ///   - view: The event.
    ///   - epoch: The epoch of its batch.
    ///   - isWanted: Whether it lies in the range asked for; otherwise it only tells names.
    ///   - isDamaged: Whether it does not match its checksum, so that what it says may be false.
    /// - Throws: ``OutputClosed``, and what the output throws.
    func take(
        _ view: EventView,
        epoch: UInt32,
        isWanted: Bool,
        isDamaged: Bool = false
    ) throws {
        if isDamaged { loseNames(behind: view.sequence) }
        // An event's own time may be damaged, or be what it is passed over for; the state's is not.
        defer { isDone = canFold && obstacle == nil && context.time > until }
        let time = Timestamp(nanoseconds: view.time)
        let mayBeWanted = filter.mayTake(view, epoch: epoch)
        let isTimely = isDamaged || time >= since && time <= until
        guard isWanted, mayBeWanted, isTimely else { return pass(view) }
        let envelope: EventEnvelope
        do throws(ReplayFailure) {
            envelope = try fold.envelope(view)
        } catch {
            guard filter.takesUnreadable else { return }
            try printUnreadable(view, error, epoch: epoch)
            return
        }
        if filter.takes(envelope, before: context) {
            let doubt = isDamaged ? Doubt.damaged : nil
            try print(envelope, version: view.version, epoch: epoch, doubt: doubt)
        }
        guard canFold, envelope.sequence > context.head else { return }
        do throws(ReplayFailure) {
            if try fold.passOver(view) == nil { try fold.take(envelope) }
        } catch {
            stop(at: error)
        }
    }

    /// Whether an event could not be folded that a correction may pass over.
    var isStuck: Bool { obstacle != nil }

    /// Finds out whether corrections pass over what could not be folded, and goes on without it.
    ///
    /// They are looked for only here, because they may stand anywhere behind, up to the journal's
    /// end. Not to be called from within a walk over the same journal.
    func goOn(in reader: JournalReader) {
        guard let obstacle else { return }
        hasLooked = true
        let leftOut = reader.passedOverEvents(from: origin.head.rawValue + 1)
        var replay = Replay(from: origin, leavingOut: leftOut)
        do {
            if leftOut.isEmpty { throw obstacle }
            try replay.run(reader, to: obstacle.sequence)
            fold = EventFold(from: replay.state, leavingOut: leftOut)
            self.obstacle = nil
        } catch {
            giveUp()
        }
    }

    private func stop(at failure: ReplayFailure) {
        obstacle = failure
        if hasLooked || !mayLook { giveUp() }
    }

    /// Does without the names that events tell, where one may say what is false.
    private func loseNames(behind sequence: UInt64) {
        guard canFold else { return }
        canFold = false
        report("event \(sequence) is damaged; names of what comes after may be missing")
    }

    /// Does without the names that events tell, where one could not be folded.
    private func giveUp() {
        guard let obstacle else { return }
        self.obstacle = nil
        canFold = false
        report(
            "event \(obstacle.sequence) cannot be folded: \(obstacle.reason); names of what comes "
                + "after may be missing"
        )
    }

    /// Takes an intact event of a damaged batch: it is shown as what it is, and tells no names.
    ///
    /// - Parameter view: The event; its sequence number is 0 where it cannot be told.
    /// - Throws: ``OutputClosed``, and what the output throws.
    func takeEvidence(_ view: EventView) throws {
        let time = Timestamp(nanoseconds: view.time)
        guard filter.mayTake(view, epoch: 0), time >= since, time <= until else { return }
        let envelope: EventEnvelope
        do throws(ReplayFailure) {
            envelope = try fold.envelope(view)
        } catch {
            if filter.takesUnreadable { try printUnreadable(view, error, epoch: 0) }
            return
        }
        guard filter.takes(envelope, before: context) else { return }
        try print(envelope, version: view.version, epoch: 0, doubt: .evidence)
    }

    /// Why an event is no fact of the journal.
    private enum Doubt: String {
        /// It is intact, and its batch is not.
        case evidence
        /// It does not match its checksum.
        case damaged
    }

    /// Says that bytes are damaged.
    func report(_ problem: String) {
        hasProblem = true
        if limit == nil { console.message(problem) } else { problems.append(problem) }
    }

    private func pass(_ view: EventView) {
        guard canFold, view.sequence > context.head.rawValue else { return }
        do throws(ReplayFailure) { try fold.pass(view) } catch { stop(at: error) }
    }

    private func print(
        _ envelope: EventEnvelope,
        version: UInt16,
        epoch: UInt32,
        doubt: Doubt? = nil
    ) throws {
        let kind = envelope.event.kind.name
        let sequence = envelope.sequence.rawValue
        if isJSON {
            let document: Document = [
                "sequence": .number(sequence), "time": .text(envelope.time),
                "kind": .text(kind), "version": .count(version),
                "trace": .count(envelope.trace.rawValue),
                "cause": .count(envelope.cause.rawValue), "epoch": .count(epoch),
                "payload": EventDocument(state: context).payload(envelope),
            ]
            let mark: Document
            switch doubt {
            case .evidence: mark = ["evidence": .flag(true)]
            case .damaged: mark = ["damaged": .flag(true)]
            case nil: mark = [:]
            }
            try emit(document.adding(mark).json)
            return
        }
        let words =
            (doubt.map { "\($0.rawValue): " } ?? "") + EventWords(state: context).text(envelope)
        try emit(
            line(
                sequence == 0 ? "?" : "\(sequence)",
                envelope.time,
                kind,
                "\(envelope.trace)",
                "\(envelope.cause)",
                words
            )
        )
    }

    private func printUnreadable(
        _ view: EventView,
        _ error: ReplayFailure,
        epoch: UInt32
    ) throws {
        report("event \(view.sequence) cannot be read: \(error.reason)")
        let hex = (0..<view.payload.count).map { view.payload[$0] }.hexadecimal
        let time = Timestamp(nanoseconds: view.time)
        let kind = EventKind(rawValue: view.kind)?.name ?? "kind\(view.kind)"
        guard isJSON else {
            let words = "unreadable, version \(view.version): \(hex)"
            try emit(
                line("\(view.sequence)", time, kind, "\(view.trace)", "\(view.cause)", words)
            )
            return
        }
        let document: Document = [
            "sequence": .count(view.sequence), "time": .text(time), "kind": .text(kind),
            "version": .count(view.version), "trace": .count(view.trace),
            "cause": .count(view.cause), "epoch": .count(epoch), "payload": .null,
            "problem": .text(error.reason), "bytes": .text(hex),
        ]
        try emit(document.json)
    }

    private func line(
        _ sequence: String,
        _ time: Timestamp,
        _ kind: String,
        _ trace: String,
        _ cause: String,
        _ words: String
    ) -> String {
        let place = Text.right(sequence, 7) + "  " + Text.left("\(time)", 24)
        let chain = Text.left("trace \(trace)", 13) + " " + Text.left("cause \(cause)", 13)
        return "\(place)  \(Text.left(kind, 17))  \(chain)  \(Text.oneLine(words))"
    }

    private func emit(_ line: String) throws {
        printed += 1
        guard let limit else { return try console.line(line) }
        if limit == 0 { return }
        if kept.count < limit {
            kept.append(line)
        } else {
            kept[oldest] = line
            oldest = (oldest + 1) % limit
        }
    }

    /// Prints what was kept back; from now on every line is printed at once.
    func finish() throws {
        giveUp()
        for problem in problems { console.message(problem) }
        problems = []
        for index in kept.indices {
            try console.line(kept[(oldest + index) % kept.count])
        }
        kept = []
        limit = nil
        try console.flush()
    }
}
