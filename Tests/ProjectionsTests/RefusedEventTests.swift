import Projections
import TestSupport
import Testing
import Trading

@Suite struct `An event that does not fit` {
    private static func envelope(_ sequence: UInt64, _ time: Timestamp) -> EventEnvelope {
        EventEnvelope(
            sequence: SequenceNumber(sequence),
            time: time,
            trace: .none,
            cause: SequenceNumber(0),
            event: .errorRecorded(ErrorRecorded(severity: .error, text: ""))
        )
    }

    @Test(arguments: [0, 4, 5, 7] as [UInt64])
    func `in sequence is refused`(sequence: UInt64) {
        var state = Ledger().state
        #expect(state.head == SequenceNumber(5))
        let failure = FoldFailure(
            sequence: SequenceNumber(sequence),
            reason: "event 6 was expected here"
        )
        #expect(throws: failure) { try state.fold(Self.envelope(sequence, moment(1))) }
    }

    @Test func `in time is refused`() {
        var state = Ledger().state
        #expect(throws: FoldFailure.self) {
            try state.fold(Self.envelope(6, moment(-1, nanoseconds: 999_999_999)))
        }
    }

    @Test func `at the same time is folded`() throws {
        var state = Ledger().state
        try state.fold(Self.envelope(6, moment(0)))
        #expect(state.head == SequenceNumber(6))
    }

    @Test(arguments: [
        (
            Event.journalBegan(JournalBegan(tag: "abcd", mode: .tape)), "a journal begins once"
        ),
        (
            .epochBegan(
                EpochBegan(
                    epoch: Epoch(1),
                    draw: "wxyz",
                    previousStop: .clean,
                    program: "",
                    process: 0
                )
            ), "epoch 1 is not a new one"
        ),
        (
            .inputsMarked(
                InputsMarked(source: SourceID(0), line: 1, time: moment(0), inputs: 1)
            ), "source 0 is unknown"
        ),
        (
            .instrumentListed(CoreFixture.listing(.spot, id: 2)),
            "instrument 1 was expected, not 2"
        ),
        (
            .instrumentListed(CoreFixture.listing(.spot, symbol: "ETHUSDT")),
            "instrument 0 is another one"
        ),
        (
            .dealMoved(DealMoved(deal: DealID(9), status: .open, reason: .none)),
            "deal 9 is not open"
        ),
        (.peakMoved(PeakMoved(deal: DealID(9), peak: price("1"))), "deal 9 is not open"),
        (
            .dealClosed(DealClosed(deal: DealID(9), reason: .none, profit: .zero, dust: .zero)),
            "deal 9 is not open"
        ),
        (.cancelIntended(CancelIntended(order: OrderID(9))), "order 9 is not live"),
        (
            .orderAccepted(OrderAccepted(order: OrderID(9), report: 1, venueOrder: .none)),
            "order 9 is not live"
        ),
        (
            .outcomeUnknown(OutcomeUnknown(order: OrderID(9), request: .place, why: "")),
            "order 9 is not live"
        ),
        (
            .fundingSettled(
                FundingSettled(
                    instrument: InstrumentID(9),
                    amount: .zero,
                    rate: .zero,
                    report: 1
                )
            ), "instrument 9 is unknown"
        ),
    ])
    func `is refused with its reason`(event: Event, reason: String) {
        var ledger = Ledger()
        #expect(ledger.fold(event) == reason)
    }

    @Test func `fills an order that is not known`() {
        var ledger = Ledger()
        #expect(ledger.fill(OrderID(9), "1", at: "100") == "order 9 is unknown")
    }

    @Test func `intends an order for a deal that is closed`() {
        var ledger = Ledger()
        let deal = ledger.open()
        ledger.close(deal)
        let terms = OrderTerms(
            instrument: InstrumentID(0),
            side: .buy,
            type: .market,
            timeInForce: .fillOrKill,
            quantity: quantity("1")
        )
        let intent = OrderIntended(deal: deal, role: .entry, terms: terms)
        #expect(ledger.fold(.orderIntended(intent)) == "deal \(deal) is not open")
    }

    @Test func `opens a second deal in an instrument`() {
        var ledger = Ledger()
        _ = ledger.open()
        let head = ledger.state.deals.count
        _ = ledger.open()
        #expect(ledger.state.deals.count == head)
    }

    @Test(arguments: DealStatus.allCases, DealStatus.allCases)
    func `moves a deal against its machine`(from: DealStatus, to next: DealStatus) {
        guard from != .closed else { return }
        var ledger = Ledger()
        let deal = ledger.open()
        if from != .opening {
            ledger.fold(.dealMoved(DealMoved(deal: deal, status: from, reason: .none)))
        }
        let move = Event.dealMoved(DealMoved(deal: deal, status: next, reason: .none))
        let isLawful = from.canBecome(next) && next != .closed
        #expect((ledger.fold(move) == nil) == isLawful)
    }

    @Test func `marks inputs behind the mark`() {
        var ledger = Ledger()
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
        let mark = { (line: UInt64, inputs: UInt64) in
            Event.inputsMarked(
                InputsMarked(source: SourceID(0), line: line, time: moment(0), inputs: inputs)
            )
        }
        #expect(ledger.fold(mark(10, 20)) == nil)
        #expect(ledger.fold(mark(10, 20)) == nil)
        #expect(ledger.fold(mark(9, 21)) == "a mark does not go back")
    }
}
