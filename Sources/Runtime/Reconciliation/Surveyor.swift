internal import Exchange
internal import Projections
internal import Trading

/// Asks a venue for everything that reconciliation compares; nothing changes.
///
/// A value without a venue: it tells what to ask next and takes the answer, so that a start, which
/// waits, and a running engine, which never does, ask the same. It asks in rounds: the questions of
/// a round do not depend on one another and may be asked at once, and their answers are taken in
/// the order of the questions. What works comes first, because it tells of most orders of ours;
/// those that no list tells of are asked about one by one, for not to be in a list proves nothing.
struct Surveyor {
    /// A question, and the desk it goes to.
    struct Question: Hashable {
        var desk: Int
        var call: VenueCall
    }

    /// Whether rules are known from elsewhere, and what they are: by place, `nil` where the venue
    /// lists an instrument no more.
    typealias Rules = [Int: FoundRules?]

    /// A task, and how many pages of its answer were read.
    private struct Pending {
        var task: Task
        var pages = 0
    }

    let instruments: [LiveInstrument]
    let markets: [VenueMarket]
    private let receiveWindow: TimeSpan
    let now: Timestamp
    let venueTime: Timestamp
    /// What is to be asked now, and what after it.
    private var round: [Pending] = []
    private var following: [Pending] = []
    /// The balances, which are asked for after the log: what is in it has changed them then.
    private var balances: [Task] = []
    /// The orders of ours of which the lists of what works have still to tell, and what is asked
    /// together with those of which they did not.
    private var wanted: [(place: Int, order: Wanted)] = []
    private var rest: [Task] = []
    /// What the journal has of each of them.
    private var booked: [OrderID: Quantity] = [:]
    /// What of the venue's records is read.
    let window: SurveyWindow
    /// Since when fills are known by their ids to be booked or not.
    let remembered: Timestamp
    /// Whether the fills that the lists of them do not tell were asked for.
    private var isLackKnown = false
    /// How often in a row each desk has not answered.
    private var silence: [Int]
    /// What was found out so far.
    private(set) var survey = VenueSurvey()

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
        window = SurveyWindow(state, at: venueTime)
        remembered = state.fillsRememberedSince
        silence = markets.map { _ in 0 }
        survey.hasRules = rules != nil
        survey.hasHistory = readsHistory || window.isLate
        survey.window = window
        survey.marks = SurveyMarks(state)
        begin(state, rules, modes)
    }

    private mutating func begin(
        _ state: borrowing TradingState,
        _ rules: Rules?,
        _ modes: [Int: [String]]?
    ) {
        for desk in markets.indices {
            ask(.time(desk: desk))
            for symbol in symbolsOfWorking(at: desk) {
                ask(.working(desk: desk, symbol: symbol, .first))
            }
        }
        // Bybit has one wallet for both markets; spot markets of Binance have no log of theirs.
        if let desk = markets.firstIndex(where: { $0 != .binanceSpot }) {
            survey.entries = []
            rest += window.entries(of: markets[desk]).map { .entries(desk: desk, $0, .first) }
        }
        balances = markets.indices.map { .balances(desk: $0) }
        for (place, live) in instruments.enumerated() {
            let (market, found) = (markets[live.desk], rules?[place])
            let part = VenueSurvey.Part(live, market, found, modes: modes?[place] ?? [], state)
            survey.parts.append(part)
        }
        // What is ours is known first, where the venue's limits do not let all through in time.
        let listed = instruments.indices.filter { survey.parts[$0].isListed }
        let open = listed.filter { survey.parts[$0].isOpen }
        let places = open + listed.filter { !survey.parts[$0].isOpen }
        for place in places {
            let market = survey.parts[place].market
            rest += window.fills(of: market).map { .fills(place, $0, .first) }
            if market.market == .perpetual {
                rest.append(.position(place))
                if rules != nil, modes == nil { rest.append(.mode(place)) }
            }
        }
        // It tells of journals that were put back alone, and comes last.
        if survey.hasHistory {
            for place in places {
                let stretches = window.records(of: survey.parts[place].market)
                rest += stretches.map { .history(place, $0, .first) }
            }
        }
        for order in Self.byUrgency(state) {
            for place in instruments.indices
            where instruments[place].id == order.terms.instrument {
                want(order, place, state)
            }
        }
    }

    private mutating func ask(_ task: Task) { following.append(Pending(task: task)) }

    private mutating func want(_ order: Order, _ place: Int, _ state: borrowing TradingState) {
        booked[order.id] = order.filled
        guard survey.parts[place].isListed else {
            survey.parts[place].looked[order.id] = .unanswered
            return
        }
        guard let id = state.clientOrderID(of: order) else {
            let why = "its start is no longer kept, so it has no name"
            let market = markets[instruments[place].desk]
            survey.unanswered.append((market.name, "order \(order.id)", why))
            survey.parts[place].looked[order.id] = .unanswered
            return
        }
        wanted.append((place, wanted(order, "\(id)", place)))
    }

    // MARK: Asking

    /// What is to be asked next; `nil` where all was asked.
    mutating func next() -> Question? { questions().first }

    /// What is to be asked now, the next one first; empty where all was asked.
    mutating func questions() -> [Question] {
        repeat {
            if round.isEmpty { beginRound() }
            let due = round
            let silent = due.filter { silence[desk(of: $0.task)] >= Self.mostSilence }
            round = due.filter { silence[desk(of: $0.task)] < Self.mostSilence }
            let why = "it has not answered \(Self.mostSilence) questions before"
            for pending in silent { miss(pending.task, why) }
        } while round.isEmpty && !isDone
        return round.map { Question(desk: desk(of: $0.task), call: call(of: $0.task)) }
    }

    private var isDone: Bool {
        following.isEmpty && wanted.isEmpty && rest.isEmpty && balances.isEmpty && isLackKnown
    }

    private mutating func beginRound() {
        let isListed = !following.contains {
            if case .working = $0.task { true } else { false }
        }
        if isListed {
            for (place, order) in wanted {
                let market = markets[instruments[place].desk]
                if let found = survey.parts[place].working(order.name, at: market) {
                    survey.parts[place].looked[order.id] = .found(found)
                } else {
                    ask(.order(place, order))
                }
            }
            for task in rest { ask(task) }
            (wanted, rest) = ([], [])
        }
        let waits = following.contains {
            if case .entries = $0.task { true } else { false }
        }
        if rest.isEmpty, !waits {
            for task in balances { ask(task) }
            balances = []
        }
        if following.isEmpty, !isLackKnown {
            isLackKnown = true
            for task in lacks(booked) { ask(task) }
        }
        round = following.filter { !isFound($0.task) }
        following = []
    }

    /// Whether an order that is to be looked for among what has ended was told of meanwhile.
    private mutating func isFound(_ task: Task) -> Bool {
        guard case .ended(let place, let order, .first) = task,
            let match = survey.parts[place].ended.first(where: {
                $0.clientID == order.name.clientID && $0.status.isTerminal
            })
        else { return false }
        survey.parts[place].looked[order.id] = .found(match)
        return true
    }

    /// Notes that what was to be asked next is not answered.
    mutating func miss(_ why: String) {
        guard !round.isEmpty else { return }
        miss(round.removeFirst().task, why)
    }

    private mutating func miss(_ task: Task, _ why: String) {
        let word = String("\(call(of: task))".prefix { $0 != "(" })
        survey.unanswered.append((markets[desk(of: task)].name, word, why))
        switch task {
        case .time, .working, .position, .mode, .marginMode: break
        case .history: survey.hasHistory = false
        case .balances: survey.balances = nil
        case .entries: survey.entries = nil
        // Without these nothing is known of those after them either.
        case .fills(let place, _, _), .orderFills(let place, _): survey.parts[place].fills = nil
        case .order(let place, let wanted), .child(let place, let wanted, _),
            .ended(let place, let wanted, _):
            survey.parts[place].looked[wanted.id] = .unanswered
        }
    }

    /// Takes what came of the question that was to be asked next.
    mutating func take(_ answer: VenueAnswer) {
        guard !round.isEmpty else { return }
        let asked = round.removeFirst()
        if case .unknown = answer {
            silence[desk(of: asked.task)] += 1
        } else {
            silence[desk(of: asked.task)] = 0
        }
        switch answer {
        case .yes(let facts):
            if !take(facts, of: asked) { miss(asked.task, "something else") }
        case .no(let refusal):
            if case .order(let place, let wanted) = asked.task, refusal.isOfGoneOrder {
                lookAmongEnded(place, wanted)
            } else {
                miss(asked.task, Self.words(refusal.code, refusal.text))
            }
        case .unknown(let doubt): miss(asked.task, Self.words(doubt.code, doubt.text))
        }
    }

    // MARK: Answers

    /// - Returns: Whether the facts are those that were asked for.
    private mutating func take(_ facts: VenueFacts, of asked: Pending) -> Bool {
        switch (asked.task, facts) {
        case (.time, .time): break
        case (.balances(let desk), .balances(let balances)):
            // Bybit has one account for both markets, Binance one for each.
            survey.take(balances, isWhole: markets[desk].isBybit)
        case (.entries(let desk, let stretch, let page), .entries(let entries, let next)):
            survey.entries? += entries
            goOn(to: next, after: page, of: asked) { .entries(desk: desk, stretch, $0) }
        case (.working(let desk, let symbol, let page), .orders(let orders, let next)):
            for (place, live) in instruments.enumerated() where live.desk == desk {
                survey.parts[place].working += orders.filter { $0.symbol == live.symbol }
            }
            goOn(to: next, after: page, of: asked) {
                .working(desk: desk, symbol: symbol, $0)
            }
        case (.history(let place, let stretch, let page), .orders(let orders, let next)):
            survey.parts[place].ended += orders
            goOn(to: next, after: page, of: asked) { .history(place, stretch, $0) }
        case (.fills(let place, let stretch, let page), .executions(let fills, let next)):
            survey.parts[place].fills? += fills
            goOn(to: next, after: page, of: asked) { .fills(place, stretch, $0) }
        case (.orderFills(let place, let question), .executions(let fills, let next)):
            survey.parts[place].fills? += fills
            if let more = more(of: question, next, place) { goOn(with: more, of: asked) }
        case (.position(let place), .positions(let positions)):
            let rows = positions.filter {
                $0.symbol == instruments[place].symbol && !$0.quantity.isZero
            }
            survey.parts[place].take(rows)
        case (.mode(let place), .mode(let mode)):
            if mode.marginMode == nil {
                ask(.marginMode(place, mode))
            } else {
                take(mode, mode.marginMode, place)
            }
        case (.marginMode(let place, let mode), .mode(let account)):
            take(mode, account.marginMode, place)
        default: return takeOrders(facts, of: asked)
        }
        return true
    }

    private mutating func takeOrders(_ facts: VenueFacts, of asked: Pending) -> Bool {
        guard case .orders(let found, let next) = facts else { return false }
        switch asked.task {
        case .order(let place, let wanted):
            guard let order = found.first else {
                lookAmongEnded(place, wanted)
                return true
            }
            if order.becameOrder == nil {
                survey.parts[place].looked[wanted.id] = .found(order)
            } else {
                ask(.child(place, wanted, order))
            }
        case .child(let place, let wanted, let stop):
            guard var order = found.first else { return false }
            order.becameOrder = stop.becameOrder
            order.isReduceOnly = order.isReduceOnly || stop.isReduceOnly
            survey.parts[place].looked[wanted.id] = .found(order)
        case .ended(let place, let wanted, let page):
            if let match = found.first(where: { $0.clientID == wanted.name.clientID }) {
                survey.parts[place].looked[wanted.id] = .found(match)
            } else if next == nil || next == page {
                noteAbsence(place, wanted)
            } else {
                goOn(to: next, after: page, of: asked) { .ended(place, wanted, $0) }
            }
        default: return false
        }
        return true
    }

    /// Asks for the next page of an answer, if there is one.
    private mutating func goOn(
        to next: VenuePage?,
        after page: VenuePage,
        of asked: Pending,
        _ task: (VenuePage) -> Task
    ) {
        guard let next, next != page else { return }
        goOn(with: task(next), of: asked)
    }

    private mutating func goOn(with task: Task, of asked: Pending) {
        let pending = Pending(task: task, pages: asked.pages + 1)
        if pending.pages >= Self.mostPages {
            miss(pending.task, "it does not end")
        } else {
            following.append(pending)
        }
    }

    private mutating func take(_ mode: VenueAccountMode, _ margin: MarginMode?, _ place: Int) {
        survey.parts[place].modes = differences(mode, margin, place)
    }

    private mutating func lookAmongEnded(_ place: Int, _ wanted: Wanted) {
        if markets[instruments[place].desk].isBybit {
            ask(.ended(place, wanted, .first))
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
