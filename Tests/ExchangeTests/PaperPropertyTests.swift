import Exchange
import TestSupport
import Testing
import Trading

/// Books kept from the reports alone, to hold the venue's own against.
private struct Bookkeeping {
    let instruments: [Instrument]
    var totals: [AssetID: Money] = [:]
    var positions: [InstrumentID: Quantity] = [:]
    var filled: [OrderID: Quantity] = [:]
    var terms: [OrderID: OrderTerms] = [:]

    mutating func take(_ report: VenueReport) {
        switch report.body {
        case .filled(let execution):
            guard let terms = terms[report.order] else { return }
            filled[report.order, default: .zero] += execution.quantity
            book(execution, terms.side, terms.instrument)
        case .liquidated(let instrument, let side, let execution):
            book(execution, side, instrument)
        case .funding(let instrument, let amount, _):
            guard let listed = instruments.first(where: { $0.id == instrument }) else { return }
            totals[listed.quote, default: .zero] += amount
        default: break
        }
    }

    /// On both markets cash flows against the notional; what a perpetual position cost comes back
    /// as its entry cost.
    private mutating func book(_ execution: Execution, _ side: Side, _ id: InstrumentID) {
        guard let instrument = instruments.first(where: { $0.id == id }) else { return }
        let signed = side.signed(execution.quantity)
        let notional = signed.notional(at: execution.price, .halfEven)
        totals[instrument.quote, default: .zero] -= notional
        totals[execution.feeAsset, default: .zero] -= execution.fee
        if instrument.market == .spot {
            totals[instrument.base, default: .zero] += Money(signed.value)
        } else {
            positions[id, default: .zero] += signed
        }
    }
}

@Suite
struct `Properties of the paper venue` {
    private static let instruments = [
        PaperFixture.instrument(.spot, maker: "-0.00013", taker: "0.00077"),
        PaperFixture.instrument(
            .perpetual,
            maker: "0.0002",
            taker: "0.00055",
            leverage: "25",
            id: 2
        ),
    ]
    private static let balances = PaperFixture.balances(btc: "12", usdt: "1500")

    @Test(arguments: UInt64(1)...24)
    func `balances and positions change exactly by what is reported`(seed: UInt64) {
        var workload = PaperWorkload(seed: seed, instruments: Self.instruments)
        // Every other account is so small that margin and balance run out.
        let balances =
            seed % 2 == 0 ? Self.balances : PaperFixture.balances(btc: "3", usdt: "90")
        var venue = PaperVenue(instruments: Self.instruments, balances: balances)
        var kept = Bookkeeping(instruments: Self.instruments)
        for balance in balances { kept.totals[balance.asset] = balance.total }
        var books: [InstrumentID: OrderBook] = [:]
        for (step, action) in Self.actions(&workload, seed: seed).enumerated() {
            if case .request(.place(let id, let terms), _) = action, kept.terms[id] == nil {
                kept.terms[id] = terms
            }
            let time = Timestamp(nanoseconds: Int64(step + 1))
            for report in venue.happen(action, at: time, books: &books) { kept.take(report) }
            if let fault = Self.fault(venue, kept) {
                Issue.record("seed \(seed), step \(step), \(action): \(fault)")
                return
            }
        }
        #expect(venue.executions.count > 20, "seed \(seed) trades")
        for id in kept.terms.keys {
            guard let order = venue.order(id) else { continue }
            let isWhole = order.filled == order.terms.quantity
            #expect(order.filled == kept.filled[id] ?? .zero, "seed \(seed), order \(id)")
            #expect(order.filled <= order.terms.quantity, "seed \(seed), order \(id)")
            #expect((order.status == .filled) == isWhole, "seed \(seed), order \(id)")
            if order.terms.type != .stopMarket, order.terms.timeInForce == .fillOrKill {
                #expect(order.filled.isZero || isWhole, "seed \(seed), order \(id)")
            }
        }
    }

    @Test func `the random markets reach every kind of report`() {
        var seen: Set<String> = []
        for seed in UInt64(1)...24 {
            var workload = PaperWorkload(seed: seed, instruments: Self.instruments)
            let balances = PaperFixture.balances(btc: "3", usdt: "90")
            var venue = PaperVenue(instruments: Self.instruments, balances: balances)
            var books: [InstrumentID: OrderBook] = [:]
            for (step, action) in Self.actions(&workload, seed: seed).enumerated() {
                let time = Timestamp(nanoseconds: Int64(step + 1))
                for report in venue.happen(action, at: time, books: &books) {
                    seen.insert(report.kind)
                }
            }
            if venue.balances.contains(where: { $0.forgiven.isPositive }) {
                seen.insert("forgiven")
            }
        }
        let expected: Set = [
            "accepted", "filled maker", "filled taker", "cancelled", "amended", "triggered",
            "funding", "liquidated", "forgiven", "cancelRejected alreadyEnded",
            "expired insufficientBalance", "expired noLiquidity", "expired reduceOnly",
            "expired wouldNotFill", "rejected insufficientBalance", "rejected belowMinimum",
            "rejected wouldTake", "rejected noLiquidity", "rejected reduceOnly",
            "rejected wouldTrigger", "rejected duplicate", "amendRejected alreadyEnded",
            "amendRejected wouldTake", "amendRejected wouldTrigger", "amendRejected other",
            "amendRejected insufficientBalance", "amendRejected belowMinimum",
        ]
        #expect(expected.subtracting(seen).isEmpty)
    }

    /// The actions of a seed; of every fourth without mark prices, so that nothing is liquidated
    /// and losses grow beyond what is there.
    private static func actions(_ workload: inout PaperWorkload, seed: UInt64) -> [PaperAction] {
        workload.actions(1500).filter { action in
            if case .mark = action { seed % 4 != 1 } else { true }
        }
    }

    /// What is wrong with the venue's books.
    private static func fault(_ venue: PaperVenue, _ kept: Bookkeeping) -> String? {
        var locks: [AssetID: Money] = [:]
        for order in venue.openOrders {
            if order.filled >= order.terms.quantity { return "\(order.id) works though full" }
            if order.filled != kept.filled[order.id] ?? .zero { return "\(order.id) filled" }
            if order.status.isTerminal { return "\(order.id) works though ended" }
            let sellsBase = order.terms.instrument == InstrumentID(1) && order.terms.side == .sell
            locks[sellsBase ? PaperFixture.base : PaperFixture.quote, default: .zero] +=
                order.locked
        }
        var costs = Money.zero
        for instrument in instruments where instrument.market == .perpetual {
            let position = venue.position(instrument.id)
            let quantity = position?.quantity ?? .zero
            if quantity != kept.positions[instrument.id] ?? .zero { return "position \(quantity)" }
            guard let position else { continue }
            if position.margin.isNegative || position.entryCost.isNegative { return "margin" }
            locks[instrument.quote, default: .zero] += position.margin
            costs += quantity.isNegative ? -position.entryCost : position.entryCost
        }
        for balance in venue.balances {
            if balance.locked.isNegative || balance.free.isNegative { return "\(balance)" }
            if balance.locked != locks[balance.asset] ?? .zero { return "locks of \(balance)" }
            var expected = (kept.totals[balance.asset] ?? .zero) + balance.forgiven
            if balance.asset == PaperFixture.quote { expected += costs }
            if balance.total != expected { return "\(balance), expected \(expected)" }
        }
        return nil
    }

    @Test(arguments: UInt64(100)...107)
    func `the same calls give the same reports, whatever numbers orders carry`(seed: UInt64) {
        func run(_ rename: (OrderID) -> OrderID) -> [VenueReport] {
            var workload = PaperWorkload(seed: seed, instruments: Self.instruments)
            var venue = PaperVenue(instruments: Self.instruments, balances: Self.balances)
            var books: [InstrumentID: OrderBook] = [:]
            return workload.actions(800).enumerated().flatMap { step, action in
                let time = Timestamp(nanoseconds: Int64(step + 1))
                return venue.happen(action.renamed(rename), at: time, books: &books)
            }
        }
        let first = run { $0 }
        #expect(first == run { $0 }, "seed \(seed)")
        let backward: (OrderID) -> OrderID = { id in
            id.rawValue == 0 ? id : OrderID(1_000_000 - id.rawValue)
        }
        let renamed = run(backward).map { report in
            var report = report
            report.order = backward(report.order)
            return report
        }
        #expect(first == renamed, "seed \(seed)")
        #expect(zip(first, first.dropFirst()).allSatisfy { $0.id + 1 == $1.id }, "seed \(seed)")
    }

    @Test(arguments: UInt64(200)...223)
    func `a naive model of the spot market says the same`(seed: UInt64) {
        let instrument = Self.instruments[0]
        var workload = PaperWorkload(seed: seed, instruments: [instrument])
        var venue = PaperVenue(instruments: [instrument], balances: Self.balances)
        let naive = NaivePaperVenue(instrument, btc: decimal("12"), usdt: decimal("1500"))
        var books: [InstrumentID: OrderBook] = [:]
        for (step, action) in workload.actions(1500).enumerated() {
            let time = Timestamp(nanoseconds: Int64(step + 1))
            let reports = venue.happen(action, at: time, books: &books)
            let said = reports.map { NaivePaperVenue.Said(order: $0.order, body: $0.body) }
            let expected = naive.happen(action)
            if said != expected {
                Issue.record("seed \(seed), step \(step), \(action): \(said), not \(expected)")
                return
            }
        }
        #expect(venue.balance(PaperFixture.base).total == Money(naive.btc), "seed \(seed)")
        #expect(venue.balance(PaperFixture.quote).total == Money(naive.usdt), "seed \(seed)")
    }
}

extension PaperAction {
    /// The same with another name for every order.
    fileprivate func renamed(_ rename: (OrderID) -> OrderID) -> PaperAction {
        guard case .request(let request, let instrument) = self else { return self }
        switch request {
        case .place(let id, let terms): return .request(.place(rename(id), terms), instrument)
        case .cancel(let id): return .request(.cancel(rename(id)), instrument)
        case .amend(let id, let quantity, let price, let trigger):
            let renamed = VenueRequest.amend(
                rename(id),
                quantity: quantity,
                price: price,
                trigger: trigger
            )
            return .request(renamed, instrument)
        }
    }
}

extension VenueReport {
    /// Its kind, with the reason where there is one.
    fileprivate var kind: String {
        switch body {
        case .accepted: "accepted"
        case .rejected(let reason): "rejected \(reason)"
        case .filled(let execution): "filled \(execution.liquidity)"
        case .cancelled: "cancelled"
        case .cancelRejected(let reason): "cancelRejected \(reason)"
        case .amended: "amended"
        case .amendRejected(let reason): "amendRejected \(reason)"
        case .triggered: "triggered"
        case .expired(let reason): "expired \(reason)"
        case .funding: "funding"
        case .covered: "covered"
        case .liquidated: "liquidated"
        }
    }
}
