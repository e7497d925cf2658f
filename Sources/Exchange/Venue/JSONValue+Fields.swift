internal import JSON
internal import Trading

// Fields of a venue's answers: strict where money is. A key that must be there and is not, or whose
// value is of another kind, is an error, never a default.
extension JSONValue {
    /// The exact decimal that stands in a string at `key`; of more than 18 decimals the rest is
    /// cut off.
    func amount(at key: StaticString) throws(MessageError) -> Decimal {
        try money(at: key).value
    }

    /// The decimal at `key`; `nil` where there is none or an empty text.
    func optionalAmount(at key: StaticString) throws(MessageError) -> Decimal? {
        try optionalMoney(at: key)?.value
    }

    /// The decimal at `key`, which must not be negative.
    func size(at key: StaticString) throws(MessageError) -> Decimal {
        let value = try amount(at: key)
        guard !value.isNegative else {
            throw .outOfRange(key: "\(key)", rule: "expected zero or more")
        }
        return value
    }

    /// The whole number at `key`.
    func number(at key: StaticString) throws(MessageError) -> Int64 {
        let value = try required(key)
        guard let number = value.integer else { throw value.isNot("a whole number", at: "\(key)") }
        return number
    }

    /// The truth value at `key`; `nil` where it is absent.
    func optionalTruth(at key: StaticString) throws(MessageError) -> Bool? {
        guard let value = try optional(key) else { return nil }
        return try value.truth(key)
    }

    /// The moment in milliseconds at `key`.
    func moment(at key: StaticString) throws(MessageError) -> Timestamp {
        let value = try required(key)
        return try value.time(key)
    }

    /// The moment in milliseconds at `key`; `nil` where it is absent, null or 0.
    func optionalMoment(at key: StaticString) throws(MessageError) -> Timestamp? {
        guard let value = try optional(key) else { return nil }
        let moment = try value.time(key)
        return moment == .never ? nil : moment
    }

    /// The id at `key`, a whole number as a number or in a string.
    func identity(at key: StaticString) throws(MessageError) -> VenueID {
        let value = try required(key)
        if let number = value.unsigned { return VenueID(UInt128(number)) }
        if let text = value.text, let id = VenueID(text: text) { return id }
        throw value.isNot("an id", at: "\(key)")
    }

    /// One of a few words at `key`.
    func word<Value>(
        at key: StaticString,
        _ words: [(word: String, value: Value)]
    ) throws(MessageError) -> Value {
        let text = try text(at: key)
        guard let found = words.first(where: { $0.word == text }) else {
            let known = words.map(\.word).joined(separator: ", ")
            throw .outOfRange(key: "\(key)", rule: "expected one of \(known), found \"\(text)\"")
        }
        return found.value
    }
}
