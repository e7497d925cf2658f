import Platform
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
        let inbox = try Inbox(instruments: 2)
        inbox.post(slice(1))
        inbox.post(.stream(.ready, desk: 0, connection: 1))
        inbox.post(slice(1))
        inbox.post(.stream(.lost("gone"), desk: 0, connection: 1))
        inbox.post(slice(0))
        let (notes, slices) = inbox.take()
        #expect(notes.count == 2)
        #expect(slices.map(\.instrument.rawValue) == [0, 1])
        #expect(slices[1].tradedQuantity == quantity("2"))
        let again = inbox.take()
        #expect(again.notes.isEmpty && again.slices.isEmpty)
    }

    @Test func `ends a wait when something comes, and at its time when nothing does`() throws {
        let inbox = try Inbox(instruments: 1)
        inbox.post(slice(0))
        // What came before the wait ends it too: otherwise this takes an hour.
        inbox.wait(until: Clock.monotonic() + 3_600_000_000_000)
        let begun = Clock.monotonic()
        inbox.wait(until: begun + 20_000_000)
        #expect(Clock.monotonic() - begun >= 19_000_000)
    }

    @Test func `is rung from another thread`() async throws {
        let inbox = try Inbox(instruments: 1)
        let slice = slice(0)
        async let waited: Void = Task.detached {
            inbox.wait(until: Clock.monotonic() + 3_600_000_000_000)
        }.value
        inbox.post(slice)
        await waited
        #expect(inbox.take().slices.count == 1)
    }
}
