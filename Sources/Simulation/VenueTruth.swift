internal import Exchange
internal import LocalExchange
internal import Projections
internal import Trading

/// What is true at the venue of our orders, read from its houses and not from what it says.
struct VenueTruth {
    /// A market of ours.
    struct Market {
        let house: LocalHouse
        let place: Int
        let base: String
        let isPerpetual: Bool
        /// What our fills bought less what they sold and what fees took of it.
        var held = Quantity.zero
        /// Our working orders, by number.
        var working: Set<UInt64> = []
        /// Numbers of fills that were seen.
        var fills = 0
    }

    private(set) var markets: [Market]
    /// The journal's four characters, which every name of ours carries.
    var tag = ""
    /// When the newest entry of ours was made.
    private(set) var newestEntry = Timestamp.never
    /// The draw of a copy of us.
    private static let drawOfCopy = "copy"
    private var copies = 0
    /// How often each of our names was placed.
    private var placed: [String: Int] = [:]
    private var lastOrder: [ObjectIdentifier: UInt64] = [:]
    private var lastExecution: [ObjectIdentifier: UInt64] = [:]
    /// Our orders by house and number, those that a trigger made of ours too.
    private var owners: [Key: OrderID] = [:]

    /// What its owner closed of ours.
    private var closings: Set<Key> = []
    private static let markOfClosing = "web-close-"

    private struct Key: Hashable {
        let house: ObjectIdentifier
        let number: UInt64
    }

    init(_ plan: WorldPlan, _ exchange: LocalExchange) {
        markets = plan.traded.compactMap { traded in
            for house in exchange.houses {
                if let place = house.market(traded.venue, traded.symbol) {
                    return Market(
                        house: house,
                        place: place,
                        base: traded.base,
                        isPerpetual: traded.isPerpetual
                    )
                }
            }
            return nil
        }
        invariant(markets.count == plan.traded.count, "every market of the plan is opened")
    }

    /// Takes what has happened since the last look.
    ///
    /// - Parameter role: What an order is for; `nil` where no intent of it is durable.
    /// - Returns: What must never be.
    mutating func look(role: (OrderID) -> OrderRole?) -> [String] {
        var wrong: [String] = []
        var seen: Set<ObjectIdentifier> = []
        for market in markets where seen.insert(ObjectIdentifier(market.house)).inserted {
            lookAtOrders(of: market.house, role, &wrong)
            lookAtFills(of: market.house, &wrong)
        }
        return wrong
    }

    private mutating func lookAtOrders(
        of house: LocalHouse,
        _ role: (OrderID) -> OrderRole?,
        _ wrong: inout [String]
    ) {
        let name = ObjectIdentifier(house)
        let next = house.nextOrderNumber
        var number = (lastOrder[name] ?? 0) + 1
        lastOrder[name] = next - 1
        while number < next {
            defer { number += 1 }
            guard let order = house.order(number) else { continue }
            let key = Key(house: name, number: number)
            if let origin = order.origin {
                owners[key] = owners[Key(house: name, number: origin)]
            } else {
                if order.wish.clientID.hasPrefix(Self.markOfClosing) { closings.insert(key) }
                guard let id = ClientOrderID(order.wish.clientID), id.tag == tag,
                    id.draw != Self.drawOfCopy
                else { continue }
                owners[key] = id.order
                placed[order.wish.clientID, default: 0] += 1
                if placed[order.wish.clientID] != 1 {
                    wrong.append("\(order.wish.clientID) was placed twice")
                }
                let role = role(id.order)
                if role == .entry { newestEntry = order.made }
                if role == nil { wrong.append("\(order.wish.clientID) has no durable intent") }
            }
            guard owners[key] != nil,
                let place = place(of: house, order.wish.market)
            else { continue }
            markets[place].working.insert(number)
        }
    }

    private mutating func lookAtFills(of house: LocalHouse, _ wrong: inout [String]) {
        let name = ObjectIdentifier(house)
        let last = lastExecution[name] ?? 0
        guard let newest = house.executions.last, newest.number > last else { return }
        lastExecution[name] = newest.number
        for fill in house.executions.reversed().prefix(while: { $0.number > last }).reversed() {
            guard let place = place(of: house, fill.market) else { continue }
            // A liquidation is of no order.
            let key = Key(house: name, number: fill.order)
            guard fill.order == 0 || owners[key] != nil || closings.contains(key) else { continue }
            markets[place].held += fill.side.signed(fill.quantity)
            markets[place].fills += 1
            if fill.feeAsset == markets[place].base {
                markets[place].held = Quantity(markets[place].held.value - fill.fee.value)
            }
        }
    }

    private func place(of house: LocalHouse, _ market: Int) -> Int? {
        markets.firstIndex { $0.house === house && $0.place == market }
    }

    /// Our orders that work in a market now.
    mutating func working(in place: Int) -> [(id: OrderID, order: LocalOrder)] {
        let house = markets[place].house
        var found: [(id: OrderID, order: LocalOrder)] = []
        for number in markets[place].working.sorted() {
            guard let order = house.order(number), order.isOpen else {
                markets[place].working.remove(number)
                continue
            }
            let key = Key(house: ObjectIdentifier(house), number: number)
            if let id = owners[key] { found.append((id, order)) }
        }
        return found
    }

    /// Whether an order of ours works.
    var hasWorking: Bool {
        markets.contains { market in
            market.working.contains { market.house.order($0)?.isOpen ?? false }
        }
    }

    /// Whether an order of ours was placed whose intent came after an event.
    func hasPlaced(beyond head: SequenceNumber) -> Bool {
        owners.values.contains { $0.rawValue > head.rawValue }
    }

    /// When the newest fill of the account was made.
    var newestFill: Timestamp {
        markets.compactMap { $0.house.executions.last?.time }.max() ?? .never
    }

    /// How many orders of ours were placed.
    var orders: Int { placed.count }

    /// Cancels a working order of ours, as its owner may at the venue's own page.
    mutating func cancelByHand(_ chance: UInt64, at now: Timestamp) {
        let place = Int(chance % UInt64(markets.count))
        let working = working(in: place)
        guard !working.isEmpty else { return }
        let order = working[Int(chance >> 32) % working.count].order
        _ = markets[place].house.cancel(order.number, at: now)
    }

    /// Whether more is held than the engine leaves lying: that nobody closes by hand.
    private func isMoreThanDust(_ place: Int) -> Bool {
        markets[place].held.magnitude.notional(at: lowestPrice(place), .down) > Oracle.mostDust
    }

    /// The lowest price of a market so far: what is dust now was dust then, wherever the price has
    /// jumped since.
    func lowestPrice(_ place: Int) -> Price {
        markets[place].house.markets[markets[place].place].day.low
    }

    /// Sells or buys back what we hold in a market, as its owner may.
    mutating func closeByHand(_ chance: UInt64, at now: Timestamp) {
        let places = markets.indices.filter { isMoreThanDust($0) }
        guard !places.isEmpty else { return }
        let place = places[Int(chance % UInt64(places.count))]
        let market = markets[place]
        let rules = market.house.markets[market.place].instrument
        let quantity = rules.filters.cut(market.held.magnitude)
        guard quantity >= rules.filters.minimumQuantity else { return }
        // On spot the stop holds what is to be sold.
        for (_, order) in working(in: place) { _ = market.house.cancel(order.number, at: now) }
        let wish = LocalWish(
            market: market.place,
            clientID: "\(Self.markOfClosing)\(chance)",
            side: market.held.isNegative ? .buy : .sell,
            type: .market,
            timeInForce: .immediateOrCancel,
            isReduceOnly: rules.market == .perpetual,
            quantity: quantity
        )
        _ = market.house.place(wish, of: 0, at: now)
    }

    /// The venue closes a contract of ours.
    func liquidate(_ chance: UInt64, at now: Timestamp) {
        let places = markets.indices.filter { markets[$0].isPerpetual && isMoreThanDust($0) }
        guard !places.isEmpty else { return }
        let market = markets[places[Int(chance % UInt64(places.count))]]
        market.house.liquidate(0, in: market.place, at: now)
    }

    /// A copy of the engine places an order, as if it went on from the same journal.
    mutating func placeAsCopy(_ chance: UInt64, epoch: Epoch, at now: Timestamp) {
        copies += 1
        let id = ClientOrderID(
            tag: tag,
            epoch: epoch,
            draw: Self.drawOfCopy,
            order: OrderID(UInt64(1_000_000 + copies))
        )
        place("\(id)", chance, at: now)
    }

    /// Cancels what the copy has at the venue.
    func endCopies(at now: Timestamp) {
        for market in markets {
            for order in market.house.orders(of: 0, in: market.place) where order.isOpen {
                guard ClientOrderID(order.wish.clientID)?.draw == Self.drawOfCopy else { continue }
                _ = market.house.cancel(order.number, at: now)
            }
        }
    }

    /// Places an order that is none of ours and is never filled.
    func placeByHand(_ chance: UInt64, at now: Timestamp) {
        place("web-\(chance)", chance, at: now)
    }

    private func place(_ name: String, _ chance: UInt64, at now: Timestamp) {
        let market = markets[Int(chance % UInt64(markets.count))]
        guard let price = market.house.markets[market.place].lastPrice else { return }
        let filters = market.house.markets[market.place].instrument.filters
        let half = Price(price.value.divided(by: Decimal(2), .down))
        let wish = LocalWish(
            market: market.place,
            clientID: name,
            side: .buy,
            type: .limit,
            timeInForce: .goodTillCancelled,
            quantity: filters.cut(Quantity(Decimal(units: Decimal.unitsPerOne / 5))),
            price: filters.onGrid(half, .down)
        )
        _ = market.house.place(wish, of: 0, at: now)
    }
}
