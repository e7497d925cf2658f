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
}
