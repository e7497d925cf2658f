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
    private let trace: TraceID?

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
        trace = options.integer("trace").map { TraceID(UInt64($0)) }
        symbol = options.text("symbol")?.uppercased()
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
        return kinds
    }

    /// Whether every event is wanted.
    var isOpen: Bool { kinds == nil && trace == nil && !asksForSubject }

    /// Whether an event that cannot be read is wanted: only where its content does not matter.
    func takesUnreadable(trace found: UInt64) -> Bool {
        kinds == nil && !asksForSubject && (trace == nil || trace?.rawValue == found)
    }

    private var asksForSubject: Bool { order != nil || deal != nil || symbol != nil }

    /// Whether an event is wanted.
    func takes(_ envelope: EventEnvelope, before state: TradingState) -> Bool {
        if let kinds, !kinds.contains(envelope.event.kind) { return false }
        if let trace, trace != envelope.trace { return false }
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
