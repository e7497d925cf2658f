/// Sequence numbers that a journal has lost, and what is left of them.
public struct JournalGap: Hashable, Sendable {
    /// The first one that is missing.
    public let first: UInt64
    /// The last one that is known to be missing.
    public let last: UInt64
    /// Whether more may be missing behind ``last``: the end of the journal is lost, and nothing
    /// says how far it went.
    public let isOpen: Bool
    /// What was found in its place, in words.
    public let found: String
    /// What is left, as evidence: none of it is ever replayed.
    public let evidence: [Evidence]

    /// A batch of the gap that could not be taken, and its intact events.
    public struct Evidence: Hashable, Sendable {
        /// The file it is in.
        public let path: String
        /// Its first byte there.
        public let offset: Int
        /// Its length in bytes; `nil` where nothing says it.
        public let length: Int?
        /// Its first sequence number; `nil` where nothing says it.
        public let first: UInt64?
        /// Its last sequence number; `nil` where nothing says it.
        public let last: UInt64?
        /// Why it was not taken.
        public let fault: String
        /// How many of its events match their checksums.
        public let intactEvents: Int
        /// Those events, as many as are kept.
        public let events: [Event]
    }

    /// An event that matches its checksum.
    public struct Event: Hashable, Sendable {
        /// Its sequence number; `nil` where it cannot be told.
        public let sequence: UInt64?
        /// What happened, as the number that its writer gave.
        public let kind: UInt16
        /// Version of the payload's schema.
        public let version: UInt16
        /// When, nanoseconds since 1970.
        public let time: Int64
        /// What it belongs to.
        public let trace: UInt64
        /// The sequence number of its cause.
        public let cause: UInt64
        /// Its first byte in the file.
        public let offset: Int
        /// Its length in bytes, with its header.
        public let length: Int
    }

    /// Most events that are kept of one batch.
    static let eventLimit = 10_000
    /// Most batches that are looked at for one gap.
    static let evidenceLimit = 100

    /// The numbers that are known to be missing.
    var range: ClosedRange<UInt64> { first...max(first, last) }
}

extension JournalGap.Event {
    init(_ event: EventView, at offset: Int) {
        sequence = event.sequence == 0 ? nil : event.sequence
        kind = event.kind
        version = event.version
        time = event.time
        trace = event.trace
        cause = event.cause
        self.offset = offset
        length = Layout.eventHeaderLength + event.payload.count
    }
}

extension JournalGap: CustomStringConvertible {
    /// The numbers and what was found.
    public var description: String {
        let what =
            first == last ? "event \(first) is missing" : "events \(first) to \(last) are missing"
        return what + (isOpen ? ", perhaps more behind them" : "") + ": " + found
    }
}
