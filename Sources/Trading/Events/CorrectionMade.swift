/// What an operator corrected, with the figures before and after.
///
/// Each correction changes one thing and says all that it changes, so that the correction that
/// undoes it is the same with the figures exchanged.
public enum Correction: Hashable, Sendable {
    /// The balance of an asset.
    case balance(asset: String, before: Money, after: Money)
    /// What is held of an instrument.
    case position(InstrumentID, before: PositionFigures, after: PositionFigures)
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

        /// Makes figures.
        public init(quantity: Quantity, cost: Money) {
            self.quantity = quantity
            self.cost = cost
        }
    }

    /// What an order is corrected to.
    public struct OrderFigures: Hashable, Sendable {
        /// Where it stands.
        public var status: OrderStatus
        /// How much was filled, in the base asset.
        public var filled: Quantity
        /// What that cost, in the quote asset.
        public var cost: Money
        /// Whether the outcome of a request is not known.
        public var isUnknown: Bool

        /// Makes figures.
        public init(status: OrderStatus, filled: Quantity, cost: Money, isUnknown: Bool) {
            self.status = status
            self.filled = filled
            self.cost = cost
            self.isUnknown = isUnknown
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
        case .position(let id, let before, let after): .position(id, before: after, after: before)
        case .order(let id, let before, let after): .order(id, before: after, after: before)
        case .deal(let id, let before, let after): .deal(id, before: after, after: before)
        case .skip: nil
        }
    }
}

/// An operator corrected what the engine believes.
public struct CorrectionMade: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.correctionMade
    /// Who did it.
    public var by: String
    /// Why.
    public var reason: String
    /// The correction that this one takes back; zero for none.
    public var undoes: SequenceNumber
    /// What was corrected.
    public var correction: Correction

    /// Makes the payload.
    public init(by: String, reason: String, undoes: SequenceNumber, correction: Correction) {
        self.by = by
        self.reason = reason
        self.undoes = undoes
        self.correction = correction
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(by)
        writer.text(reason)
        writer.identifier(undoes)
        correction.encode(into: &writer)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        by = reader.text()
        reason = reader.text()
        undoes = reader.identifier()
        correction = Correction(from: &reader)
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

    func encode(into writer: inout ByteWriter) {
        switch self {
        case .balance(let asset, let before, let after):
            writer.choice(Subject.balance)
            writer.text(asset)
            writer.amount(before)
            writer.amount(after)
        case .position(let id, let before, let after):
            writer.choice(Subject.position)
            writer.identifier(id)
            for figures in [before, after] { figures.encode(into: &writer) }
        case .order(let id, let before, let after):
            writer.choice(Subject.order)
            writer.identifier(id)
            for figures in [before, after] { figures.encode(into: &writer) }
        case .deal(let id, let before, let after):
            writer.choice(Subject.deal)
            writer.identifier(id)
            for figures in [before, after] { figures.encode(into: &writer) }
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
    func encode(into writer: inout ByteWriter) {
        writer.amount(quantity)
        writer.amount(cost)
    }

    init(from reader: inout ByteReader) {
        self.init(quantity: reader.amount(), cost: reader.amount())
    }
}

extension Correction.OrderFigures {
    func encode(into writer: inout ByteWriter) {
        writer.choice(status)
        writer.amount(filled)
        writer.amount(cost)
        writer.bool(isUnknown)
    }

    init(from reader: inout ByteReader) {
        self.init(
            status: reader.choice(.pending),
            filled: reader.amount(),
            cost: reader.amount(),
            isUnknown: reader.bool()
        )
    }
}

extension Correction.DealFigures {
    func encode(into writer: inout ByteWriter) {
        writer.amount(held)
        writer.amount(entryQuantity)
        writer.amount(entryCost)
        writer.amount(profit)
    }

    init(from reader: inout ByteReader) {
        self.init(
            held: reader.amount(),
            entryQuantity: reader.amount(),
            entryCost: reader.amount(),
            profit: reader.amount()
        )
    }
}
