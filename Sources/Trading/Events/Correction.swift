/// What an operator corrected, with the figures before and after.
///
/// Each correction changes one thing and says all that it changes, so that the correction that
/// undoes it is the same with the figures exchanged.
public enum Correction: Hashable, Sendable {
    /// The balance of an asset.
    case balance(asset: String, before: Money, after: Money)
    /// What is held of an instrument, and by the deal that is open in it; none where there is no
    /// deal.
    case position(
        InstrumentID,
        deal: DealID,
        before: PositionFigures,
        after: PositionFigures
    )
    /// What became of an order.
    case order(OrderID, before: OrderFigures, after: OrderFigures)
    /// What a deal holds and made.
    case deal(DealID, before: DealFigures, after: DealFigures)
    /// An event that cannot be folded is passed over from now on.
    case skip(SequenceNumber, hash: Hash256)

    /// What a position is corrected to.
    public struct PositionFigures: Hashable, Sendable {
        /// What is held, negative when short, in the base asset.
        public var quantity: Quantity
        /// What it cost, in the quote asset.
        public var cost: Money
        /// What of it the open deal holds, never negative; zero where there is no deal.
        public var held: Quantity

        /// Makes figures.
        public init(quantity: Quantity, cost: Money, held: Quantity) {
            self.quantity = quantity
            self.cost = cost
            self.held = held
        }
    }

    /// What an order is corrected to.
    public struct OrderFigures: Hashable, Sendable {
        /// Where it stands.
        public var status: OrderStatus
        /// The request that the venue has not answered; none for an order that has ended.
        public var request: RequestKind
        /// Whether the outcome of that request is not known.
        public var isUnknown: Bool
        /// How much was filled, in the base asset.
        public var filled: Quantity
        /// What that cost, in the quote asset.
        public var cost: Money

        /// Makes figures.
        public init(
            status: OrderStatus,
            request: RequestKind,
            isUnknown: Bool,
            filled: Quantity,
            cost: Money
        ) {
            self.status = status
            self.request = request
            self.isUnknown = isUnknown
            self.filled = filled
            self.cost = cost
        }
    }

    /// What a deal is corrected to.
    public struct DealFigures: Hashable, Sendable {
        /// What it holds, in the base asset, never negative.
        public var held: Quantity
        /// How much its entry bought or sold.
        public var entryQuantity: Quantity
        /// What that cost, in the quote asset.
        public var entryCost: Money
        /// What it made so far, in the quote asset.
        public var profit: Money

        /// Makes figures.
        public init(
            held: Quantity,
            entryQuantity: Quantity,
            entryCost: Money,
            profit: Money
        ) {
            self.held = held
            self.entryQuantity = entryQuantity
            self.entryCost = entryCost
            self.profit = profit
        }
    }

    /// The correction that takes this one back; `nil` for a skip, which stays.
    public var inverse: Correction? {
        switch self {
        case .balance(let asset, let before, let after):
            .balance(asset: asset, before: after, after: before)
        case .position(let id, let deal, let before, let after):
            .position(id, deal: deal, before: after, after: before)
        case .order(let id, let before, let after): .order(id, before: after, after: before)
        case .deal(let id, let before, let after): .deal(id, before: after, after: before)
        case .skip: nil
        }
    }

    /// Whether it changes nothing.
    public var isEmpty: Bool {
        switch self {
        case .balance(_, let before, let after): before == after
        case .position(_, _, let before, let after): before == after
        case .order(_, let before, let after): before == after
        case .deal(_, let before, let after): before == after
        case .skip: false
        }
    }

    /// A short name for the subject with the figures before: what an operator has seen.
    ///
    /// It is another as soon as any of those figures moves.
    public var version: String {
        var writer = ByteWriter()
        encode(into: &writer, figures: .before)
        var hash = SipHash(key0: 0x686f_6c64_6661_7374, key1: 0x636f_7272_6563_7473)
        for byte in writer.bytes { hash.word(UInt64(byte)) }
        return String(hash.finish().description.prefix(12))
    }
}

extension Correction {
    private enum Subject: UInt8 {
        case balance = 1
        case position = 2
        case order = 3
        case deal = 4
        case skip = 5
    }

    /// Which figures are written.
    enum Figures {
        case before
        case both

        fileprivate func of<Value>(_ before: Value, _ after: Value) -> [Value] {
            self == .both ? [before, after] : [before]
        }
    }

    func encode(into writer: inout ByteWriter, figures: Figures = .both) {
        switch self {
        case .balance(let asset, let before, let after):
            writer.choice(Subject.balance)
            writer.text(asset)
            for amount in figures.of(before, after) { writer.amount(amount) }
        case .position(let id, let deal, let before, let after):
            writer.choice(Subject.position)
            writer.identifier(id)
            writer.identifier(deal)
            for position in figures.of(before, after) { position.encode(into: &writer) }
        case .order(let id, let before, let after):
            writer.choice(Subject.order)
            writer.identifier(id)
            for order in figures.of(before, after) { order.encode(into: &writer) }
        case .deal(let id, let before, let after):
            writer.choice(Subject.deal)
            writer.identifier(id)
            for deal in figures.of(before, after) { deal.encode(into: &writer) }
        case .skip(let sequence, let hash):
            writer.choice(Subject.skip)
            writer.identifier(sequence)
            hash.encode(into: &writer)
        }
    }

    init(from reader: inout ByteReader) {
        switch reader.choice(Subject.balance) {
        case .balance:
            self = .balance(asset: reader.text(), before: reader.amount(), after: reader.amount())
        case .position:
            self = .position(
                reader.identifier(),
                deal: reader.identifier(),
                before: PositionFigures(from: &reader),
                after: PositionFigures(from: &reader)
            )
        case .order:
            self = .order(
                reader.identifier(),
                before: OrderFigures(from: &reader),
                after: OrderFigures(from: &reader)
            )
        case .deal:
            self = .deal(
                reader.identifier(),
                before: DealFigures(from: &reader),
                after: DealFigures(from: &reader)
            )
        case .skip: self = .skip(reader.identifier(), hash: Hash256(from: &reader))
        }
    }
}

extension Correction.PositionFigures {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.amount(quantity)
        writer.amount(cost)
        writer.amount(held)
    }

    fileprivate init(from reader: inout ByteReader) {
        self.init(quantity: reader.amount(), cost: reader.amount(), held: reader.amount())
    }
}

extension Correction.OrderFigures {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.choice(status)
        writer.choice(request)
        writer.bool(isUnknown)
        writer.amount(filled)
        writer.amount(cost)
    }

    fileprivate init(from reader: inout ByteReader) {
        self.init(
            status: reader.choice(.pending),
            request: reader.choice(.none),
            isUnknown: reader.bool(),
            filled: reader.amount(),
            cost: reader.amount()
        )
    }
}

extension Correction.DealFigures {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.amount(held)
        writer.amount(entryQuantity)
        writer.amount(entryCost)
        writer.amount(profit)
    }

    fileprivate init(from reader: inout ByteReader) {
        self.init(
            held: reader.amount(),
            entryQuantity: reader.amount(),
            entryCost: reader.amount(),
            profit: reader.amount()
        )
    }
}
