internal import Journal
internal import Platform
public import Projections
internal import Trading

/// Where a scan writes how far it has come.
struct ScanJournal {
    private var epoch: ToolEpoch
    private(set) var id: ScanID
    private let subject: String
    /// The checkpoint before.
    private var last = SequenceNumber(0)
    /// How long the checkpoints took, in nanoseconds, and how many there were.
    private(set) var spent: (nanoseconds: Int64, count: Int) = (0, 0)

    /// Opens the journal of a plan, or makes it, and takes up the scan that was interrupted, or
    /// begins one.
    ///
    /// - Throws: ``RunFailure`` and `JournalError`.
    init(_ plan: ScanPlan) throws {
        subject = plan.subject
        epoch = try Self.open(plan)
        id = .none
        let interrupted = Self.interrupted(plan.subject, in: epoch.state)
        if let interrupted, !plan.beginsAnew {
            id = interrupted.id
            return
        }
        if let interrupted {
            id = interrupted.id
            try checkpoint(.failed, self.scan, message: "given up for a new one")
            id = .none
        }
        try checkpoint(.running, (cursor: "", processed: 0, total: 0))
        id = ScanID(epoch.state.head)
    }

    private static func open(_ plan: ScanPlan) throws -> ToolEpoch {
        var options = WriterOptions(stateDirectory: plan.stateDirectory)
        options.scan = .child(executable: plan.scanner)
        let writer: JournalWriter
        do {
            writer = try ToolEpoch.open(plan.journal, options, for: "scan")
        } catch let error as JournalError {
            guard error.code == .missing else { throw error }
            return try ToolEpoch(making: plan.journal, options, for: .live, program: plan.program)
        }
        return try ToolEpoch(writer, program: plan.program) { state in
            guard state.mode != .tape else {
                throw RunFailure(
                    refusing: "\(plan.journal) was made for tapes, whose time is not the "
                        + "venue's; name another with --journal"
                )
            }
        }
    }

    /// The newest scan of a subject that is to go on.
    private static func interrupted(_ subject: String, in state: TradingState) -> Scan? {
        state.scans(at: Timestamp(nanoseconds: Clock.wall())).last { scan in
            scan.subject == subject && scan.operation == .marketScan && scan.status == .running
        }
    }

    /// The scan, as the journal has it.
    var record: Scan? { epoch.state.scans.last { $0.id == id } }

    private var scan: (cursor: String, processed: UInt64, total: UInt64) {
        record.map { ($0.cursor, $0.processed, $0.total) } ?? ("", 0, 0)
    }

    /// Writes a checkpoint, durable when this returns.
    ///
    /// - Parameters:
    ///   - status: Where the scan stands.
    ///   - place: How far it has come; `nil` for as far as before.
    ///   - message: Why it failed.
    ///   - found: What was found since the checkpoint before; of many the best are kept.
    ///   - reason: Ends the epoch with it, in the same commit; `nil` where the scan goes on.
    /// - Throws: `JournalError`, after which nothing more may be written.
    mutating func checkpoint(
        _ status: ScanStatus,
        _ place: (cursor: String, processed: UInt64, total: UInt64)? = nil,
        message: String = "",
        _ found: [ScannedPair] = [],
        ending reason: StopReason? = nil
    ) throws {
        let begun = Clock.monotonic()
        let place = place ?? scan
        let best = found.sorted { $0.ranks(before: $1) }.prefix(ScanCheckpointed.mostPairs)
        last = try epoch.append(
            .scanCheckpointed(
                ScanCheckpointed(
                    scan: id,
                    subject: subject,
                    status: status,
                    cursor: place.cursor,
                    processed: place.processed,
                    total: place.total,
                    message: String(message.prefix(Self.longestMessage)),
                    found: Array(best)
                )
            ),
            trace: TraceID(id.rawValue),
            cause: last
        )
        if let reason { try epoch.end(reason) } else { try epoch.commit() }
        spent = (spent.nanoseconds + Clock.monotonic() - begun, spent.count + 1)
    }

    private static let longestMessage = 500
}

/// The scans that a journal tells of.
public enum ScanList {
    /// Reads them; nothing is written.
    ///
    /// - Parameter journal: The journal's directory.
    /// - Returns: Those of the last days, oldest first.
    /// - Throws: `JournalError` and ``ReplayFailure``.
    public static func read(_ journal: String) throws -> [Scan] {
        try Replay.state(of: journal).scans(at: Timestamp(nanoseconds: Clock.wall()))
    }
}
