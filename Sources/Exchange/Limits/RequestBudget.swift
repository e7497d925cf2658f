public import Trading

/// When a request may be sent without breaking a venue's limits.
///
/// A value without a clock: the caller tells the time of the venue, as well as it is known, and it
/// must not go back; where it does, the latest moment that was told counts. Nothing waits here: an
/// answer tells the next moment at which it is worth asking again.
///
/// A bucket that fills evenly would let up to twice the count through in some windows, so what is
/// counted are the windows in which the venue counts.
public struct RequestBudget: Sendable {
    private var buckets: [LimitName: LimitBucket]
    private let order: [LimitName]
    private var heldUntil = Timestamp.never
    private var latest = Timestamp.never

    /// Begins with nothing taken.
    ///
    /// - Parameters:
    ///   - limits: The limits, each name once.
    ///   - slack: By how much the time between two requests may shrink on their way, together with
    ///     the uncertainty of the venue's clock.
    public init(_ limits: [RequestLimit], slack: TimeSpan) {
        order = limits.map(\.name)
        buckets = Dictionary(
            limits.map { ($0.name, LimitBucket($0, slack: slack)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether a request may be sent.
    public func permission(
        for charges: [RequestCharge],
        _ priority: RequestPriority,
        at now: Timestamp
    ) -> RequestPermission {
        let start = max(now, latest)
        var moment = max(start, heldUntil)
        for charge in charges {
            let bucket = buckets[charge.name]
            guard let earliest = bucket?.earliest(charge.cost, priority, at: moment) else {
                return .never
            }
            // What fits at one moment fits later, too, so that the latest fits them all.
            moment = earliest
        }
        return moment <= now ? .now : .notBefore(moment)
    }

    /// Takes what a request costs where it may be sent now; call it just before sending.
    public mutating func take(
        _ charges: [RequestCharge],
        _ priority: RequestPriority,
        at now: Timestamp
    ) -> RequestPermission {
        let permission = permission(for: charges, priority, at: now)
        guard permission == .now else { return permission }
        latest = max(latest, now)
        for charge in charges { buckets[charge.name]?.take(charge.cost, at: now) }
        return .now
    }

    /// Takes over what a venue says of a limit; one that is not known here is passed over.
    ///
    /// - Parameters:
    ///   - name: The limit.
    ///   - used: How much the venue has counted in the window, the request it answers included.
    ///   - count: How much a window holds, where the venue says it.
    ///   - now: When its answer came.
    public mutating func correct(
        _ name: LimitName,
        used: Int,
        count: Int? = nil,
        at now: Timestamp
    ) {
        latest = max(latest, now)
        if let count { buckets[name]?.correct(count: count) }
        buckets[name]?.correct(used: used, at: latest)
    }

    /// Takes over a new count of a limit, as an exchange's information tells it.
    public mutating func correct(_ name: LimitName, count: Int) {
        buckets[name]?.correct(count: count)
    }

    /// Lets nothing that is charged to a limit pass before a moment, whatever its priority; a limit
    /// that is not known here holds everything.
    public mutating func hold(_ name: LimitName, until moment: Timestamp) {
        if buckets[name] == nil { holdAll(until: moment) }
        buckets[name]?.hold(until: moment)
    }

    /// Lets no order pass before a moment, where the venue does not say which of its counts of
    /// orders is full; cancels go on.
    public mutating func holdOrders(until moment: Timestamp) {
        for case .orders(let window) in order { hold(.orders(window), until: moment) }
    }

    /// Lets nothing pass before a moment, whatever its priority: asking on makes a ban longer.
    public mutating func holdAll(until moment: Timestamp) { heldUntil = max(heldUntil, moment) }

    /// Until when nothing passes; in the past where nothing is held.
    public var isHeldUntil: Timestamp { heldUntil }

    /// How each limit stands, in the order in which they were given.
    public func status(at now: Timestamp) -> [LimitStatus] {
        order.compactMap { name in
            buckets[name].map { bucket in
                LimitStatus(
                    limit: bucket.limit,
                    used: bucket.used(at: max(now, latest)),
                    heldUntil: max(heldUntil, bucket.heldUntil)
                )
            }
        }
    }
}

/// How a limit stands, for a view.
public struct LimitStatus: Hashable, Sendable {
    /// The limit, with the venue's own count where it told one.
    public var limit: RequestLimit
    /// How much of it is taken.
    public var used: Int
    /// Until when nothing passes.
    public var heldUntil: Timestamp
}
