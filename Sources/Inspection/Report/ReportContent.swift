internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// All that a report shows.
struct ReportContent {
    /// The journal's directory.
    let journal: String
    /// The program that makes the report, with its version.
    let program: String
    let verification: Verification
    let gathered: ReportGatherer
    /// What of the period could not be replayed.
    let gaps: [RawReplay.Gap]
    /// Whether anything could be read.
    let isReadable: Bool
    /// What it means that the last epoch has no end.
    let openEnd: OpenEnd

    /// Verifies a journal and gathers a period of it, in one pass where it is whole.
    ///
    /// - Throws: `JournalError` where nothing can be read.
    static func read(
        _ context: CommandContext,
        _ period: ReportPeriod,
        stateDirectory: String?
    ) throws -> ReportContent {
        var gathered = ReportGatherer(period)
        let verification = try Verification(
            context,
            stateDirectory: stateDirectory,
            watch: gathered
        )
        var gaps: [RawReplay.Gap] = []
        var isReadable = true
        if let state = verification.state, state.head.rawValue > 0 {
            gathered.finish(state)
            gaps = stop(of: verification, state)
        } else {
            gathered = ReportGatherer(period)
            let raw = try RawReplay(
                context.journal,
                suspects: suspects(verification.findings),
                telling: gathered
            )
            gathered.finish(raw.state)
            gaps = raw.gaps
            isReadable = raw.state.head.rawValue > 0 || !gaps.isEmpty
        }
        let settings = context.settings
        return ReportContent(
            journal: context.journal,
            program: "\(settings.program) \(settings.version)",
            verification: verification,
            gathered: gathered,
            gaps: gaps.compactMap(period.part(of:)),
            isReadable: isReadable,
            openEnd: try OpenEnd(context)
        )
    }

    /// Where a replay stopped though the bytes are whole.
    private static func stop(
        of verification: Verification,
        _ state: TradingState
    ) -> [RawReplay.Gap] {
        guard !verification.isReplayed else { return [] }
        let reason = verification.findings.last { $0.code == .replay }?.meaning
        return [
            RawReplay.Gap(
                from: state.head.rawValue + 1,
                to: nil,
                reason: reason ?? "it could not be replayed",
                fromTime: state.time,
                toTime: state.time
            )
        ]
    }

    private static func suspects(_ findings: [Finding]) -> Set<UInt64> {
        Set(
            findings.filter { $0.code == .snapshot && $0.severity != .note }
                .compactMap { $0.sequences?.lowerBound }
        )
    }

    /// The states around the period.
    var begin: TradingState { gathered.begin ?? TradingState() }
    var end: TradingState { gathered.end ?? TradingState() }

    /// Whether the period begins where the journal does.
    var isFromBeginning: Bool { begin.head.rawValue == 0 }

    /// The axis of all charts; `nil` where the period is empty.
    var axis: TimeAxis? {
        guard let first = gathered.first, let last = gathered.last else { return nil }
        return TimeAxis(from: first.time, to: last.time)
    }

    var times: PageTimes {
        PageTimes(
            from: gathered.first?.time ?? .never,
            to: gathered.last?.time ?? .never
        )
    }

    /// The asset that results are counted in.
    var currency: String {
        let quotes = Set(end.instruments.map { end.name(of: $0.instrument.quote) })
        return quotes.count == 1 ? quotes.first.map(\.cut) ?? "" : "quote units"
    }

    /// The last event up to which the state is known; `nil` where that is the whole period.
    var lastKnown: UInt64? { gaps.last.flatMap { $0.to == nil ? $0.from - 1 : nil } }

    /// Whether every event of the period is known: no gap and no damage may hide another.
    var isWhole: Bool {
        let last = gathered.endsWithJournal ? .max : gathered.last?.sequence ?? .max
        return gaps.isEmpty
            && !verification.findings.contains { finding in
                guard finding.severity == .damage, !Self.harmless.contains(finding.code) else {
                    return false
                }
                guard let place = finding.sequences else { return true }
                return place.lowerBound <= last && place.upperBound >= gathered.period.from
            }
    }

    /// Whether the last event of the period is known.
    private var isEndKnown: Bool {
        lastKnown == nil
            && !verification.findings.contains { $0.severity == .damage && $0.code == .witness }
    }

    /// What is found in other places than events; where a replay stops is a gap.
    private static let harmless: Set<Finding.Code> = [.snapshot, .replay, .name, .leftover]

    /// How an epoch ended, in words.
    func stop(_ row: EpochRow) -> String {
        if let stop = row.stop { return stop }
        guard row.epoch == gathered.epochs.last?.epoch, isEndKnown else { return "not known" }
        guard gathered.endsWithJournal, row.last.rawValue == end.head.rawValue else {
            return "goes on"
        }
        return openEnd.rawValue
    }

    /// How many epochs are known to have ended without a clean stop, the last one included.
    var uncleanStops: Int {
        let isLast = gathered.epochs.last.map { $0.stop == nil && stop($0) == "unclean" } ?? false
        return gathered.uncleanStops + (isLast ? 1 : 0)
    }
}
