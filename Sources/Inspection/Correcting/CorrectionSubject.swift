internal import Projections
internal import Runtime
internal import Trading

/// What an operator wants to be otherwise.
enum CorrectionSubject {
    case balance(String, to: Money)
    case position(String, Quantity, TradingState.PositionPrice)
    case order(String, TradingState.OrderKnowledge)
    case deal(DealID, DealChange)
    /// Events that cannot be folded.
    case skip([UInt64])
    /// A correction that is taken back.
    case undo(UInt64)

    /// What of a deal is otherwise; what is `nil` stays as it is.
    struct DealChange {
        var held: Quantity?
        var entryQuantity: Quantity?
        var entryCost: Money?
        var profit: Money?
    }

    /// The subjects, with the options that each takes.
    static let options: [(subject: String, options: [String])] = [
        ("balance", ["to"]), ("position", ["quantity", "cost", "average"]),
        ("order", ["status", "filled", "cost", "known"]),
        ("deal", ["held", "entry-quantity", "entry-cost", "profit"]), ("skip", []), ("undo", []),
    ]

    /// The ends that an order may be corrected to.
    private static let ends: [OrderStatus] = [.cancelled, .rejected, .expired, .filled]

    /// The words for them.
    static var endNames: [String] { ends.map(\.name) }

    init(_ options: ParsedArguments) throws(UsageMistake) {
        let subject = options.positionals.first ?? ""
        let name = options.positionals.last ?? ""
        try Self.requireFitting(options, to: subject)
        switch subject {
        case "balance":
            guard let amount = try options.money("to") else {
                throw UsageMistake("balance needs --to AMOUNT")
            }
            self = .balance(name, to: amount)
        case "position": self = try Self.position(name, options)
        case "order": self = try Self.order(name, options)
        case "deal": self = try Self.deal(name, options)
        case "skip":
            let numbers = name.split(separator: ",", omittingEmptySubsequences: false).map {
                UInt64($0) ?? 0
            }
            guard !numbers.contains(0) else {
                throw UsageMistake("skip needs SEQ or SEQ,SEQ…, found \"\(name)\"")
            }
            self = .skip(Set(numbers).sorted())
        default: self = .undo(try Self.number(name, "undo needs the event of a correction"))
        }
    }

    private static func requireFitting(
        _ given: ParsedArguments,
        to subject: String
    ) throws(UsageMistake) {
        guard let own = options.first(where: { $0.subject == subject }) else {
            let known = options.map(\.subject).joined(separator: ", ")
            throw UsageMistake("there is no subject \"\(subject)\"; subjects are \(known)")
        }
        for other in options {
            for name in other.options where given.has(name) && !own.options.contains(name) {
                throw UsageMistake("--\(name) is for \(other.subject), not for \(subject)")
            }
        }
    }

    private static func number(_ text: String, _ need: String) throws(UsageMistake) -> UInt64 {
        guard let number = UInt64(text), number > 0 else {
            throw UsageMistake("\(need), found \"\(text)\"")
        }
        return number
    }

    private static func position(
        _ name: String,
        _ options: ParsedArguments
    ) throws(UsageMistake) -> CorrectionSubject {
        guard let quantity = try options.decimal("quantity") else {
            throw UsageMistake("position needs --quantity Q")
        }
        if options.has("cost"), options.has("average") {
            throw UsageMistake("takes --cost or --average, not both")
        }
        var price = TradingState.PositionPrice.kept
        if let cost = try options.money("cost") { price = .cost(cost) }
        if let average = try options.decimal("average") { price = .average(Price(average)) }
        return .position(name, Quantity(quantity), price)
    }

    private static func order(
        _ name: String,
        _ options: ParsedArguments
    ) throws(UsageMistake) -> CorrectionSubject {
        var told = TradingState.OrderKnowledge()
        told.status = ends.first { $0.name == options.text("status") }
        told.filled = try options.decimal("filled").map { Quantity($0) }
        told.cost = try options.money("cost")
        told.isKnown = options.has("known")
        guard told != TradingState.OrderKnowledge() else {
            throw UsageMistake("order needs --status, --known, or --filled and --cost")
        }
        guard UInt64(name) != nil || ClientOrderID(name) != nil else {
            throw UsageMistake(
                "order needs a sequence number or a client order id, found \"\(name)\""
            )
        }
        return .order(name, told)
    }

    private static func deal(
        _ name: String,
        _ options: ParsedArguments
    ) throws(UsageMistake) -> CorrectionSubject {
        let change = DealChange(
            held: try options.decimal("held").map { Quantity($0) },
            entryQuantity: try options.decimal("entry-quantity").map { Quantity($0) },
            entryCost: try options.money("entry-cost"),
            profit: try options.money("profit")
        )
        guard ["held", "entry-quantity", "entry-cost", "profit"].contains(where: options.has) else {
            throw UsageMistake("deal needs --held, --entry-quantity, --entry-cost or --profit")
        }
        return .deal(DealID(try number(name, "deal needs the number of a deal")), change)
    }
}

extension CorrectionSubject {
    /// The correction with the figures that are there; `nil` for what needs the journal.
    func correction(in state: TradingState) throws(CorrectionRefusal) -> Correction? {
        switch self {
        case .balance(let name, let amount):
            return try state.correction(ofBalance: name, to: amount)
        case .position(let name, let quantity, let price):
            return try state.correction(ofPosition: name, quantity: quantity, price)
        case .order(let name, let told):
            return try state.correction(of: try Self.order(name, state), knowing: told)
        case .deal(let id, let change):
            return try state.correction(of: id) { figures in
                figures.held = change.held ?? figures.held
                figures.entryQuantity = change.entryQuantity ?? figures.entryQuantity
                figures.entryCost = change.entryCost ?? figures.entryCost
                figures.profit = change.profit ?? figures.profit
            }
        case .skip, .undo: return nil
        }
    }

    /// An order by its number, or by its whole name at the venue.
    private static func order(
        _ name: String,
        _ state: TradingState
    ) throws(CorrectionRefusal) -> OrderID {
        if let number = UInt64(name) { return OrderID(number) }
        guard let client = ClientOrderID(name), let order = state.order(client.order),
            state.clientOrderID(of: order) == client
        else { throw CorrectionRefusal("there is no order \(name) of this journal") }
        return order.id
    }
}

extension ParsedArguments {
    /// The value of an option that takes a decimal.
    fileprivate func decimal(_ name: String) throws(UsageMistake) -> Decimal? {
        guard let text = text(name) else { return nil }
        do throws(Decimal.ParsingFailure) {
            return try Decimal(text)
        } catch {
            throw UsageMistake("--\(name) needs a decimal as 0.5, found \"\(text)\": \(error)")
        }
    }

    /// The value of an option that takes an amount of money.
    fileprivate func money(_ name: String) throws(UsageMistake) -> Money? {
        try decimal(name).map { Money($0) }
    }
}
