internal import Trading

extension PaperVenue {
    /// Sends the stops that a trade met to the book, oldest first.
    mutating func triggerStops(
        _ market: Int,
        by trade: PublicTrade,
        at time: Timestamp,
        book: OrderBook?
    ) {
        let met = markets[market].orders.filter { order in
            order.terms.type == .stopMarket && !order.isTriggered
                && PaperMarket.meets(order.terms.side, trigger: order.terms.trigger, trade.price)
        }
        for order in met {
            guard let index = markets[market].index(of: order.id) else { continue }
            markets[market].orders[index].isTriggered = true
            report(.triggered, of: order.id, to: order.owner, at: time)
            // The venue had a book even where the recording has none: wait for the next one,
            // rather than end a protection for the recorder's fault.
            if let book { run(market, order.id, at: time, book: book) }
        }
    }

    /// Sends the stops that waited for a book to it, oldest first.
    mutating func runTriggered(_ market: Int, at time: Timestamp, book: OrderBook) {
        for order in markets[market].orders where order.isTriggered {
            run(market, order.id, at: time, book: book)
        }
    }

    /// Lets a triggered stop take from the book like a market order; the rest expires.
    private mutating func run(_ market: Int, _ id: OrderID, at time: Timestamp, book: OrderBook) {
        guard let index = markets[market].index(of: id) else { return }
        var terms = markets[market].orders[index].terms
        terms.type = .market
        let remaining = markets[market].orders[index].remaining
        let owner = markets[market].orders[index].owner
        let pieces = markets[market].walk(terms, remaining, in: book, taker: owner)
        // What it locked at its trigger is its own to spend at whatever price the book has.
        unlock(market, index)
        let free = accounts[owner].ledger.free(reservedAsset(market, terms.side))
        let seat = PaperSeat(account: owner, market: market)
        if requirement(terms, seat, remaining, pieces) > free {
            expire(market, id, .insufficientBalance, at: time)
            return
        }
        take(market, id, pieces, at: time)
        expire(market, id, .noLiquidity, at: time)
    }
}
