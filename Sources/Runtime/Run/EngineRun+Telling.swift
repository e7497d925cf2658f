internal import Engine
internal import Journal
internal import Projections
internal import Trading

extension EngineRun where World: ~Copyable {
    /// Journals a step of recovery, and says it.
    func say(_ step: UInt8, _ text: String) {
        turn.emit(.recoveryStepped(RecoveryStepped(step: step, detail: text)))
        observer.log(
            RunMessage(
                time: turn.time,
                severity: nil,
                text: "recovery \(step): \(text)",
                trace: .none
            )
        )
    }

    /// Journals that nothing is known of the request that an order had open at the restart.
    func doubt(_ order: Order) {
        turn.emit(
            .outcomeUnknown(
                OutcomeUnknown(
                    order: order.id,
                    request: order.request,
                    why: "no answer before the restart"
                )
            ),
            trace: TraceID(order.deal.rawValue),
            cause: SequenceNumber(order.id.rawValue)
        )
    }

    /// Journals what proves where an order is that was in doubt a moment ago.
    func resolve(_ order: Order, _ evidence: String) {
        turn.emit(
            .outcomeResolved(OutcomeResolved(order: order.id, evidence: evidence)),
            trace: TraceID(order.deal.rawValue),
            cause: turn.state.head
        )
    }

    /// A journal that failed is copied elsewhere, where the configuration says so.
    func backedUp(_ error: JournalError) -> RunFailure {
        var text = "\(error)"
        let isBroken = error.code == .system || error.code == .dead
        if isBroken, let backup = plan.emergencyBackup {
            // Each failing epoch keeps a copy of its own.
            let wanted = "\(backup)/epoch-\(turn.state.epoch)"
            do throws(JournalError) {
                let target = try session.emergencyCopy(to: wanted)
                text += "; the journal was copied to \(target)"
            } catch {
                text += "; the emergency copy failed too: \(error)"
            }
        }
        return RunFailure(refusing: text)
    }
}
