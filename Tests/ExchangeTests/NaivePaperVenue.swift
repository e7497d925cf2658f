import Exchange
import Trading

/// The paper venue's spot market as one would write it on a napkin.
///
/// Everything is worked out anew at every step, in whole units of 10⁻¹⁸. Written apart from the
/// venue, to differ from it where one of the two is wrong.
final class NaivePaperVenue {
    struct Said: Equatable {
        var order: OrderID
        var body: VenueReport.Body
    }

    final class Order {
        let id: OrderID
        var terms: OrderTerms
        var filled: Int128 = 0
        var isOpen = true
        var waits = false
        var queue: Int

        init(_ id: OrderID, _ terms: OrderTerms, queue: Int) {
            self.id = id
            self.terms = terms
            self.queue = queue
        }

        var left: Int128 { terms.quantity.value.units - filled }
        var limit: Int128 { terms.price.value.units }
        var isBuy: Bool { terms.side == .buy }
    }

    struct Level {
        var price: Int128
        var quantity: Int128
    }

    let instrument: Instrument
    var btc: Decimal
    var usdt: Decimal
    var said: [Said] = []
    var orders: [Order] = []
    var refused: Set<OrderID> = []
    /// What was taken of "side price quantity".
    var taken: [String: Int128] = [:]
    var book: OrderBook?
    var last: Int128?
    var accepted = 0
    var executed = 0
    var queued = 0

    init(_ instrument: Instrument, btc: Decimal, usdt: Decimal) {
        self.instrument = instrument
        self.btc = btc
        self.usdt = usdt
    }

    func happen(_ action: PaperAction) -> [Said] {
        said = []
        switch action {
        case .request(.place(let id, let terms), _): place(id, terms)
        case .request(.cancel(let id), _): cancel(id)
        case .request(.amend(let id, let quantity, let price, let trigger), _):
            amend(id, quantity, price, trigger)
        case .trade(let trade, _): happened(trade)
        case .book(let book, _): changed(book)
        case .mark: break
        }
        return said
    }

    func say(_ id: OrderID, _ body: VenueReport.Body) { said.append(Said(order: id, body: body)) }

    static func key(_ side: Side, _ level: Level) -> String {
        "\(side) \(level.price) \(level.quantity)"
    }

    /// The levels an order of `side` can take, best first, less what was taken of them.
    func offered(to side: Side, while isGood: (Int128) -> Bool) -> [(full: Level, left: Int128)] {
        guard let book else { return [] }
        let other = side.opposite
        return (0..<book.count(other)).map { rank in
            let level = book.level(other, rank)
            return Level(price: level.price.value.units, quantity: level.quantity.value.units)
        }
        .filter { isGood($0.price) }
        .map { ($0, $0.quantity - (taken[Self.key(other, $0)] ?? 0)) }
        .filter { $0.left > 0 }
    }

    static let one: Int128 = 1_000_000_000_000_000_000

    static func product(_ left: Int128, _ right: Int128) -> Int128 {
        // Ticks of 0.1 and steps of 0.001: the product has four decimals at most.
        (left / 1_000_000_000) * (right / 1_000_000_000)
    }

    func free(_ side: Side) -> Int128 {
        let locked = orders.filter { $0.isOpen && $0.terms.side == side }.map { order in
            if side == .sell { return order.left }
            let price = order.terms.type == .limit ? order.limit : order.terms.trigger.value.units
            return Self.product(order.left, price)
        }
        return (side == .sell ? btc.units : usdt.units) - locked.reduce(0, +)
    }

    func fill(_ order: Order, _ quantity: Int128, _ price: Int128, _ liquidity: Liquidity) {
        let rate = liquidity == .maker ? instrument.fees.maker.units : instrument.fees.taker.units
        let value = Self.product(quantity, price)
        let step: Int128 = 10_000_000_000
        let raw = (order.isBuy ? quantity : value) / 1_000_000_000 * (rate / 1_000_000_000)
        var fee = raw / step * step
        if raw > 0, raw % step != 0 { fee += step }
        if order.isBuy {
            usdt = Decimal(units: usdt.units - value)
            btc = Decimal(units: btc.units + quantity - fee)
        } else {
            btc = Decimal(units: btc.units - quantity)
            usdt = Decimal(units: usdt.units + value - fee)
        }
        order.filled += quantity
        executed += 1
        let execution = Execution(
            id: VenueID(UInt128(executed)),
            price: Price(units: price),
            quantity: Quantity(units: quantity),
            fee: Money(units: fee),
            feeAsset: order.isBuy ? instrument.base : instrument.quote,
            liquidity: liquidity
        )
        say(order.id, .filled(execution))
        if order.left == 0 { order.isOpen = false }
    }

    /// Takes what is offered, as taker.
    func take(_ order: Order, while isGood: (Int128) -> Bool) {
        for (level, left) in offered(to: order.terms.side, while: isGood) where order.isOpen {
            let part = min(left, order.left)
            taken[Self.key(order.terms.side.opposite, level), default: 0] += part
            fill(order, part, level.price, .taker)
        }
    }

    func expire(_ order: Order, _ reason: RejectionReason) {
        guard order.isOpen else { return }
        order.isOpen = false
        say(order.id, .expired(reason))
    }

    func crosses(_ terms: OrderTerms) -> (Int128) -> Bool {
        let limit = terms.price.value.units
        if terms.type == .market { return { _ in true } }
        return { terms.side == .buy ? $0 <= limit : $0 >= limit }
    }
}
