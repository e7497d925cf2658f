/// An instrument was listed, or its rules changed.
public struct InstrumentListed: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.instrumentListed
    /// The instrument's number, counted from zero in the order of listing.
    public var id: InstrumentID
    /// The venue's symbol.
    public var symbol: String
    /// Spot or perpetual.
    public var market: Market
    /// The base asset's name.
    public var base: String
    /// The quote asset's name.
    public var quote: String
    /// What the venue accepts; tick and step are positive.
    public var filters: InstrumentFilters
    /// What trading costs.
    public var fees: FeeSchedule
    /// How a position is margined; the leverage is at least one.
    public var margin: MarginTerms

    /// Makes the payload.
    public init(
        id: InstrumentID,
        symbol: String,
        market: Market,
        base: String,
        quote: String,
        filters: InstrumentFilters,
        fees: FeeSchedule,
        margin: MarginTerms
    ) {
        self.id = id
        self.symbol = symbol
        self.market = market
        self.base = base
        self.quote = quote
        self.filters = filters
        self.fees = fees
        self.margin = margin
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(id)
        writer.text(symbol)
        writer.choice(market)
        writer.text(base)
        writer.text(quote)
        writer.amount(filters.priceTick)
        writer.amount(filters.quantityStep)
        writer.amount(filters.minimumQuantity)
        writer.amount(filters.maximumQuantity)
        writer.amount(filters.minimumNotional)
        writer.decimal(fees.maker)
        writer.decimal(fees.taker)
        writer.decimal(margin.leverage)
        writer.decimal(margin.maintenanceRate)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        id = reader.identifier()
        symbol = reader.text()
        market = reader.choice(.spot)
        base = reader.text()
        quote = reader.text()
        filters = InstrumentFilters(
            priceTick: reader.amount(),
            quantityStep: reader.amount(),
            minimumQuantity: reader.amount(),
            maximumQuantity: reader.amount(),
            minimumNotional: reader.amount()
        )
        fees = FeeSchedule(maker: reader.decimal(), taker: reader.decimal())
        margin = MarginTerms(leverage: reader.decimal(), maintenanceRate: reader.decimal())
        if !filters.priceTick.isPositive || !filters.quantityStep.isPositive
            || margin.leverage < .one
        {
            reader.markDamaged()
        }
    }
}

/// The limits that entries pass have changed.
public struct RiskParametersChanged: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.riskParametersChanged
    /// The limits from now on.
    public var parameters: RiskParameters

    /// Makes the payload.
    public init(parameters: RiskParameters) { self.parameters = parameters }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { parameters.encode(into: &writer) }

    /// Reads a payload.
    public init(from reader: inout ByteReader) { parameters = RiskParameters(from: &reader) }
}

extension RiskParameters {
    /// Writes the limits.
    public func encode(into writer: inout ByteWriter) {
        writer.integer(UInt32(clamping: maximumOpenDeals))
        writer.amount(maximumPositionSize)
        writer.amount(maximumExposure)
        writer.amount(minimumOrderSize)
        writer.amount(maximumDailyLoss)
        writer.amount(maximumDrawdown)
        writer.decimal(stopLossFraction)
        writer.integer(UInt32(clamping: maximumOrderRate))
        writer.timeSpan(orderRateWindow)
    }

    /// Reads the limits.
    public init(from reader: inout ByteReader) {
        self.init(
            maximumOpenDeals: Int(reader.uint32()),
            maximumPositionSize: reader.amount(),
            maximumExposure: reader.amount(),
            minimumOrderSize: reader.amount(),
            maximumDailyLoss: reader.amount(),
            maximumDrawdown: reader.amount(),
            stopLossFraction: reader.decimal(),
            maximumOrderRate: Int(reader.uint32()),
            orderRateWindow: reader.timeSpan()
        )
    }
}

/// A balance changed for another reason than trading.
public struct BalanceAdjusted: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.balanceAdjusted
    /// The asset's name.
    public var asset: String
    /// What was added; negative where taken away.
    public var amount: Money
    /// Why it changed, in words.
    public var reason: String

    /// Makes the payload.
    public init(asset: String, amount: Money, reason: String) {
        self.asset = asset
        self.amount = amount
        self.reason = reason
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(asset)
        writer.amount(amount)
        writer.text(reason)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        asset = reader.text()
        amount = reader.amount()
        reason = reader.text()
    }
}

/// What became of a scored signal.
public enum SignalVerdict: UInt8, Sendable {
    case accepted = 1
    case belowThreshold = 2
    /// The same id was seen within the time to live; in version 1 also the same symbol and time.
    case duplicate = 3
    case unknownSymbol = 4
    /// Accepted, but nothing can be done about it now.
    case notActionable = 5
    /// Another id for the same symbol and time was seen within the time to live.
    case sameMoment = 6
    /// Made too long before it came.
    case stale = 7

    /// Whether it was seen before.
    public var isRepetition: Bool { self == .duplicate || self == .sameMoment }

    /// The words used in output.
    public var name: String {
        switch self {
        case .accepted: "accepted"
        case .belowThreshold: "below threshold"
        case .duplicate: "duplicate"
        case .unknownSymbol: "unknown symbol"
        case .notActionable: "not actionable"
        case .sameMoment: "same symbol and time"
        case .stale: "stale"
        }
    }
}

/// A scored signal arrived and was judged.
public struct SignalReceived: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.signalReceived
    /// The version of its layout: 1 had no note, and one verdict for both kinds of duplicates.
    public static let version: UInt16 = 2
    /// Unique for its sender.
    public var id: String
    /// The symbol as the sender wrote it.
    public var symbol: String
    /// Whether to buy or to sell.
    public var side: Side
    /// How sure the sender is: 0 to 100.
    public var score: Decimal
    /// When the signal was made.
    public var time: Timestamp
    /// What became of it.
    public var verdict: SignalVerdict
    /// What the sender says of it; often nothing.
    public var note: String

    /// Makes the payload.
    public init(
        id: String,
        symbol: String,
        side: Side,
        score: Decimal,
        time: Timestamp,
        verdict: SignalVerdict,
        note: String = ""
    ) {
        self.id = id
        self.symbol = symbol
        self.side = side
        self.score = score
        self.time = time
        self.verdict = verdict
        self.note = note
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(id)
        writer.text(symbol)
        writer.choice(side)
        writer.decimal(score)
        writer.timestamp(time)
        writer.choice(verdict)
        writer.text(note)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        id = reader.text()
        symbol = reader.text()
        side = reader.choice(.buy)
        score = reader.decimal()
        time = reader.timestamp()
        verdict = reader.choice(.accepted)
        note = reader.text()
    }

    /// Version 1 was version 2 without a note.
    static let upcaster = Upcaster(kind: .signalReceived, version: 1) { reader, writer in
        writer.text(reader.text())
        writer.text(reader.text())
        writer.choice(reader.choice(Side.buy))
        writer.decimal(reader.decimal())
        writer.timestamp(reader.timestamp())
        writer.choice(reader.choice(SignalVerdict.accepted))
        writer.text("")
    }
}

/// Funding of a position was paid or received.
public struct FundingSettled: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.fundingSettled
    /// The version of its layout: 1 had no evidence.
    public static let version: UInt16 = 2
    /// The instrument whose position was settled.
    public var instrument: InstrumentID
    /// Received; negative where paid.
    ///
    /// In the quote asset.
    public var amount: Money
    /// The fraction of the notional that longs paid to shorts.
    public var rate: Decimal
    /// The venue's report it comes from; zero where it comes from its log.
    public var report: UInt64
    /// The entry of the venue's log that proves it; none where a report does.
    public var evidence: VenueID

    /// Makes the payload.
    public init(
        instrument: InstrumentID,
        amount: Money,
        rate: Decimal,
        report: UInt64,
        evidence: VenueID = .none
    ) {
        self.instrument = instrument
        self.amount = amount
        self.rate = rate
        self.report = report
        self.evidence = evidence
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(instrument)
        writer.amount(amount)
        writer.decimal(rate)
        writer.integer(report)
        writer.venueID(evidence)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        instrument = reader.identifier()
        amount = reader.amount()
        rate = reader.decimal()
        report = reader.uint64()
        evidence = reader.venueID()
    }

    /// Version 1 was version 2 without evidence.
    static let upcaster = Upcaster(kind: .fundingSettled, version: 1) { reader, writer in
        writer.identifier(reader.identifier() as InstrumentID)
        writer.amount(reader.amount() as Money)
        writer.decimal(reader.decimal())
        writer.integer(reader.uint64())
        writer.venueID(.none)
    }
}

extension Execution {
    /// Writes the fill.
    public func encode(into writer: inout ByteWriter) {
        writer.venueID(id)
        writer.amount(price)
        writer.amount(quantity)
        writer.amount(fee)
        writer.identifier(feeAsset)
        writer.choice(liquidity)
    }

    /// Reads a fill.
    @inline(__always)
    public init(from reader: inout ByteReader) {
        self.init(
            id: reader.venueID(),
            price: reader.amount(),
            quantity: reader.amount(),
            fee: reader.amount(),
            feeAsset: reader.identifier(),
            liquidity: reader.choice(.taker)
        )
        if !quantity.isPositive || !price.isPositive { reader.markDamaged() }
    }
}
