import Engine
import Exchange
import Projections
import Runtime
import TestSupport
import Trading

/// Makes a pair: a journal that stopped listening, and the venue where it all went on.
///
/// Everything follows from the seed.
/// Beside the journal goes an oracle: the same journal, that was told of everything as it happened.
struct PairMaker {
    var chance: SeededRandom
    /// The journal.
    private(set) var turn: Turn
    /// What the journal would be, had it been told of everything.
    var oracle: Turn
    var markets: [PairMarket] = []
    /// Somebody else's money in the account.
    var foreignMoney = Money.zero
    /// The venue's own log of the wallet of contracts.
    var entries: [VenueEntry] = []
    private let engine = Engine(plans: [])
    private(set) var lastID: UInt128 = 1000
    private var isApart = false
    private var deals: [DealID] = []

    /// What every pair begins with.
    static let beginning = CoreFixture.begun(
        [
            CoreFixture.listing(.spot), CoreFixture.listing(.perpetual, id: 1),
            CoreFixture.listing(.perpetual, id: 2, symbol: "ETHUSDT", base: "ETH"),
        ],
        usdt: "100000"
    )

    init(seed: UInt64) {
        chance = SeededRandom(seed: seed)
        turn = Self.beginning
        turn.clear()
        oracle = turn
        let isBybit = chance.chance(50)
        let spot = isBybit ? VenueMarket.bybitSpot : .binanceSpot
        let contracts = isBybit ? VenueMarket.bybitLinear : .binanceFutures
        markets = [
            PairMarket(instrument: InstrumentID(0), market: spot),
            PairMarket(instrument: InstrumentID(1), market: contracts),
            PairMarket(instrument: InstrumentID(2), market: contracts),
        ]
        for place in markets.indices where chance.chance(75) { liveTogether(place) }
        oracle = turn
        isApart = true
        for place in markets.indices { liveApart(place) }
        strangers()
        closeByOthers()
        changeRules()
        chargeFunding()
        transfer()
    }

    var time: Timestamp { turn.time }

    mutating func newID() -> VenueID {
        lastID += UInt128(chance.int(1...9))
        return VenueID(lastID)
    }

    // MARK: What both know

    /// Tells what the venue reports: to both, or to the oracle alone once the journal listens no
    /// more.
    private mutating func report(_ body: VenueReport.Body, _ order: OrderID) {
        func tell(_ turn: inout Turn) {
            let number = turn.state.lastReport + 1
            let report = VenueReport(id: number, order: order, time: turn.time, body: body)
            _ = engine.book(report, &turn)
        }
        if isApart { tell(&oracle) } else { tell(&turn) }
    }

    /// A deal with its orders, each at some point of its life.
    private mutating func liveTogether(_ place: Int) {
        let isContract = markets[place].isContract
        let side: Side = isContract && chance.chance(50) ? .sell : .buy
        let evidence = Evidence(
            strategy: 1,
            score: number("0.8"),
            bid: price("99"),
            ask: price("100")
        )
        let instrument = markets[place].instrument
        turn.emit(.dealOpened(DealOpened(instrument: instrument, side: side, evidence: evidence)))
        deals.append(DealID(turn.state.head))
        let entry = intend(place, .entry, side)
        begin(place, entry)
        let held = turn.state.instruments[place].position.quantity.magnitude
        guard held.isPositive else { return ask(place) }
        for role in [OrderRole.stop, .takeProfit] where chance.chance(80) {
            begin(place, intend(place, role, side.opposite, held))
        }
        ask(place)
    }

    private mutating func intend(
        _ place: Int,
        _ role: OrderRole,
        _ side: Side,
        _ size: Quantity? = nil
    ) -> Int {
        let isStop = role == .stop
        let isLimit = role == .takeProfit || (role == .entry && chance.chance(50))
        let level = price("\(chance.int(90...110))")
        let isReduceOnly = role != .entry && markets[place].isContract
        let terms = OrderTerms(
            instrument: markets[place].instrument,
            side: side,
            type: isStop ? .stopMarket : isLimit ? .limit : .market,
            timeInForce: isStop || isLimit ? .goodTillCancelled : .immediateOrCancel,
            isReduceOnly: isReduceOnly,
            quantity: size ?? quantity("\(chance.int(2...9))"),
            price: isLimit ? level : .zero,
            trigger: isStop ? level : .zero
        )
        guard let deal = deals.last else { return 0 }
        turn.emit(.orderIntended(OrderIntended(deal: deal, role: role, terms: terms)))
        let id = OrderID(turn.state.head)
        let name = turn.state.order(id).flatMap { turn.state.clientOrderID(of: $0) }
        let order = PairOrder(
            id: id,
            name: name.map { "\($0)" } ?? "",
            venueOrder: newID(),
            terms: terms
        )
        markets[place].orders.append(order)
        return markets[place].orders.count - 1
    }

    /// Lets an order live up to some point that the journal knows.
    private mutating func begin(_ place: Int, _ number: Int) {
        guard chance.chance(75) else { return }
        accept(place, number)
        if chance.chance(50) { fillSome(place, number) }
        guard markets[place].orders[number].fate == .works, chance.chance(15) else { return }
        end(place, number, chance.chance(50) ? .cancelled : .expired)
    }

    /// Requests without an answer, and what is unknown.
    private mutating func ask(_ place: Int) {
        for order in markets[place].orders {
            guard let known = turn.state.orders[order.id], known.isLive else { continue }
            if known.status != .pending, chance.chance(30) {
                if known.terms.type == .market || chance.chance(50) {
                    turn.emit(.cancelIntended(CancelIntended(order: order.id)))
                } else {
                    turn.emit(.amendIntended(amendment(of: order)))
                }
            }
            guard let asked = turn.state.orders[order.id], asked.request != .none,
                chance.chance(50)
            else { continue }
            turn.emit(
                .outcomeUnknown(
                    OutcomeUnknown(order: order.id, request: asked.request, why: "no answer")
                )
            )
        }
    }

    private func amendment(of order: PairOrder) -> AmendIntended {
        let isStop = order.terms.type == .stopMarket
        return AmendIntended(
            order: order.id,
            quantity: order.terms.quantity,
            price: isStop ? .zero : order.terms.price + price("1"),
            trigger: isStop ? order.terms.trigger + price("1") : .zero
        )
    }

    // MARK: What the venue does

    private mutating func accept(_ place: Int, _ number: Int) {
        let order = markets[place].orders[number]
        report(.accepted(venueOrder: order.venueOrder), order.id)
    }

    private mutating func end(_ place: Int, _ number: Int, _ fate: PairOrder.Fate) {
        markets[place].orders[number].fate = fate
        let id = markets[place].orders[number].id
        switch fate {
        case .works, .filled: break
        case .cancelled: report(.cancelled, id)
        case .expired: report(.expired(.other), id)
        case .rejected: report(.rejected(.other), id)
        case .absent:
            let isNew = (isApart ? oracle : turn).state.order(id)?.status == .pending
            report(isNew ? .rejected(.other) : .cancelled, id)
        }
    }

    private mutating func trigger(_ place: Int, _ number: Int) {
        markets[place].orders[number].isTriggered = true
        if markets[place].market == .binanceFutures {
            markets[place].orders[number].child = newID()
        }
        report(.triggered, markets[place].orders[number].id)
    }

    /// Fills a part of an order, or all of it.
    private mutating func fillSome(_ place: Int, _ number: Int) {
        let order = markets[place].orders[number]
        if order.terms.type == .stopMarket, !order.isTriggered { trigger(place, number) }
        let step = quantity("0.5")
        let rest = Int(((order.terms.quantity - order.filled).value.units) / step.value.units)
        guard rest > 0 else { return }
        let size = Quantity(Decimal(units: step.value.units * Int128(chance.int(1...rest))))
        fill(place, number, size)
    }

    private mutating func fill(_ place: Int, _ number: Int, _ size: Quantity) {
        let order = markets[place].orders[number]
        let isBybit = markets[place].market.isBybit
        let row = VenueExecution(
            symbol: "BTCUSDT",
            id: newID(),
            venueOrder: markets[place].orders[number].child ?? order.venueOrder,
            clientID: isBybit ? order.name : nil,
            side: order.terms.side,
            price: price("\(chance.int(95...105))"),
            quantity: size,
            fee: money("0.0\(chance.int(1...9))"),
            feeAsset: chance.chance(10) ? "BNB" : "USDT",
            liquidity: .taker,
            time: Timestamp(nanoseconds: time.nanoseconds + Int64(truncatingIfNeeded: lastID)),
            kind: .trade
        )
        markets[place].fills.append(row)
        markets[place].orders[number].filled += size
        if markets[place].orders[number].filled == order.terms.quantity {
            markets[place].orders[number].fate = .filled
        }
        book(row, order.id, place)
    }

    /// Books a fill as a running engine does.
    private mutating func book(_ row: VenueExecution, _ id: OrderID, _ place: Int) {
        let name = row.feeAsset ?? "USDT"
        let state = isApart ? oracle.state : turn.state
        if !state.assets.contains(where: { $0.name == name }) {
            let adjusted = BalanceAdjusted(asset: name, amount: .zero, reason: "fees")
            if isApart {
                oracle.emit(.balanceAdjusted(adjusted))
            } else {
                turn.emit(.balanceAdjusted(adjusted))
            }
        }
        let assets = (isApart ? oracle.state : turn.state).assets
        let asset = assets.firstIndex { $0.name == name } ?? 0
        report(
            .filled(
                Execution(
                    id: markets[place].market.unique(row.id, in: markets[place].instrument),
                    price: row.price,
                    quantity: row.quantity,
                    fee: row.fee,
                    feeAsset: AssetID(UInt16(asset)),
                    liquidity: row.liquidity
                )
            ),
            id
        )
    }

    // MARK: What only the venue knows

    private mutating func liveApart(_ place: Int) {
        for number in markets[place].orders.indices {
            let order = markets[place].orders[number]
            guard let known = turn.state.order(order.id) else { continue }
            if known.isLive {
                goOn(place, number, known)
            } else if order.fate != .filled, known.terms.type != .stopMarket, chance.chance(10) {
                // It came after its end was told.
                fillLate(place, number)
            }
        }
    }

    private mutating func goOn(_ place: Int, _ number: Int, _ known: Order) {
        let isNew = known.status == .pending
        let fates = PairOrder.Fate.allCases
        var fate = fates[chance.int(0...fates.count - 1)]
        if !isNew, fate == .rejected { fate = .expired }
        if isNew, fate == .absent || fate == .rejected { return end(place, number, fate) }
        if isNew { accept(place, number) }
        changeAsAsked(place, number, known, fate)
        if known.terms.type == .stopMarket, fate == .works, chance.chance(40), !known.isTriggered {
            trigger(place, number)
        }
        if fate == .filled {
            while markets[place].orders[number].fate == .works { fillSome(place, number) }
            return
        }
        // On USD-M only a stop that is still known tells of which order its fills are.
        let isUntold = fate == .absent && known.terms.type == .stopMarket
        if !isUntold, chance.chance(40) { fillSome(place, number) }
        guard markets[place].orders[number].fate == .works else { return }
        end(place, number, fate)
    }

    /// What was asked for is done, while the order works on.
    private mutating func changeAsAsked(
        _ place: Int,
        _ number: Int,
        _ known: Order,
        _ fate: PairOrder.Fate
    ) {
        guard known.request == .amend, fate == .works, chance.chance(60) else { return }
        let change = amendment(of: markets[place].orders[number])
        markets[place].orders[number].terms.price = change.price
        markets[place].orders[number].terms.trigger = change.trigger
        report(
            .amended(quantity: change.quantity, price: change.price, trigger: change.trigger),
            known.id
        )
    }

    private mutating func fillLate(_ place: Int, _ number: Int) {
        let fate = markets[place].orders[number].fate
        fillSome(place, number)
        if markets[place].orders[number].fate == .works {
            markets[place].orders[number].fate = fate
        }
    }

    // MARK: Somebody else

    private mutating func strangers() {
        if chance.chance(20) { foreignMoney = money("\(chance.int(1...500))") }
        for place in markets.indices {
            if chance.chance(20) {
                let names = [
                    "web_1", "", "hf-zzzz-1-wxyz-5", "hf-abcd-1-copy-5", "hf-abcd-9-wxyz-7",
                ]
                var order = VenueOrder(
                    symbol: "BTCUSDT",
                    venueOrder: newID(),
                    clientID: names[chance.int(0...names.count - 1)],
                    side: .buy
                )
                order.quantity = quantity("1")
                markets[place].foreign.append(order)
            }
            guard markets[place].isContract, chance.chance(15) else { continue }
            let size = quantity("\(chance.int(1...5))")
            markets[place].foreignPosition = size
            markets[place].fills.append(
                VenueExecution(
                    symbol: "BTCUSDT",
                    id: newID(),
                    venueOrder: newID(),
                    clientID: nil,
                    side: .buy,
                    price: price("100"),
                    quantity: size,
                    fee: .zero,
                    feeAsset: "USDT",
                    liquidity: .taker,
                    time: time,
                    kind: .trade
                )
            )
        }
    }
}
