extension OrderTerms {
    /// Writes the terms.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(instrument)
        writer.choice(side)
        writer.choice(type)
        writer.choice(timeInForce)
        writer.bool(isReduceOnly)
        writer.amount(quantity)
        writer.amount(price)
        writer.amount(trigger)
    }

    /// Reads the terms.
    public init(from reader: inout ByteReader) {
        self.init(
            instrument: reader.identifier(),
            side: reader.choice(.buy),
            type: reader.choice(.market),
            timeInForce: reader.choice(.goodTillCancelled),
            isReduceOnly: reader.bool(),
            quantity: reader.amount(),
            price: reader.amount(),
            trigger: reader.amount()
        )
    }
}

/// An order is about to be sent; its number is the sequence number of this event.
public struct OrderIntended: EventPayload {
    public static let kind = EventKind.orderIntended
    public var deal: DealID
    public var role: OrderRole
    public var terms: OrderTerms

    public init(deal: DealID, role: OrderRole, terms: OrderTerms) {
        self.deal = deal
        self.role = role
        self.terms = terms
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(deal)
        writer.choice(role)
        terms.encode(into: &writer)
    }

    public init(from reader: inout ByteReader) {
        deal = reader.identifier()
        role = reader.choice(.entry)
        terms = OrderTerms(from: &reader)
        if !terms.quantity.isPositive { reader.markDamaged() }
    }
}

/// An order was refused before it left.
public struct OrderRefused: EventPayload {
    public static let kind = EventKind.orderRefused
    public var role: OrderRole
    public var terms: OrderTerms
    public var refusal: Refusal
    /// What the limit allows.
    public var limit: Decimal
    /// What it would have become.
    public var actual: Decimal

    public init(
        role: OrderRole,
        terms: OrderTerms,
        refusal: Refusal,
        limit: Decimal,
        actual: Decimal
    ) {
        self.role = role
        self.terms = terms
        self.refusal = refusal
        self.limit = limit
        self.actual = actual
    }

    public func encode(into writer: inout ByteWriter) {
        writer.choice(role)
        terms.encode(into: &writer)
        writer.choice(refusal)
        writer.decimal(limit)
        writer.decimal(actual)
    }

    public init(from reader: inout ByteReader) {
        role = reader.choice(.entry)
        terms = OrderTerms(from: &reader)
        refusal = reader.choice(.notRunning)
        limit = reader.decimal()
        actual = reader.decimal()
    }
}

/// The venue took an order.
public struct OrderAccepted: EventPayload {
    public static let kind = EventKind.orderAccepted
    public var order: OrderID
    public var report: UInt64
    /// The venue's name for the order.
    public var venueOrder: VenueID

    public init(order: OrderID, report: UInt64, venueOrder: VenueID) {
        self.order = order
        self.report = report
        self.venueOrder = venueOrder
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.venueID(venueOrder)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        venueOrder = reader.venueID()
    }
}

/// A part of an order, or all of it, was filled.
public struct OrderFilled: EventPayload {
    public static let kind = EventKind.orderFilled
    public var order: OrderID
    public var report: UInt64
    public var execution: Execution

    public init(order: OrderID, report: UInt64, execution: Execution) {
        self.order = order
        self.report = report
        self.execution = execution
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        execution.encode(into: &writer)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        execution = Execution(from: &reader)
    }
}

/// A cancel is about to be sent.
public struct CancelIntended: EventPayload {
    public static let kind = EventKind.cancelIntended
    public var order: OrderID

    public init(order: OrderID) { self.order = order }
    public func encode(into writer: inout ByteWriter) { writer.identifier(order) }
    public init(from reader: inout ByteReader) { order = reader.identifier() }
}

/// An amend is about to be sent.
public struct AmendIntended: EventPayload {
    public static let kind = EventKind.amendIntended
    public var order: OrderID
    /// The whole order's new quantity, filled part included.
    public var quantity: Quantity
    public var price: Price
    public var trigger: Price

    public init(order: OrderID, quantity: Quantity, price: Price, trigger: Price) {
        self.order = order
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.amount(quantity)
        writer.amount(price)
        writer.amount(trigger)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        quantity = reader.amount()
        price = reader.amount()
        trigger = reader.amount()
    }
}

/// The venue changed an order as asked.
public struct OrderAmended: EventPayload {
    public static let kind = EventKind.orderAmended
    public var order: OrderID
    public var report: UInt64
    public var quantity: Quantity
    public var price: Price
    public var trigger: Price

    public init(order: OrderID, report: UInt64, quantity: Quantity, price: Price, trigger: Price) {
        self.order = order
        self.report = report
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.amount(quantity)
        writer.amount(price)
        writer.amount(trigger)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        quantity = reader.amount()
        price = reader.amount()
        trigger = reader.amount()
    }
}

/// A cancel was done.
public struct OrderCancelled: EventPayload {
    public static let kind = EventKind.orderCancelled
    public var order: OrderID
    public var report: UInt64

    public init(order: OrderID, report: UInt64) {
        self.order = order
        self.report = report
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
    }
}

/// A stop met its trigger and went to the book.
public struct OrderTriggered: EventPayload {
    public static let kind = EventKind.orderTriggered
    public var order: OrderID
    public var report: UInt64

    public init(order: OrderID, report: UInt64) {
        self.order = order
        self.report = report
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
    }
}

/// What a venue's no, with its reason, is about.
public struct VenueRefusal: Hashable, Sendable {
    public var order: OrderID
    public var report: UInt64
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
    public static let kind = EventKind.orderRejected
    public var refusal: VenueRefusal

    public init(refusal: VenueRefusal) { self.refusal = refusal }
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}

/// The venue refused a cancel.
public struct CancelRejected: EventPayload {
    public static let kind = EventKind.cancelRejected
    public var refusal: VenueRefusal

    public init(refusal: VenueRefusal) { self.refusal = refusal }
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}

/// The venue refused an amend; the order stands as it was.
public struct AmendRejected: EventPayload {
    public static let kind = EventKind.amendRejected
    public var refusal: VenueRefusal

    public init(refusal: VenueRefusal) { self.refusal = refusal }
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}

/// The venue ended an order by its own rules.
public struct OrderExpired: EventPayload {
    public static let kind = EventKind.orderExpired
    public var refusal: VenueRefusal

    public init(refusal: VenueRefusal) { self.refusal = refusal }
    public func encode(into writer: inout ByteWriter) { refusal.encode(into: &writer) }
    public init(from reader: inout ByteReader) { refusal = VenueRefusal(from: &reader) }
}
