internal import Network
internal import Trading

/// What HTTP statuses other than 200 prove (docs/v5/guide and docs/v5/error).
enum BybitStatus {
    /// How long an address is shut out at least once it asked too often.
    static let banned = TimeSpan(seconds: 600)

    /// What a response proves by its status; `nil` for 200, whose body tells.
    static func answer(_ response: HTTPResponse, at time: Timestamp) -> VenueAnswer? {
        let status = response.status
        let refusal: CallRefusal.Meaning
        switch status {
        case 200: return nil
        case 401: refusal = .access
        case 400, 404: refusal = .malformed
        // More than 600 requests in five seconds from one address: ten minutes at least.
        case 403: refusal = .limited(until: wait(response, from: time) ?? time + banned)
        case 429: refusal = .limited(until: wait(response, from: time))
        case 500...599: return unknown(.venue, response)
        default: return unknown(.unlisted, response)
        }
        return .no(CallRefusal(reason: refusal, code: status, text: words(response)))
    }

    /// Until when the headers ask to wait: the later of both; `nil` where they ask nothing.
    ///
    /// Where the limit of the path itself is not exceeded, the reset is the time of the answer
    /// (docs/v5/rate-limit): something else was, and nothing is said of its end.
    static func wait(_ response: HTTPResponse, from time: Timestamp) -> Timestamp? {
        let seconds = response.header("Retry-After").flatMap(Int64.init).flatMap {
            (0...86_400).contains($0) ? $0 : nil
        }
        let retry = seconds.map { time + TimeSpan(seconds: $0) }
        let isExceeded = (BybitRateLimit(response)?.remaining ?? 0) == 0
        let reset = BybitRateLimit.resets(response).flatMap { moment in
            isExceeded && moment > time ? moment : nil
        }
        guard let retry else { return reset }
        return max(retry, reset ?? retry)
    }

    private static func unknown(
        _ cause: VenueDoubt.Cause,
        _ response: HTTPResponse
    ) -> VenueAnswer {
        .unknown(VenueDoubt(cause: cause, code: response.status, text: words(response)))
    }

    /// The beginning of the body: a page of a gateway says in its first lines what it is.
    private static func words(_ response: HTTPResponse) -> String {
        let body = String(decoding: response.body.prefix(200), as: UTF8.self)
        return "HTTP status \(response.status): \(body)"
    }
}
