import Engine
import Projections
import TestSupport
import Testing
import Trading

/// Brings the payload of an event through its bytes.
private func throughBytes(_ event: Event) throws -> Event {
    var writer = ByteWriter()
    event.encode(into: &writer)
    let bytes = writer.bytes
    return try EventCodec().decode(
        kind: event.kind.rawValue,
        version: event.version,
        bytes.span
    )
}

@Suite struct `A history of chance` {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `folds from its bytes to the same state`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        for _ in 0..<600 { history.step() }
        var state = TradingState()
        for envelope in history.events {
            var read = envelope
            read.event = try throughBytes(envelope.event)
            try state.fold(read)
        }
        #expect(state.canonical == history.turn.state.canonical, "seed \(seed)")
        // A history in which nothing happens proves nothing.
        #expect(state.metrics.fills > 50 && state.metrics.closedDeals > 10, "seed \(seed)")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `has canonical bytes that round-trip at every step`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        for step in 0..<150 {
            history.step()
            let bytes = history.turn.state.canonical
            let read = try #require(
                TradingState.read(bytes),
                "seed \(seed), step \(step)"
            )
            #expect(read.canonical == bytes, "seed \(seed), step \(step)")
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `goes on from canonical bytes as if nothing had happened`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        for _ in 0..<200 { history.step() }
        let middle = history.turn.state.canonical
        var state = try #require(TradingState.read(middle))
        let count = history.events.count
        for _ in 0..<200 { history.step() }
        for envelope in history.events[count...] { try state.fold(envelope) }
        #expect(state.canonical == history.turn.state.canonical, "seed \(seed)")
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `keeps positions, deals and orders consistent`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        for step in 0..<400 {
            history.step()
            if let finding = inconsistency(of: history.turn.state) {
                Issue.record("seed \(seed), step \(step): \(finding)")
                return
            }
        }
    }

    private func inconsistency(of state: TradingState) -> String? {
        for held in state.instruments {
            if held.position.cost.isNegative { return "a cost below zero" }
            if held.deal != .none && !state.deals.contains(held.deal) { return "a lost deal" }
        }
        for order in state.orders.ordered
        where order.status.isTerminal && !state.deals.contains(order.deal) {
            return "order \(order.id) is over and was not put away"
        }
        return nil
    }

    @Test func `stays bounded by what is open`() {
        var history = RandomHistory(seed: 7, pause: TimeSpan(seconds: 7200))
        for _ in 0..<3000 { history.step() }
        let state = history.turn.state
        #expect(state.metrics.orders > 300)
        #expect(state.closedOrders.count < 150)
        #expect(state.signals.count < 10)
        #expect(state.errors.count <= TradingState.errorCapacity)
        #expect(state.requestTimes.count < 50)
        #expect(state.canonical.count < 100_000)
    }

    @Test func `survives any damage to its canonical bytes`() {
        var history = RandomHistory(seed: 11)
        for _ in 0..<12 { history.step() }
        let bytes = history.turn.state.canonical
        var random = SeededRandom(seed: 5)
        for mutation in 0..<20_000 {
            var damaged = bytes
            switch random.int(0...2) {
            case 0: damaged.removeLast(random.int(1...damaged.count))
            case 1: damaged[random.int(0...damaged.count - 1)] ^= UInt8(1 << random.int(0...7))
            default:
                for _ in 0..<random.int(1...4) {
                    let byte = UInt8(truncatingIfNeeded: random.next())
                    damaged[random.int(0...damaged.count - 1)] = byte
                }
            }
            guard let read = TradingState.read(damaged) else { continue }
            if read.canonical != damaged {
                Issue.record("seed 5, mutation \(mutation): the bytes were read as others")
                break
            }
        }
    }
}
