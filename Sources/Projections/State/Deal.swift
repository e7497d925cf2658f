public import Trading

/// One idea from open to close: entry, protection and exit.
public struct Deal: Hashable, Sendable {
    /// Its number: the sequence number of the event that opened it.
    public var id: DealID
    /// What is traded.
    public var instrument: InstrumentID
    /// Buy for a long deal, sell for a short one.
    public var side: Side
    /// Where it stands; never closed.
    public var status: DealStatus
    /// Why it went to its state.
    public var reason: DealReason
    /// What made the strategy open it.
    public var evidence: Evidence
    /// When it was opened.
    public var openedAt: Timestamp
    /// When its state last changed.
    public var movedAt: Timestamp
    /// The entry order.
    public var entry: OrderID
    /// The newest protective stop.
    public var stop: OrderID
    /// The resting take profit, where there is one.
    public var target: OrderID
    /// The newest order that closes the deal.
    public var exit: OrderID
    /// Base units that fills of the entry brought, less fees taken in the base asset.
    public var held: Quantity
    /// Base units bought or sold to open, before fees.
    public var entryQuantity: Quantity
    /// Quote units of the entry's fills.
    public var entryCost: Money
    /// The realised result so far, fees and funding included.
    public var profit: Money
    /// The best price since the trailing stop became active; zero before.
    public var peak: Price
    /// When ``peak`` last moved.
    public var peakAt: Timestamp
    /// Stops and exits that the venue refused in a row.
    public var failures: UInt16

    /// The average price of the entry; zero before the first fill.
    public var entryPrice: Price {
        entryQuantity.isZero
            ? .zero : Price(entryCost.value.divided(by: entryQuantity.value, .halfEven))
    }
}

extension Deal {
    func encode(into writer: inout ByteWriter) {
        writer.identifier(id)
        writer.identifier(instrument)
        writer.choice(side)
        writer.choice(status)
        writer.choice(reason)
        writer.integer(evidence.strategy)
        writer.decimal(evidence.score)
        writer.amount(evidence.bid)
        writer.amount(evidence.ask)
        writer.timestamp(openedAt)
        writer.timestamp(movedAt)
        for order in [entry, stop, target, exit] { writer.identifier(order) }
        writer.amount(held)
        writer.amount(entryQuantity)
        writer.amount(entryCost)
        writer.amount(profit)
        writer.amount(peak)
        writer.timestamp(peakAt)
        writer.integer(failures)
    }

    init(from reader: inout ByteReader) {
        id = reader.identifier()
        instrument = reader.identifier()
        side = reader.choice(.buy)
        status = reader.choice(.opening)
        reason = reader.choice(.none)
        evidence = Evidence(
            strategy: reader.uint8(),
            score: reader.decimal(),
            bid: reader.amount(),
            ask: reader.amount()
        )
        openedAt = reader.timestamp()
        movedAt = reader.timestamp()
        entry = reader.identifier()
        stop = reader.identifier()
        target = reader.identifier()
        exit = reader.identifier()
        held = reader.amount()
        entryQuantity = reader.amount()
        entryCost = reader.amount()
        profit = reader.amount()
        peak = reader.amount()
        peakAt = reader.timestamp()
        failures = reader.uint16()
    }
}
