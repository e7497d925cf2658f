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
    public static let kind = EventKind.outcomeUnknown
    public var order: OrderID
    public var request: RequestKind
    public var why: String

    public init(order: OrderID, request: RequestKind, why: String) {
        self.order = order
        self.request = request
        self.why = why
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.choice(request)
        writer.text(why)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        request = reader.choice(.place)
        why = reader.text()
    }
}

/// Evidence ended an unknown outcome.
public struct OutcomeResolved: EventPayload {
    public static let kind = EventKind.outcomeResolved
    public var order: OrderID
    public var evidence: String

    public init(order: OrderID, evidence: String) {
        self.order = order
        self.evidence = evidence
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.text(evidence)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        evidence = reader.text()
    }
}

/// A venue's report that could not be used: kept as evidence.
public struct ReportSetAside: EventPayload {
    public static let kind = EventKind.reportSetAside
    public var order: OrderID
    public var report: UInt64
    public var why: String

    public init(order: OrderID, report: UInt64, why: String) {
        self.order = order
        self.report = report
        self.why = why
    }

    public func encode(into writer: inout ByteWriter) {
        writer.identifier(order)
        writer.integer(report)
        writer.text(why)
    }

    public init(from reader: inout ByteReader) {
        order = reader.identifier()
        report = reader.uint64()
        why = reader.text()
    }
}
