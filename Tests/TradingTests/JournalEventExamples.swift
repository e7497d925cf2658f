import TestSupport
import Trading

/// One example of each kind that tells of the journal itself, or of an operator's hand.
enum JournalEventExamples {
    private static func hash(_ first: UInt64) -> Hash256 { Hash256(words: (first, 2, 3, .max)) }

    /// A histogram of lengths in nanoseconds.
    static func times(_ lengths: [Int64]) -> DurationHistogram {
        var times = DurationHistogram()
        for length in lengths { times.add(TimeSpan(nanoseconds: length)) }
        return times
    }

    private static let scan = ScanCheckpointed(
        scan: ScanID(70),
        subject: "binance-spot (live) in USDT",
        cursor: "USDT ZECUSDT",
        processed: 400,
        total: 401,
        found: [
            ScannedPair(
                symbol: "BTCUSDT",
                quote: "USDT",
                turnover: money("123456789.5"),
                value: money("123456789.5"),
                bid: price("60000.1"),
                ask: price("60000.2"),
                depth: MarketDepth(bids: money("5000000"), asks: money("4000000"))
            ),
            ScannedPair(
                symbol: "AAABBB",
                quote: "BBB",
                turnover: money("1"),
                value: nil,
                bid: .zero,
                ask: .zero,
                depth: nil
            ),
        ]
    )

    private static let checkpoint = CheckpointSigned(
        sequence: SequenceNumber(4096),
        chainHash: hash(1),
        every: TimeSpan(seconds: 300),
        key: hash(4),
        signature: (hash(5), hash(6))
    )

    private static let removal = SegmentsRemoved(
        first: SequenceNumber(1),
        last: SequenceNumber(4096),
        chainHash: hash(1),
        archive: "00000000000000000001.batches.zst",
        archiveHash: hash(7)
    )

    private static let restoration = JournalRestored(
        by: "ops",
        reason: "disk died",
        source: "/backup/a",
        lostUpTo: SequenceNumber(5000),
        lostChainHash: hash(8),
        lostEpoch: Epoch(9)
    )

    private static let setting = AccountSetting(
        market: "binance-futures",
        symbol: "BTCUSDT",
        setting: .leverage,
        value: "125",
        phase: .refused,
        detail: "-4028 Leverage 125 is not valid"
    )

    private static let block = RiskBlocked(
        caseID: "P1",
        scope: BlockScope(.instrument, "BTCUSDT-PERP"),
        subject: "BTCUSDT at bybit-linear",
        seen: "the venue has 0, ours is 0.5"
    )

    private static let entry = AccountEntryBooked(
        evidence: VenueID(7),
        entry: .transfer,
        word: "TRANSFER_OUT",
        asset: "USDT",
        whole: money("-2"),
        amount: money("-1.5")
    )

    private static let release = BlockEnded(
        block: SequenceNumber(81),
        end: .released,
        by: "ops",
        reason: "sold by hand"
    )

    private static let correction = CorrectionMade(
        by: "ops",
        reason: "sold by hand",
        undoes: SequenceNumber(0),
        correction: .position(
            InstrumentID(3),
            deal: DealID(40),
            before: .init(
                quantity: quantity("0.5"),
                cost: money("50000"),
                held: quantity("0.4")
            ),
            after: .init(quantity: .zero, cost: .zero, held: .zero)
        )
    )

    static func example(_ kind: EventKind) -> Event {
        switch kind {
        case .commitsTimed:
            .commitsTimed(
                CommitsTimed(times: times([3, 400_000, 401_000, 900_000, 12_000_000]))
            )
        case .checkpointSigned: .checkpointSigned(checkpoint)
        case .segmentsRemoved: .segmentsRemoved(removal)
        case .journalRestored: .journalRestored(restoration)
        case .scanCheckpointed: .scanCheckpointed(scan)
        case .accountSetting: .accountSetting(setting)
        case .riskBlocked: .riskBlocked(block)
        case .blockEnded: .blockEnded(release)
        case .accountEntryBooked: .accountEntryBooked(entry)
        case .comparisonCompleted:
            .comparisonCompleted(ComparisonCompleted(until: Timestamp(nanoseconds: 1_800_000_000)))
        default: .correctionMade(correction)
        }
    }
}
