internal import JSON
public import Trading

/// Something that happened, for people who look later.
///
/// Not evidence: that is in the journal.
public struct LogRecord: Hashable, Sendable {
    /// When, by the clock of the run; the caller's, never read here.
    public var time: Timestamp
    /// How much it matters.
    public var level: LogLevel
    /// What happened: a short sentence that stays the same, so that it can be searched for.
    public var message: String
    /// The chain of cause and effect it belongs to, if any.
    public var trace: TraceID?
    /// The event in the journal that it tells of, if any.
    public var event: SequenceNumber?
    /// The event that caused that one, if any.
    public var cause: SequenceNumber?
    /// What was different this time.
    public var fields: [LogField]

    /// Makes a record.
    public init(
        time: Timestamp,
        level: LogLevel,
        _ message: String,
        trace: TraceID? = nil,
        event: SequenceNumber? = nil,
        cause: SequenceNumber? = nil,
        fields: [LogField] = []
    ) {
        self.time = time
        self.level = level
        self.message = message
        self.trace = trace
        self.event = event
        self.cause = cause
        self.fields = fields
    }
}

/// A named value of a log record.
public struct LogField: Hashable, Sendable {
    /// Its name, in camel case.
    ///
    /// `time`, `level`, `message`, `trace`, `event` and `cause` are taken.
    public var name: String
    /// Its value.
    public var value: LogValue

    /// Makes a field.
    public init(_ name: String, _ value: LogValue) {
        self.name = name
        self.value = value
    }
}

/// A value of a log record.
public enum LogValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    /// Written as text, so that no reader makes floating point of it.
    case decimal(Decimal)
    case time(Timestamp)

    fileprivate var json: JSONText {
        switch self {
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .flag(let flag): .flag(flag)
        case .decimal(let decimal): .text(decimal.description)
        case .time(let time): .text(time.description)
        }
    }

    fileprivate var plain: String {
        switch self {
        case .text(let text):
            text.isEmpty || text.contains(where: { $0 == " " || $0 == "=" || $0 == "\"" })
                ? JSONText.text(text).compact : LogRecord.printable(text)
        case .integer(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .decimal(let decimal): decimal.description
        case .time(let time): time.description
        }
    }
}

extension LogRecord {
    private static let taken = ["time", "level", "message", "trace", "event", "cause"]

    /// The record as one JSON object on one line, with its line end.
    ///
    /// A field whose name is taken gets an underscore behind it, so that no key occurs twice.
    public var jsonLine: String {
        var members: [(key: String, value: JSONText?)] = [
            ("time", .text(time.description)),
            ("level", .text(level.name)),
            ("message", .text(message)),
            ("trace", trace.map { trace in .text(trace.description) }),
            ("event", event.map { event in .text(event.description) }),
            ("cause", cause.map { cause in .text(cause.description) }),
        ]
        var used = Self.taken
        for field in fields {
            var name = field.name
            while used.contains(name) { name += "_" }
            used.append(name)
            members.append((name, field.value.json))
        }
        return JSONText.object(members).compact + "\n"
    }

    /// The record as one line for people, with its line end: of the journal's numbers only the
    /// chain, which `journalctl trace` takes.
    ///
    /// - Parameter inColour: Whether it goes to a terminal that shows colour.
    /// - Returns: Text without control characters but those of the colour.
    public func line(inColour: Bool) -> String {
        let padding = String(repeating: " ", count: max(0, 7 - level.name.utf8.count))
        var name = level.name
        if inColour, let code = level.colourCode { name = "\u{1B}[\(code)m\(name)\u{1B}[0m" }
        var text = "\(time) \(name)\(padding) \(Self.printable(message))"
        for field in fields { text += " \(Self.printable(field.name))=\(field.value.plain)" }
        if let trace { text += " trace=\(trace)" }
        return text + "\n"
    }

    /// A text without what could end the line or steer a terminal.
    fileprivate static func printable(_ text: String) -> String {
        var printable = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
                printable.append(" ")
            default: printable.append(scalar)
            }
        }
        return String(printable)
    }
}

extension LogLevel {
    /// The code of its colour on a terminal.
    fileprivate var colourCode: String? {
        switch self {
        case .debug: "2"
        case .info: nil
        case .warning: "33"
        case .error: "31"
        case .alarm: "1;31"
        }
    }
}
