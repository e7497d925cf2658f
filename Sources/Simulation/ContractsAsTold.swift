internal import Exchange
internal import Projections
internal import Trading

/// Contracts of ours by the venue's own arithmetic, from fills in the order in which the journal
/// has them.
///
/// What closing a part of a position brings depends on its average price then, and that on what
/// was traded before. Where fills are told in another order than they were made in, the journal
/// and the venue divide the same money otherwise between the balance and the cost of what is
/// held, until nothing is held any more. This is what the venue would have had the fills been made
/// as they were told, so that both can be compared to the last unit all the same.
struct ContractsAsTold {
    private var positions: [InstrumentID: PaperPosition] = [:]

    /// Whether an event, by its number and kind, can change a position.
    static func concerns(_ sequence: UInt64, _ kind: UInt16) -> Bool {
        kind == EventKind.orderFilled.rawValue || kind == EventKind.positionLiquidated.rawValue
    }

    /// The position in an instrument.
    func position(in instrument: Instrument) -> PaperPosition {
        positions[instrument.id] ?? PaperPosition(instrument)
    }

    /// Takes an event of the journal.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - state: What is folded of the journal before it.
    mutating func take(_ event: Event, _ state: TradingState) {
        switch event {
        case .orderFilled(let filled):
            guard let terms = state.order(filled.order)?.terms else { return }
            apply(terms.side, filled.execution, in: terms.instrument, state)
        case .positionLiquidated(let closed):
            apply(closed.side, closed.execution, in: closed.instrument, state)
        default: break
        }
    }

    private mutating func apply(
        _ side: Side,
        _ execution: Execution,
        in id: InstrumentID,
        _ state: TradingState
    ) {
        guard !state.hasBooked(execution.id), let instrument = state.instrument(id),
            instrument.market == .perpetual
        else { return }
        positions[id, default: PaperPosition(instrument)].apply(
            side,
            execution.quantity,
            at: execution.price,
            leverage: instrument.margin.leverage
        )
    }
}

extension PaperPosition {
    /// What was paid for the open part, below zero where it was brought in: a balance less this is
    /// what all fills together paid and brought, in whatever order they were made.
    var signedCost: Money { quantity.isNegative ? -entryCost : entryCost }
}
