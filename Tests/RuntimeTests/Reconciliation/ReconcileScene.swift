import Engine
import Exchange
import Projections
import TestSupport
import Trading

@testable import Runtime

/// A journal and a venue that agree, until a scenario has changed the one or the other.
struct ReconcileScene {
    var turn: Turn
    var survey = VenueSurvey()
    private let market: Market
    private var deal = DealID.none
    private var fills: UInt128 = 0

    init(_ market: Market = .perpetual) {
        self.market = market
        turn = CoreFixture.begun([CoreFixture.listing(market)])
        var part = VenueSurvey.Part(instrument: InstrumentID(0), name: "BTCUSDT")
        if market == .perpetual { part.position = .zero }
        part.market = market == .perpetual ? .bybitLinear : .bybitSpot
        survey.parts = [part]
        survey.balances = ["USDT": money("10000")]
    }

    var part: VenueSurvey.Part {
        get { survey.parts[0] }
        set { survey.parts[0] = newValue }
    }

    /// Has the venue ask what a change makes of what the journal asks.
    mutating func follow(_ change: (inout InstrumentFilters) -> Void) {
        var filters = turn.state.instruments[0].instrument.filters
        change(&filters)
        part.filters = filters
    }

    /// The kinds of the cases that are found.
    var kinds: [CaseKind] { Comparison(turn.state, survey).found.map(\.kind) }

    func name(_ order: OrderID) -> String {
        turn.state.order(order).flatMap { turn.state.clientOrderID(of: $0) }?.description ?? ""
    }

    // MARK: The journal

    /// Intends an order: `entry buy 2`, `entry buy 2 @ 100`, `stop sell 2 at 90`.
    mutating func intend(_ text: String) -> OrderID {
        let words = text.split(separator: " ").map(String.init)
        if deal == .none {
            let evidence = Evidence(
                strategy: 1,
                score: number("0.8"),
                bid: price("99"),
                ask: price("100")
            )
            let opened = DealOpened(instrument: InstrumentID(0), side: .buy, evidence: evidence)
            turn.emit(.dealOpened(opened))
            deal = DealID(turn.state.head)
        }
        let isStop = words[0] == "stop"
        let isLimit = words.contains("@")
        let terms = OrderTerms(
            instrument: InstrumentID(0),
            side: words[1] == "buy" ? .buy : .sell,
            type: isStop ? .stopMarket : isLimit ? .limit : .market,
            timeInForce: isStop || isLimit ? .goodTillCancelled : .immediateOrCancel,
            isReduceOnly: isStop && market == .perpetual,
            quantity: quantity(words[2]),
            price: isLimit ? price(words[4]) : .zero,
            trigger: isStop ? price(words[4]) : .zero
        )
        let role: OrderRole = isStop ? .stop : .entry
        turn.emit(.orderIntended(OrderIntended(deal: deal, role: role, terms: terms)))
        return OrderID(turn.state.head)
    }

    /// Books that the venue took an order on.
    mutating func accept(_ order: OrderID) {
        let venueOrder = VenueID(UInt128(order.rawValue))
        turn.emit(
            .orderAccepted(
                OrderAccepted(order: order, report: nextReport, venueOrder: venueOrder)
            )
        )
    }

    /// Books a fill.
    mutating func fill(_ order: OrderID, _ size: String, at level: String = "100") {
        fills += 1
        let execution = Execution(
            id: VenueID(fills),
            price: price(level),
            quantity: quantity(size),
            fee: .zero,
            feeAsset: AssetID(0),
            liquidity: .taker
        )
        turn.emit(
            .orderFilled(OrderFilled(order: order, report: nextReport, execution: execution))
        )
    }

    var nextReport: UInt64 { turn.state.lastReport + 1 }

    /// A position of two with a stop of two at both sides, and balances that agree.
    mutating func hold() -> OrderID {
        let entry = intend("entry buy 2")
        accept(entry)
        fill(entry, "2")
        let stop = intend("stop sell 2 at 90")
        accept(stop)
        part.looked[stop] = .found(order(stop, "placed"))
        if market == .perpetual { part.position = quantity("2") }
        settle()
        return stop
    }

    /// Lets the venue have every balance that the journal has.
    mutating func settle() {
        for asset in turn.state.assets { survey.balances?[asset.name] = asset.balance }
    }

    /// Lets the venue have realised less of the two that are held, and count a lower cost of them.
    mutating func lag(_ amount: String) {
        survey.balances?["USDT", default: .zero] -= money(amount)
        let half = Price(number(amount).divided(by: number("2"), .halfEven))
        part.entryPrice = price("100") - half
    }

    /// Lets somebody else sell what we hold, in an order of its own.
    mutating func take(_ size: String, kind: VenueExecution.Kind = .trade) {
        var row = row(UInt128(30 + (part.fills?.count ?? 0)), of: 6, kind: kind)
        row.side = .sell
        row.quantity = quantity(size)
        part.fills?.append(row)
    }

    /// Lets the venue's log change the account's balance of USDT.
    mutating func charge(_ kind: VenueEntry.Kind, _ amount: String) {
        let entry = VenueEntry(
            kind,
            word: "\(kind)",
            symbol: kind == .funding ? "BTCUSDT" : "",
            asset: "USDT",
            amount: money(amount),
            time: turn.state.time + .second,
            evidence: ["\(survey.entries?.count ?? 0)"]
        )
        survey.entries = (survey.entries ?? []) + [entry]
        survey.balances?["USDT", default: .zero] += money(amount)
    }

    // MARK: The venue

    /// An order of ours as the venue has it, agreeing but for what is said.
    func order(
        _ id: OrderID,
        _ status: String,
        filled: String? = nil,
        isTriggered: Bool = false
    ) -> VenueOrder {
        guard let known = turn.state.order(id) else { return stranger("?") }
        var order = VenueOrder(
            symbol: "BTCUSDT",
            venueOrder: VenueID(UInt128(id.rawValue)),
            clientID: name(id),
            side: known.terms.side
        )
        order.type = known.terms.type
        order.quantity = known.terms.quantity
        order.price = known.terms.price
        order.trigger = known.terms.trigger
        order.isReduceOnly = known.terms.isReduceOnly
        order.filled = filled.map { quantity($0) } ?? known.filled
        order.status = OrderStatus.allCases.first { $0.name == status } ?? .placed
        order.isUntriggered =
            known.terms.type == .stopMarket && !order.status.isTerminal && !isTriggered
        return order
    }

    /// An order that works at the venue under another name.
    func stranger(_ name: String) -> VenueOrder {
        var order = VenueOrder(
            symbol: "BTCUSDT",
            venueOrder: VenueID(77),
            clientID: name,
            side: .buy
        )
        order.quantity = quantity("1")
        return order
    }

    /// A row of the venue's list of fills.
    func row(
        _ id: UInt128,
        of order: UInt128,
        kind: VenueExecution.Kind = .trade,
        name: String? = nil
    ) -> VenueExecution {
        VenueExecution(
            symbol: "BTCUSDT",
            id: VenueID(id),
            venueOrder: VenueID(order),
            clientID: name,
            side: .buy,
            price: price("100"),
            quantity: quantity("1"),
            fee: .zero,
            feeAsset: "USDT",
            liquidity: .taker,
            time: turn.state.time,
            kind: kind
        )
    }
}
