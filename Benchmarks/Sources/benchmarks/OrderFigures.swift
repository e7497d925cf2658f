import Engine
import Exchange
import Platform
import Projections
import Trading

/// Whole lives of orders through engine, state and paper venue, with nothing on disk.
struct OrderFigures {
    private var engine = Engine(plans: [Samples.signalPlan])
    private var turn = Turn(state: TradingState())
    private var venue: PaperVenue
    private var book = OrderBook(capacity: 20)
    private var time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    private var writer = ByteWriter(capacity: 4096)

    init() {
        turn.begin(at: time)
        for event in Samples.setup(symbol: "LIFEUSDT", market: .spot) { turn.emit(event) }
        turn.clear()
        venue = PaperVenue(
            instruments: turn.state.instruments.map(\.instrument),
            balances: Samples.balances
        )
        refill(0)
    }

    /// Other quantities at every level: what was taken there before no longer counts.
    private mutating func refill(_ number: Int) {
        for rank in 0..<20 {
            // Thin levels, so that an order of 1,000 fills in several parts.
            let quantity = Quantity(Samples.millionths(40_000 + number % 2 * 10_000))
            let bid = Price(Decimal(10_000 - rank))
            let ask = Price(Decimal(10_001 + rank))
            book.set(.buy, BookLevel(price: bid, quantity: quantity))
            book.set(.sell, BookLevel(price: ask, quantity: quantity))
        }
        venue.bookChanged(in: InstrumentID(0), at: time, book: book)
    }

    static func measure() throws -> [Figure] {
        say("lives of orders")
        var rates: [Double] = []
        var events: [Double] = []
        for _ in 0..<5 {
            var run = OrderFigures()
            let taken = timed { run.live(deals: 10_000) }
            let metrics = run.turn.state.metrics
            guard metrics.closedDeals == 10_000 else {
                throw BenchmarkFailure("\(metrics.closedDeals) deals closed, not 10,000")
            }
            rates.append(Double(metrics.orders) * 1e6 / Double(taken))
            events.append(Double(run.turn.state.head.rawValue) * 1e6 / Double(taken))
        }
        return [
            Figure(
                name: "order lives, decided and matched",
                unit: "k/s",
                measured: median(rates),
                note: "\(Figure.text(median(events))) k events/s, engine and paper venue, no disk"
            )
        ]
    }

    private mutating func live(deals: Int) {
        var slice = MarketSlice(instrument: InstrumentID(0), depth: 20)
        slice.changes = .book
        for rank in 0..<20 {
            slice.bids.append(book.level(.buy, rank))
            slice.asks.append(book.level(.sell, rank))
        }
        for number in 0..<deals {
            for side in [Side.buy, .sell] {
                // Past the time to live of signals, as they have all the same id.
                time = time + TimeSpan(seconds: 3601)
                tell(.market(slice))
                refill(2 * number + Int(side.rawValue))
                let signal = ScoredSignal(
                    id: "",
                    symbol: "LIFEUSDT",
                    side: side,
                    score: .one,
                    time: time
                )
                tell(.signal(signal))
            }
        }
    }

    /// Tells the engine something, and takes what it asks to the venue until all is quiet.
    private mutating func tell(_ input: Input) {
        turn.begin(at: time)
        engine.decide(input, &turn)
        while true {
            writer.removeAll()
            for envelope in turn.events { envelope.event.encode(into: &writer) }
            let requests = turn.requests
            turn.clear()
            for request in requests { venue.receive(request, at: time, book: book) }
            let reports = venue.takeReports()
            if reports.isEmpty && requests.isEmpty { return }
            for report in reports { engine.decide(.report(report), &turn) }
        }
    }
}
