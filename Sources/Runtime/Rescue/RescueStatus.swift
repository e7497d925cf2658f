public import Projections
public import Trading

/// What is at stake by the journal: what is ours, what is unknown, what no stop protects.
public struct RescueStatus: Sendable {
    /// An instrument of which something is held, open or in doubt.
    public struct Part: Hashable, Sendable {
        /// The instrument's name.
        public let name: String
        /// What our own fills hold, in base units; negative when short.
        public let quantity: Quantity
        /// What opening it took or brought, in quote units.
        public let cost: Money
        /// The notional of what is held and what entries may still add, in quote units.
        public let exposure: Money
        /// How much of that entries hold of which nothing is known.
        public let reserved: Money
        /// The open deal in words; empty where there is none.
        public let deal: String
        /// Whether more is held than live stops of the right side cover.
        public let isUnprotected: Bool
        /// How it is protected, in words.
        public let protection: String
    }

    /// A live order.
    public struct Listed: Hashable, Sendable {
        /// What it is called at the venue.
        public let name: String
        /// What it is.
        public let words: String
        /// Whether a request of it has no answer, or its outcome is unknown.
        public let isInDoubt: Bool
    }

    /// The last event that was read.
    public let head: SequenceNumber
    /// The journal's time there.
    public let time: Timestamp
    /// Whether the journal could be replayed to its end.
    public let isReplayed: Bool
    /// Whether nothing speaks against the journal being the newest.
    public let isNewest: Bool
    /// What a person has to know first.
    public internal(set) var warnings: [String]
    /// The instruments, in their order.
    public let parts: [Part]
    /// The live orders, in the order of their intents.
    public let orders: [Listed]
    /// The notional of all that is held and that entries may still add.
    public let exposure: Money

    /// How many positions have no stop that covers them.
    public var unprotected: Int { parts.count(where: \.isUnprotected) }
    /// Whether nothing is unknown or unprotected.
    public var isInOrder: Bool {
        isReplayed && isNewest && unprotected == 0 && !orders.contains(where: \.isInDoubt)
    }

    /// Tells a state.
    ///
    /// - Parameters:
    ///   - state: What is known.
    ///   - names: What orders are called that the state cannot name.
    ///   - obstacle: Why the journal could not be replayed to its end.
    ///   - doubt: Why it is not known to be the newest.
    ///   - warnings: What else a person has to know.
    public init(
        _ state: TradingState,
        names: [OrderID: String] = [:],
        obstacle: String? = nil,
        doubt: String? = nil,
        warnings: [String] = []
    ) {
        head = state.head
        time = state.time
        isReplayed = obstacle == nil
        isNewest = doubt == nil
        exposure = state.exposure
        self.warnings =
            (obstacle.map { ["the journal cannot be replayed: \($0)"] } ?? [])
            + (doubt.map { ["WHAT IS OURS IS NOT KNOWN, flatten closes nothing: \($0)"] } ?? [])
            + warnings
        orders = state.orders.ordered.filter(\.isLive).map { order in
            let name = names[order.id] ?? state.clientOrderID(of: order)?.description
            return Listed(
                name: name ?? "order \(order.id)",
                words: Self.words(order, state),
                isInDoubt: Self.isInDoubt(order)
            )
        }
        parts = state.instruments.compactMap { Self.part($0, state) }
    }

    private static func isInDoubt(_ order: Order) -> Bool {
        order.isUnknown || order.request != .none
    }

    private static func words(_ order: Order, _ state: TradingState) -> String {
        let terms = order.terms
        let at =
            terms.type == .market
            ? "" : " at \(terms.type == .stopMarket ? terms.trigger : terms.price)"
        let doubt = order.isUnknown ? "unknown" : "without an answer"
        return "\(RescueText.name(terms.instrument, state)) \(order.role.name): "
            + "\(terms.side.name) \(terms.quantity)\(at), \(order.status.name), filled "
            + "\(order.filled)"
            + (isInDoubt(order) ? ", \(order.request.name) \(doubt)" : "")
    }

    private static func part(_ held: InstrumentState, _ state: TradingState) -> Part? {
        let live = state.orders.ordered.filter {
            $0.isLive && $0.terms.instrument == held.instrument.id
        }
        let quantity = held.position.quantity
        let deal = state.deals[held.deal]
        guard !quantity.isZero || deal != nil || !live.isEmpty else { return nil }
        var exposure = held.position.cost
        var reserved = Money.zero
        for order in live where order.role == .entry {
            let worth = state.worth(of: order)
            exposure = exposure.addingUpToBound(worth)
            if isInDoubt(order) { reserved = reserved.addingUpToBound(worth) }
        }
        let (isUnprotected, protection) = protection(held, live)
        return Part(
            name: held.instrument.name,
            quantity: quantity,
            cost: held.position.cost,
            exposure: exposure,
            reserved: reserved,
            deal: deal.map { "\($0.id) \($0.side == .buy ? "long" : "short"), \($0.status.name)" }
                ?? "",
            isUnprotected: isUnprotected,
            protection: protection
        )
    }

    /// Pessimistic: a stop of which anything is open does not protect.
    private static func protection(_ held: InstrumentState, _ live: [Order]) -> (Bool, String) {
        let quantity = held.position.quantity
        let rules = held.instrument
        let size = RescueSize(held, deal: nil, isPartial: false)
        guard size.wanted.isPositive else {
            return (false, quantity.isZero ? "-" : "dust, needs none")
        }
        var covered = Quantity.zero
        for stop in live where stop.terms.type == .stopMarket {
            guard stop.terms.side == size.side, stop.status != .pending, !stop.isTriggered,
                !isInDoubt(stop), stop.terms.isReduceOnly || rules.market == .spot
            else { continue }
            covered += stop.rest
        }
        let isCovered = covered >= rules.filters.cut(size.wanted)
        return (!isCovered, isCovered ? "covers \(covered)" : "UNPROTECTED (covers \(covered))")
    }
}
