internal import JSON
internal import Trading

// How members of an answer are read: what is money is there and right, or the answer is refused.
// A key that is there twice is refused too: no one knows which of the two was meant.

extension JSONParser {
    /// The object that a message is.
    @_lifetime(&self)
    mutating func object(in bytes: Span<UInt8>) throws(MessageError) -> JSONValue {
        let root = try message(bytes)
        guard root.isKind(.object) else { throw root.isNot("an object", at: "") }
        return root
    }

    @_lifetime(&self)
    private mutating func message(_ bytes: Span<UInt8>) throws(MessageError) -> JSONValue {
        do throws(JSONError) {
            return try parse(bytes)
        } catch {
            throw .notJSON(error)
        }
    }
}

extension JSONValue {
    /// The member at `key`; `nil` where it is not there or `null`.
    @_lifetime(copy self)
    func optional(_ key: StaticString) throws(MessageError) -> JSONValue? {
        var count = 0
        var all = members
        while let member = all.next() {
            if member.key.equals(key) { count += 1 }
        }
        guard count < 2 else { throw .repeated(key: "\(key)") }
        guard count == 1, let value = member(key), !value.isNull else { return nil }
        return value
    }

    /// The member at `key`, which must be there.
    @_lifetime(copy self)
    func required(_ key: StaticString) throws(MessageError) -> JSONValue {
        guard let value = try optional(key) else { throw .missing(key: "\(key)") }
        return value
    }

    /// The object at `key`, which must be there.
    @_lifetime(copy self)
    func object(at key: StaticString) throws(MessageError) -> JSONValue {
        let value = try required(key)
        guard value.isKind(.object) else { throw value.isNot("an object", at: "\(key)") }
        return value
    }

    /// The array at `key`, which must be there.
    @_lifetime(copy self)
    func array(at key: StaticString) throws(MessageError) -> JSONValue {
        let value = try required(key)
        guard value.isKind(.array) else { throw value.isNot("an array", at: "\(key)") }
        return value
    }

    /// The text at `key`, which must be there; it may be empty.
    func text(at key: StaticString) throws(MessageError) -> String {
        let value = try required(key)
        guard let text = value.text else { throw value.isNot("a string", at: "\(key)") }
        return text
    }

    /// The text at `key`; empty where it is not there or `null`.
    func optionalText(at key: StaticString) throws(MessageError) -> String {
        guard let value = try optional(key) else { return "" }
        guard let text = value.text else { throw value.isNot("a string", at: "\(key)") }
        return text
    }

    /// The text at `key`, which must be there and not empty.
    func name(at key: StaticString) throws(MessageError) -> String {
        let text = try text(at: key)
        guard !text.isEmpty else {
            throw .outOfRange(key: "\(key)", rule: "expected a text that is not empty")
        }
        return text
    }

    /// The truth value at `key`, which must be there.
    func truth(at key: StaticString) throws(MessageError) -> Bool {
        try required(key).truth(key)
    }

    /// The decimal that stands as text at `key`, which must be there.
    func decimal(at key: StaticString, _ bound: Bound) throws(MessageError) -> Decimal {
        try required(key).decimal(key, bound)
    }

    /// The decimal that stands as text at `key`; `nil` where there is none or an empty text.
    func optionalDecimal(
        at key: StaticString,
        _ bound: Bound
    ) throws(MessageError) -> Decimal? {
        guard let value = try optional(key), value.string?.isEmpty != true else { return nil }
        return try value.decimal(key, bound)
    }

    /// The amount of money of either sign that stands as text at `key`, which must be there.
    ///
    /// Digits behind the eighteenth decimal are cut: some venues tell twenty and more.
    func money(at key: StaticString) throws(MessageError) -> Money {
        let value = try required(key)
        guard let text = value.string else {
            throw value.isNot("a decimal in a string", at: "\(key)")
        }
        let amount: Decimal
        do throws(Decimal.ParsingFailure) {
            amount = try Decimal(parsing: text, rounding: .down)
        } catch {
            throw .notDecimal(key: "\(key)", error)
        }
        return try Money.zero.adding(Money(amount), at: key)
    }

    /// The amount of money that stands as text at `key`; `nil` where there is none or an empty
    /// text.
    func optionalMoney(at key: StaticString) throws(MessageError) -> Money? {
        guard let value = try optional(key), value.string?.isEmpty != true else { return nil }
        return try money(at: key)
    }

    /// The venue's name for an order or a fill, which stands as text at `key`.
    func venueID(at key: StaticString) throws(MessageError) -> VenueID {
        let value = try required(key)
        guard let text = value.text else { throw value.isNot("a string", at: "\(key)") }
        guard let id = VenueID(text: text) else {
            throw .outOfRange(key: "\(key)", rule: "expected a number of 64 bits or a UUID")
        }
        return id
    }

    /// The moment at `key`, in milliseconds since 1970 that stand as text.
    func milliseconds(at key: StaticString) throws(MessageError) -> Timestamp {
        guard let moment = try optionalMilliseconds(at: key) else { throw .missing(key: "\(key)") }
        return moment
    }

    /// The moment at `key`, in milliseconds since 1970 that stand as text; `nil` where there is
    /// none or an empty text.
    func optionalMilliseconds(at key: StaticString) throws(MessageError) -> Timestamp? {
        guard let value = try optional(key), value.string?.isEmpty != true else { return nil }
        guard let text = value.text else {
            throw value.isNot("milliseconds in a string", at: "\(key)")
        }
        guard let moment = Timestamp(milliseconds: text) else {
            throw .outOfRange(key: "\(key)", rule: "expected milliseconds, before the year 2262")
        }
        return moment
    }
}

extension Money {
    /// The sum with an amount told at `key`, where a state may hold both and the sum.
    func adding(_ other: Money, at key: StaticString) throws(MessageError) -> Money {
        guard other.isWithinBounds, (self + other).isWithinBounds else {
            throw .outOfRange(key: "\(key)", rule: "expected at most ten million million million")
        }
        return self + other
    }
}
