import Engine
import Exchange
import Projections
import Runtime
import TestSupport
import Trading

/// Reconciles a pair and compares what came of it with the oracle.
struct PairCheck {
    private var maker: PairMaker
    /// How often each kind of case was found before anything was booked.
    private(set) var kinds: [CaseKind: Int] = [:]
    /// How many events were booked.
    private(set) var booked = 0
    /// What is wrong; empty where all is right.
    private(set) var faults: [String] = []

    init(seed: UInt64) {
        maker = PairMaker(seed: seed)
        var state = maker.turn.state
        // At times the venue does not answer everything: what is silent must change nothing, and
        // what was told must not be told twice.
        let isPartial = maker.chance.chance(25)
        if isPartial { state = reconcile(state, survey(of: state, answersAll: false)) }
        let survey = survey(of: state, answersAll: true)
        let found = Comparison(state, survey).found
        for found in found { kinds[found.kind, default: 0] += 1 }
        let end = reconcile(state, survey)
        compare(end)
        requireRest(end, survey)
        if !isPartial, end.head > state.head, !found.contains(where: { $0.action == .apply }) {
            let events = EvidenceBooking(state, survey, at: maker.time).turn.events
            faults.append("no case tells of \(events.map(\.event))")
        }
    }

    private mutating func reconcile(
        _ state: TradingState,
        _ survey: VenueSurvey
    ) -> TradingState {
        let booking = EvidenceBooking(state, survey, at: maker.time)
        booked += booking.turn.events.count
        // The same answers once more, in another order: nothing is left in them.
        var again = survey
        for place in again.parts.indices { again.parts[place].fills?.reverse() }
        let second = EvidenceBooking(booking.turn.state, again, at: maker.time)
        if !second.turn.events.isEmpty { faults.append("the same answers book something twice") }
        return booking.turn.state
    }

    // MARK: What the venue says

    private mutating func survey(of state: TradingState, answersAll: Bool) -> VenueSurvey {
        var survey = VenueSurvey()
        for market in maker.markets {
            var part = VenueSurvey.Part(instrument: market.instrument, name: market.name)
            part.market = market.market
            let working = market.orders.filter { $0.works && $0.fate != .absent }
            part.working = working.map(\.description) + market.foreign
            part.fills = market.fills
            part.filters = market.filters
            for order in state.orders.ordered
            where order.isLive && order.terms.instrument == market.instrument {
                part.looked[order.id] = look(market[order.id], answersAll)
            }
            if market.isContract {
                let held = maker.oracle.state.instruments[Int(market.instrument.rawValue)]
                part.position = held.position.quantity + market.foreignPosition
            }
            // Rows come twice where a page ends, and in any order.
            if let row = part.fills?.last, maker.chance.chance(30) { part.fills?.append(row) }
            if maker.chance.chance(30) { part.fills?.reverse() }
            if !answersAll, maker.chance.chance(40) {
                part.fills = nil
                survey.unanswered.append((market.market.name, "executions", "no answer"))
            }
            if !answersAll, maker.chance.chance(30) { part.position = nil }
            survey.parts.append(part)
        }
        survey.entries = maker.entries
        if !answersAll, maker.chance.chance(30) { survey.entries = nil }
        survey.balances = [:]
        for asset in maker.oracle.state.assets { survey.balances?[asset.name] = asset.balance }
        survey.balances?["USDT", default: .zero] += maker.foreignMoney
        if !answersAll, maker.chance.chance(30) { survey.balances = nil }
        return survey
    }

    private mutating func look(
        _ truly: PairOrder?,
        _ answersAll: Bool
    ) -> VenueSurvey.Looked {
        if !answersAll, maker.chance.chance(30) { return .unanswered }
        guard let truly, truly.fate != .absent else {
            return .absent(isProven: answersAll || maker.chance.chance(50))
        }
        return .found(truly.description)
    }

    // MARK: What must hold

    /// Orders, positions and balances are what they would be, had the journal been told of all.
    private mutating func compare(_ state: TradingState) {
        let truth = maker.oracle.state
        for market in maker.markets {
            for order in market.orders {
                guard let ours = state.order(order.id), let theirs = truth.order(order.id) else {
                    faults.append("order \(order.id) is gone")
                    continue
                }
                require(ours.filled == theirs.filled, "order \(order.id) filled")
                require(ours.filled == order.filled, "order \(order.id) filled as the venue says")
                require(ours.status == theirs.status, "order \(order.id) status")
                require(ours.cost == theirs.cost, "order \(order.id) cost")
                // Of what has ended nobody tells how it got there.
                guard order.works, order.child == nil else { continue }
                require(ours.terms == theirs.terms, "order \(order.id) terms")
                require(ours.isTriggered == theirs.isTriggered, "order \(order.id) trigger")
                require(!ours.isUnknown || ours.request != .place, "order \(order.id) unknown")
            }
        }
        for (ours, theirs) in zip(state.instruments, truth.instruments) {
            require(ours.position.quantity == theirs.position.quantity, "position")
            require(ours.position.cost == theirs.position.cost, "cost of a position")
        }
        requireQuantities(state)
        let balances = "balances are \(words(state)), should be \(words(truth))"
        require(state.assets == truth.assets, balances)
        require(state.metrics.totalProfit == truth.metrics.totalProfit, "profit")
        for (ours, theirs) in zip(state.deals.ordered, truth.deals.ordered) {
            require(ours.held == theirs.held, "what deal \(ours.id) holds")
        }
    }

    private func words(_ state: TradingState) -> String {
        state.assets.map { "\($0.balance) \($0.name)" }.joined(separator: ", ")
    }

    /// Positions are the sums of our fills alone, counted without any of the engine's parts.
    private mutating func requireQuantities(_ state: TradingState) {
        for market in maker.markets {
            let ours = Set(market.orders.flatMap { [$0.venueOrder, $0.child ?? $0.venueOrder] })
                .union(market.closings)
            var sum = Quantity.zero
            for fill in market.fills where ours.contains(fill.venueOrder) {
                sum += fill.side == .buy ? fill.quantity : .zero - fill.quantity
            }
            let held = state.instruments[Int(market.instrument.rawValue)].position.quantity
            require(held == sum, "position of \(market.name) is \(held), its fills say \(sum)")
            let filters = state.instruments[Int(market.instrument.rawValue)].instrument.filters
            require(market.filters.map { $0 == filters } ?? true, "rules of \(market.name)")
        }
    }

    /// A second plan has nothing to do.
    private mutating func requireRest(_ state: TradingState, _ survey: VenueSurvey) {
        var chance = maker.chance
        swap(&chance, &maker.chance)
        let later = self.survey(of: state, answersAll: true)
        let found = Comparison(state, later).found
        for found in found where found.action == .apply {
            faults.append("\(found.kind.rawValue) is left: \(found.subject): \(found.seen)")
        }
        let second = EvidenceBooking(state, later, at: maker.time)
        require(second.turn.events.isEmpty, "a second plan books something")
    }

    private mutating func require(_ isSo: Bool, _ what: @autoclosure () -> String) {
        if !isSo { faults.append(what()) }
    }
}
