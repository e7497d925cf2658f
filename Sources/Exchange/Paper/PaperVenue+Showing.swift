public import Trading

extension PaperVenue {
    /// What a public book shows of a side, best price first: what is left of the recorded book,
    /// and what the orders of all accounts have resting.
    public func shownLevels(
        _ side: Side,
        of instrument: InstrumentID,
        in book: OrderBook?,
        atMost depth: Int
    ) -> [BookLevel] {
        guard let market = market(instrument), let book else { return [] }
        // Taken out once: a book is shown more often than anything else is done.
        let taken = markets[market].taken
        let recordedLevels = book.levels(side)
        var resting = markets[market].resting(side)[...]
        var levels: [BookLevel] = []
        levels.reserveCapacity(min(depth, recordedLevels.count + resting.count))
        var place = recordedLevels.count - 1
        while levels.count < depth {
            let recorded = place >= 0 ? recordedLevels[place] : nil
            let price: Price
            switch (recorded?.price, resting.first?.terms.price) {
            case (nil, nil): return levels
            case (let one?, nil), (nil, let one?): price = one
            case (let one?, let other?):
                price = (one > other) == (side == .buy) ? one : other
            }
            var quantity = Quantity.zero
            if let recorded, recorded.price == price {
                quantity += taken.left(of: recorded, side)
                place -= 1
            }
            while let order = resting.first, order.terms.price == price {
                quantity += order.remaining
                resting.removeFirst()
            }
            if quantity.isPositive { levels.append(BookLevel(price: price, quantity: quantity)) }
        }
        return levels
    }
}
