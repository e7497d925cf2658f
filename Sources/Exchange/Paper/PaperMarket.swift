internal import Trading

/// One instrument at the paper venue.
struct PaperMarket: Sendable {
    var instrument: Instrument
    /// The working orders, in order of arrival.
    var orders: [PaperOrder] = []
    var position: PaperPosition
    var taken = TakenLevels()
    var lastTrade: Price?
    var mark: MarkPrice?
    /// The last funding time that was settled.
    var funded = Timestamp.never

    init(_ instrument: Instrument) {
        self.instrument = instrument
        position = PaperPosition(
            instrument: instrument.id,
            leverage: instrument.margin.leverage
        )
    }

    func index(of order: OrderID) -> Int? { orders.firstIndex { $0.id == order } }

    /// A part of a book level that an order can take.
    struct Piece {
        var level: BookLevel
        var quantity: Quantity
    }

    /// How far the book is walked.
    enum Reach {
        case everything
        /// Up to a price, itself included: what an arriving limit order takes.
        case upTo(Price)
        /// Short of a price: what must have met an order that rests there.
        case shortOf(Price)

        func includes(_ price: Price, for taker: Side) -> Bool {
            switch self {
            case .everything: true
            case .upTo(let limit): taker == .buy ? price <= limit : price >= limit
            case .shortOf(let limit): taker == .buy ? price < limit : price > limit
            }
        }
    }

    /// What an order of `side` for `quantity` finds, from the best level on.
    func walk(
        _ side: Side,
        _ quantity: Quantity,
        _ reach: Reach,
        in book: OrderBook?
    ) -> [Piece] {
        guard let book else { return [] }
        let other = side.opposite
        var pieces: [Piece] = []
        var wanted = quantity
        var rank = 0
        while wanted.isPositive, rank < book.count(other) {
            let level = book.level(other, rank)
            guard reach.includes(level.price, for: side) else { break }
            let part = min(wanted, taken.left(of: level, other))
            if part.isPositive {
                pieces.append(Piece(level: level, quantity: part))
                wanted -= part
            }
            rank += 1
        }
        return pieces
    }

    /// Whether a stop of `side` with this trigger is met by the market as it is.
    ///
    /// Against the last trade; before the first one, against the best price a triggered order
    /// would meet.
    func meets(_ side: Side, trigger: Price, in book: OrderBook?) -> Bool {
        let best = side == .buy ? book?.bestAsk?.price : book?.bestBid?.price
        guard let price = lastTrade ?? best else { return false }
        return Self.meets(side, trigger: trigger, price)
    }

    static func meets(_ side: Side, trigger: Price, _ price: Price) -> Bool {
        side == .buy ? price >= trigger : price <= trigger
    }
}

extension [PaperMarket.Piece] {
    /// How much the pieces are together.
    var quantity: Quantity { reduce(.zero) { $0 + $1.quantity } }
}
