import Projections
import TestSupport
import Testing
import Trading

@Suite struct `An order at the venue` {
    private func id(
        _ ledger: Ledger,
        epoch: UInt32,
        draw: String? = nil,
        tag: String? = nil,
        order: UInt64 = 2
    ) -> ClientOrderID {
        let known = ledger.state.epochs.last { $0.epoch == Epoch(epoch) }?.draw ?? "zzzz"
        return ClientOrderID(
            tag: tag ?? ledger.state.tag,
            epoch: Epoch(epoch),
            draw: draw ?? (known.isEmpty ? "zzzz" : known),
            order: OrderID(order)
        )
    }

    private func begin(_ epoch: UInt32) -> Event {
        .epochBegan(
            EpochBegan(
                epoch: Epoch(epoch),
                draw: "wxyz",
                previousStop: .unclean,
                program: "test",
                process: 1
            )
        )
    }

    private func restore(losing epoch: UInt32) -> Event {
        .journalRestored(
            JournalRestored(
                by: "ops",
                reason: "disk died",
                source: "copy",
                lostUpTo: SequenceNumber(900),
                lostChainHash: .zero,
                lostEpoch: Epoch(epoch)
            )
        )
    }

    @Test func `is told by its epoch, draw and number`() {
        let ledger = Ledger()
        #expect(ledger.state.provenance(of: id(ledger, epoch: 1)) == .journaled)
        #expect(ledger.state.provenance(of: id(ledger, epoch: 1, order: 99)) == .beyondHead)
        #expect(ledger.state.provenance(of: id(ledger, epoch: 1, draw: "yyyy")) == .foreign)
        #expect(ledger.state.provenance(of: id(ledger, epoch: 2)) == .foreign)
        #expect(ledger.state.provenance(of: id(ledger, epoch: 1, tag: "0000")) == .unrelated)
    }

    @Test func `of an epoch that a restore lost is not taken for a stranger's`() {
        var ledger = Ledger()
        #expect(ledger.fold(begin(6)) == nil)
        #expect(ledger.fold(restore(losing: 5)) == nil)
        #expect(ledger.state.epochs.map(\.epoch.rawValue) == [1, 2, 3, 4, 5, 6])
        for lost in 2...5 as ClosedRange<UInt32> {
            #expect(ledger.state.provenance(of: id(ledger, epoch: lost)) == .lost)
        }
        #expect(ledger.state.provenance(of: id(ledger, epoch: 7)) == .foreign)
        #expect(TradingState.read(ledger.state.canonical)?.epochs == ledger.state.epochs)
    }

    @Test func `of an epoch long past is forgotten, and so many are kept`() {
        var ledger = Ledger()
        #expect(ledger.fold(begin(4_000_000_000)) == nil)
        #expect(ledger.fold(restore(losing: 3_999_999_999)) == nil)
        #expect(ledger.state.epochs.count == TradingState.epochCapacity)
        #expect(ledger.state.provenance(of: id(ledger, epoch: 1)) == .forgotten)
        #expect(ledger.state.provenance(of: id(ledger, epoch: 3_999_999_999)) == .lost)
    }
}
