/// What was asked of the venue for an order and is not answered.
public enum RequestKind: UInt8, Sendable {
    case none = 0
    case place = 1
    case cancel = 2
    case amend = 3

    /// The word used in output.
    public var name: String {
        switch self {
        case .none: "none"
        case .place: "place"
        case .cancel: "cancel"
        case .amend: "amend"
        }
    }
}

/// The outcome of a request is not proven.
public struct OutcomeUnknown: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.outcomeUnknown
    /// The order it is about.
    public var order: OrderID
    /// What was asked.
    public var request: RequestKind
    /// What happened instead of an answer.
    public var why: String

    /// Makes the payload.
    public init(order: OrderID, request: RequestKind, why: String) {
        self.order = order
        self.request = request
        self.why = why
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.choice(request)
        writer.text(why)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        request = reader.choice(.place)
        why = reader.text()
    }
}

/// Evidence ended an unknown outcome.
public struct OutcomeResolved: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.outcomeResolved
    /// The order it is about.
    public var order: OrderID
    /// What the venue said that proves the outcome.
    public var evidence: String

    /// Makes the payload.
    public init(order: OrderID, evidence: String) {
        self.order = order
        self.evidence = evidence
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.text(evidence)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        evidence = reader.text()
    }
}

/// A venue's report that could not be used: kept as evidence.
public struct ReportSetAside: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.reportSetAside
    /// The order that the report names.
    public var order: OrderID
    /// The venue's report it comes from; its numbers grow.
    public var report: UInt64
    /// Why it could not be used.
    public var why: String

    /// Makes the payload.
    public init(order: OrderID, report: UInt64, why: String) {
        self.order = order
        self.report = report
        self.why = why
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.text(why)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        why = reader.text()
    }
}
