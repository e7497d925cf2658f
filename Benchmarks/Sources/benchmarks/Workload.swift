import Projections
import Trading

/// Events as an engine that trades many instruments would write them, valid by construction: each
/// is folded into a state before it is given out.
///
/// Deals open, fill in parts, get protected, follow the price by amends, and close by their stop or
/// by an exit. About twenty events fall on a second of stamped time, so that two million of them
/// take longer than ended orders are kept.
struct Workload {
    /// What happens next to an instrument.
    enum Stage {
        case idle, intendEntry, acceptEntry, fillEntry, moveOpen, intendStop, acceptStop, live
        case intendAmend, answerAmend, cancelStop, moveClosing, intendExit, acceptExit, fillExit
        case fillStop, close, abandon
    }

    /// An instrument and where its deal is.
    struct Slot {
        var stage = Stage.idle
        var deal = DealID.none
        var order = OrderID(0)
        var stop = OrderID(0)
        var rest = 0
        var amends = 0
        /// In ticks of 0.01.
        var price = 1_000_000
        var trigger = 0
    }

    private(set) var state = TradingState()
    private(set) var counts: [EventKind: Int] = [:]
    private var random: Random
    private var slots: [Slot]
    private var active: [Int] = []
    private var time: Int64 = 1_700_000_000_000_000_000
    private var report: UInt64 = 0
    private var sinceMark = 0
    private var inputs: UInt64 = 0
    private var wanted = 20
    private let mostOpen: Int
    private var setup: [Event] = []

    /// Makes a workload over `instruments`, of which up to `mostOpen` have a deal at once.
    init(seed: UInt64, instruments: Int = 50, mostOpen: Int = 50) {
        random = Random(seed: seed)
        slots = (0..<instruments).map { _ in Slot() }
        self.mostOpen = mostOpen
        setup = Self.setup(instruments)
    }

    /// The next event, already folded into ``state``.
    mutating func next() -> EventEnvelope {
        time += Int64(random.below(100)) * 1_000_000
        let event: Event
        if !setup.isEmpty {
            event = setup.removeFirst()
        } else if sinceMark == 7 {
            sinceMark = 0
            event = mark()
        } else {
            sinceMark += 1
            event = trade()
        }
        let envelope = EventEnvelope(
            sequence: state.head.next,
            time: Timestamp(nanoseconds: time),
            trace: TraceID(state.head.rawValue + 1),
            cause: state.head,
            event: event
        )
        do {
            try state.fold(envelope)
        } catch {
            fatalError("the workload is wrong: \(error)")
        }
        counts[event.kind, default: 0] += 1
        return envelope
    }

    /// Opens deals until `count` are open and protected; for tests of the state alone.
    mutating func fill(to count: Int) {
        wanted = count
        while state.deals.count < count { _ = next() }
    }

    private mutating func mark() -> Event {
        inputs += UInt64(random.below(200)) + 1
        return .inputsMarked(
            InputsMarked(
                source: SourceID(0),
                line: inputs,
                time: Timestamp(nanoseconds: time),
                inputs: inputs
            )
        )
    }

    private mutating func trade() -> Event {
        if mostOpen <= 50, random.below(400) == 0 { wanted = 1 + random.below(mostOpen) }
        if active.isEmpty || (active.count < wanted && random.chance(20)) { return open() }
        let index = random.below(active.count)
        let place = active[index]
        var slot = slots[place]
        let event = advance(&slot, place)
        slots[place] = slot
        if slot.stage == .idle { active.remove(at: index) }
        return event
    }

    private mutating func open() -> Event {
        var place = random.below(slots.count)
        while slots[place].stage != .idle { place = (place + 1) % slots.count }
        active.append(place)
        slots[place].deal = DealID(state.head.next)
        slots[place].stage = .intendEntry
        slots[place].amends = 0
        let price = slots[place].price
        return .dealOpened(
            DealOpened(
                instrument: InstrumentID(UInt16(place)),
                side: .buy,
                evidence: Evidence(
                    strategy: 1,
                    score: Decimal(units: Int128(random.below(1000)) * 1_000_000_000_000_000),
                    bid: Self.price(price),
                    ask: Self.price(price + 1)
                )
            )
        )
    }

    mutating func nextReport() -> UInt64 {
        report += 1
        return report
    }

    mutating func roll(_ percent: Int) -> Bool { random.chance(percent) }
    mutating func draw(below end: Int) -> Int { random.below(end) }
    mutating func word() -> UInt64 { random.next() }

    /// A price of so many ticks.
    static func price(_ ticks: Int) -> Price {
        Price(units: Int128(ticks) * 10_000_000_000_000_000)
    }

    /// A quantity of so many steps of 0.001.
    static func quantity(_ steps: Int) -> Quantity {
        Quantity(units: Int128(steps) * 1_000_000_000_000_000)
    }
}

extension Workload {
    private static func setup(_ instruments: Int) -> [Event] {
        var events: [Event] = [
            .journalBegan(JournalBegan(tag: "abcd", mode: .tape)),
            .epochBegan(
                EpochBegan(
                    epoch: Epoch(1),
                    draw: "efgh",
                    previousStop: .none,
                    program: "benchmarks",
                    process: 1
                )
            ),
            .sourceAttached(
                SourceAttached(
                    source: SourceID(0),
                    sourceKind: .tape,
                    name: "generated",
                    contentHash: "0",
                    firstTime: .never
                )
            ),
        ]
        for place in 0..<instruments {
            events.append(.instrumentListed(instrument(place)))
        }
        var risk = RiskParameters.closed
        risk.orderRateWindow = .second
        events.append(.riskParametersChanged(RiskParametersChanged(parameters: risk)))
        let balance = Money(Decimal(1_000_000_000))
        events.append(
            .balanceAdjusted(BalanceAdjusted(asset: "USDT", amount: balance, reason: "begin"))
        )
        return events
    }

    private static func instrument(_ place: Int) -> InstrumentListed {
        InstrumentListed(
            id: InstrumentID(UInt16(place)),
            symbol: "C\(place)USDT",
            market: place % 2 == 0 ? .spot : .perpetual,
            base: "C\(place)",
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: price(1),
                quantityStep: quantity(1),
                minimumQuantity: quantity(1),
                maximumQuantity: quantity(1_000_000),
                minimumNotional: Money(Decimal(5))
            ),
            fees: FeeSchedule(maker: .zero, taker: Decimal(units: 1_000_000_000_000_000)),
            margin: .unlevered
        )
    }
}
