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
    /// The kind of the event.
    public static let kind = EventKind.orderIntended
    /// The deal that the order works for.
    public var deal: DealID
    /// What the order is for.
    public var role: OrderRole
    /// What is asked of the venue.
    public var terms: OrderTerms

    /// Makes the payload.
    public init(deal: DealID, role: OrderRole, terms: OrderTerms) {
        self.deal = deal
        self.role = role
        self.terms = terms
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(deal)
        writer.choice(role)
        terms.encode(into: &writer)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        deal = reader.identifier()
        role = reader.choice(.entry)
        terms = OrderTerms(from: &reader)
        if !terms.quantity.isPositive { reader.markDamaged() }
    }
}

/// An order was refused before it left.
public struct OrderRefused: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.orderRefused
    /// What the order was for.
    public var role: OrderRole
    /// What would have been asked of the venue; the quantity may be zero.
    public var terms: OrderTerms
    /// The limit that was broken.
    public var refusal: Refusal
    /// What the limit allows.
    public var limit: Decimal
    /// What it would have become.
    public var actual: Decimal

    /// Makes the payload.
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

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.choice(role)
        terms.encode(into: &writer)
        writer.choice(refusal)
        writer.decimal(limit)
        writer.decimal(actual)
    }

    /// Reads a payload.
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
    /// The kind of the event.
    public static let kind = EventKind.orderAccepted
    /// The order it is about.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64
    /// The venue's name for the order.
    public var venueOrder: VenueID

    /// Makes the payload.
    public init(order: OrderID, report: UInt64, venueOrder: VenueID) {
        self.order = order
        self.report = report
        self.venueOrder = venueOrder
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.venueID(venueOrder)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        venueOrder = reader.venueID()
    }
}

/// A part of an order, or all of it, was filled.
public struct OrderFilled: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.orderFilled
    /// The order it is about.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64
    /// The fill.
    public var execution: Execution

    /// Makes the payload.
    public init(order: OrderID, report: UInt64, execution: Execution) {
        self.order = order
        self.report = report
        self.execution = execution
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        execution.encode(into: &writer)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        execution = Execution(from: &reader)
    }
}

/// A cancel is about to be sent.
public struct CancelIntended: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.cancelIntended
    /// The order it is about.
    public var order: OrderID

    /// Makes the payload.
    public init(order: OrderID) { self.order = order }
    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { writer.identifier(order) }
    /// Reads a payload.
    public init(from reader: inout ByteReader) { order = reader.identifier() }
}

/// An amend is about to be sent.
public struct AmendIntended: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.amendIntended
    /// The order it is about.
    public var order: OrderID
    /// The whole order's new quantity, filled part included.
    public var quantity: Quantity
    /// The new limit; zero for market and stop orders.
    public var price: Price
    /// The new trigger of a stop; zero for others.
    public var trigger: Price

    /// Makes the payload.
    public init(order: OrderID, quantity: Quantity, price: Price, trigger: Price) {
        self.order = order
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.amount(quantity)
        writer.amount(price)
        writer.amount(trigger)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        quantity = reader.amount()
        price = reader.amount()
        trigger = reader.amount()
    }
}

/// The venue changed an order as asked.
public struct OrderAmended: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.orderAmended
    /// The order it is about.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64
    /// The whole order's quantity now, filled part included, in base units.
    public var quantity: Quantity
    /// The limit now; zero for market and stop orders.
    public var price: Price
    /// The trigger of a stop now; zero for others.
    public var trigger: Price

    /// Makes the payload.
    public init(order: OrderID, report: UInt64, quantity: Quantity, price: Price, trigger: Price) {
        self.order = order
        self.report = report
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.amount(quantity)
        writer.amount(price)
        writer.amount(trigger)
    }

    /// Reads a payload.
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
    /// The kind of the event.
    public static let kind = EventKind.orderCancelled
    /// The order it is about.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64

    /// Makes the payload.
    public init(order: OrderID, report: UInt64) {
        self.order = order
        self.report = report
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
    }
}

/// A stop met its trigger and went to the book.
public struct OrderTriggered: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.orderTriggered
    /// The order it is about.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64

    /// Makes the payload.
    public init(order: OrderID, report: UInt64) {
        self.order = order
        self.report = report
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
    }
}
