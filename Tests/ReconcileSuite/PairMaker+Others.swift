import Engine
import Exchange
import Projections
import Runtime
import TestSupport
import Trading

// What others do to what is ours: its owner by hand, and the venue.
extension PairMaker {
    /// Somebody closes a position of ours, or a part of it.
    mutating func closeByOthers() {
        for place in markets.indices where markets[place].foreignPosition.isZero {
            let held = oracle.state.instruments[place].position.quantity
            let step = quantity("0.5")
            let most = Int(held.magnitude.value.units / step.value.units)
            // More than is held can be sold of contracts alone.
            guard most > 0, markets[place].isContract || !held.isNegative, chance.chance(20)
            else { continue }
            let order = newID()
            markets[place].closings.insert(order)
            var rest = chance.int(1...most)
            while rest > 0 {
                let part = chance.int(1...rest)
                rest -= part
                let size = Quantity(Decimal(units: step.value.units * Int128(part)))
                close(place, held.isNegative ? .buy : .sell, size, order)
            }
        }
    }

    private mutating func close(
        _ place: Int,
        _ side: Side,
        _ size: Quantity,
        _ order: VenueID
    ) {
        let isContract = markets[place].isContract
        let kinds: [VenueExecution.Kind] =
            isContract ? [.trade, .liquidation, .deleveraging] : [.trade]
        let kind = kinds[chance.int(0...kinds.count - 1)]
        let row = VenueExecution(
            symbol: "BTCUSDT",
            id: newID(),
            venueOrder: order,
            clientID: nil,
            side: side,
            price: price("\(chance.int(95...105))"),
            quantity: size,
            fee: money("0.0\(chance.int(1...9))"),
            feeAsset: "USDT",
            liquidity: .taker,
            time: Timestamp(nanoseconds: time.nanoseconds + Int64(truncatingIfNeeded: lastID)),
            kind: kind
        )
        markets[place].fills.append(row)
        let instrument = oracle.state.instruments[place].instrument
        oracle.emit(
            .positionLiquidated(
                PositionLiquidated(
                    instrument: instrument.id,
                    side: side,
                    execution: Execution(
                        id: markets[place].market.unique(row.id, in: instrument.id),
                        price: row.price,
                        quantity: size,
                        fee: row.fee,
                        feeAsset: instrument.quote,
                        liquidity: .taker
                    ),
                    report: 0
                )
            )
        )
    }

    /// The venue asks something else of orders.
    mutating func changeRules() {
        for place in markets.indices where chance.chance(15) {
            var filters = oracle.state.instruments[place].instrument.filters
            filters.priceTick = Price(filters.priceTick.value + filters.priceTick.value)
            filters.minimumNotional = money("\(chance.int(5...50))")
            markets[place].filters = filters
        }
    }
}
