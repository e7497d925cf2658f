internal import Exchange
internal import Platform
internal import Projections
internal import Trading

/// Asks a venue for everything that reconciliation compares; questions alone, nothing changes.
struct Surveyor {
    private let venue: LiveVenue
    private let plan: RunPlan
    private let state: TradingState
    private let readsRules: Bool
    private let deadline: Int64
    private var survey = VenueSurvey()
    private let now = Timestamp(nanoseconds: Clock.wall())

    /// How far back fills are asked for: what Binance tells at once, and less than what the journal
    /// remembers of what it has booked.
    static let lookback = TimeSpan(seconds: 23 * 3600)
    /// How many pages of an answer are read: more is no answer of a venue that means well.
    private static let mostPages = 200

    /// Asks everything.
    ///
    /// - Parameters:
    ///   - venue: Who is asked.
    ///   - plan: What is configured.
    ///   - state: Which orders of ours live.
    ///   - readsRules: Whether instruments and modes are read; a start has just done so.
    ///   - patience: What is not asked by then counts as not answered.
    /// - Returns: What it said.
    /// - Throws: ``RunFailure`` where the venue does not tell its time or its rules.
    static func survey(
        _ venue: LiveVenue,
        _ plan: RunPlan,
        _ state: TradingState,
        readsRules: Bool = true,
        patience: TimeSpan = TimeSpan(seconds: 600)
    ) throws -> VenueSurvey {
        var surveyor = Surveyor(venue, plan, state, readsRules, patience)
        try surveyor.run()
        return surveyor.survey
    }

    private init(
        _ venue: LiveVenue,
        _ plan: RunPlan,
        _ state: TradingState,
        _ readsRules: Bool,
        _ patience: TimeSpan
    ) {
        self.venue = venue
        self.plan = plan
        self.state = state
        self.readsRules = readsRules
        deadline = Clock.monotonic() + patience.nanoseconds
    }

    private mutating func run() throws {
        for desk in venue.desks {
            // Everything signed is in the venue's time.
            _ = try venue.answer(to: .serverTime, desk)
            readBalances(desk)
        }
        for place in venue.instruments.indices { try read(place) }
    }

    /// What a question brings; what brings nothing is noted, and is `nil`.
    private mutating func ask(_ call: VenueCall, _ desk: VenueDesk) -> VenueFacts? {
        guard Clock.monotonic() < deadline else {
            miss(call, desk, "not asked in time")
            return nil
        }
        switch venue.wait(for: call, desk) {
        case .yes(let facts): return facts
        case .no(let refusal): miss(call, desk, "\(refusal.code) \(refusal.text)")
        case .unknown(let doubt): miss(call, desk, "\(doubt.code) \(doubt.text)")
        }
        return nil
    }

    private mutating func miss(_ call: VenueCall, _ desk: VenueDesk, _ why: String) {
        let word = String("\(call)".prefix { $0 != "(" })
        survey.unanswered.append((desk.market.name, "\(word): \(why)"))
    }

    private mutating func readBalances(_ desk: VenueDesk) {
        guard case .balances(let balances) = ask(.balances, desk) else {
            survey.balances = nil
            return
        }
        guard var all = survey.balances else { return }
        // Bybit has one account for both markets, Binance one for each.
        if desk.market.isBybit { all = [:] }
        for balance in balances { all[balance.asset, default: .zero] += balance.total }
        survey.balances = all
    }

    private mutating func read(_ place: Int) throws {
        let live = venue.instruments[place]
        let desk = venue.desks[live.desk]
        var part = VenueSurvey.Part(
            instrument: live.id,
            name: "\(live.symbol) at \(desk.market.name)"
        )
        part.market = desk.market
        if readsRules { try readRules(place, desk, &part) }
        part.working = pages(desk) {
            .openOrders(symbol: live.symbol, page: $0)
        } from: { facts in
            guard case .orders(let orders, let next) = facts else { return nil }
            return (orders, next)
        }
        let from = Timestamp(nanoseconds: now.nanoseconds - Self.lookback.nanoseconds)
        let to = now + TimeSpan(seconds: 60)
        let misses = survey.unanswered.count
        let fills: [VenueExecution] = pages(desk) { page in
            .executions(symbol: live.symbol, from: from, to: to, page: page)
        } from: { facts in
            guard case .executions(let fills, let next) = facts else { return nil }
            return (fills, next)
        }
        part.fills = survey.unanswered.count == misses ? fills : nil
        // Rows of Binance do not tell whose they are: an order of rescue must be recognised.
        let isNameless = fills.contains { fill in
            fill.kind == .trade && fill.clientID == nil && !state.hasBooked(part.unique(fill.id))
        }
        if isNameless { part.orderNames = orderNames(live.symbol, desk, from, to) }
        if desk.market.market == .perpetual { readPosition(live.symbol, desk, &part) }
        for order in state.orders.ordered
        where order.isLive && order.terms.instrument == live.id {
            part.looked[order.id] = look(order, place, desk)
        }
        survey.parts.append(part)
    }

    /// What the orders of a while are called, by the venue's ids.
    private mutating func orderNames(
        _ symbol: String,
        _ desk: VenueDesk,
        _ from: Timestamp,
        _ to: Timestamp
    ) -> [VenueID: String] {
        let orders: [VenueOrder] = pages(desk) { page in
            .orderHistory(symbol: symbol, from: from, to: to, page: page)
        } from: { facts in
            guard case .orders(let orders, let next) = facts else { return nil }
            return (orders, next)
        }
        return Dictionary(orders.map { ($0.venueOrder, $0.clientID) }) { first, _ in first }
    }

    /// Reads an answer page by page.
    private mutating func pages<Row>(
        _ desk: VenueDesk,
        _ call: (VenuePage) -> VenueCall,
        from rows: (VenueFacts) -> (rows: [Row], next: VenuePage?)?
    ) -> [Row] {
        var all: [Row] = []
        var page = VenuePage.first
        for _ in 0..<Self.mostPages {
            guard let facts = ask(call(page), desk), let read = rows(facts) else { return all }
            all += read.rows
            guard let next = read.next, next != page else { return all }
            page = next
        }
        miss(call(page), desk, "it does not end")
        return all
    }

    private mutating func readRules(
        _ place: Int,
        _ desk: VenueDesk,
        _ part: inout VenueSurvey.Part
    ) throws {
        let live = venue.instruments[place]
        let listed = try venue.listing(of: desk)[live.symbol]
        part.differences = listed.map { live.listed.differences(from: $0) }
        if let listed { try venue.chooseStop(place, listed, part.name) }
        for contract in venue.contracts(of: plan)
        where contract.symbol == live.symbol && contract.desk === desk {
            part.modes = try venue.terms(of: contract).filter(\.differs).map(\.words)
        }
    }

    private mutating func readPosition(
        _ symbol: String,
        _ desk: VenueDesk,
        _ part: inout VenueSurvey.Part
    ) {
        guard case .positions(let positions) = ask(.positions(symbol: symbol), desk) else { return }
        let rows = positions.filter { $0.symbol == symbol && !$0.quantity.isZero }
        part.position = rows.reduce(Quantity.zero) { $0 + $1.quantity }
        part.isHedge = rows.contains(where: \.isHedge)
    }

    // MARK: Orders of ours

    private mutating func look(
        _ order: Order,
        _ place: Int,
        _ desk: VenueDesk
    ) -> VenueSurvey.Looked {
        let live = venue.instruments[place]
        guard let id = state.clientOrderID(of: order) else {
            let why = "order \(order.id): its start is no longer kept, so it has no name"
            survey.unanswered.append((desk.market.name, why))
            return .unanswered
        }
        var name = VenueOrderName(
            symbol: live.symbol,
            clientID: "\(id)",
            isConditional: order.terms.type == .stopMarket,
            stop: live.stop
        )
        let first = look(order, name, desk)
        guard case .found(let stop) = first, let child = stop.becameOrder else { return first }
        // Only the order that it became tells its fills and its end.
        name.isConditional = false
        guard case .found(var became) = look(order, name, desk) else { return .unanswered }
        became.becameOrder = child
        became.isReduceOnly = became.isReduceOnly || stop.isReduceOnly
        return .found(became)
    }

    private mutating func look(
        _ order: Order,
        _ name: VenueOrderName,
        _ desk: VenueDesk
    ) -> VenueSurvey.Looked {
        let call = VenueCall.order(name)
        guard Clock.monotonic() < deadline else {
            miss(call, desk, "not asked in time")
            return .unanswered
        }
        switch venue.wait(for: call, desk) {
        case .yes(.orders(let found, _)):
            return found.first.map { .found($0) } ?? lookAmongEnded(order, name, desk)
        case .no(let refusal) where refusal.isOfGoneOrder:
            return lookAmongEnded(order, name, desk)
        case .no(let refusal): miss(call, desk, "\(refusal.code) \(refusal.text)")
        case .yes: miss(call, desk, "something else")
        case .unknown(let doubt): miss(call, desk, "\(doubt.code) \(doubt.text)")
        }
        return .unanswered
    }

    private mutating func lookAmongEnded(
        _ order: Order,
        _ name: VenueOrderName,
        _ desk: VenueDesk
    ) -> VenueSurvey.Looked {
        if desk.market.isBybit {
            let misses = survey.unanswered.count
            // Bybit tells of seven days at once.
            let days = max(order.intendedAt.nanoseconds, now.nanoseconds - 6 * 86_400_000_000_000)
            let from = Timestamp(nanoseconds: days - 60_000_000_000)
            let to = now + TimeSpan(seconds: 60)
            let ended = pages(desk) { page in
                .orderHistory(symbol: name.symbol, from: from, to: to, page: page)
            } from: { facts -> (rows: [VenueOrder], next: VenuePage?)? in
                guard case .orders(let orders, let next) = facts else { return nil }
                return (orders, next)
            }
            if let match = ended.first(where: { $0.clientID == name.clientID }) {
                return .found(match)
            }
            guard survey.unanswered.count == misses else { return .unanswered }
        }
        // Counted from its last change: beside a running engine it may wait there for a limit.
        let doubt = max(venue.settings.receiveWindow.nanoseconds * 2, 10_000_000_000)
        return .absent(isProven: now.nanoseconds - order.changedAt.nanoseconds >= doubt)
    }
}
