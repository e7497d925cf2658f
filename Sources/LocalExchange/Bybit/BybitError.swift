internal import JSON
internal import Trading

/// A "no" of the venue, in its own words.
struct BybitError: Error {
    var code: Int64
    var message: String

    init(_ code: Int64, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A parameter that is missing or cannot be read.
    static func parameter(_ key: String) -> BybitError {
        BybitError(10001, "params error: \(key) invalid")
    }
}

/// What a request is answered with.
struct BybitAnswer {
    var code: Int64 = 0
    var message = "OK"
    var result: JSONText
    var extra: JSONText = .object([])

    init(_ result: JSONText) { self.result = result }

    init(_ error: BybitError) {
        code = error.code
        message = error.message
        result = .object([])
    }

    /// The answer in the envelope that all requests have.
    func envelope(at now: Timestamp) -> JSONText {
        .object([
            ("retCode", .integer(code)), ("retMsg", .text(message)), ("result", result),
            ("retExtInfo", extra), ("time", .integer(now.milliseconds)),
        ])
    }
}

extension Timestamp {
    /// Milliseconds as text.
    var millisecondText: JSONText { .text(String(milliseconds)) }
}
