public import Trading

/// A point in a journal, as a person names one.
public enum JournalPoint: Hashable, Sendable {
    /// After the event of this number.
    case sequence(SequenceNumber)
    /// After all events stamped at or before this moment.
    case time(Timestamp)

    /// Reads a sequence number, or a time in UTC; `nil` where the text is neither.
    public init?(_ text: String) {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isNumber, let number = UInt64(text) {
            self = .sequence(SequenceNumber(number))
        } else if let time = Timestamp(text) {
            self = .time(time)
        } else {
            return nil
        }
    }
}
