internal import Exchange
internal import Projections
internal import Trading

// What is asked of the venue, and how.
extension Surveyor {
    /// Something to ask.
    enum Task {
        case time(desk: Int)
        case balances(desk: Int)
        case entries(desk: Int, SurveyWindow.Stretch, VenuePage)
        /// Of every symbol where none is named.
        case working(desk: Int, symbol: String?, VenuePage)
        case fills(Int, SurveyWindow.Stretch, VenuePage)
        /// Of one order, where those lack some of it.
        case orderFills(Int, OrderExecutions)
        case position(Int)
        case mode(Int)
        case marginMode(Int, VenueAccountMode)
        case order(Int, Wanted)
        case child(Int, Wanted, VenueOrder)
        case ended(Int, Wanted, VenuePage)
        case history(Int, SurveyWindow.Stretch, VenuePage)
    }

    /// An order of ours that the venue is asked about.
    struct Wanted {
        var id: OrderID
        var name: VenueOrderName
        var intendedAt: Timestamp
        var changedAt: Timestamp
    }

    /// How an order is asked about.
    func wanted(_ order: Order, _ clientID: String, _ place: Int) -> Wanted {
        let name = VenueOrderName(
            symbol: instruments[place].symbol,
            clientID: clientID,
            isConditional: order.terms.type == .stopMarket,
            stop: instruments[place].stop
        )
        return Wanted(
            id: order.id,
            name: name,
            intendedAt: order.intendedAt,
            changedAt: order.changedAt
        )
    }

    /// What of the account's mode is otherwise than configured.
    func differences(
        _ mode: VenueAccountMode,
        _ margin: MarginMode?,
        _ place: Int
    ) -> [String] {
        let terms = AccountTerm.all(
            of: instruments[place].symbol,
            isHedge: mode.isHedge,
            margin,
            leverage: mode.leverage,
            wanted: instruments[place].listed.margin
        )
        return terms.filter(\.differs).map(\.words)
    }

    /// The orders that live: those in doubt first, then stops.
    static func byUrgency(_ state: borrowing TradingState) -> [Order] {
        let live = state.orders.ordered.filter(\.isLive)
        let isInDoubt = { (order: Order) in order.isUnknown || order.request != .none }
        let known = live.filter { !isInDoubt($0) }
        return live.filter(isInDoubt) + known.filter { $0.terms.type == .stopMarket }
            + known.filter { $0.terms.type != .stopMarket }
    }

    /// The symbols whose working orders are asked for: each of ours, or all of the account's in one
    /// question where that costs less.
    func symbolsOfWorking(at desk: Int) -> [String?] {
        let symbols: [String?] = instruments.filter { $0.desk == desk }.map(\.symbol)
        let costs = [symbols, [nil]].map { symbols in
            symbols.flatMap { symbol in
                let call = VenueCall.openOrders(symbol: symbol, page: .first)
                return VenueLimits.charges(for: call, in: markets[desk])
            }
            .reduce(0) { $0 + $1.cost }
        }
        return costs[1] < costs[0] ? [nil] : symbols
    }

    /// The questions for the fills of those orders of which the venue counts more than the journal
    /// has and the lists of fills tell.
    func lacks(_ booked: [OrderID: Quantity]) -> [Task] {
        var tasks: [Task] = []
        for (place, part) in survey.parts.enumerated() where part.fills != nil {
            for id in part.looked.keys.sorted() {
                guard case .found(let order) = part.looked[id],
                    order.filled > (booked[id] ?? .zero),
                    part.told(of: order.venueOrder) < order.filled
                else { continue }
                let made = order.made ?? venueTime - Self.longAgo
                let question = OrderExecutions(
                    symbol: instruments[place].symbol,
                    of: order.venueOrder,
                    since: booked[id]?.isPositive == true ? max(made, remembered) : made,
                    changed: order.changed ?? venueTime
                )
                tasks.append(.orderFills(place, question))
            }
        }
        return tasks
    }

    /// What follows an answer that told fills of an order; `nil` once all are told that it counts.
    func more(of question: OrderExecutions, _ next: VenuePage?, _ place: Int) -> Task? {
        let part = survey.parts[place]
        guard let order = part.found(question.venueOrder),
            part.told(of: question.venueOrder) < order.filled
        else { return nil }
        return question.following(next, at: part.market).map { .orderFills(place, $0) }
    }

    /// How old an order may be that does not tell its age: USD-M tells fills of six months.
    private static let longAgo = TimeSpan(seconds: 180 * 86_400)

    /// Why a question is not answered; a code of zero is none.
    static func words(_ code: Int, _ text: String) -> String {
        code == 0 ? text : "\(code) \(text)"
    }

    func desk(of task: Task) -> Int {
        switch task {
        case .time(let desk), .balances(let desk), .entries(let desk, _, _),
            .working(let desk, _, _):
            desk
        case .fills(let place, _, _), .orderFills(let place, _), .position(let place),
            .mode(let place), .marginMode(let place, _), .order(let place, _),
            .child(let place, _, _), .ended(let place, _, _),
            .history(let place, _, _):
            instruments[place].desk
        }
    }

    func call(of task: Task) -> VenueCall {
        let minute = TimeSpan(seconds: 60)
        switch task {
        case .time: return .serverTime
        case .balances: return .balances
        case .entries(_, let stretch, let page):
            return .entries(from: stretch.from, to: stretch.to, page: page)
        case .working(_, let symbol, let page): return .openOrders(symbol: symbol, page: page)
        case .fills(let place, let stretch, let page):
            let symbol = instruments[place].symbol
            return .executions(symbol: symbol, from: stretch.from, to: stretch.to, page: page)
        case .orderFills(_, let question): return .orderExecutions(question)
        case .position(let place): return .positions(symbol: instruments[place].symbol)
        case .mode(let place): return .accountMode(symbol: instruments[place].symbol)
        case .marginMode(let place, _): return .marginMode(symbol: instruments[place].symbol)
        case .order(_, let wanted): return .order(wanted.name)
        case .child(_, let wanted, _):
            var name = wanted.name
            // Only the order that it became tells its fills and its end.
            name.isConditional = false
            return .order(name)
        case .history(let place, let stretch, let page):
            let symbol = instruments[place].symbol
            return .orderHistory(symbol: symbol, from: stretch.from, to: stretch.to, page: page)
        case .ended(_, let wanted, let page):
            // Bybit tells of seven days at once.
            let age = now - wanted.intendedAt + TimeSpan(seconds: 3600)
            let from = venueTime - min(age, TimeSpan(seconds: 6 * 86_400))
            return .orderHistory(
                symbol: wanted.name.symbol,
                from: from,
                to: venueTime + minute,
                page: page
            )
        }
    }
}
