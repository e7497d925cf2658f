internal import Runtime
internal import Trading

/// Where a replay ends.
enum ReplayPoint: Hashable, Sendable {
    /// After this event; zero is before the first.
    case sequence(UInt64)
    /// After the last event stamped at or before this moment.
    case time(Timestamp)
    /// After the last event there is.
    case head

    /// The point that an option names; the head where it was not given.
    init(_ point: JournalPoint?) {
        switch point {
        case .sequence(let sequence): self = .sequence(sequence.rawValue)
        case .time(let time): self = .time(time)
        case nil: self = .head
        }
    }

    /// Reads `genesis`, `head`, a sequence number or a time; `nil` where it is none of them.
    init?(_ word: String) {
        switch word {
        case "genesis": self = .sequence(0)
        case "head": self = .head
        default:
            guard let point = JournalPoint(word) else { return nil }
            self.init(point)
        }
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
