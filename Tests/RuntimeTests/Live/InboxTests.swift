import Synchronization
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `The inbox` {
    private func slice(_ instrument: UInt16) -> MarketSlice {
        var slice = MarketSlice(instrument: InstrumentID(instrument), depth: 1)
        slice.changes = .trades
        slice.tradedQuantity = quantity("1")
        return slice
    }

    @Test func `keeps every note, and of a market what it has become`() throws {
        let inbox = Inbox(instruments: 2) {}
        inbox.post(slice(1))
        inbox.post(.trouble("one"))
        inbox.post(slice(1))
        inbox.post(.trouble("two"))
        inbox.post(slice(0))
        let (notes, slices) = inbox.take()
        #expect(notes.count == 2)
        #expect(slices.map(\.instrument.rawValue) == [0, 1])
        #expect(slices[1].tradedQuantity == quantity("2"))
        let again = inbox.take()
        #expect(again.notes.isEmpty && again.slices.isEmpty)
    }

    @Test func `wakes whoever waits, from any thread`() async throws {
        let rings = Atomic(0)
        let inbox = Inbox(instruments: 1) { rings.add(1, ordering: .relaxed) }
        let slice = slice(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { inbox.post(slice) } }
        }
        #expect(rings.load(ordering: .relaxed) == 20)
        #expect(inbox.take().slices.map(\.tradedQuantity) == [quantity("20")])
    }
}
