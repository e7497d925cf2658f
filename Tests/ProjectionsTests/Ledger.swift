import Engine
import Projections
import TestSupport
import Trading

/// Folds events that a test makes, one after the other.
struct Ledger {
    private(set) var state: TradingState
    private(set) var time = moment(0)
    private var execution: UInt128 = 0
    /// What is added to the numbers of executions and reports, to tell two histories apart.
    var shift: UInt64 = 0

    init(
        _ market: Market = .spot,
        usdt: String = "10000",
        epoch: UInt32 = 1,
        at: Timestamp = moment(0)
    ) {
        let listing = CoreFixture.listing(market)
        time = at
        state = CoreFixture.begun([listing], usdt: usdt, epoch: epoch, at: at).state
    }

    mutating func wait(_ seconds: Int64) { time = time + TimeSpan(seconds: seconds) }

    /// Folds an event; the reason where it does not fit.
    @discardableResult
    mutating func fold(_ event: Event) -> String? {
        let envelope = EventEnvelope(
            sequence: state.head.next,
            time: time,
            trace: .none,
            cause: SequenceNumber(0),
            event: event
        )
        do throws(FoldFailure) {
            try state.fold(envelope)
            return nil
        } catch {
            return error.reason
        }
    }

    /// Opens a deal.
    mutating func open(_ side: Side = .buy) -> DealID {
        let evidence = Evidence(
            strategy: 1,
            score: number("0.8"),
            bid: price("99"),
            ask: price("100")
        )
        fold(
            .dealOpened(DealOpened(instrument: InstrumentID(0), side: side, evidence: evidence))
        )
        return DealID(state.head)
    }

    /// Intends an order.
    mutating func intend(
        _ deal: DealID,
        _ role: OrderRole = .entry,
        _ side: Side = .buy,
        _ size: String = "1",
        at limit: String = "0"
    ) -> OrderID {
        let terms = OrderTerms(
            instrument: InstrumentID(0),
            side: side,
            type: limit == "0" ? .market : .limit,
            timeInForce: .goodTillCancelled,
            quantity: quantity(size),
            price: price(limit)
        )
        fold(.orderIntended(OrderIntended(deal: deal, role: role, terms: terms)))
        return OrderID(state.head)
    }

    /// Fills an order.
    @discardableResult
    mutating func fill(
        _ order: OrderID,
        _ size: String,
        at level: String,
        fee: String = "0",
        in asset: UInt16 = 1
    ) -> String? {
        execution += 1
        let fill = Execution(
            id: VenueID(execution + UInt128(shift)),
            price: price(level),
            quantity: quantity(size),
            fee: money(fee),
            feeAsset: AssetID(asset),
            liquidity: .taker
        )
        return self.fold(
            .orderFilled(
                OrderFilled(order: order, report: UInt64(execution) + shift, execution: fill)
            )
        )
    }

    /// Closes a deal.
    mutating func close(_ deal: DealID, _ reason: DealReason = .signal) {
        let profit = state.deals[deal]?.profit ?? .zero
        fold(.dealClosed(DealClosed(deal: deal, reason: reason, profit: profit, dust: .zero)))
    }

    /// A whole deal of one unit from 100 to `exit`, open for `seconds`.
    mutating func trade(to exit: String, seconds: Int64 = 10) {
        let deal = open()
        let entry = intend(deal)
        fill(entry, "1", at: "100")
        fold(.dealMoved(DealMoved(deal: deal, status: .open, reason: .entryFilled)))
        wait(seconds)
        fill(intend(deal, .exit, .sell), "1", at: exit)
        close(deal)
    }
}
