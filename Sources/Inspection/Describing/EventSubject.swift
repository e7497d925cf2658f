internal import Projections
internal import Trading

/// What an event is about, as far as the state before it knows.
struct EventSubject: Hashable {
    private(set) var order: OrderID?
    private(set) var deal: DealID?
    private(set) var instrument: InstrumentID?
    /// The symbol of a signal, which may name no instrument.
    private(set) var symbol: String?

    init(_ envelope: EventEnvelope, before state: TradingState) {
        switch envelope.event {
        case .dealOpened(let payload):
            deal = DealID(envelope.sequence)
            instrument = payload.instrument
        case .orderIntended(let payload):
            order = OrderID(envelope.sequence)
            deal = payload.deal
            instrument = payload.terms.instrument
        case .orderRefused(let payload): instrument = payload.terms.instrument
        case .dealMoved(let payload): take(payload.deal, state)
        case .peakMoved(let payload): take(payload.deal, state)
        case .dealClosed(let payload): take(payload.deal, state)
        case .instrumentListed(let payload): instrument = payload.id
        case .marketFaulted(let payload): instrument = payload.instrument
        case .fundingSettled(let payload): take(payload.instrument, state)
        case .positionLiquidated(let payload): take(payload.instrument, state)
        case .signalReceived(let payload): symbol = payload.symbol
        case .correctionMade(let payload): take(payload.correction, state)
        default:
            guard let id = Self.order(of: envelope.event) else { return }
            order = id
            guard let found = state.order(id) else { return }
            deal = found.deal
            instrument = found.terms.instrument
        }
        if deal == DealID.none { deal = nil }
    }

    private mutating func take(_ id: DealID, _ state: TradingState) {
        deal = id
        instrument = state.deals[id]?.instrument
    }

    /// What happens to a position happens to the deal that holds it.
    private mutating func take(_ id: InstrumentID, _ state: TradingState) {
        instrument = id
        deal = state.instruments.first { $0.instrument.id == id }?.deal
    }

    private mutating func take(_ correction: Correction, _ state: TradingState) {
        switch correction {
        case .balance, .skip: break
        case .position(let id, let open, _, _):
            instrument = id
            deal = open
        case .deal(let id, _, _): take(id, state)
        case .order(let id, _, _):
            order = id
            deal = state.order(id)?.deal
            instrument = state.order(id)?.terms.instrument
        }
    }

    /// The order that an event names.
    static func order(of event: Event) -> OrderID? {
        switch event {
        case .orderAccepted(let payload): payload.order
        case .orderRejected(let payload): payload.refusal.order
        case .orderFilled(let payload): payload.order
        case .cancelIntended(let payload): payload.order
        case .orderCancelled(let payload): payload.order
        case .cancelRejected(let payload): payload.refusal.order
        case .amendIntended(let payload): payload.order
        case .orderAmended(let payload): payload.order
        case .amendRejected(let payload): payload.refusal.order
        case .orderTriggered(let payload): payload.order
        case .orderExpired(let payload): payload.refusal.order
        case .outcomeUnknown(let payload): payload.order
        case .outcomeResolved(let payload): payload.order
        case .reportSetAside(let payload): payload.order
        default: nil
        }
    }
}

extension TradingState {
    /// The name of an instrument, or its number where it is not known.
    func name(of id: InstrumentID) -> String { instrument(id)?.name ?? "instrument \(id)" }

    /// The name of an asset, or its number where it is not known.
    func name(of id: AssetID) -> String {
        Int(id.rawValue) < assets.count ? assets[Int(id.rawValue)].name : "asset \(id)"
    }

    /// The name of a source, or its number where it is not known.
    func name(of id: SourceID) -> String {
        Int(id.rawValue) < sources.count ? sources[Int(id.rawValue)].name : "source \(id)"
    }

    /// The name at the venue of the order that `sequence` intends.
    func clientOrderID(intendedBy sequence: SequenceNumber) -> ClientOrderID? {
        guard tag.utf8.count == 4, let epoch = epochs.last, !epoch.draw.isEmpty else { return nil }
        return ClientOrderID(
            tag: tag,
            epoch: epoch.epoch,
            draw: epoch.draw,
            order: OrderID(sequence)
        )
    }
}
