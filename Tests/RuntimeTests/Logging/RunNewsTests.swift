import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory) struct `What a run logs` {
    @Test func `tells of every deal in one chain, with event and cause`() throws {
        let fixture = RunFixture()
        var told: [RunMessage] = []
        let tape = try fixture.tape(RunFixture.lines())
        _ = try fixture.run(try fixture.plan([tape])) { told.append($0) }
        let events = told.filter { $0.event != nil }
        #expect(events.allSatisfy { $0.trace != .none })
        let chains = Dictionary(grouping: events, by: \.trace)
        let filled = chains.filter { chain in
            chain.value.contains { $0.text.contains("filled") }
        }
        #expect(!filled.isEmpty)
        for (trace, chain) in filled {
            let words = chain.map(\.text)
            #expect(chain.first?.event?.rawValue == trace.rawValue, "\(words)")
            #expect(words.first?.contains("deal at") == true)
            #expect(words.dropFirst().first?.contains(", entry: ") == true, "\(words)")
            // Whatever follows in a chain was caused by something.
            #expect(chain.dropFirst().allSatisfy { $0.cause != nil }, "\(words)")
        }
        #expect(told.contains { $0.isStep } && told.contains { !$0.isStep })
    }
}
