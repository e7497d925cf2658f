internal import Trading

// What a venue cannot mean, however well it is written.

extension VenueExecution {
    /// Refuses a fill of nothing or for nothing, and figures that no state can hold.
    ///
    /// It gives nothing back: when it gave the fill itself, Swift 6.3.1 with optimisation spoilt
    /// the result, and the engine crashed at its first fill.
    func requireSound() throws(MessageError) {
        let isFill = kind == .trade || kind == .liquidation || kind == .deleveraging
        guard !isFill || (quantity.isPositive && price.isPositive) else {
            throw .outOfRange(key: "price", rule: "expected a fill of more than zero")
        }
        let execution = Execution(
            id: id,
            price: price,
            quantity: quantity,
            fee: fee,
            feeAsset: AssetID(0),
            liquidity: liquidity
        )
        guard execution.isWithinBounds else {
            throw .outOfRange(key: "price", rule: "expected figures whose products can be held")
        }
    }
}

extension VenueBook {
    /// Refuses a book whose levels are not in order, the best first.
    func requireOrder(at key: StaticString) throws(MessageError) {
        let isInOrder =
            zip(bids, bids.dropFirst()).allSatisfy { $0.price > $1.price }
            && zip(asks, asks.dropFirst()).allSatisfy { $0.price < $1.price }
        guard isInOrder else {
            throw .outOfRange(key: "\(key)", rule: "expected the best levels first, in order")
        }
    }
}
