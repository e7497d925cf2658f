import Exchange
import TestSupport
import Trading

/// Something that happens at the paper venue.
enum PaperAction {
    case request(VenueRequest, InstrumentID)
    case trade(PublicTrade, InstrumentID)
    case book(OrderBook?, InstrumentID)
    case mark(MarkPrice, InstrumentID)
}

/// A random but repeatable market with random orders in it.
struct PaperWorkload {
    private var random: SeededRandom
    private let instruments: [Instrument]
    private var books: [OrderBook?]
    private var middle = 1000
    private var placed: [(id: UInt64, instrument: InstrumentID)] = []
    private var time = 0

    init(seed: UInt64, instruments: [Instrument]) {
        random = SeededRandom(seed: seed)
        self.instruments = instruments
        books = instruments.map { _ in nil }
    }

    mutating func actions(_ count: Int) -> [PaperAction] { (0..<count).map { _ in next() } }

    private mutating func next() -> PaperAction {
        time += 1
        middle = max(300, min(3000, middle + random.int(-4...4)))
        let index = random.int(0...instruments.count - 1)
        let id = instruments[index].id
        switch random.int(1...100) {
        case 1...35: return .request(place(id), id)
        case 36...42:
            guard let order = placed.randomElement(using: &random) else { return next() }
            return .request(.cancel(OrderID(order.id)), order.instrument)
        case 43...50:
            guard let order = placed.randomElement(using: &random) else { return next() }
            return .request(amend(order.id), order.instrument)
        case 51...70:
            let trade = PublicTrade(
                price: price(spread: 12),
                quantity: quantity(),
                taker: random.chance(50) ? .buy : .sell,
                time: Timestamp(nanoseconds: Int64(time))
            )
            return .trade(trade, id)
        case 71...72:
            books[index] = nil
            return .book(nil, id)
        case 73...93:
            changeBook(index)
            return .book(books[index], id)
        default:
            let mark = MarkPrice(
                price: price(spread: 5),
                fundingRate: Decimal(units: Int128(random.int(-9...9)) * 100_000_000_000_000),
                nextFunding: Timestamp(nanoseconds: Int64((time / 100 + 1) * 100)),
                time: Timestamp(nanoseconds: Int64(time))
            )
            return .mark(mark, id)
        }
    }

    private mutating func price(spread: Int) -> Price {
        Price(units: Int128(middle + random.int(-spread...spread)) * 100_000_000_000_000_000)
    }

    private mutating func quantity() -> Quantity {
        Quantity(units: Int128(random.int(2...4000)) * 1_000_000_000_000_000)
    }

    private mutating func place(_ instrument: InstrumentID) -> VenueRequest {
        // Now and then an id that was used.
        let id =
            random.chance(2) ? placed.last?.id ?? 1 : UInt64(placed.count * 3 + 1)
        var terms = OrderTerms(
            instrument: instrument,
            side: random.chance(50) ? .buy : .sell,
            type: [.market, .limit, .limit, .limit, .stopMarket][random.int(0...4)],
            timeInForce: TimeInForce.allCases[random.int(0...3)],
            isReduceOnly: random.chance(15),
            quantity: quantity()
        )
        if terms.type == .limit { terms.price = price(spread: 12) }
        if terms.type == .stopMarket { terms.trigger = price(spread: 12) }
        placed.append((id, instrument))
        return .place(OrderID(id), terms)
    }

    private mutating func amend(_ id: UInt64) -> VenueRequest {
        .amend(
            OrderID(id),
            quantity: quantity(),
            price: price(spread: 12),
            trigger: price(spread: 12)
        )
    }

    /// Changes some levels, and all of them where the book would cross itself or was lost.
    private mutating func changeBook(_ index: Int) {
        var book = books[index] ?? OrderBook(capacity: 8)
        let best = middle
        if random.chance(30) { book.removeAll() }
        for _ in 0..<random.int(1...6) {
            let away = random.int(1...8)
            let side: Side = random.chance(50) ? .buy : .sell
            let ticks = side == .buy ? best - away : best + away
            let level = BookLevel(
                price: Price(units: Int128(ticks) * 100_000_000_000_000_000),
                quantity: random.chance(20) ? .zero : quantity()
            )
            book.set(side, level)
        }
        if book.isCrossed { book.removeAll() }
        books[index] = book
    }
}

extension PaperVenue {
    /// Lets an action happen, with the books as they are, and says what is reported.
    mutating func happen(
        _ action: PaperAction,
        at time: Timestamp,
        books: inout [InstrumentID: OrderBook]
    ) -> [VenueReport] {
        switch action {
        case .request(let request, let instrument):
            receive(request, at: time, book: books[instrument])
        case .trade(let trade, let instrument):
            tradeHappened(trade, in: instrument, at: time, book: books[instrument])
        case .book(let book, let instrument):
            books[instrument] = book
            bookChanged(in: instrument, at: time, book: book)
        case .mark(let mark, let instrument):
            markPriceChanged(mark, in: instrument, at: time, book: books[instrument])
        }
        return takeReports()
    }
}
