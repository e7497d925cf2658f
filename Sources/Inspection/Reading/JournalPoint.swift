internal import Trading

/// A point of a journal as people name it.
enum JournalPoint: Hashable, Sendable {
    /// After this event; zero is before the first.
    case sequence(UInt64)
    /// After the last event stamped at or before this moment.
    case time(Timestamp)
    /// After the last event there is.
    case head

    /// Reads `genesis`, `head`, a sequence number, or a time in ISO 8601.
    init(_ text: String, for option: String) throws(UsageFailure) {
        if text == "genesis" {
            self = .sequence(0)
        } else if text == "head" {
            self = .head
        } else if let sequence = UInt64(text) {
            self = .sequence(sequence)
        } else if let time = Timestamp(text) {
            self = .time(time)
        } else {
            throw UsageFailure(
                "\(option) needs a sequence number or a time as 2026-01-31T12:00:00Z, "
                    + "not '\(text)'"
            )
        }
    }

    /// The point behind an option; the head where it was not given.
    init(_ options: CommandOptions, _ name: String) throws(UsageFailure) {
        guard let text = options[name] else {
            self = .head
            return
        }
        try self.init(text, for: name)
    }

    /// The last sequence number it can mean.
    var lastSequence: UInt64 {
        if case .sequence(let sequence) = self { sequence } else { .max }
    }

    /// The last moment it can mean.
    var lastTime: Timestamp {
        if case .time(let time) = self { time } else { Timestamp(nanoseconds: .max) }
    }
}
