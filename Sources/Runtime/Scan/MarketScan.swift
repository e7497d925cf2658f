internal import Exchange
internal import Platform
public import Projections
public import Trading

/// What a scan tells while it goes on.
public struct ScanObserver {
    /// Takes how far it has come.
    public var progress: (ScanProgress) -> Void
    /// Takes what a person should know, in words.
    public var note: (String) -> Void
    /// Says whether it is to be stopped.
    public var isStopWanted: () -> Bool

    /// Makes an observer.
    public init(
        progress: @escaping (ScanProgress) -> Void,
        note: @escaping (String) -> Void,
        isStopWanted: @escaping () -> Bool
    ) {
        self.progress = progress
        self.note = note
        self.isStopWanted = isStopWanted
    }
}

/// How far a scan has come.
public struct ScanProgress: Hashable, Sendable {
    /// How many pairs were looked at, those before an interruption included.
    public var processed: Int
    /// How many there are.
    public var total: Int
    /// How many of those this start looked at.
    public var here: Int
    /// How long this start has lasted.
    public var elapsed: TimeSpan
}

/// What came of a scan.
public struct ScanResult: Sendable {
    /// The scan as the journal has it.
    public var scan: Scan
    /// How many pairs were looked at before this start.
    public var resumedAt: UInt64
    /// How many requests were made for books.
    public var books: Int
    /// How many pairs this start could not rank: the venue tells no turnover of them.
    public var unranked: Int
    /// How long this start took.
    public var elapsed: TimeSpan
    /// How much of that went into checkpoints, and how many it wrote.
    public var checkpoints: (time: TimeSpan, count: Int)
}

/// Looks at every pair of a market, and keeps the best by turnover.
///
/// Every so many pairs a checkpoint is committed: what was looked at before it is not asked for
/// again, whatever ends the process.
public final class MarketScan {
    private let plan: ScanPlan
    private let observer: ScanObserver
    private let began = Clock.monotonic()
    private var journal: ScanJournal
    private let desk: ScanDesk
    private var rates: ScanRates?
    private var items: [ScanItem] = []
    /// How many of ``items`` were looked at, in their order.
    private var done = 0
    /// How many of ``items`` were asked for.
    private var asked = 0
    /// Answers that came before those of items in front of them.
    private var early: [String: VenueBook?] = [:]
    /// What was found since the last checkpoint.
    private var found: [ScannedPair] = []
    private var unranked = 0
    private let resumedAt: UInt64

    /// Scans, from where the last scan of the same subject was interrupted if it was.
    ///
    /// - Returns: The scan, completed or, where a stop was wanted, still running.
    /// - Throws: ``RunFailure`` where the venue does not answer: the scan has failed then, and the
    ///   journal says why; `JournalError`.
    public static func run(_ plan: ScanPlan, _ observer: ScanObserver) throws -> ScanResult {
        let scan = try MarketScan(plan, observer)
        defer { scan.desk.close() }
        return try scan.run()
    }

    private init(_ plan: ScanPlan, _ observer: ScanObserver) throws {
        self.plan = plan
        self.observer = observer
        desk = try ScanDesk(plan, isStopWanted: observer.isStopWanted)
        journal = try ScanJournal(plan)
        resumedAt = journal.record?.processed ?? 0
    }

    private func run() throws -> ScanResult {
        do {
            try list()
            try measure()
            try checkpoint(.completed, ending: .completed)
        } catch let failure as ScanDesk.Failure {
            switch failure {
            case .stopped:
                try checkpoint(.running, ending: .signalled)
            case .unanswered(let why):
                try checkpoint(.failed, why, ending: .failed)
                throw RunFailure("the scan failed: \(why)")
            }
        }
        return try result()
    }

    private func result() throws -> ScanResult {
        guard let scan = journal.record else { throw RunFailure("the scan is not in its journal") }
        return ScanResult(
            scan: scan,
            resumedAt: resumedAt,
            books: asked,
            unranked: unranked,
            elapsed: TimeSpan(nanoseconds: Clock.monotonic() - began),
            checkpoints: (TimeSpan(nanoseconds: journal.spent.nanoseconds), journal.spent.count)
        )
    }

    // MARK: What there is

    /// Reads the instruments page by page, and the prices of all.
    private func list() throws {
        var instruments: [VenueInstrument] = []
        var page: VenuePage? = .first
        while let next = page {
            let call = VenueCall.instruments(page: next)
            guard case .instruments(let some, let behind) = try desk.facts(call, name: "list")
            else {
                throw ScanDesk.Failure.unanswered("the list of instruments is something else")
            }
            // A venue that gives the same mark again would be asked for ever.
            guard behind != next else {
                throw ScanDesk.Failure.unanswered("the list of instruments does not end")
            }
            instruments += some
            page = behind
        }
        guard case .tickers(let all) = try desk.facts(.tickers, name: "prices") else {
            throw ScanDesk.Failure.unanswered("the list of prices is something else")
        }
        let tickers = Dictionary(all.map { ($0.symbol, $0) }, uniquingKeysWith: { $1 })
        rates = ScanRates(plan.asset, instruments, tickers)
        let listed = ScanItem.list(instruments, tickers, in: plan.market)
        let cursor = journal.record?.cursor ?? ""
        items = listed.filter { $0.isBehind(cursor) }
        if resumedAt > 0 {
            observer.note(
                "scan \(journal.id) goes on behind \(cursor): \(resumedAt) pairs are done, "
                    + "\(items.count) are left"
            )
        }
    }

    // MARK: What each is worth

    private func measure() throws {
        tell()
        while done < items.count {
            while asked < items.count, asked - done < ScanPlan.window {
                let symbol = items[asked].symbol
                desk.ask(.book(symbol: symbol, depth: ScanPlan.levels), name: symbol)
                asked += 1
            }
            for (name, answer) in try desk.wait() { early[name] = .some(try book(name, answer)) }
            while done < items.count, let book = early.removeValue(forKey: items[done].symbol) {
                take(items[done], book)
                done += 1
                if done % plan.interval == 0, done < items.count { try checkpoint(.running) }
            }
            tell()
        }
    }

    /// The book in an answer; none where the venue refuses that of this symbol alone.
    private func book(_ name: String, _ answer: VenueAnswer) throws -> VenueBook? {
        switch answer {
        case .yes(.book(let book)): return book
        case .no(let refusal) where refusal.isOfSymbol:
            observer.note("\(name) has no book: \(refusal.code) \(refusal.text)")
            return nil
        default: throw ScanDesk.Failure.unanswered(ScanDesk.words("the book of \(name)", answer))
        }
    }

    private func take(_ item: ScanItem, _ book: VenueBook?) {
        if let pair = item.pair(book, rate: rates?.rate(of: item.quote)) {
            found.append(pair)
        } else {
            unranked += 1
        }
    }

    /// Writes down how far it has come.
    private func checkpoint(
        _ status: ScanStatus,
        _ message: String = "",
        ending reason: StopReason? = nil
    ) throws {
        var place: (cursor: String, processed: UInt64, total: UInt64)?
        if rates != nil {
            place = (
                done > 0 ? items[done - 1].cursor : journal.record?.cursor ?? "",
                resumedAt + UInt64(done), resumedAt + UInt64(items.count)
            )
        }
        try journal.checkpoint(status, place, message: message, found, ending: reason)
        found = []
    }

    private func tell() {
        observer.progress(
            ScanProgress(
                processed: Int(resumedAt) + done,
                total: Int(resumedAt) + items.count,
                here: done,
                elapsed: TimeSpan(nanoseconds: Clock.monotonic() - began)
            )
        )
    }
}

extension CallRefusal {
    /// Whether it is about what was asked for, and not about asking.
    fileprivate var isOfSymbol: Bool {
        switch reason {
        case .order, .malformed: code != 0
        case .limited, .clock, .access, .maintenance: false
        }
    }
}
