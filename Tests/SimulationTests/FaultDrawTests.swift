import Exchange
import Testing

@testable import Simulation

/// Where trouble happens.
@Suite("The draw of faults") struct FaultDrawTests {
    private func made(_ draw: FaultDraw) -> [FaultDraw.Made] {
        var draw = draw
        for second in 0..<200_000 {
            _ = draw.draw(.request, at: Int64(second))
        }
        return draw.made
    }

    @Test func `leaves the others where they are when one is left out`() throws {
        let all = made(FaultDraw(seed: 9))
        try #require(all.count > 10)
        let without = made(FaultDraw(seed: 9, leavingOut: [all[4].number]))
        #expect(without.map(\.number) == all.map(\.number).filter { $0 != all[4].number })
    }

    @Test func `draws nothing once its time is over`() {
        var draw = FaultDraw(seed: 9)
        draw.end = 100
        for second in 0..<200_000 { _ = draw.draw(.request, at: Int64(second)) }
        #expect(draw.made.allSatisfy { $0.at < 100 })
    }

    @Test func `counts nothing that cannot happen`() {
        var draw = FaultDraw(seed: 9)
        draw.isPossible = { $0 == .requestLost }
        for second in 0..<200_000 { _ = draw.draw(.request, at: Int64(second)) }
        #expect(draw.made.allSatisfy { $0.kind == .requestLost })
    }

    @Test func `chooses other kinds for other seeds`() {
        let kinds = (1...20).map { seed in Set(made(FaultDraw(seed: seed)).map(\.kind)) }
        #expect(Set(kinds).count > 10)
    }
}

/// What is under way.
@Suite("What is under way") struct DeliveryQueueTests {
    @Test func `arrives in the order of its times, and of its sending at one time`() {
        var queue = DeliveryQueue<Int>()
        var random = SplitMix64(seed: 5)
        var sent: [(at: Int64, number: Int)] = []
        for number in 0..<500 {
            let at = random.draw(0...50)
            sent.append((at, number))
            queue.add(number, at: at)
        }
        let wanted = sent.sorted { ($0.at, $0.number) < ($1.at, $1.number) }.map(\.number)
        var arrived: [Int] = []
        while let next = queue.take() { arrived.append(next.content) }
        #expect(arrived == wanted)
    }
}
