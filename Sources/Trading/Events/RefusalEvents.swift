/// What a venue's no, with its reason, is about.
public struct VenueRefusal: Hashable, Sendable {
    /// The order it is about.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64
    /// Why the venue said no.
    public var reason: RejectionReason

    /// Makes a refusal.
    public init(order: OrderID, report: UInt64, reason: RejectionReason) {
        self.order = order
        self.report = report
        self.reason = reason
    }

    func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.choice(reason)
    }

    init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        reason = reader.choice(.other)
    }
}

/// The venue refused an order.
public struct OrderRejected: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.orderRejected
    /// The order, the report and the reason.
    public var refusal: VenueRefusal

    /// Makes the payload.
    public init(refusal: VenueRefusal) { self.refusal = refusal }
    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    /// Reads a payload.
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}

/// The venue refused a cancel.
public struct CancelRejected: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.cancelRejected
    /// The order, the report and the reason.
    public var refusal: VenueRefusal

    /// Makes the payload.
    public init(refusal: VenueRefusal) { self.refusal = refusal }
    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    /// Reads a payload.
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}

/// The venue refused an amend; the order stands as it was.
public struct AmendRejected: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.amendRejected
    /// The order, the report and the reason.
    public var refusal: VenueRefusal

    /// Makes the payload.
    public init(refusal: VenueRefusal) { self.refusal = refusal }
    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    /// Reads a payload.
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}

/// The venue ended an order by its own rules.
public struct OrderExpired: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.orderExpired
    /// The order, the report and the reason.
    public var refusal: VenueRefusal

    /// Makes the payload.
    public init(refusal: VenueRefusal) { self.refusal = refusal }
    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    /// Reads a payload.
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}
