import Trading

/// An option of a command, declared once for parsing and for help.
public struct OptionSyntax: Hashable, Sendable {
    /// What an option takes.
    public enum Value: Hashable, Sendable {
        /// Nothing: it is there or it is not.
        case flag
        /// Any text.
        case text
        /// A whole number within a range.
        case integer(ClosedRange<Int>)
        /// One of a few words.
        case choice([String])
        /// A length of time, as `250ms` or `30d`.
        case timeSpan
        /// A sequence number, or a time in UTC.
        case point
    }

    /// The long name, without dashes.
    public var name: String
    /// The letter after one dash, if there is one.
    public var letter: Character?
    /// What it takes.
    public var value: Value
    /// What its value is called in help, as `FILE`; not used for a flag.
    public var placeholder: String
    /// Whether it may be given more than once.
    public var isRepeatable: Bool
    /// Whether the command cannot do without it.
    public var isRequired: Bool
    /// What it does: one sentence without its full stop.
    public var summary: String

    /// Declares an option.
    public init(
        _ name: String,
        letter: Character? = nil,
        _ placeholder: String,
        _ value: Value = .text,
        isRepeatable: Bool = false,
        isRequired: Bool = false,
        summary: String
    ) {
        self.name = name
        self.letter = letter
        self.value = value
        self.placeholder = placeholder
        self.isRepeatable = isRepeatable
        self.isRequired = isRequired
        self.summary = summary
    }

    /// Declares an option that is there or is not.
    public static func flag(
        _ name: String,
        letter: Character? = nil,
        summary: String
    ) -> OptionSyntax {
        OptionSyntax(name, letter: letter, "", .flag, summary: summary)
    }

    /// The option as help shows it: `-n, --limit COUNT`.
    var heading: String {
        let short = letter.map { letter in "-\(letter), " } ?? ""
        return value == .flag ? "\(short)--\(name)" : "\(short)--\(name) \(placeholder)"
    }

    /// The option within a line of usage: `[--limit COUNT]`.
    var usage: String {
        let bare = value == .flag ? "--\(name)" : "--\(name) \(placeholder)"
        return (isRequired ? bare : "[\(bare)]") + (isRepeatable ? "…" : "")
    }

    /// Why a text cannot be the value; `nil` where it can.
    func objection(to text: String) -> String? {
        switch value {
        case .flag: return "takes no value"
        case .text: return text.isEmpty ? "must not be empty" : nil
        case .integer(let range):
            guard let number = Int(text) else {
                return "needs a whole number, found \"\(text)\""
            }
            if range.contains(number) { return nil }
            if number < range.lowerBound {
                return "must be at least \(range.lowerBound), not \(number)"
            }
            return "must be at most \(range.upperBound), not \(number)"
        case .choice(let words):
            if words.contains(text) { return nil }
            let list = words.joined(separator: ", ")
            if let nearest = NearestName.to(text, among: words) {
                return "knows no \"\(text)\"; did you mean \(nearest)?"
            }
            return "must be one of \(list), not \"\(text)\""
        case .timeSpan:
            guard let span = UnitText.timeSpan(text), span >= .zero,
                span <= UnitText.longest
            else {
                return "needs a time as 250ms, 30s, 12h or 7d, found \"\(text)\""
            }
            return nil
        case .point:
            guard JournalPoint(text) == nil else { return nil }
            return "needs a sequence number or a time as 2024-07-23T15:45:00Z, found \"\(text)\""
        }
    }
}

/// What a command takes without a name, by its place.
public struct PositionalSyntax: Hashable, Sendable {
    /// What it is called in help, as `ORDER`.
    public var placeholder: String
    /// Whether the command cannot do without it.
    public var isRequired: Bool
    /// What it is: one sentence without its full stop.
    public var summary: String

    /// Declares a positional argument.
    public init(_ placeholder: String, isRequired: Bool = true, summary: String) {
        self.placeholder = placeholder
        self.isRequired = isRequired
        self.summary = summary
    }

    var usage: String { isRequired ? placeholder : "[\(placeholder)]" }
}
