/// What an entry of a venue's log is about.
public enum AccountEntryKind: UInt8, Sendable, CaseIterable {
    /// A transfer, deposit or withdrawal.
    case transfer = 1
    /// Interest on what is borrowed or lent.
    case interest = 2
    /// A rebate, a bonus or something else.
    case other = 3

    /// The word used in output.
    public var name: String { "\(self)" }
}

/// An entry of a venue's log is explained: what of it is ours changes a balance.
///
/// What comes into an account is not ours, and what goes out of it is taken from what is not ours
/// first: only the rest is charged to us.
public struct AccountEntryBooked: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.accountEntryBooked
    /// The entry of the venue's log; never booked twice.
    public var evidence: VenueID
    /// What it is about.
    public var entry: AccountEntryKind
    /// The venue's word for it.
    public var word: String
    /// The asset, by name.
    public var asset: String
    /// By how much the account's balance changed.
    public var whole: Money
    /// How much of that is ours; zero where nothing is.
    public var amount: Money

    /// Makes the payload.
    public init(
        evidence: VenueID,
        entry: AccountEntryKind,
        word: String,
        asset: String,
        whole: Money,
        amount: Money
    ) {
        self.evidence = evidence
        self.entry = entry
        self.word = word
        self.asset = asset
        self.whole = whole
        self.amount = amount
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.venueID(evidence)
        writer.choice(entry)
        writer.text(word)
        writer.text(asset)
        writer.amount(whole)
        writer.amount(amount)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        evidence = reader.venueID()
        entry = reader.choice(.other)
        word = reader.text()
        asset = reader.text()
        whole = reader.amount()
        amount = reader.amount()
    }
}
