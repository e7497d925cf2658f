public import Trading

/// An entry of a venue's own log of what has changed a balance.
public struct VenueEntry: Hashable, Sendable {
    /// What changed it.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A trade, its fee or its result: its fill tells it.
        case trade
        /// Funding of a position.
        case funding
        /// A transfer, deposit or withdrawal.
        case transfer
        /// Interest on what is borrowed or lent.
        case interest
        /// Something that the venue did to a position: its fill tells it.
        case position
        /// A rebate, a bonus or something else.
        case other

        /// The word used in output.
        public var name: String { "\(self)" }
    }

    /// A name of the entry that is a pure function of what the venue says of it.
    public var id: VenueID
    /// What changed the balance.
    public var kind: Kind
    /// The venue's word for it, as `TRANSFER_IN`.
    public var word: String
    /// The symbol that it is about; `nil` for none.
    public var symbol: String?
    /// The asset of which the balance changed.
    public var asset: String
    /// By how much; negative where it was charged.
    public var amount: Money
    /// The fraction of the notional that was paid as funding; `nil` where it is not told.
    public var rate: Decimal?
    /// The venue's time.
    public var time: Timestamp

    /// Makes an entry, and its name from what proves it.
    ///
    /// - Parameters:
    ///   - kind: What changed the balance.
    ///   - word: The venue's word for it.
    ///   - symbol: The symbol; empty for none.
    ///   - asset: The asset.
    ///   - amount: By how much.
    ///   - time: The venue's time.
    ///   - evidence: The venue's own ids of it.
    public init(
        _ kind: Kind,
        word: String,
        symbol: String,
        asset: String,
        amount: Money,
        time: Timestamp,
        evidence: [String]
    ) {
        self.kind = kind
        self.word = word
        self.symbol = symbol.isEmpty ? nil : symbol
        self.asset = asset
        self.amount = amount
        self.time = time
        var hash = SipHash(key0: 0x6c65_6467_6572, key1: 0x656e_7472_79)
        // Some venues give one id to several rows: only all of it together is one entry.
        for text in [word, symbol, asset] + evidence {
            hash.word(UInt64(text.utf8.count))
            for byte in text.utf8 { hash.word(UInt64(byte)) }
        }
        hash.wide(amount.value.units)
        hash.word(UInt64(bitPattern: time.nanoseconds))
        let digest = hash.finish()
        id = VenueID(UInt128(digest.first) << 64 | UInt128(digest.second))
    }
}
