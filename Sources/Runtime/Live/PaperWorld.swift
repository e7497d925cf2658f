internal import Engine
internal import Exchange
internal import Network
internal import Platform
internal import Projections
internal import Trading

/// Markets as they are now, with the paper venue in the place of the real one: nothing is sent.
///
/// Everything happens on the engine's thread, by the machine's clock: what arrives at the venue
/// and what it reports are under way as long as the configuration says.
final class PaperWorld: WaitingWorld, StreamListener {
    private let observer: RunObserver
    private let instruments: [InstrumentListed]
    private let readers: [MarketReader]
    private let clients: [HTTPClient]
    private var keeper: StreamKeeper?
    private var steady: SteadyTime
    private var venue: PaperVenue
    private let latency: TimeSpan
    private let replyLatency: TimeSpan
    private var arrivals = Pending<VenueRequest>()
    private var reports = Pending<VenueReport>()
    /// What each market has become since the engine saw it last.
    private var slices: [MarketSlice?]
    /// The reader that has each instrument's book, and its place there.
    private let books: [(reader: Int, place: Int)]
    /// The place of each instrument's market among the sources.
    private let markets: [Int]
    private var events: [Event] = []
    private var nextTick: Timestamp

    private(set) var time: Timestamp
    private(set) var progress: [InputProgress]
    let remarks: [String] = []

    /// Begins to connect.
    ///
    /// - Parameters:
    ///   - plan: What is traded.
    ///   - settings: Where its markets are.
    ///   - observer: Who is told of trouble.
    ///   - state: What was traded so far, which the venue goes on from.
    ///   - sources: The number of each market among the sources of the journal.
    /// - Throws: ``RunFailure`` and what clients throw.
    init(
        _ plan: RunPlan,
        _ settings: LiveSettings,
        _ observer: RunObserver,
        over state: TradingState,
        sources: [SourceID]
    ) throws {
        self.observer = observer
        instruments = plan.instruments
        latency = plan.latency
        replyLatency = plan.replyLatency
        steady = SteadyTime(.machine, notBefore: state.time)
        time = steady.now()
        nextTick = time + .second
        slices = plan.instruments.map { _ in nil }
        let names = settings.markets(of: plan.instruments)
        markets = plan.instruments.map { listed in
            names.firstIndex(of: settings.kind.market(of: listed.market)) ?? 0
        }
        progress = sources.map { source in
            let known = state.sources[Int(source.rawValue)]
            return InputProgress(source: source, line: known.line, time: known.time)
        }
        venue = PaperVenue(resuming: state, at: time)
        let streams = try Self.streams(plan, settings, sources)
        clients = try streams.map { try HTTPClient(HTTPOptions($0.rest)) }
        let authorities = WebSocketClient.systemAuthorities
        readers = zip(streams, clients).map { MarketReader($0, $1) }
        books = plan.instruments.map { listed in
            for (number, stream) in streams.enumerated() where stream.carriesBooks {
                let place = stream.instruments.firstIndex { $0.instrument == listed.id }
                if let place { return (number, place) }
            }
            return (0, 0)
        }
        let keeper = StreamKeeper(try WebSocketClient(authorities: authorities), self)
        for stream in streams { _ = keeper.add(stream.kept) }
        self.keeper = keeper
    }

    private static func streams(
        _ plan: RunPlan,
        _ settings: LiveSettings,
        _ sources: [SourceID]
    ) throws -> [MarketStreamPlan] {
        let markets = settings.markets(of: plan.instruments)
        return try zip(markets, sources).flatMap { market, source in
            try MarketStreamPlan.streams(
                of: market,
                at: settings.hosts(of: market),
                plan.instruments.filter { $0.market == market.market }
                    .map { MarketStreamPlan.Listed(instrument: $0.id, symbol: $0.symbol) },
                plan,
                source
            )
        }
    }

    /// Closes everything.
    func close() {
        keeper?.close()
        for client in clients { client.stop() }
    }

    // MARK: Requests

    func arrival(of moment: Timestamp) -> Timestamp { moment + latency }

    func send(_ request: VenueRequest, decidedAt moment: Timestamp) {
        arrivals.append(request, at: max(moment, time) + latency)
    }

    /// Has a request refused that was under way when the engine ended, and the paper venue with it.
    func refuse(_ request: RequestKind, of order: OrderID) {
        venue.refuse(request, of: order, at: time)
        collectReports()
    }

    // MARK: What happens next

    private var now: Timestamp { steady.now() }

    /// Waits until something is there or is due, and takes it in.
    func wait() {
        var next = nextTick
        if let arrival = arrivals.first { next = min(next, arrival) }
        if let report = reports.first { next = min(next, report) }
        let isIdle = events.isEmpty && slices.allSatisfy { $0 == nil }
        let patience = isIdle ? min(max(0, (next - now).nanoseconds), Self.longestWait) : 0
        keeper?.service(until: Clock.monotonic() + patience)
        time = max(time, now)
        for (stream, reader) in readers.enumerated() {
            if let why = reader.tend({ tell($0, reader) }) { keeper?.renew(stream, why) }
        }
    }

    /// How long one wait is at most: books by REST do not end it.
    private static let longestWait: Int64 = 50_000_000

    /// The next step; `nil` where the engine has taken all there is.
    func next(_ state: borrowing TradingState) -> WorldStep? {
        receiveArrivals()
        if !events.isEmpty {
            defer { events = [] }
            return WorldStep(events: events)
        }
        if let report = reports.first, report <= time {
            return WorldStep(input: .report(reports.removeFirst()))
        }
        if time >= nextTick {
            nextTick = time + .second
            return WorldStep(input: .tick)
        }
        for place in slices.indices {
            guard let slice = slices[place] else { continue }
            slices[place] = nil
            return WorldStep(input: .market(slice))
        }
        return nil
    }

    private func receiveArrivals() {
        while let arrival = arrivals.first, arrival <= time { receive(arrivals.removeFirst()) }
    }

    private func receive(_ request: VenueRequest) {
        let instrument = venue.instrument(of: request)
        let book: OrderBook? = if let instrument { book(of: instrument) } else { nil }
        venue.receive(request, at: time, book: book)
        collectReports()
    }

    private func book(of instrument: InstrumentID) -> OrderBook? {
        let (reader, place) = books[Int(instrument.rawValue)]
        let feed = readers[reader].feeds[place]
        return feed.isInStep ? feed.book : nil
    }

    private func collectReports() {
        for report in venue.takeReports() { reports.append(report, at: time + replyLatency) }
    }

    // MARK: What streams tell

    func opened(_ stream: Int) { readers[stream].opened() }

    func received(_ text: String, on stream: Int) {
        time = max(time, now)
        // What arrived before this message meets the market before it.
        receiveArrivals()
        let reader = readers[stream]
        reader.received(text) { tell($0, reader) }
    }

    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) {
        let reader = readers[stream]
        say("\(reader.plan.name): \(why); again in \(pause.nanoseconds / 1_000_000) ms")
        guard reader.plan.carriesBooks else { return }
        reader.lost()
        for listed in reader.plan.instruments {
            var gone = MarketSlice(instrument: listed.instrument, depth: 1)
            gone.changes = .bookLost
            venue.bookChanged(in: listed.instrument, at: time, book: nil)
            keep(gone)
        }
    }

    private func tell(_ news: MarketReader.News, _ reader: MarketReader) {
        switch news {
        case .changed(let place, let changes):
            let slice = reader.feeds[place].slice
            tellVenue(of: slice.instrument, changes, reader)
            keep(slice)
        case .fault(let fault): events.append(.marketFaulted(fault))
        case .trouble(let text): say(text)
        }
    }

    /// The venue sees every message, before the engine does.
    private func tellVenue(
        of instrument: InstrumentID,
        _ changes: MarketSlice.Changes,
        _ reader: MarketReader
    ) {
        let book = book(of: instrument)
        if changes.contains(.book) || changes.contains(.bookLost) {
            venue.bookChanged(in: instrument, at: time, book: book)
        }
        if let trade = reader.trade {
            venue.tradeHappened(trade, in: instrument, at: time, book: book)
        }
        if let mark = reader.mark {
            venue.markPriceChanged(mark, in: instrument, at: time, book: book)
        }
        collectReports()
    }

    private func keep(_ slice: MarketSlice) {
        let place = Int(slice.instrument.rawValue)
        progress[markets[place]].line += 1
        progress[markets[place]].time = time
        if slices[place] == nil {
            slices[place] = slice
        } else {
            slices[place]?.absorb(slice)
        }
    }

    private func say(_ text: String) {
        observer.log(RunMessage(time: time, severity: .warning, text: text, trace: .none))
    }
}

extension PaperVenue {
    /// A venue whose account has what the journal says: balances, positions, working orders.
    ///
    /// Requests that have no answer never came to it.
    fileprivate init(resuming state: TradingState, at time: Timestamp) {
        let balances = state.assets.enumerated().map { place, asset in
            PaperBalance(asset: AssetID(UInt16(place)), total: max(asset.balance, .zero))
        }
        self.init(instruments: state.instruments.map(\.instrument), balances: balances)
        count(onFrom: state.lastReport, in: UInt32(state.epoch.rawValue))
        for held in state.instruments where held.instrument.market == .perpetual {
            resume(
                held.instrument.id,
                quantity: held.position.quantity,
                entryCost: held.position.cost
            )
        }
        for order in state.orders.ordered where order.isLive && order.status != .pending {
            resume(
                order.id,
                order.terms,
                filled: order.filled,
                isTriggered: order.isTriggered,
                at: time
            )
        }
    }
}
