internal import Engine
internal import Exchange
internal import Trading

/// What happens next; it may tell nothing new.
struct WorldStep {
    /// What the engine is told.
    var input: Input?
    /// What is told besides, and is written before it.
    var events: [Event] = []
}

/// A recorded market with the paper venue in it: everything outside the engine, in tape time.
///
/// The order of what happens is a pure function of tapes, configuration and requests: by time,
/// then ticks, reports, market lines and signals, in the order of the command line and of their
/// lines; and what arrives at the venue comes after everything recorded at that moment. So the
/// moment at which a request was handed over does not matter, as long as nothing later than its
/// arrival has happened.
struct TapeWorld: RunWorld, ~Copyable {
    private var tapes: TapeSet
    private var decoder = BinanceDecoder()
    /// The instrument of each tape.
    private let instruments: [InstrumentID]
    /// The number of each tape among the sources of the journal.
    let sources: [SourceID]
    private(set) var feeds: [MarketFeed]
    private(set) var venue: PaperVenue
    private let priceCeilings: [Price]
    private let latency: TimeSpan
    private let replyLatency: TimeSpan
    private(set) var arrivals = Pending<VenueRequest>()
    private(set) var reports = Pending<VenueReport>()
    private let signals: [ScoredSignal]
    private var signalsTaken = 0
    private var nextTick: Timestamp
    /// When the last line was recorded.
    private var lastLine: Timestamp
    private var hasLine: Bool
    /// When the last line of each instrument was recorded.
    private var lastLines: [Timestamp]
    /// The tape that tells each instrument's market now, and which tapes have had their turn.
    private var playing: [Int?]
    private var isOver: [Bool]
    /// Why the next line cannot be had.
    private var failure: TapeError?
    /// How far each tape, and behind them the signals, is consumed.
    private(set) var progress: [InputProgress]
    /// The trouble of each feed that was told and is not over.
    private var trouble: [MarketFault.Kind?]
    /// Whether it was told that a feed gets messages of another instrument.
    private var hasToldForeign: [Bool]

    /// How long after a line the clock goes on ticking; then it stands until the next line.
    ///
    /// A gap of months between two tapes would otherwise be hours of ticks, each with its mark.
    static let longestSilence = TimeSpan(seconds: 3600)

    /// The time of the step at hand.
    private(set) var time = Timestamp.never

    /// Opens the world at the beginning of its tapes.
    init(_ plan: TapePlan) throws(TapeError) {
        // What can fail comes first: a noncopyable value is made whole or not at all.
        var tapes = try TapeSet(paths: plan.paths)
        let hasLine = try tapes.advance()
        self.hasLine = hasLine
        instruments = plan.instruments
        sources = plan.sources
        progress = (plan.sources + [plan.signalSource].compactMap { $0 }).map { source in
            InputProgress(source: source)
        }
        lastLines = plan.feeds.map { _ in .never }
        playing = plan.feeds.map { _ in nil }
        isOver = plan.paths.map { _ in false }
        trouble = plan.feeds.map { _ in nil }
        hasToldForeign = plan.feeds.map { _ in false }
        priceCeilings = plan.priceCeilings
        feeds = plan.feeds
        venue = plan.venue
        latency = plan.latency
        replyLatency = plan.replyLatency
        signals = plan.signals
        let second = TimeSpan.second.nanoseconds
        let start = tapes.received.nanoseconds
        nextTick = Timestamp(nanoseconds: start - start % second + second)
        lastLine = tapes.received
        self.tapes = tapes
    }

    /// When the next step happens; `nil` at the end of the tapes.
    var nextTime: Timestamp? {
        if failure != nil { return time }
        guard hasLine else { return nil }
        var next = tapes.received
        if nextTick < next { next = nextTick }
        if let report = reports.first, report < next { next = report }
        if let signal = nextSignal, signal < next { next = signal }
        return next
    }

    private var nextSignal: Timestamp? {
        signalsTaken < signals.count ? signals[signalsTaken].time : nil
    }

    /// When a request decided at `moment` comes to the venue.
    func arrival(of moment: Timestamp) -> Timestamp { moment + latency }

    /// Hands a request over that was decided at `moment`.
    mutating func send(_ request: VenueRequest, decidedAt moment: Timestamp) {
        arrivals.append(request, at: moment + latency)
    }

    /// The next step; `nil` at the end of the tapes.
    mutating func next() throws(TapeError) -> WorldStep? {
        while let now = nextTime {
            if let failure { throw failure }
            // What arrives comes after everything recorded at its moment.
            if let arrival = arrivals.first, arrival < now {
                receive(arrivals.removeFirst(), at: arrival)
                continue
            }
            time = now
            if nextTick == now {
                setTick(after: now)
                return WorldStep(input: .tick)
            }
            if reports.first == now { return WorldStep(input: .report(reports.removeFirst())) }
            if tapes.received == now { return try line() }
            return WorldStep(input: .signal(takeSignal()))
        }
        return nil
    }

    /// A tick a second, but none in a silence that lasts.
    private mutating func setTick(after now: Timestamp) {
        nextTick = now + .second
        let line = tapes.received
        guard nextTick - lastLine > Self.longestSilence, nextTick < line else { return }
        let rest = line.nanoseconds % TimeSpan.second.nanoseconds
        nextTick = Timestamp(nanoseconds: line.nanoseconds - rest)
    }

    private mutating func takeSignal() -> ScoredSignal {
        let signal = signals[signalsTaken]
        signalsTaken += 1
        progress[sources.count].line = UInt64(signalsTaken)
        progress[sources.count].time = signal.time
        return signal
    }

    private mutating func receive(_ request: VenueRequest, at moment: Timestamp) {
        guard let instrument = venue.instrument(of: request) else {
            venue.receive(request, at: moment, book: nil)
            collectReports(at: moment)
            return
        }
        let place = Int(instrument.rawValue)
        let isFresh = moment - lastLines[place] <= MarketMemory.longestSilence
        let book = isFresh && feeds[place].isInStep ? feeds[place].book : nil
        venue.receive(request, at: moment, book: book)
        collectReports(at: moment)
    }

    private mutating func collectReports(at moment: Timestamp) {
        if venue.reports.isEmpty { return }
        for report in venue.takeReports() { reports.append(report, at: moment + replyLatency) }
    }

    /// Takes a market line: the venue sees it first, then the engine.
    private mutating func line() throws(TapeError) -> WorldStep {
        let tape = tapes.source
        try decoder.decode(tapes)
        let instrument = instruments[tape]
        let place = Int(instrument.rawValue)
        try requireCountable(place)
        try requireOrder(of: tape, place)
        lastLine = tapes.received
        lastLines[place] = tapes.received
        let changes = feeds[place].take(decoder.message)
        progress[tape].line = UInt64(tapes.number)
        progress[tape].time = tapes.received
        if !changes.isEmpty { tell(venueOf: place, changes, instrument) }
        let fault = newFault(of: place, at: tape)
        // A tape that breaks off behind this line still tells this line.
        do throws(TapeError) { hasLine = try tapes.advance() } catch { failure = error }
        let input = changes.isEmpty ? nil : Input.market(feeds[place].slice)
        return WorldStep(input: input, events: fault.map { [.marketFaulted($0)] } ?? [])
    }

    /// Refuses tapes of one market that overlap: what they both recorded would happen twice.
    private mutating func requireOrder(of tape: Int, _ place: Int) throws(TapeError) {
        guard let playing = playing[place], playing != tape else {
            self.playing[place] = tape
            return
        }
        if isOver[tape] {
            let other = tapes.sources[playing].path
            let rule =
                "expected before the first line of \(other), which records the same market; "
                + "the tapes overlap: trade one of them"
            throw .message(at: tapes.place, .outOfRange(key: "receive time", rule: rule))
        }
        isOver[playing] = true
        self.playing[place] = tape
    }

    /// Refuses a price with which amounts could not be counted any more.
    private func requireCountable(_ place: Int) throws(TapeError) {
        let price = decoder.message.highestPrice
        guard price > priceCeilings[place] else { return }
        let rule =
            "expected at most \(priceCeilings[place]), found \(price); for such an instrument "
            + "lower filters.maximumQuantity in the configuration"
        throw .message(at: tapes.place, .outOfRange(key: "price", rule: rule))
    }

    /// The venue sees every message, before the engine does.
    private mutating func tell(
        venueOf place: Int,
        _ changes: MarketSlice.Changes,
        _ instrument: InstrumentID
    ) {
        let book = feeds[place].isInStep ? feeds[place].book : nil
        if changes.contains(.book) || changes.contains(.bookLost) {
            venue.bookChanged(in: instrument, at: time, book: book)
        }
        if changes.contains(.trades) {
            venue.tradeHappened(decoder.message.trade, in: instrument, at: time, book: book)
        }
        if changes.contains(.mark) {
            venue.markPriceChanged(decoder.message.mark, in: instrument, at: time, book: book)
        }
        collectReports(at: time)
    }

    /// The first fault of a line, unless it is the same trouble as before.
    private mutating func newFault(of place: Int, at tape: Int) -> MarketFaulted? {
        let faults = feeds[place].takeFaults()
        if feeds[place].isInStep && faults.isEmpty { trouble[place] = nil }
        guard let fault = faults.first, trouble[place] != fault.kind else { return nil }
        if fault.kind == .wrongInstrument {
            // On a mixed tape every other line may be one: once is enough, the feed counts them.
            if hasToldForeign[place] { return nil }
            hasToldForeign[place] = true
        } else {
            trouble[place] = fault.kind
        }
        return MarketFaulted(
            instrument: instruments[tape],
            source: sources[tape],
            line: progress[tape].line,
            text: "\(feeds[place].symbol): \(fault)"
        )
    }
}

extension TapeWorld {
    /// Markets that could not be traded, or only in part.
    var remarks: [String] {
        var remarks: [String] = []
        for feed in feeds {
            if let remark = feed.neverInStep { remarks.append(remark) }
            if feed.hasBeenInStep && feed.counters.trades == 0 {
                remarks.append(
                    "\(feed.symbol): no trade was recorded; stops and resting orders, which "
                        + "trades fill, could not be met"
                )
            }
            let foreign = feed.counters.foreign
            if foreign > 0 {
                remarks.append(
                    "\(feed.symbol): left out as of another symbol or market: \(foreign) messages"
                )
            }
        }
        return remarks
    }
}

/// What is under way, in the order of its coming.
struct Pending<Element> {
    private var elements: [(time: Timestamp, element: Element)] = []
    private var gone = 0

    /// When the next one comes.
    var first: Timestamp? { gone < elements.count ? elements[gone].time : nil }
    /// What is under way.
    var waiting: ArraySlice<(time: Timestamp, element: Element)> { elements[gone...] }

    mutating func append(_ element: Element, at time: Timestamp) {
        if let last = elements.last {
            invariant(last.time <= time, "what leaves later does not come earlier")
        }
        elements.append((time, element))
    }

    mutating func removeFirst() -> Element {
        let element = elements[gone].element
        gone += 1
        if gone > 64 && gone * 2 > elements.count {
            elements.removeFirst(gone)
            gone = 0
        }
        return element
    }
}
