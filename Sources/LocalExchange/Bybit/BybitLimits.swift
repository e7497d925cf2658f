internal import Network
internal import Trading

/// A group of endpoints that share a limit, and how many requests a second it allows.
struct BybitLimit {
    let group: String
    let linear: Int
    let spot: Int

    func perSecond(_ isSpot: Bool) -> Int { isSpot ? spot : linear }
}

/// What an account has used of a limit.
struct BybitUse: Equatable {
    var limit: Int
    var left: Int
    var reset: Timestamp
    var isExceeded: Bool

    /// The header lines that tell of it.
    var headers: [HTTPHeader] {
        [
            HTTPHeader("X-Bapi-Limit", String(limit)),
            HTTPHeader("X-Bapi-Limit-Status", String(left)),
            HTTPHeader("X-Bapi-Limit-Reset-Timestamp", String(reset.milliseconds)),
        ]
    }
}

/// Counts the requests of the last second, for each account and group of endpoints.
struct BybitLimits {
    private struct Key: Hashable {
        var account: Int
        var group: String
        var isSpot: Bool
    }

    // Only ever looked into by key.
    private var times: [Key: [Timestamp]] = [:]

    /// Counts a request, of which a batch has as many as orders; one that is refused counts
    /// nothing.
    mutating func use(
        _ limit: BybitLimit,
        _ count: Int,
        of account: Int,
        isSpot: Bool,
        at now: Timestamp
    ) -> BybitUse {
        let key = Key(account: account, group: limit.group, isSpot: isSpot)
        let most = limit.perSecond(isSpot)
        var used = times[key] ?? []
        used.removeAll { $0 + .second <= now }
        let isExceeded = used.count + count > most
        if !isExceeded { used += Array(repeating: now, count: count) }
        times[key] = used
        // The limit is whole again once the newest request has left the second. The oldest one
        // may leave it before the answer arrives: pybit, which waits until then, would count a
        // negative time to sleep and fail.
        return BybitUse(
            limit: most,
            left: most - used.count,
            reset: isExceeded ? (used.last ?? now) + .second : now,
            isExceeded: isExceeded
        )
    }
}
