/// How much attention an error asks for.
public enum Severity: UInt8, Sendable {
    case warning = 1
    case error = 2
    /// A person must look now.
    case alarm = 3

    /// The word used in output.
    public var name: String {
        switch self {
        case .warning: "warning"
        case .error: "error"
        case .alarm: "alarm"
        }
    }
}

/// Something went wrong and was noticed.
public struct ErrorRecorded: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.errorRecorded
    /// How much attention it asks for.
    public var severity: Severity
    /// What went wrong, in words.
    public var text: String

    /// Makes the payload.
    public init(severity: Severity, text: String) {
        self.severity = severity
        self.text = text
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.choice(severity)
        writer.text(text)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        severity = reader.choice(.error)
        text = reader.text()
    }
}

/// Market data broke the rules; its book is not used until it is in step again.
public struct MarketFaulted: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.marketFaulted
    /// The instrument whose data broke the rules.
    public var instrument: InstrumentID
    /// Where the data came from.
    public var source: SourceID
    /// The line at which it was noticed.
    public var line: UInt64
    /// What was broken, in words.
    public var text: String

    /// Makes the payload.
    public init(instrument: InstrumentID, source: SourceID, line: UInt64, text: String) {
        self.instrument = instrument
        self.source = source
        self.line = line
        self.text = text
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(instrument)
        writer.identifier(source)
        writer.integer(line)
        writer.text(text)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        instrument = reader.identifier()
        source = reader.identifier()
        line = reader.uint64()
        text = reader.text()
    }
}
