public import Trading

/// The arguments of a command, already checked against its declaration.
///
/// Asking for an option that was not declared, or as another kind, gives nothing: the declaration
/// and the command stand beside each other, and tests run both.
public struct ParsedArguments: Hashable, Sendable {
    private var values: [String: [String]] = [:]
    /// What was given without a name, in order.
    public internal(set) var positionals: [String] = []
    /// What belongs to another program.
    public internal(set) var forwarded: [String] = []

    init() {}

    /// Whether an option was given.
    public func has(_ name: String) -> Bool { values[name] != nil }

    /// The value of an option.
    public func text(_ name: String) -> String? { values[name]?.last }

    /// All values of an option that may be repeated, in order.
    public func texts(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of an option that takes a whole number.
    public func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    /// The value of an option that takes a length of time.
    public func timeSpan(_ name: String) -> TimeSpan? { text(name).flatMap(UnitText.timeSpan) }

    /// The value of an option that takes a point in the journal.
    public func point(_ name: String) -> JournalPoint? { text(name).flatMap(JournalPoint.init) }

    mutating func add(_ value: String, to name: String) { values[name, default: []].append(value) }
}
