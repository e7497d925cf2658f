internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// What rescue knows, and where what it does is recorded before it leaves.
final class RescueBook {
    /// Where it is recorded.
    enum Target {
        /// The journal itself, in an epoch of rescue's own.
        case journal(ToolEpoch)
        /// A file beside a journal that cannot be written.
        case side(SideJournalWriter)
        /// Lines that somebody keeps; nothing is on disk.
        case printed(SideJournal, (String) throws -> Void)
    }

    private(set) var turn: Turn
    /// What the orders of rescue beside the journal are called.
    private(set) var names: [OrderID: String]
    private var target: Target
    private var placed: UInt32 = 0
    private var hasBegun = false
    /// How many changes were intended, each durably, so that it may have left.
    private(set) var changes = 0
    /// How many more are intended, not durably yet: none of them has left.
    private(set) var intended = 0
    /// What was recorded.
    private(set) var durable: TradingState

    /// Begins with what is known.
    init(_ state: TradingState, names: [OrderID: String], _ target: Target) {
        turn = Turn(state: state)
        durable = state
        self.names = names
        self.target = target
        begin()
    }

    var state: TradingState { turn.state }

    /// Where it is recorded, in a word.
    var place: String {
        switch target {
        case .journal: "journal"
        case .side(let writer): writer.path
        case .printed: "standard output"
        }
    }

    /// Goes on at the time of the clock.
    func begin() { turn.begin(at: Timestamp(nanoseconds: Clock.wall())) }

    /// Notes what happened, or what is to happen.
    @discardableResult
    func emit(
        _ event: Event,
        of deal: DealID = .none,
        cause: SequenceNumber = SequenceNumber(0)
    ) -> SequenceNumber {
        let sequence = turn.emit(event, trace: TraceID(deal.rawValue), cause: cause)
        switch event {
        case .orderIntended:
            intended += 1
            name(OrderID(sequence))
        case .cancelIntended: intended += 1
        default: break
        }
        return sequence
    }

    /// Lets something add events of its own.
    func change(_ body: (inout Turn) -> DealID?) -> DealID? { body(&turn) }

    private func name(_ order: OrderID) {
        let beginning: SideBeginning
        switch target {
        case .journal: return
        case .side(let writer): beginning = writer.journal.beginning
        case .printed(let journal, _): beginning = journal.beginning
        }
        placed += 1
        names[order] = "\(beginning.orderID(placed))"
    }

    /// What an order is called at the venue; `nil` where its start is no longer kept.
    func clientID(_ order: OrderID) -> String? {
        if let name = names[order] { return name }
        return state.order(order).flatMap { state.clientOrderID(of: $0) }?.description
    }

    /// Makes durable what was noted: only then may what it intends leave.
    ///
    /// - Throws: What stood in the way: nothing of it may leave.
    func commit() throws {
        guard !turn.events.isEmpty else { return }
        switch target {
        case .journal(var epoch):
            for envelope in turn.events {
                try epoch.append(envelope.event, trace: envelope.trace, cause: envelope.cause)
            }
            try epoch.commit()
            target = .journal(epoch)
            turn = Turn(state: epoch.state)
        case .side(let writer):
            try writer.append(sideEvents)
        case .printed(var journal, let say):
            if !hasBegun { try say(journal.firstLine) }
            hasBegun = true
            for event in sideEvents { try say(journal.add(event)) }
            target = .printed(journal, say)
        }
        turn.clear()
        (durable, changes, intended) = (turn.state, changes + intended, 0)
        begin()
    }

    /// Ends in order.
    func end() throws {
        guard case .journal(var epoch) = target else { return }
        try epoch.end()
        target = .journal(epoch)
    }

    private var sideEvents: [SideEvent] {
        turn.events.compactMap { envelope -> SideEvent? in
            guard SideEvent.holds(envelope.event.kind) else { return nil }
            let name = Self.order(of: envelope).map { clientID($0) ?? "" }
            // What has no name any more cannot be found by it either.
            guard name != "" else { return nil }
            return SideEvent(
                time: envelope.time,
                event: envelope.event,
                order: name ?? "",
                feeAsset: feeAsset(of: envelope.event),
                words: RescueText.words(envelope.event, in: state)
            )
        }
    }

    private func feeAsset(of event: Event) -> String {
        guard case .orderFilled(let filled) = event else { return "" }
        return state.assets[Int(filled.execution.feeAsset.rawValue)].name
    }

    private static func order(of envelope: EventEnvelope) -> OrderID? {
        switch envelope.event {
        case .orderIntended: OrderID(envelope.sequence)
        case .cancelIntended(let it): it.order
        case .orderAccepted(let it): it.order
        case .orderRejected(let it): it.refusal.order
        case .orderFilled(let it): it.order
        case .orderCancelled(let it): it.order
        case .cancelRejected(let it): it.refusal.order
        case .orderAmended(let it): it.order
        case .amendRejected(let it): it.refusal.order
        case .orderTriggered(let it): it.order
        case .orderExpired(let it): it.refusal.order
        case .outcomeUnknown(let it): it.order
        case .outcomeResolved(let it): it.order
        default: nil
        }
    }
}
