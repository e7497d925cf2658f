internal import Exchange
internal import Projections
internal import Trading

/// Asks a venue for everything that reconciliation compares, question by question; nothing changes.
///
/// A value without a venue: it tells what to ask next and takes the answer, so that a start, which
/// waits, and a running engine, which never does, ask the same.
struct Surveyor {
    /// A question, and the desk it goes to.
    struct Question: Hashable {
        var desk: Int
        var call: VenueCall
    }

    /// Whether rules are known from elsewhere, and what they are: by place, `nil` where the venue
    /// lists an instrument no more.
    typealias Rules = [Int: FoundRules?]

    private enum Task {
        case time(desk: Int)
        case balances(desk: Int)
        case entries(desk: Int, VenuePage)
        case working(Int, VenuePage)
        case fills(Int, VenuePage)
        case position(Int)
        case mode(Int)
        case marginMode(Int, VenueAccountMode)
        case order(Int, Wanted)
        case child(Int, Wanted, VenueOrder)
        case ended(Int, Wanted, VenuePage)
        case history(Int, VenuePage)
    }

    /// An order of ours that the venue is asked about.
    private struct Wanted {
        var id: OrderID
        var name: VenueOrderName
        var intendedAt: Timestamp
        var changedAt: Timestamp
    }

    private let instruments: [LiveInstrument]
    private let markets: [VenueMarket]
    private let receiveWindow: TimeSpan
    private let now: Timestamp
    private let venueTime: Timestamp
    /// What is still to be asked, the next one last.
    private var tasks: [Task] = []
    private var pages = 0
    /// How often in a row each desk has not answered.
    private var silence: [Int]
    /// What was found out so far.
    private(set) var survey = VenueSurvey()

    /// How far back fills are asked for: what Binance tells at once, and less than what the journal
    /// remembers of what it has booked.
    static let lookback = TimeSpan(seconds: 23 * 3600)
    /// How many pages of an answer are read: more is no answer of a venue that means well.
    private static let mostPages = 200
    /// A venue that has not answered so often in a row is asked nothing more.
    private static let mostSilence = 3

    /// Begins a survey.
    ///
    /// - Parameters:
    ///   - instruments: What is traded.
    ///   - markets: The market of each desk.
    ///   - receiveWindow: How long a request may be under way.
    ///   - state: Which orders of ours live, and how everything of ours stands.
    ///   - now: The time, as the engine stamps it.
    ///   - lead: How far the venue's clock is ahead of that.
    ///   - readsHistory: Whether names of ours are looked for among what has ended: they tell of a
    ///     journal that was put back.
    ///   - rules: What the venue asks of orders; `nil` where that was not read, and modes are not
    ///     asked for either.
    ///   - modes: What of the account's mode is otherwise than configured; `nil` to ask for it.
    init(
        _ instruments: [LiveInstrument],
        _ markets: [VenueMarket],
        receiveWindow: TimeSpan,
        _ state: borrowing TradingState,
        now: Timestamp,
        lead: TimeSpan = .zero,
        readsHistory: Bool = false,
        rules: Rules?,
        modes: [Int: [String]]? = nil
    ) {
        self.instruments = instruments
        self.markets = markets
        self.receiveWindow = receiveWindow
        self.now = now
        venueTime = now + lead
        silence = markets.map { _ in 0 }
        survey.hasRules = rules != nil
        survey.hasHistory = readsHistory
        survey.marks = SurveyMarks(state)
        for desk in markets.indices { tasks.append(.time(desk: desk)) }
        // Before the balances: what is in the log has changed them then. Bybit has one wallet for
        // both markets; spot markets of Binance have no log of theirs.
        if let desk = markets.firstIndex(where: { $0 != .binanceSpot }) {
            survey.entries = []
            tasks.append(.entries(desk: desk, .first))
        }
        for desk in markets.indices { tasks.append(.balances(desk: desk)) }
        for (place, live) in instruments.enumerated() {
            let market = markets[live.desk]
            var part = VenueSurvey.Part(
                instrument: live.id,
                name: "\(live.symbol) at \(market.name)"
            )
            part.market = market
            if let rules, let found = rules[place] { part.take(found) }
            part.modes = modes?[place] ?? []
            // Of what a venue does not list it tells nothing else either.
            guard part.differences != nil else {
                leave(part, state)
                continue
            }
            survey.parts.append(part)
            tasks += [.working(place, .first), .fills(place, .first)]
            if readsHistory { tasks.append(.history(place, .first)) }
            if market.market == .perpetual {
                tasks.append(.position(place))
                if rules != nil, modes == nil { tasks.append(.mode(place)) }
            }
            for order in state.orders.ordered
            where order.isLive && order.terms.instrument == live.id {
                want(order, place, state)
            }
        }
        tasks.reverse()
    }

    /// Nothing is known of an instrument that is not listed.
    private mutating func leave(_ part: VenueSurvey.Part, _ state: borrowing TradingState) {
        var part = part
        part.fills = nil
        for order in state.orders.ordered
        where order.isLive && order.terms.instrument == part.instrument {
            part.looked[order.id] = .unanswered
        }
        survey.parts.append(part)
    }

    private mutating func want(_ order: Order, _ place: Int, _ state: borrowing TradingState) {
        guard let id = state.clientOrderID(of: order) else {
            let why = "its start is no longer kept, so it has no name"
            let market = markets[instruments[place].desk]
            survey.unanswered.append((market.name, "order \(order.id)", why))
            survey.parts[place].looked[order.id] = .unanswered
            return
        }
        let name = VenueOrderName(
            symbol: instruments[place].symbol,
            clientID: "\(id)",
            isConditional: order.terms.type == .stopMarket,
            stop: instruments[place].stop
        )
        let wanted = Wanted(
            id: order.id,
            name: name,
            intendedAt: order.intendedAt,
            changedAt: order.changedAt
        )
        tasks.append(.order(place, wanted))
    }

    // MARK: Asking

    /// What is to be asked next; `nil` where all was asked.
    mutating func next() -> Question? {
        while let task = tasks.last {
            let desk = desk(of: task)
            guard silence[desk] >= Self.mostSilence else {
                return Question(desk: desk, call: call(of: task))
            }
            miss("it has not answered \(Self.mostSilence) questions before")
        }
        return nil
    }

    /// Notes that what was to be asked next is not answered.
    mutating func miss(_ why: String) {
        guard let task = tasks.popLast() else { return }
        pages = 0
        let word = String("\(call(of: task))".prefix { $0 != "(" })
        survey.unanswered.append((markets[desk(of: task)].name, word, why))
        switch task {
        case .time, .working, .position, .mode, .marginMode: break
        case .history: survey.hasHistory = false
        case .balances: survey.balances = nil
        case .entries: survey.entries = nil
        case .fills(let place, _): survey.parts[place].fills = nil
        case .order(let place, let wanted), .child(let place, let wanted, _),
            .ended(let place, let wanted, _):
            survey.parts[place].looked[wanted.id] = .unanswered
        }
    }

    /// Takes what came of the question that was to be asked next.
    mutating func take(_ answer: VenueAnswer) {
        guard let task = tasks.last else { return }
        if case .unknown = answer {
            silence[desk(of: task)] += 1
        } else {
            silence[desk(of: task)] = 0
        }
        switch answer {
        case .yes(let facts):
            tasks.removeLast()
            if !take(facts, of: task) {
                tasks.append(task)
                miss("something else")
            }
        case .no(let refusal):
            if case .order(let place, let wanted) = task, refusal.isOfGoneOrder {
                tasks.removeLast()
                lookAmongEnded(place, wanted)
            } else {
                miss("\(refusal.code) \(refusal.text)")
            }
        case .unknown(let doubt): miss("\(doubt.code) \(doubt.text)")
        }
    }

    private func desk(of task: Task) -> Int {
        switch task {
        case .time(let desk), .balances(let desk), .entries(let desk, _): desk
        case .working(let place, _), .fills(let place, _), .position(let place), .mode(let place),
            .marginMode(let place, _), .order(let place, _), .child(let place, _, _),
            .ended(let place, _, _), .history(let place, _):
            instruments[place].desk
        }
    }

    private func call(of task: Task) -> VenueCall {
        let minute = TimeSpan(seconds: 60)
        switch task {
        case .time: return .serverTime
        case .balances: return .balances
        case .entries(_, let page):
            let from = venueTime - Self.lookback
            return .entries(from: from, to: venueTime + minute, page: page)
        case .working(let place, let page):
            return .openOrders(symbol: instruments[place].symbol, page: page)
        case .fills(let place, let page):
            let from = venueTime - Self.lookback
            let symbol = instruments[place].symbol
            return .executions(symbol: symbol, from: from, to: venueTime + minute, page: page)
        case .position(let place): return .positions(symbol: instruments[place].symbol)
        case .mode(let place): return .accountMode(symbol: instruments[place].symbol)
        case .marginMode(let place, _): return .marginMode(symbol: instruments[place].symbol)
        case .order(_, let wanted): return .order(wanted.name)
        case .child(_, let wanted, _):
            var name = wanted.name
            // Only the order that it became tells its fills and its end.
            name.isConditional = false
            return .order(name)
        case .history(let place, let page):
            return .orderHistory(
                symbol: instruments[place].symbol,
                from: venueTime - Self.lookback,
                to: venueTime + minute,
                page: page
            )
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

    // MARK: Answers

    /// - Returns: Whether the facts are those that were asked for.
    private mutating func take(_ facts: VenueFacts, of task: Task) -> Bool {
        switch (task, facts) {
        case (.time, .time): break
        case (.balances(let desk), .balances(let balances)): take(balances, at: desk)
        case (.entries(let desk, let page), .entries(let entries, let next)):
            survey.entries? += entries
            goOn(to: next, after: page) { .entries(desk: desk, $0) }
        case (.working(let place, let page), .orders(let orders, let next)):
            survey.parts[place].working += orders
            goOn(to: next, after: page) { .working(place, $0) }
        case (.history(let place, let page), .orders(let orders, let next)):
            survey.parts[place].ended += orders
            goOn(to: next, after: page) { .history(place, $0) }
        case (.fills(let place, let page), .executions(let fills, let next)):
            survey.parts[place].fills? += fills
            goOn(to: next, after: page) { .fills(place, $0) }
        case (.position(let place), .positions(let positions)):
            let rows = positions.filter {
                $0.symbol == instruments[place].symbol && !$0.quantity.isZero
            }
            survey.parts[place].position = rows.reduce(Quantity.zero) { $0 + $1.quantity }
            survey.parts[place].isHedge = rows.contains(where: \.isHedge)
        case (.mode(let place), .mode(let mode)):
            if mode.marginMode == nil {
                tasks.append(.marginMode(place, mode))
            } else {
                take(mode, mode.marginMode, place)
            }
        case (.marginMode(let place, let mode), .mode(let account)):
            take(mode, account.marginMode, place)
        default: return takeOrders(facts, of: task)
        }
        return true
    }

    private mutating func takeOrders(_ facts: VenueFacts, of task: Task) -> Bool {
        guard case .orders(let found, let next) = facts else { return false }
        switch task {
        case .order(let place, let wanted):
            guard let order = found.first else {
                lookAmongEnded(place, wanted)
                return true
            }
            if order.becameOrder == nil {
                survey.parts[place].looked[wanted.id] = .found(order)
            } else {
                tasks.append(.child(place, wanted, order))
            }
        case .child(let place, let wanted, let stop):
            guard var order = found.first else { return false }
            order.becameOrder = stop.becameOrder
            order.isReduceOnly = order.isReduceOnly || stop.isReduceOnly
            survey.parts[place].looked[wanted.id] = .found(order)
        case .ended(let place, let wanted, let page):
            if let match = found.first(where: { $0.clientID == wanted.name.clientID }) {
                pages = 0
                survey.parts[place].looked[wanted.id] = .found(match)
            } else if next == nil || next == page {
                pages = 0
                noteAbsence(place, wanted)
            } else {
                goOn(to: next, after: page) { .ended(place, wanted, $0) }
            }
        default: return false
        }
        return true
    }

    /// Asks for the next page of an answer, if there is one.
    private mutating func goOn(
        to next: VenuePage?,
        after page: VenuePage,
        _ task: (VenuePage) -> Task
    ) {
        guard let next, next != page else {
            pages = 0
            return
        }
        tasks.append(task(next))
        pages += 1
        if pages >= Self.mostPages { miss("it does not end") }
    }

    private mutating func take(_ balances: [VenueBalance], at desk: Int) {
        guard var all = survey.balances else { return }
        // Bybit has one account for both markets, Binance one for each.
        if markets[desk].isBybit { all = [:] }
        for balance in balances { all[balance.asset, default: .zero] += balance.total }
        survey.balances = all
    }

    private mutating func take(_ mode: VenueAccountMode, _ margin: MarginMode?, _ place: Int) {
        let terms = AccountTerm.all(
            of: instruments[place].symbol,
            isHedge: mode.isHedge,
            margin,
            leverage: mode.leverage,
            wanted: instruments[place].listed.margin
        )
        survey.parts[place].modes = terms.filter(\.differs).map(\.words)
    }

    private mutating func lookAmongEnded(_ place: Int, _ wanted: Wanted) {
        if markets[instruments[place].desk].isBybit {
            tasks.append(.ended(place, wanted, .first))
        } else {
            noteAbsence(place, wanted)
        }
    }

    private mutating func noteAbsence(_ place: Int, _ wanted: Wanted) {
        // Counted from its last change: beside a running engine it may wait there for a limit.
        let doubt = max(receiveWindow.nanoseconds * 2, 10_000_000_000)
        let isProven = now.nanoseconds - wanted.changedAt.nanoseconds >= doubt
        survey.parts[place].looked[wanted.id] = .absent(isProven: isProven)
    }
}
