public import Trading

extension PaperVenue {
    /// Closes a position whose margin and unrealised result at the mark price are no more than
    /// its maintenance margin.
    ///
    /// Its reduce-only orders are cancelled first. It is closed against the book, and at the mark
    /// price where the book is out of step or ends; but never at a price that would lose more than
    /// the margin, nor with a fee that would: the venue's insurance fund bears the rest, and the
    /// reported executions say what the account really paid.
    mutating func liquidateWhereDue(_ market: Int, at time: Timestamp, book: OrderBook?) {
        guard let mark = markets[market].mark else { return }
        for account in accounts.indices {
            let seat = PaperSeat(account: account, market: market)
            liquidateIfDue(seat, mark, at: time, book: book)
        }
    }

    /// Closes the position of an account as if its margin were used up: venues do where the mark
    /// price was elsewhere than the book for a moment.
    ///
    /// - Returns: Whether there was a position, and a mark price to close the rest of it at.
    @discardableResult
    public mutating func liquidate(
        _ account: PaperAccountID,
        in instrument: InstrumentID,
        at time: Timestamp,
        book: OrderBook?
    ) -> Bool {
        let seat = PaperSeat(
            account: Int(account.rawValue),
            market: Int(instrument.rawValue)
        )
        guard let mark = markets[seat.market].mark, !position(seat).quantity.isZero else {
            return false
        }
        liquidate(seat, mark, at: time, book: book)
        return true
    }

    private mutating func liquidateIfDue(
        _ seat: PaperSeat,
        _ mark: MarkPrice,
        at time: Timestamp,
        book: OrderBook?
    ) {
        let position = position(seat)
        guard !position.quantity.isZero else { return }
        let instrument = markets[seat.market].instrument
        let notional = position.quantity.magnitude.notional(at: mark.price, .halfEven)
        let maintenance = notional.times(instrument.margin.maintenanceRate, .up)
        guard position.margin + position.unrealised(at: mark.price) <= maintenance else { return }
        liquidate(seat, mark, at: time, book: book)
    }

    private mutating func liquidate(
        _ seat: PaperSeat,
        _ mark: MarkPrice,
        at time: Timestamp,
        book: OrderBook?
    ) {
        let market = seat.market
        let position = position(seat)
        let instrument = markets[market].instrument
        for order in markets[market].orders
        where order.terms.isReduceOnly && order.owner == seat.account {
            end(market, order.id, .cancelled)
            report(.cancelled, of: order.id, to: seat.account, at: time)
        }
        let side = position.closingSide
        let worst = position.bankruptcyPrice(tick: instrument.filters.priceTick)
        let pieces = markets[market].walk(
            side,
            position.quantity.magnitude,
            .everything,
            in: book,
            taker: seat.account
        )
        for piece in pieces {
            liquidate(seat, piece.quantity, at: piece.level.price, worst: worst, time)
            give(piece.quantity, of: piece, market, side.opposite, at: time)
        }
        let rest = position.quantity.magnitude - pieces.quantity
        if rest.isPositive { liquidate(seat, rest, at: mark.price, worst: worst, time) }
    }

    private mutating func liquidate(
        _ seat: PaperSeat,
        _ quantity: Quantity,
        at found: Price,
        worst: Price,
        _ time: Timestamp
    ) {
        let instrument = markets[seat.market].instrument
        let position = position(seat)
        let side = position.closingSide
        let price = side == .sell ? max(found, worst) : min(found, worst)
        var after = position
        let leverage = leverage(seat)
        let realised = after.apply(side, quantity, at: price, leverage: leverage)
        let left = max(position.margin - after.margin + realised, .zero)
        let notional = quantity.notional(at: price, .halfEven)
        // What is left has more decimals than a venue tells of a fee, and an account that is kept
        // from reports would differ by the crumb.
        let most = Money(left.value.rounded(toMultipleOf: PaperFee.step, .down))
        let fee = min(PaperFee.of(notional, at: instrument.fees.taker), most)
        changePosition(seat, side, quantity, at: price, fee: fee, time)
        let execution = Execution(
            id: nextExecution(),
            price: price,
            quantity: quantity,
            fee: fee,
            feeAsset: instrument.quote,
            liquidity: .taker
        )
        report(
            .liquidated(instrument: instrument.id, side: side, execution),
            of: OrderID(0),
            to: seat.account,
            at: time
        )
        accounts[seat.account].history.executed(
            PaperExecution(
                order: OrderID(0),
                instrument: instrument.id,
                side: side,
                time: time,
                execution: execution
            )
        )
    }
}
