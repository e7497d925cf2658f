public import Trading

/// An order of ours, as the journal tells it.
public struct Order: Hashable, Sendable {
    /// Its number: the sequence number of its intent.
    public var id: OrderID
    /// The deal it belongs to.
    public var deal: DealID
    /// What it is for.
    public var role: OrderRole
    /// What was asked, as amended since.
    public var terms: OrderTerms
    /// Where it stands.
    public var status: OrderStatus
    /// The request that the venue has not answered.
    public var request: RequestKind
    /// Whether the outcome of ``request`` is not proven.
    public var isUnknown: Bool
    /// Whether a stop met its trigger.
    public var isTriggered: Bool
    /// Base units filled.
    public var filled: Quantity
    /// Quote units of the fills.
    public var cost: Money
    /// When it was intended.
    public var intendedAt: Timestamp
    /// When it last changed.
    public var changedAt: Timestamp
    /// The epoch that intended it: part of its client order id.
    public var epoch: Epoch
    /// The venue's name for it.
    public var venueOrder: VenueID
    /// The last reason the venue gave for a no; `nil` where it gave none.
    public var rejection: RejectionReason?
    /// What was asked when the venue last said no; none once something was granted.
    public var refused: RequestKind

    /// What is not filled yet.
    public var rest: Quantity { max(.zero, terms.quantity - filled) }
    /// Whether the order may still be filled.
    public var isLive: Bool { !status.isTerminal }
}

extension Order {
    func encode(into writer: inout ByteWriter) {
        writer.identifier(id)
        writer.identifier(deal)
        writer.choice(role)
        terms.encode(into: &writer)
        writer.choice(status)
        writer.choice(request)
        writer.bool(isUnknown)
        writer.bool(isTriggered)
        writer.amount(filled)
        writer.amount(cost)
        writer.timestamp(intendedAt)
        writer.timestamp(changedAt)
        writer.identifier(epoch)
        writer.venueID(venueOrder)
        writer.integer(rejection?.rawValue ?? 0)
        writer.choice(refused)
    }

    init(from reader: inout ByteReader) {
        id = reader.identifier()
        deal = reader.identifier()
        role = reader.choice(.entry)
        terms = OrderTerms(from: &reader)
        status = reader.choice(.pending)
        request = reader.choice(.none)
        isUnknown = reader.bool()
        isTriggered = reader.bool()
        filled = reader.amount()
        cost = reader.amount()
        intendedAt = reader.timestamp()
        changedAt = reader.timestamp()
        epoch = reader.identifier()
        venueOrder = reader.venueID()
        let raw = reader.uint8()
        rejection = RejectionReason(rawValue: raw)
        if raw != 0 && rejection == nil { reader.markDamaged() }
        refused = reader.choice(.none)
    }
}
