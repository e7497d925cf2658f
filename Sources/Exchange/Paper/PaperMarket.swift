internal import Trading

/// One instrument at the paper venue.
struct PaperMarket: Sendable {
    var instrument: Instrument
    /// The working orders, in order of arrival.
    var orders: [PaperOrder] = []
    var taken = TakenLevels()
    var lastTrade: Price?
    var mark: MarkPrice?
    /// The last funding time that was settled.
    var funded = Timestamp.never

    init(_ instrument: Instrument) {
        self.instrument = instrument
    }

    func index(of order: OrderID) -> Int? { orders.firstIndex { $0.id == order } }

    /// What an order can take at one price.
    struct Piece {
        /// The level of the recorded book; of a resting order, its limit and what is left of it.
        var level: BookLevel
        var quantity: Quantity
        /// The resting order of another account that it is; `nil` for the recorded book.
        var maker: OrderID?
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

    /// What an order of `side` for `quantity` finds in the recorded book and, for a taker, among
    /// the resting orders of other accounts, from the best price on.
    ///
    /// At one price the recorded book goes first, as if it had been there before. Without a book
    /// there is no trade, not between accounts either.
    func walk(
        _ side: Side,
        _ quantity: Quantity,
        _ reach: Reach,
        in book: OrderBook?,
        taker: Int? = nil
    ) -> [Piece] {
        guard let book else { return [] }
        let other = side.opposite
        var resting = makers(side, reach, taker: taker)[...]
        var pieces: [Piece] = []
        var wanted = quantity
        var rank = 0
        while wanted.isPositive {
            var level = rank < book.count(other) ? book.level(other, rank) : nil
            if let price = level?.price, !reach.includes(price, for: side) { level = nil }
            if let order = resting.first, level.map({ Self.isBetter(order, $0, side) }) ?? true {
                let part = min(wanted, order.remaining)
                let own = BookLevel(price: order.terms.price, quantity: order.remaining)
                pieces.append(Piece(level: own, quantity: part, maker: order.id))
                wanted -= part
                resting.removeFirst()
                continue
            }
            guard let level else { break }
            let part = min(wanted, taken.left(of: level, other))
            if part.isPositive {
                pieces.append(Piece(level: level, quantity: part))
                wanted -= part
            }
            rank += 1
        }
        return pieces
    }

    private static func isBetter(_ order: PaperOrder, _ level: BookLevel, _ side: Side) -> Bool {
        side == .buy ? order.terms.price < level.price : order.terms.price > level.price
    }

    /// The resting orders of others that a taker of `side` meets, best first.
    private func makers(_ side: Side, _ reach: Reach, taker: Int?) -> [PaperOrder] {
        guard let taker, orders.contains(where: { $0.owner != taker }) else { return [] }
        return resting(side.opposite).filter { order in
            order.owner != taker && reach.includes(order.terms.price, for: side)
        }
    }

    /// The resting limit orders of a side, best price and then oldest first.
    func resting(_ side: Side) -> [PaperOrder] {
        let found = orders.filter { $0.terms.type == .limit && $0.terms.side == side }
        if found.count < 2 { return found }
        return found.sorted { left, right in
            if left.terms.price == right.terms.price { return left.priority < right.priority }
            return (left.terms.price > right.terms.price) == (side == .buy)
        }
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
