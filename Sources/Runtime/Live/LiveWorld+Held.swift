internal import Exchange
internal import Projections
internal import Trading

// Orders that a venue's limits, a ban or a circuit breaker hold back.
extension LiveWorld {
    /// Takes placements back that have not left and are not wanted any more.
    ///
    /// Of entries those where nothing new may be opened by now, or the market that they were
    /// decided on is gone; and each one of an order that has ended meanwhile, whoever proved it.
    func withdrawHeld(_ state: borrowing TradingState) {
        for desk in desks where desk.isHolding {
            for order in desk.heldPlacements {
                guard let known = state.orders[order], known.isLive else {
                    _ = desk.withdrawPlacement(of: order)
                    continue
                }
                guard known.role == .entry, isUnwanted(known, state),
                    desk.withdrawPlacement(of: order)
                else { continue }
                noteNeverSent(order)
            }
        }
    }

    /// Takes back and answers whatever waits at a desk and is no cancel: it was decided without
    /// knowing what rescue did.
    func withholdWaiting() {
        for desk in desks {
            for (order, kind) in desk.withdrawRisk() { withhold(kind, of: order) }
        }
    }

    func withhold(_ request: VenueRequest) {
        let kind: RequestKind =
            switch request {
            case .place: .place
            case .cancel: .cancel
            case .amend: .amend
            }
        withhold(kind, of: request.order)
    }

    private func withhold(_ kind: RequestKind, of order: OrderID) {
        let text = "not sent: rescue acted beside the engine"
        let refusal = CallRefusal(reason: .order(.other), code: 0, text: text)
        add(.change(order, kind, .no(refusal)))
    }

    private func isUnwanted(_ entry: Order, _ state: borrowing TradingState) -> Bool {
        guard !isLeaving, state.status == .running, time - entry.intendedAt <= longestHeld,
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

extension VenueRequest {
    /// Whether it takes risk away in a market, so that it goes before what adds some: on spot
    /// nothing is sold but what is held.
    func isProtective(in market: Market) -> Bool {
        switch self {
        case .cancel, .amend: true
        case .place(_, let terms):
            terms.type == .stopMarket || terms.isReduceOnly
                || (market == .spot && terms.side == .sell)
        }
    }
}
