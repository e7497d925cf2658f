internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Which events are wanted.
struct EventFilter {
    private let kinds: Set<EventKind>?
    private let order: OrderID?
    private let clientOrderID: ClientOrderID?
    private let deal: DealID?
    private let symbol: String?
    private let cause: UInt64?
    private let epoch: UInt32?
    private var chain: EventChain?

    init(_ options: ParsedArguments) throws(UsageMistake) {
        kinds = try Self.kinds(options.text("kind"))
        var order: OrderID?
        var client: ClientOrderID?
        if let text = options.text("order") {
            if let number = UInt64(text) {
                order = OrderID(number)
            } else if let id = ClientOrderID(text) {
                client = id
                order = id.order
            } else {
                throw UsageMistake(
                    "--order needs a sequence number or a client order id, found \"\(text)\""
                )
            }
        }
        self.order = order
        clientOrderID = client
        deal = options.integer("deal").map { DealID(UInt64($0)) }
        cause = options.integer("cause").map { UInt64($0) }
        epoch = options.integer("epoch").map { UInt32(clamping: $0) }
        chain = options.integer("trace").map { EventChain(from: UInt64($0)) }
        symbol = options.text("symbol")?.uppercased()
    }

    /// Every event is wanted.
    init() {
        (kinds, order, clientOrderID, deal, symbol) = (nil, nil, nil, nil, nil)
        (cause, epoch, chain) = (nil, nil, nil)
    }

    private static func kinds(_ text: String?) throws(UsageMistake) -> Set<EventKind>? {
        guard let text else { return nil }
        var kinds: Set<EventKind> = []
        for name in text.split(separator: ",") {
            let wanted = name.lowercased()
            guard let kind = EventKind.allCases.first(where: { $0.name.lowercased() == wanted })
            else {
                let known = EventKind.allCases.map(\.name).joined(separator: ", ")
                throw UsageMistake("--kind: there is no kind \"\(name)\"; kinds are \(known)")
            }
            kinds.insert(kind)
        }
        guard !kinds.isEmpty else { throw UsageMistake("--kind names no kind: \"\(text)\"") }
        return kinds
    }

    /// Whether every event is wanted.
    var isOpen: Bool {
        kinds == nil && chain == nil && cause == nil && epoch == nil && !asksForSubject
    }

    /// The first event that can be wanted: what an order, a deal or a chain is named by begins it.
    var first: UInt64 {
        max(order?.rawValue ?? 1, deal?.rawValue ?? 1, chain?.root ?? 1, (cause ?? 0) + 1)
    }

    /// The first event that has to be seen so that those behind it can be judged.
    var firstSeen: UInt64? { chain?.root }

    /// Whether an event may be wanted, as far as its header tells; to be asked of every event.
    mutating func mayTake(_ view: EventView, epoch found: UInt32) -> Bool {
        // The chain comes first: it must see what other conditions leave out.
        let isInChain = chain?.takes(sequence: view.sequence, trace: view.trace, cause: view.cause)
        if isInChain == false { return false }
        if let epoch, epoch != found { return false }
        if let cause, cause != view.cause { return false }
        guard let kinds else { return true }
        return EventKind(rawValue: view.kind).map { kinds.contains($0) } ?? false
    }

    /// Whether an event that cannot be read is wanted: only where its content does not matter.
    var takesUnreadable: Bool { kinds == nil && !asksForSubject }

    private var asksForSubject: Bool { order != nil || deal != nil || symbol != nil }

    /// Whether an event is wanted whose header was found fit.
    func takes(_ envelope: EventEnvelope, before state: TradingState) -> Bool {
        guard asksForSubject else { return true }
        let subject = EventSubject(envelope, before: state)
        if let order {
            guard subject.order == order else { return false }
            if let clientOrderID, !isOurs(clientOrderID, envelope, state) { return false }
        }
        if let deal, subject.deal != deal { return false }
        guard let symbol else { return true }
        return isSymbol(symbol, subject, envelope, state)
    }

    /// Whether the whole client order id is of this journal, and not only its number.
    private func isOurs(
        _ wanted: ClientOrderID,
        _ envelope: EventEnvelope,
        _ state: TradingState
    ) -> Bool {
        if case .orderIntended = envelope.event {
            return state.clientOrderID(intendedBy: envelope.sequence) == wanted
        }
        guard let order = state.order(wanted.order) else { return state.tag == wanted.tag }
        return state.clientOrderID(of: order) == wanted
    }

    private func isSymbol(
        _ wanted: String,
        _ subject: EventSubject,
        _ envelope: EventEnvelope,
        _ state: TradingState
    ) -> Bool {
        if let symbol = subject.symbol { return symbol.uppercased() == wanted }
        if case .instrumentListed(let listed) = envelope.event {
            return listed.symbol.uppercased() == wanted
                || (listed.market == .perpetual && listed.symbol.uppercased() + "-PERP" == wanted)
        }
        guard let id = subject.instrument, let instrument = state.instrument(id) else {
            return false
        }
        return instrument.symbol.uppercased() == wanted || instrument.name.uppercased() == wanted
    }
}
