import Projections
import TestSupport
import Testing
import Trading

@Suite struct `The outcome chain` {
    /// What may differ between two histories.
    struct Differences {
        var epoch: UInt32 = 1
        var shift: UInt64 = 0
        var isNoisy = false
        var fillPrice = "100"
        var exitPrice = "110"
        var size = "1"
        var fee = "0.1"
        var seconds: Int64 = 10
        var role = OrderRole.exit
        var reason = DealReason.signal
        var usdt = "10000"
        var limit = "0"
        var market = Market.spot
    }

    private static func digest(_ change: (inout Differences) -> Void = { _ in }) -> String {
        var what = Differences()
        change(&what)
        var ledger = Ledger(what.market, usdt: what.usdt, epoch: what.epoch)
        ledger.shift = what.shift
        if what.isNoisy {
            ledger.fold(.recoveryStepped(RecoveryStepped(step: 1, detail: "noise")))
            ledger.fold(.errorRecorded(ErrorRecorded(severity: .error, text: "noise")))
            ledger.fold(
                .sourceAttached(
                    SourceAttached(
                        source: SourceID(0),
                        sourceKind: .tape,
                        name: "a",
                        contentHash: "",
                        firstTime: moment(0)
                    )
                )
            )
            let mark = InputsMarked(source: SourceID(0), line: 9, time: moment(0), inputs: 9)
            ledger.fold(.inputsMarked(mark))
        }
        let deal = ledger.open()
        let entry = ledger.intend(deal, .entry, .buy, what.size, at: what.limit)
        let venueOrder = VenueID(UInt128(what.shift))
        ledger.fold(
            .orderAccepted(OrderAccepted(order: entry, report: 1, venueOrder: venueOrder))
        )
        if what.isNoisy {
            ledger.fold(
                .outcomeUnknown(OutcomeUnknown(order: entry, request: .place, why: "noise"))
            )
            ledger.fold(.outcomeResolved(OutcomeResolved(order: entry, evidence: "noise")))
        }
        ledger.fill(entry, what.size, at: what.fillPrice, fee: what.fee)
        ledger.fold(.dealMoved(DealMoved(deal: deal, status: .open, reason: .entryFilled)))
        ledger.wait(what.seconds)
        let exit = ledger.intend(deal, what.role, .sell, what.size)
        ledger.fill(exit, what.size, at: what.exitPrice)
        ledger.close(deal, what.reason)
        return ledger.state.outcome.digest.description
    }

    @Test(
        arguments: [
            { $0.epoch = 7 }, { $0.shift = 1000 }, { $0.isNoisy = true },
        ] as [@Sendable (inout Differences) -> Void]
    )
    func `is the same without numbers, epochs and marks`(
        change: @Sendable (inout Differences) -> Void
    ) {
        #expect(Self.digest(change) == Self.digest())
    }

    @Test(
        arguments: [
            { $0.fillPrice = "100.1" }, { $0.exitPrice = "110.1" }, { $0.size = "1.001" },
            { $0.fee = "0.100000000000000001" }, { $0.seconds = 11 }, { $0.role = .stop },
            { $0.reason = .timeLimit }, { $0.usdt = "10000.01" }, { $0.limit = "100" },
            { $0.market = .perpetual },
        ] as [@Sendable (inout Differences) -> Void]
    )
    func `is another where what was traded is another`(
        change: @Sendable (inout Differences) -> Void
    ) {
        #expect(Self.digest(change) != Self.digest())
    }
}
