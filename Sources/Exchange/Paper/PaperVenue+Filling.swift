internal import Trading

extension PaperVenue {
    /// Takes pieces of the book as taker, while the order works.
    mutating func take(
        _ market: Int,
        _ id: OrderID,
        _ pieces: [PaperMarket.Piece],
        at time: Timestamp
    ) {
        for piece in pieces {
            guard let index = markets[market].index(of: id) else { return }
            let side = markets[market].orders[index].terms.side
            let filled = fill(
                market,
                id,
                piece.quantity,
                at: piece.level.price,
                .taker,
                time
            )
            give(filled, of: piece, market, side.opposite, at: time)
        }
    }

    /// Takes what a taker got from the one who gave it: a level of the recorded book or an order.
    mutating func give(
        _ quantity: Quantity,
        of piece: PaperMarket.Piece,
        _ market: Int,
        _ side: Side,
        at time: Timestamp
    ) {
        if let maker = piece.maker {
            fill(market, maker, quantity, at: piece.level.price, .maker, time)
        } else {
            markets[market].taken.take(quantity, of: piece.level, side)
        }
    }

    /// Fills an order as far as position and margin allow; where they do not, its rest expires.
    ///
    /// - Returns: How much was filled.
    @discardableResult
    mutating func fill(
        _ market: Int,
        _ id: OrderID,
        _ wanted: Quantity,
        at price: Price,
        _ liquidity: Liquidity,
        _ time: Timestamp
    ) -> Quantity {
        guard let index = markets[market].index(of: id) else { return .zero }
        let (quantity, refusal) = permitted(market, index, wanted, at: price, liquidity)
        if quantity.isPositive {
            let execution = settle(market, index, quantity, at: price, liquidity, time)
            let owner = markets[market].orders[index].owner
            report(.filled(execution), of: id, to: owner, at: time)
            accounts[owner].history.executed(
                PaperExecution(
                    order: id,
                    instrument: markets[market].instrument.id,
                    side: markets[market].orders[index].terms.side,
                    time: time,
                    execution: execution
                )
            )
        }
        if let refusal {
            expire(market, id, refusal, at: time)
        } else if markets[market].orders[index].remaining.isZero {
            end(market, id, .filled)
        }
        return quantity
    }

    /// Books a fill of a working order: order, lock, balances, position.
    private mutating func settle(
        _ market: Int,
        _ index: Int,
        _ quantity: Quantity,
        at price: Price,
        _ liquidity: Liquidity,
        _ time: Timestamp
    ) -> Execution {
        let instrument = markets[market].instrument
        let side = markets[market].orders[index].terms.side
        let owner = markets[market].orders[index].owner
        let locked = unlock(market, index)
        markets[market].orders[index].filled += quantity
        markets[market].orders[index].status = .partiallyFilled
        let rate = liquidity == .maker ? instrument.fees.maker : instrument.fees.taker
        let fee: Money
        var feeAsset = instrument.quote
        switch (instrument.market, side) {
        case (.spot, .buy):
            feeAsset = instrument.base
            fee = PaperFee.of(Money(quantity.value), at: rate)
            accounts[owner].ledger.add(-quantity.notional(at: price, .up), of: instrument.quote)
            accounts[owner].ledger.add(Money(quantity.value) - fee, of: instrument.base)
        case (.spot, .sell):
            let proceeds = quantity.notional(at: price, .down)
            fee = PaperFee.of(proceeds, at: rate)
            accounts[owner].ledger.add(Money(-quantity.value), of: instrument.base)
            accounts[owner].ledger.add(proceeds - fee, of: instrument.quote)
        case (.perpetual, _):
            fee = PaperFee.of(quantity.notional(at: price, .halfEven), at: rate)
            let seat = PaperSeat(account: owner, market: market)
            changePosition(seat, side, quantity, at: price, fee: fee, time)
        }
        let free = accounts[owner].ledger.free(reservedAsset(market, side))
        relock(market, index, atMost: min(locked, free))
        return Execution(
            id: nextExecution(),
            price: price,
            quantity: quantity,
            fee: fee,
            feeAsset: feeAsset,
            liquidity: liquidity
        )
    }

    /// Fills what a trade passed: orders strictly beyond its price, best price and then oldest
    /// first, up to its quantity.
    mutating func fillPassed(_ market: Int, by trade: PublicTrade, at time: Timestamp) {
        guard hasResting(market, buyAbove: trade.price, sellBelow: trade.price) else { return }
        var left = trade.quantity
        for side in Side.allCases {
            for order in markets[market].resting(side) {
                let limit = order.terms.price
                let isPassed = side == .buy ? trade.price < limit : trade.price > limit
                guard left.isPositive, isPassed else { break }
                left -= fill(
                    market,
                    order.id,
                    min(left, order.remaining),
                    at: limit,
                    .maker,
                    time
                )
            }
        }
    }

    /// Fills what the book moved across: a quantity that is offered short of our limit would have
    /// met our order first.
    mutating func fillCrossed(_ market: Int, at time: Timestamp, book: OrderBook) {
        guard
            hasResting(market, buyAbove: book.bestAsk?.price, sellBelow: book.bestBid?.price)
        else { return }
        for side in Side.allCases {
            for order in markets[market].resting(side) {
                let limit = order.terms.price
                let pieces = markets[market].walk(
                    side,
                    order.remaining,
                    .shortOf(limit),
                    in: book
                )
                guard !pieces.isEmpty else { break }
                var left = fill(market, order.id, pieces.quantity, at: limit, .maker, time)
                for piece in pieces where left.isPositive {
                    let part = min(left, piece.quantity)
                    markets[market].taken.take(part, of: piece.level, side.opposite)
                    left -= part
                }
            }
        }
    }

    /// Whether any order rests beyond these prices: nearly always none does.
    private func hasResting(_ market: Int, buyAbove: Price?, sellBelow: Price?) -> Bool {
        markets[market].orders.contains { order in
            guard order.terms.type == .limit else { return false }
            switch order.terms.side {
            case .buy: return buyAbove.map { order.terms.price > $0 } ?? false
            case .sell: return sellBelow.map { order.terms.price < $0 } ?? false
            }
        }
    }
}
