internal import Trading

/// What orders hold back.
///
/// - A spot sell or sell stop locks the base it would sell; a spot buy locks its limit (a stop its
///   trigger) times what is left, and nothing for fees, which a buy pays in base.
/// - On a perpetual market the part that would open or grow a position locks its margin and the
///   taker fee on it. What closes locks nothing. How much of an order opens is settled at its
///   arrival, against the position alone, and again when it fills.
extension PaperVenue {
    func position(_ seat: PaperSeat) -> PaperPosition {
        accounts[seat.account].positions[seat.market]
    }

    /// Notional for one unit of margin.
    func leverage(_ seat: PaperSeat) -> Decimal {
        accounts[seat.account].leverages[seat.market]
            ?? markets[seat.market].instrument.margin.leverage
    }

    func reservedAsset(_ market: Int, _ side: Side) -> AssetID {
        let instrument = markets[market].instrument
        return instrument.market == .spot && side == .sell ? instrument.base : instrument.quote
    }

    /// How much of `quantity` would open or grow a position.
    func opening(_ terms: OrderTerms, _ seat: PaperSeat, _ quantity: Quantity) -> Quantity {
        guard markets[seat.market].instrument.market == .perpetual, !terms.isReduceOnly else {
            return .zero
        }
        return max(quantity - position(seat).closable(by: terms.side), .zero)
    }

    /// Margin and taker fee of opening `quantity` at `price`.
    func openingCost(_ seat: PaperSeat, _ quantity: Quantity, at price: Price) -> Money {
        let instrument = markets[seat.market].instrument
        let notional = quantity.notional(at: price, .up)
        let fee = PaperFee.of(notional, at: instrument.fees.taker)
        return PaperPosition.margin(of: notional, leverage: leverage(seat))
            + max(fee, .zero)
    }

    /// What a working order must hold back with `remaining` to go.
    func reserve(
        _ terms: OrderTerms,
        _ seat: PaperSeat,
        remaining: Quantity,
        opening: Quantity
    ) -> Money {
        // A market order ends within the instant it comes: there is nothing to hold back for.
        if terms.type == .market { return .zero }
        let price = terms.type == .limit ? terms.price : terms.trigger
        switch markets[seat.market].instrument.market {
        case .spot:
            return terms.side == .sell
                ? Money(remaining.value) : remaining.notional(at: price, .up)
        case .perpetual:
            return openingCost(seat, min(opening, remaining), at: price)
        }
    }

    /// What must be free for an order to be accepted, or for a triggered stop to go to the book.
    ///
    /// A market buy must be payable in full as far as the book is known: it is not cut to the
    /// balance. A limit buy must be payable at its limit even where the book is better.
    func requirement(
        _ terms: OrderTerms,
        _ seat: PaperSeat,
        _ remaining: Quantity,
        _ pieces: [PaperMarket.Piece]
    ) -> Money {
        let market = seat.market
        switch markets[market].instrument.market {
        case .spot:
            if terms.side == .sell { return Money(remaining.value) }
            if terms.type != .market {
                return reserve(terms, seat, remaining: remaining, opening: .zero)
            }
            return pieces.reduce(.zero) { $0 + $1.quantity.notional(at: $1.level.price, .up) }
        case .perpetual:
            if terms.isReduceOnly { return .zero }
            var closing = Closing(position(seat), terms.side, leverage: leverage(seat))
            var needed = Money.zero
            var left = remaining
            for piece in pieces {
                let opened = closing.take(piece, markets[market].instrument)
                left -= piece.quantity
                needed += openingCost(seat, opened, at: piece.level.price)
            }
            // What only closes is never refused for want of margin.
            if needed.isPositive { needed += closing.shortfall }
            let closable = closing.position.closable(by: terms.side)
            if terms.type == .market { return needed }
            let price = terms.type == .limit ? terms.price : terms.trigger
            needed += openingCost(seat, max(left - closable, .zero), at: price)
            // A sell may meet better prices, which need more margin; a buy locks at its limit.
            let opening = opening(terms, seat, remaining)
            return max(needed, reserve(terms, seat, remaining: remaining, opening: opening))
        }
    }

    /// Locks what an order must hold back now, up to what there is.
    mutating func relock(_ market: Int, _ index: Int, atMost most: Money) {
        let order = markets[market].orders[index]
        invariant(order.locked.isZero, "an order locks once")
        let needed = reserve(
            order.terms,
            PaperSeat(account: order.owner, market: market),
            remaining: order.remaining,
            opening: order.opening
        )
        let locked = max(min(needed, most), .zero)
        accounts[order.owner].ledger.lock(locked, of: reservedAsset(market, order.terms.side))
        markets[market].orders[index].locked = locked
    }

    /// Gives back what an order holds back.
    @discardableResult
    mutating func unlock(_ market: Int, _ index: Int) -> Money {
        let order = markets[market].orders[index]
        let asset = reservedAsset(market, order.terms.side)
        accounts[order.owner].ledger.lock(-order.locked, of: asset)
        markets[market].orders[index].locked = .zero
        return order.locked
    }
}

/// What closing a position step by step would cost or bring.
private struct Closing {
    private(set) var position: PaperPosition
    private let side: Side
    private let leverage: Decimal
    private var outcome = Money.zero

    init(_ position: PaperPosition, _ side: Side, leverage: Decimal) {
        self.leverage = leverage
        self.position = position
        self.side = side
    }

    /// What is missing once the margin of the closed part is back and its loss and fees are paid.
    var shortfall: Money { max(-outcome, .zero) }

    /// Closes with a piece of the book, and gives what is left of it to open with.
    mutating func take(_ piece: PaperMarket.Piece, _ instrument: Instrument) -> Quantity {
        let closed = min(piece.quantity, position.closable(by: side))
        let price = piece.level.price
        let margin = position.margin
        outcome += position.apply(side, closed, at: price, leverage: leverage)
        outcome += margin - position.margin
        let notional = closed.notional(at: price, .halfEven)
        outcome -= PaperFee.of(notional, at: instrument.fees.taker)
        return piece.quantity - closed
    }
}
