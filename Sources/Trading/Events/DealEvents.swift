/// What made a strategy open a deal, with the values it saw.
public struct Evidence: Hashable, Sendable {
    /// The strategy's number in the configuration: 1 imbalance, 2 scored signals.
    public var strategy: UInt8
    /// The value it decided on: the imbalance, or the score.
    public var score: Decimal
    /// The best price of the buyers, in quote units for one base unit.
    public var bid: Price
    /// The best price of the sellers, in quote units for one base unit.
    public var ask: Price

    /// Makes the evidence of a decision.
    public init(strategy: UInt8, score: Decimal, bid: Price, ask: Price) {
        self.strategy = strategy
        self.score = score
        self.bid = bid
        self.ask = ask
    }
}

/// A deal was begun; its number is the sequence number of this event.
public struct DealOpened: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.dealOpened
    /// What is traded.
    public var instrument: InstrumentID
    /// Buy for a long deal, sell for a short one.
    public var side: Side
    /// What made the strategy open it.
    public var evidence: Evidence

    /// Makes the payload.
    public init(instrument: InstrumentID, side: Side, evidence: Evidence) {
        self.instrument = instrument
        self.side = side
        self.evidence = evidence
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(instrument)
        writer.choice(side)
        writer.integer(evidence.strategy)
        writer.decimal(evidence.score)
        writer.amount(evidence.bid)
        writer.amount(evidence.ask)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        instrument = reader.identifier()
        side = reader.choice(.buy)
        evidence = Evidence(
            strategy: reader.uint8(),
            score: reader.decimal(),
            bid: reader.amount(),
            ask: reader.amount()
        )
    }
}

/// A deal went to another state.
public struct DealMoved: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.dealMoved
    /// The deal it is about.
    public var deal: DealID
    /// Where the deal stands now; never closed.
    public var status: DealStatus
    /// Why it moved.
    public var reason: DealReason

    /// Makes the payload.
    public init(deal: DealID, status: DealStatus, reason: DealReason) {
        self.deal = deal
        self.status = status
        self.reason = reason
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(deal)
        writer.choice(status)
        writer.choice(reason)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        deal = reader.identifier()
        status = reader.choice(.open)
        reason = reader.choice(.none)
    }
}

/// The best price since a trailing stop became active.
public struct PeakMoved: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.peakMoved
    /// The deal it is about.
    public var deal: DealID
    /// The best price, in quote units for one base unit; positive.
    public var peak: Price

    /// Makes the payload.
    public init(deal: DealID, peak: Price) {
        self.deal = deal
        self.peak = peak
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(deal)
        writer.amount(peak)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        deal = reader.identifier()
        peak = reader.amount()
    }
}

/// A deal ended.
public struct DealClosed: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.dealClosed
    /// The deal it is about.
    public var deal: DealID
    /// Why it ended.
    public var reason: DealReason
    /// The result in the quote asset, fees and funding included.
    public var profit: Money
    /// What is left and too small to sell, in base units.
    public var dust: Quantity

    /// Makes the payload.
    public init(deal: DealID, reason: DealReason, profit: Money, dust: Quantity) {
        self.deal = deal
        self.reason = reason
        self.profit = profit
        self.dust = dust
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(deal)
        writer.choice(reason)
        writer.amount(profit)
        writer.amount(dust)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        deal = reader.identifier()
        reason = reader.choice(.none)
        profit = reader.amount()
        dust = reader.amount()
    }
}
