/// Where a page ends: opaque to clients, percent-encoded, and given back as it is.
enum BybitCursor {
    /// The number that a cursor holds, which may come encoded once more; `nil` for no cursor.
    static func number(of cursor: String?) throws(BybitError) -> UInt64? {
        guard let cursor else { return nil }
        let plain = BybitParameters.decoded(cursor[...])
        let digits = plain.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isNumber }
        guard let number = UInt64(digits) else { throw .parameter("cursor") }
        return number
    }

    /// The place in a list that a cursor holds; the start of the list for no cursor.
    static func place(of cursor: String?) throws(BybitError) -> Int {
        guard let number = try number(of: cursor) else { return 0 }
        guard number < 1_000_000 else { throw .parameter("cursor") }
        return Int(number)
    }

    /// The cursor behind an order; empty where the page was empty.
    static func afterOrder(_ number: UInt64?) -> String {
        number.map { "page_token%3D\($0)%26" } ?? ""
    }

    /// The cursor behind an execution; empty where the page was empty.
    static func afterExecution(_ number: UInt64?) -> String {
        number.map { "\($0)%3A0%2C\($0)%3A0" } ?? ""
    }
}
