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
        var resting = markets[market].resting(side)[...]
        var levels: [BookLevel] = []
        var rank = 0
        while levels.count < depth {
            let recorded = rank < book.count(side) ? book.level(side, rank) : nil
            let price: Price
            switch (recorded?.price, resting.first?.terms.price) {
            case (nil, nil): return levels
            case (let one?, nil), (nil, let one?): price = one
            case (let one?, let other?):
                price = (one > other) == (side == .buy) ? one : other
            }
            var quantity = Quantity.zero
            if let recorded, recorded.price == price {
                quantity += markets[market].taken.left(of: recorded, side)
                rank += 1
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
