internal import Trading

extension PaperVenue {
    /// How much of a fill position and margin allow, and why not all of it.
    func permitted(
        _ market: Int,
        _ index: Int,
        _ wanted: Quantity,
        at price: Price,
        _ liquidity: Liquidity
    ) -> (quantity: Quantity, refusal: RejectionReason?) {
        let instrument = markets[market].instrument
        guard instrument.market == .perpetual else { return (wanted, nil) }
        let order = markets[market].orders[index]
        let side = order.terms.side
        var position = accounts[order.owner].positions[market]
        let closing = min(wanted, position.closable(by: side))
        let opening = wanted - closing
        guard opening.isPositive else { return (wanted, nil) }
        if order.terms.isReduceOnly { return (closing, .reduceOnly) }
        // What would be free once the closing part is booked. An order may spend all that it
        // locks itself: should that leave too little for its rest, the rest expires later.
        let rate = liquidity == .maker ? instrument.fees.maker : instrument.fees.taker
        let margin = position.margin
        let leverage = leverage(PaperSeat(account: order.owner, market: market))
        let realised = position.apply(side, closing, at: price, leverage: leverage)
        let free =
            accounts[order.owner].ledger.free(instrument.quote) + order.locked + margin
            - position.margin + realised
        let notional = opening.notional(at: price, .halfEven)
        let fee = PaperFee.of(wanted.notional(at: price, .halfEven), at: rate)
        let needed = PaperPosition.margin(of: notional, leverage: leverage) + fee
        return needed <= free ? (wanted, nil) : (closing, .insufficientBalance)
    }

    /// Books a fill of a perpetual contract: position, margin, result and fee.
    mutating func changePosition(
        _ seat: PaperSeat,
        _ side: Side,
        _ quantity: Quantity,
        at price: Price,
        fee: Money,
        _ time: Timestamp
    ) {
        let instrument = markets[seat.market].instrument
        let margin = position(seat).margin
        let realised = accounts[seat.account].positions[seat.market].apply(
            side,
            quantity,
            at: price,
            leverage: leverage(seat)
        )
        accounts[seat.account].ledger.lock(position(seat).margin - margin, of: instrument.quote)
        accounts[seat.account].ledger.add(realised - fee, of: instrument.quote)
        coverDeficit(seat, at: time)
    }

    /// Takes what the free balance does not cover from the position's margin, and forgives the
    /// rest.
    ///
    /// Nothing else that is locked pays for a position. What is forgiven is said before the loss
    /// is, so that an account kept from reports is never short of it.
    private mutating func coverDeficit(_ seat: PaperSeat, at time: Timestamp) {
        let asset = markets[seat.market].instrument.quote
        let deficit = -accounts[seat.account].ledger.free(asset)
        guard deficit.isPositive else { return }
        let fromMargin = min(deficit, position(seat).margin)
        accounts[seat.account].positions[seat.market].margin -= fromMargin
        accounts[seat.account].ledger.lock(-fromMargin, of: asset)
        guard deficit > fromMargin else { return }
        let amount = deficit - fromMargin
        accounts[seat.account].ledger.forgive(amount, of: asset)
        let instrument = markets[seat.market].instrument.id
        let body = VenueReport.Body.covered(instrument: instrument, amount: amount)
        report(body, of: OrderID(0), to: seat.account, at: time)
    }

    /// Pays or takes funding once per funding time, at the mark price and rate last known before.
    ///
    /// The first thing that happens in the instrument at or after the funding time settles it,
    /// and so does a mark price that already names the next one.
    mutating func settleFunding(_ market: Int, at time: Timestamp, next: MarkPrice? = nil) {
        guard let mark = markets[market].mark, mark.nextFunding > markets[market].funded else {
            return
        }
        let isPast = (next?.nextFunding ?? mark.nextFunding) > mark.nextFunding
        guard time >= mark.nextFunding || isPast else { return }
        markets[market].funded = mark.nextFunding
        guard markets[market].instrument.market == .perpetual else { return }
        for account in accounts.indices {
            pay(mark, PaperSeat(account: account, market: market), at: time)
        }
    }

    private mutating func pay(_ mark: MarkPrice, _ seat: PaperSeat, at time: Timestamp) {
        let position = position(seat)
        let instrument = markets[seat.market].instrument
        guard !position.quantity.isZero else { return }
        let notional = position.quantity.magnitude.notional(at: mark.price, .halfEven)
        // Positive is paid: by longs at a positive rate, by shorts at a negative one.
        let share = position.quantity.isNegative ? -mark.fundingRate : mark.fundingRate
        let amount = -PaperFee.of(notional, at: share)
        accounts[seat.account].ledger.add(amount, of: instrument.quote)
        coverDeficit(seat, at: time)
        report(
            .funding(instrument: instrument.id, amount: amount, rate: mark.fundingRate),
            of: OrderID(0),
            to: seat.account,
            at: time
        )
    }
}
