internal import Exchange
internal import Projections
internal import Trading

// Orders that a venue's limits, a ban or a circuit breaker hold back.
extension LiveWorld {
    /// Takes entries back that have not left and are not wanted any more: nothing new may be opened
    /// by now, or the market that they were decided on is gone.
    func withdrawHeldEntries(_ state: borrowing TradingState) {
        for desk in desks where desk.isHolding {
            for order in desk.heldPlacements {
                guard let known = state.orders[order], known.role == .entry,
                    isUnwanted(known, state), desk.withdrawPlacement(of: order)
                else { continue }
                noteNeverSent(order)
            }
        }
    }

    private func isUnwanted(_ entry: Order, _ state: borrowing TradingState) -> Bool {
        guard state.status == .running, time - entry.intendedAt <= longestHeld,
            let instrument = state.instrument(entry.terms.instrument)
        else { return true }
        return state.block(on: instrument) != nil
    }

    /// It never left: there is nothing at the venue, and there never will be.
    func noteNeverSent(_ order: OrderID) {
        let refusal = CallRefusal(reason: .order(.other), code: 0, text: "never sent")
        add(.change(order, .place, .no(refusal)))
    }
}
