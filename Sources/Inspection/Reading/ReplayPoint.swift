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
    /// What the journal's snapshot of this number holds.
    case snapshot(UInt64)
    /// What a snapshot file holds.
    case file(String)

    /// The point that an option names; the head where it was not given.
    init(_ point: JournalPoint?) {
        switch point {
        case .sequence(let sequence): self = .sequence(sequence.rawValue)
        case .time(let time): self = .time(time)
        case nil: self = .head
        }
    }

    /// Reads `genesis`, `head`, a sequence number, a time, `snapshot:` with a number, or the path
    /// of a snapshot file; `nil` where it is none of them.
    init?(_ word: String) {
        if word == "genesis" {
            self = .sequence(0)
        } else if word == "head" {
            self = .head
        } else if let point = JournalPoint(word) {
            self.init(point)
        } else if word.hasPrefix("snapshot:"), let number = UInt64(word.dropFirst(9)) {
            self = .snapshot(number)
        } else if word.contains("/") || word.hasSuffix(".snapshot") {
            self = .file(word)
        } else {
            return nil
        }
    }

    /// Reads a point that a person gave.
    ///
    /// - Parameters:
    ///   - word: What was given.
    ///   - name: The option it was given to, for the message; `nil` for an argument.
    /// - Returns: The point.
    /// - Throws: ``UsageMistake`` where it is none.
    static func parse(_ word: String, of name: String? = nil) throws(UsageMistake) -> ReplayPoint {
        if let point = ReplayPoint(word) { return point }
        let forms =
            "a sequence number, a time as 2024-07-23T15:45:00Z, genesis, head, "
            + "snapshot:SEQ or the path of a snapshot"
        guard let name else { throw UsageMistake("\"\(word)\" is no point: it takes \(forms)") }
        throw UsageMistake("--\(name) needs \(forms), found \"\(word)\"")
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
