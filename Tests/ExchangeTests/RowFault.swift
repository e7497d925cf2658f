import Testing

/// What a venue sends, for tests that put something wrong into it.
protocol TakenApart: Sendable {
    /// What it is called in the names of tests.
    var topic: String { get }
}

extension SentRow: TakenApart {}

extension BinanceShape: TakenApart {
    var topic: String { row.topic }
}

/// Something wrong at one key of what a venue sends.
struct RowFault<Sent: TakenApart>: Sendable, CustomTestStringConvertible {
    var sent: Sent
    var key: String
    /// The JSON text at the key; `nil` where the key is missing.
    var value: String?
    var testDescription: String { "\(sent.topic) \(key) \(value ?? "missing")" }
}

/// Each key missing, with each of its wrong values, and with values that are right at no key.
func faults<Sent: TakenApart>(
    _ sent: Sent,
    _ keys: [(key: String, wrong: [String])]
) -> [RowFault<Sent>] {
    keys.flatMap { key, wrong in
        [RowFault(sent: sent, key: key, value: nil)]
            + (wrong + ["null", "7.5", "{}"]).map { RowFault(sent: sent, key: key, value: $0) }
    }
}
