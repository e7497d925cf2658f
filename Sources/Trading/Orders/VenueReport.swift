/// Why a venue said no.
public enum RejectionReason: UInt8, Sendable, CaseIterable {
    case insufficientBalance = 1
    case belowMinimum = 2
    case offGrid = 3
    case wouldTake = 4
    case wouldNotFill = 5
    case noLiquidity = 6
    case reduceOnly = 7
    case unknownInstrument = 8
    case unknownOrder = 9
    case alreadyEnded = 10
    case wouldTrigger = 11
    case duplicate = 12
    case aboveMaximum = 13
    case other = 255

    /// The words used in output.
    public var name: String {
        switch self {
        case .insufficientBalance: "insufficient balance"
        case .belowMinimum: "below the venue's minimum"
        case .offGrid: "off the venue's grid"
        case .wouldTake: "post-only would take"
        case .wouldNotFill: "fill-or-kill would not fill"
        case .noLiquidity: "no liquidity"
        case .reduceOnly: "reduce-only would not reduce"
        case .unknownInstrument: "unknown instrument"
        case .unknownOrder: "unknown order"
        case .alreadyEnded: "order already ended"
        case .wouldTrigger: "stop would trigger at once"
        case .duplicate: "duplicate client order id"
        case .aboveMaximum: "above the venue's maximum"
        case .other: "other"
        }
    }
}

/// Whether a fill took from the book or was taken.
public enum Liquidity: UInt8, Sendable {
    case maker = 1
    case taker = 2

    /// The word used in output.
    public var name: String { self == .maker ? "maker" : "taker" }
}

/// One fill, as the venue proves it.
public struct Execution: Hashable, Sendable {
    /// The venue's name for it; never booked twice.
    public var id: VenueID
    /// In quote units for one base unit; positive.
    public var price: Price
    /// In base units; positive.
    public var quantity: Quantity
    /// What the venue charged; negative for a rebate.
    public var fee: Money
    /// What the fee was charged in.
    public var feeAsset: AssetID
    /// Whether it took from the book.
    public var liquidity: Liquidity

    /// Makes an execution.
    @inlinable
    public init(
        id: VenueID,
        price: Price,
        quantity: Quantity,
        fee: Money,
        feeAsset: AssetID,
        liquidity: Liquidity
    ) {
        self.id = id
        self.price = price
        self.quantity = quantity
        self.fee = fee
        self.feeAsset = feeAsset
        self.liquidity = liquidity
    }
}

/// What a venue says of one order of ours, or of the account.
public struct VenueReport: Hashable, Sendable {
    /// The substance of a report.
    public enum Body: Hashable, Sendable {
        case accepted(venueOrder: VenueID)
        case rejected(RejectionReason)
        case filled(Execution)
        case cancelled
        case cancelRejected(RejectionReason)
        /// The order now has this quantity, limit and trigger.
        case amended(quantity: Quantity, price: Price, trigger: Price)
        case amendRejected(RejectionReason)
        /// A stop met its trigger and goes to the book.
        case triggered
        /// Ended by the venue's rules.
        case expired(RejectionReason)
        /// Funding of a position: paid when negative, in the settlement asset.
        case funding(instrument: InstrumentID, amount: Money, rate: Decimal)
        /// The venue bore what a position lost beyond everything that was free, in its settlement
        /// asset.
        case covered(instrument: InstrumentID, amount: Money)
        /// The venue closed a position for want of margin.
        case liquidated(instrument: InstrumentID, side: Side, Execution)
    }

    /// The venue's number for it, growing; the same report comes with the same number again.
    public var id: UInt64
    /// The order it is about; zero where it is about the account.
    public var order: OrderID
    /// The venue's time.
    public var time: Timestamp
    /// What it says.
    public var body: Body

    /// Makes a report.
    @inlinable
    public init(id: UInt64, order: OrderID, time: Timestamp, body: Body) {
        self.id = id
        self.order = order
        self.time = time
        self.body = body
    }
}

/// What leaves for a venue, after its intent is durable.
public enum VenueRequest: Hashable, Sendable {
    /// Place an order.
    case place(OrderID, OrderTerms)
    /// Cancel an order.
    case cancel(OrderID)
    /// Replace quantity (of the whole order, filled part included), limit and trigger.
    case amend(OrderID, quantity: Quantity, price: Price, trigger: Price)

    /// Whether it cancels.
    public var isCancel: Bool {
        if case .cancel = self { return true }
        return false
    }

    /// The order it is about.
    public var order: OrderID {
        switch self {
        case .place(let order, _), .cancel(let order), .amend(let order, _, _, _): order
        }
    }
}
