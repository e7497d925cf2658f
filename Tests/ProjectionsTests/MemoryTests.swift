import TestSupport
import Testing
import Trading

@testable import Projections

@Suite struct `What the state remembers` {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `knows the executions that a set knows`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var executions = ExecutionSet()
        var model: Set<VenueID> = []
        for _ in 0..<4000 {
            let number = UInt128(random.next() % 300)
            // Names that differ in the upper half only, and the one that is no name.
            let id = VenueID(number % 2 == 0 ? number : number << 64)
            if random.next() % 3 == 0 {
                executions.remove(id)
                model.remove(id)
            } else {
                #expect(executions.insert(id) == model.insert(id).inserted, "seed \(seed)")
            }
            #expect(executions.contains(id) == model.contains(id), "seed \(seed)")
        }
        for number in 0..<300 as Range<UInt128> {
            for id in [VenueID(number), VenueID(number << 64)] {
                #expect(executions.contains(id) == model.contains(id), "seed \(seed)")
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `queues as an array does`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = Queue<UInt64>()
        var model: [UInt64] = []
        for step in 0..<2000 as Range<UInt64> {
            if random.next() % 5 < 2, !model.isEmpty {
                queue.removeFirst()
                model.removeFirst()
            } else {
                queue.append(step)
                model.append(step)
            }
            #expect(queue.first == model.first, "seed \(seed)")
            #expect(queue.count == model.count, "seed \(seed)")
        }
        #expect(Array(queue.ordered) == model, "seed \(seed)")
    }
}
