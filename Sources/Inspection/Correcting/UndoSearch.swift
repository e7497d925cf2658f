internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Finds the correction that takes another back, or what is in its way.
struct UndoSearch {
    let states: StateReader
    /// The event that holds the correction to take back.
    let sequence: UInt64

    /// The opposite correction.
    ///
    /// - Throws: ``CommandFailure`` where there is none.
    func inverse() throws -> Correction {
        let codec = EventCodec()
        let read = try states.reader.withEvent(sequence) { view -> Result<Event, ReplayFailure> in
            do throws(ReplayFailure) {
                return .success(try Replay.envelope(view, codec).event)
            } catch {
                return .failure(error)
            }
        }
        guard let read else { throw CommandFailure(1, "correct: there is no event \(sequence)") }
        let event = try read.get()
        guard case .correctionMade(let made) = event else {
            let kind = event.kind.name
            throw CommandFailure(
                1,
                "correct: event \(sequence) is no correction: its kind is \(kind)"
            )
        }
        guard let inverse = made.correction.inverse else {
            throw CommandFailure(
                1,
                "correct: event \(sequence) passes over another event, and that stays: what was "
                    + "written since was written without it"
            )
        }
        return inverse
    }

    /// Refuses to take back what was taken back, and to wait again for an answer that has come.
    ///
    /// A report on an order that had ended was set aside. To bring the order's request back would
    /// leave it without an answer for ever.
    ///
    /// - Throws: `CorrectionRefusal`.
    func requireOpen(_ inverse: Correction) throws {
        var awaited: OrderID?
        if case .order(let id, let before, let after) = inverse, before.request == .none,
            after.request != .none
        {
            awaited = id
        }
        let codec = EventCodec()
        let kinds = [EventKind.correctionMade, .reportSetAside].map(\.rawValue)
        var refusal: String?
        var options = ReadOptions()
        options.copies = true
        try states.reader.forEachBatch(from: sequence, options: options) {
            (batch) throws(JournalError) in
            var events = batch.events()
            while let view = events.next(), refusal == nil {
                guard view.sequence > sequence, kinds.contains(view.kind) else { continue }
                do throws(ReplayFailure) {
                    switch try Replay.envelope(view, codec).event {
                    case .correctionMade(let made) where made.undoes.rawValue == sequence:
                        refusal = "event \(view.sequence) has taken it back already"
                    case .reportSetAside(let report) where report.order == awaited:
                        refusal =
                            "event \(view.sequence) set a report on order \(report.order) aside "
                            + "since, and the request that came back would wait for it for ever"
                    default: break
                    }
                } catch {
                    continue  // what cannot be read takes nothing back
                }
            }
            return refusal == nil ? .proceed : .stop
        }
        if let refusal {
            throw CorrectionRefusal("event \(sequence) cannot be taken back: \(refusal)")
        }
    }

    /// What moved the figures since, in words.
    func obstacle(to inverse: Correction, _ refusal: CorrectionRefusal) throws -> String {
        var replay = try states.replay(to: .sequence(sequence)).replay
        var last: EventEnvelope?
        var obstacle: EventEnvelope?
        try replay.run(states.reader) { envelope, before in
            if obstacle == nil, let last, !Self.fits(inverse, before) { obstacle = last }
            last = envelope
        }
        guard let found = obstacle ?? last else { return "\(refusal)" }
        return "\(refusal); event \(found.sequence), \(found.event.kind.name), moved them"
    }

    private static func fits(_ correction: Correction, _ state: TradingState) -> Bool {
        do throws(CorrectionRefusal) {
            try state.check(correction)
            return true
        } catch {
            return false
        }
    }
}
