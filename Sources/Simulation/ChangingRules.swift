internal import Exchange
internal import LocalExchange
internal import Trading

/// What the venue asks of orders while the world goes on.
struct ChangingRules {
    private let traded: [WorldPlan.Traded]
    /// Until when markets are halted, by place, in nanoseconds since the world began.
    private var ends: [Int: Int64] = [:]

    init(_ plan: WorldPlan) { traded = plan.traded }

    /// The places of the markets that take no orders now.
    var halted: Set<Int> { Set(ends.keys) }

    private func change(of place: Int) -> FilterChange {
        FilterChange(venue: traded[place].venue, symbol: traded[place].symbol)
    }

    /// A market asks something else of orders from now on.
    func changed(_ chance: inout SplitMix64) -> FilterChange {
        var change = change(of: Int(chance.draw(0...Int64(traded.count - 1))))
        func amount(_ thousandths: Int64) -> Decimal {
            Decimal(Int(thousandths)).divided(by: Decimal(1000), .down)
        }
        switch chance.draw(0...3) {
        case 0: change.priceTick = Price(amount([100, 200, 500, 1000][Int(chance.draw(0...3))]))
        case 1: change.quantityStep = Quantity(amount([1, 2, 5, 10][Int(chance.draw(0...3))]))
        case 2: change.minimumQuantity = Quantity(amount(chance.draw(1...20)))
        default: change.minimumNotional = Money(Decimal(Int(chance.draw(5...50))))
        }
        return change
    }

    /// A market takes no orders for a while.
    ///
    /// - Returns: The change; `nil` where it is halted already.
    mutating func halted(_ chance: inout SplitMix64, at now: Int64) -> FilterChange? {
        let place = Int(chance.draw(0...Int64(traded.count - 1)))
        let span = chance.draw(10...900)
        guard ends[place] == nil else { return nil }
        ends[place] = now + span * 1_000_000_000
        var change = change(of: place)
        change.isTrading = false
        return change
    }

    /// The markets that take orders again by now.
    mutating func resumed(at now: Int64) -> [FilterChange] {
        ends.filter { $0.value <= now }.keys.sorted().map { place in
            ends[place] = nil
            var change = change(of: place)
            change.isTrading = true
            return change
        }
    }
}
