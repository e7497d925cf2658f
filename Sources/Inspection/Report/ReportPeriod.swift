internal import Trading

/// The part of a journal that a report is of.
struct ReportPeriod: Sendable {
    /// The first and the last event.
    var from: UInt64 = 1
    var to: UInt64 = .max
    /// The first and the last moment.
    var since = Timestamp.never
    var until = Timestamp(nanoseconds: .max)

    /// Whether it is cut by time.
    var isTimed: Bool { since > .never || until.nanoseconds < .max }

    /// Whether an event comes before it.
    func isAfter(_ sequence: UInt64, _ time: Timestamp) -> Bool { sequence < from || time < since }

    /// Whether an event comes after it.
    func isBefore(_ sequence: UInt64, _ time: Timestamp) -> Bool { sequence > to || time > until }

    /// What of a gap lies within it; `nil` where nothing does.
    func part(of gap: RawReplay.Gap) -> RawReplay.Gap? {
        var gap = gap
        if gap.from > to || gap.fromTime > until { return nil }
        guard let end = gap.to else { return gap }
        if end < from || gap.toTime < since { return nil }
        // The state behind it is one behind the period.
        if end > to || gap.toTime > until { gap.to = nil }
        return gap
    }
}
