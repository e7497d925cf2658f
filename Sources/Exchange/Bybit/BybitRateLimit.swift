public import Network
public import Trading

/// How much of a limit an answer says is left, as its headers tell (docs/v5/rate-limit).
///
/// A limit holds for one account and one path, and rolls over a second.
public struct BybitRateLimit: Hashable, Sendable {
    /// `X-Bapi-Limit`: how many requests a second.
    public var limit: Int
    /// `X-Bapi-Limit-Status`: how many are left.
    public var remaining: Int
    /// `X-Bapi-Limit-Reset-Timestamp`: when there are more; `nil` where it is not told.
    ///
    /// It is the time of the answer where some are left.
    public var resets: Timestamp?

    /// Makes a state of a limit.
    public init(limit: Int, remaining: Int, resets: Timestamp?) {
        self.limit = limit
        self.remaining = remaining
        self.resets = resets
    }

    /// Reads the headers of a response; `nil` where it has none of a limit, or none that can be
    /// read.
    public init?(_ response: HTTPResponse) {
        guard let limit = response.header("X-Bapi-Limit").flatMap(Self.count),
            let remaining = response.header("X-Bapi-Limit-Status").flatMap(Self.count)
        else { return nil }
        self.init(limit: limit, remaining: remaining, resets: Self.resets(response))
    }

    /// When the header of `response` says that there is more; `nil` where it does not.
    static func resets(_ response: HTTPResponse) -> Timestamp? {
        response.header("X-Bapi-Limit-Reset-Timestamp").flatMap(Timestamp.init(milliseconds:))
    }

    private static func count(_ text: String) -> Int? {
        guard let number = Int(text), number >= 0 else { return nil }
        return number
    }
}
