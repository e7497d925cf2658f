public import Trading

/// What our own fills hold of one instrument.
public struct Position: Hashable, Sendable {
    /// Base units; negative when short.
    public var quantity: Quantity = .zero
    /// Quote units that opening it took or brought; never negative.
    public var cost: Money = .zero
    /// Where it stands; `nil` before the first deal.
    public var status: DealStatus?

    /// The average price; zero when flat.
    public var averagePrice: Price {
        quantity.isZero
            ? .zero : Price(cost.value.divided(by: quantity.value.magnitude, .halfEven))
    }

    /// Books a fill and gives the result it realised, before fees.
    ///
    /// Opening adds to the cost; closing takes its share of the cost out, rounded half even, and
    /// the last unit takes what is left. A fill larger than the position turns it.
    mutating func book(_ side: Side, _ filled: Quantity, at price: Price) -> Money {
        let signed = side.signed(filled)
        let closes = !quantity.isZero && quantity.isNegative != signed.isNegative
        guard closes else {
            quantity += signed
            cost += filled.notional(at: price, .halfEven)
            return .zero
        }
        let held = quantity.magnitude
        let closed = min(held, filled)
        let share =
            closed == held
            ? cost
            : Money(cost.value.scaled(by: closed.value, over: held.value, .halfEven))
        let proceeds = closed.notional(at: price, .halfEven)
        let realised = quantity.isNegative ? share - proceeds : proceeds - share
        cost -= share
        quantity += side.signed(closed)
        if filled > closed {
            quantity += side.signed(filled - closed)
            cost = (filled - closed).notional(at: price, .halfEven)
        }
        return realised
    }
}

extension Position {
    func encode(into writer: inout ByteWriter) {
        writer.amount(quantity)
        writer.amount(cost)
        writer.integer(status?.rawValue ?? 0)
    }

    init(from reader: inout ByteReader) {
        quantity = reader.amount()
        cost = reader.amount()
        let raw = reader.uint8()
        status = DealStatus(rawValue: raw)
        if raw != 0 && status == nil { reader.markDamaged() }
    }
}
