import TestSupport
import Testing
import Trading

@testable import Projections

@Suite struct `The blocks of a state` {
    private func block(
        _ caseID: String = "P1",
        _ scope: BlockScope = BlockScope(.instrument, "BTCUSDT"),
        subject: String = "BTCUSDT",
        seen: String = "0, ours is 1"
    ) -> Event {
        .riskBlocked(RiskBlocked(caseID: caseID, scope: scope, subject: subject, seen: seen))
    }

    private func release(_ block: SequenceNumber, by: String = "ops") -> Event {
        .blockEnded(BlockEnded(block: block, end: .released, by: by, reason: "seen"))
    }

    @Test func `begin, are released, and hold again with other figures`() {
        var ledger = Ledger()
        #expect(ledger.fold(block()) == nil)
        let first = ledger.state.head
        #expect(ledger.state.blocks.map(\.holds) == [true])
        #expect(ledger.fold(release(first)) == nil)
        #expect(ledger.state.blocks.map(\.holds) == [false])
        #expect(ledger.fold(block(seen: "0, ours is 2")) == nil)
        #expect(ledger.state.blocks.map(\.holds) == [true])
        #expect(ledger.state.blocks.map(\.id) == [ledger.state.head])
        let ended = BlockEnded(block: ledger.state.head, end: .notFound)
        #expect(ledger.fold(.blockEnded(ended)) == nil)
        #expect(ledger.state.blocks.isEmpty)
    }

    @Test func `refuse what does not fit`() {
        var ledger = Ledger()
        ledger.fold(block())
        let id = ledger.state.head
        var other = ledger
        #expect(other.fold(release(SequenceNumber(1))) == "event 1 blocks nothing")
        other = ledger
        #expect(other.fold(release(id, by: "")) == "a block is released once, by somebody")
        other = ledger
        #expect(other.fold(release(id)) == nil)
        #expect(other.fold(release(id)) == "a block is released once, by somebody")
        for scope in [
            BlockScope(.instrument, "ETHUSDT"), BlockScope(.market, "moon"), BlockScope(.asset, ""),
        ] {
            other = ledger
            #expect(other.fold(block("P1", scope)) == "there is no \(scope.reach) \(scope.name)")
        }
    }

    @Test func `are as many as the cap allows, released ones included`() {
        var ledger = Ledger()
        for number in 0..<TradingState.blockCapacity {
            #expect(ledger.fold(block(subject: "\(number)")) == nil)
        }
        // One that is known takes its own place.
        #expect(ledger.fold(block(subject: "0", seen: "other")) == nil)
        #expect(ledger.fold(block(subject: "more")) == "there are too many blocks")
    }

    @Test func `are found by case and a part of their subject`() throws {
        var ledger = Ledger()
        ledger.fold(block(subject: "order 7"))
        ledger.fold(block(subject: "order 9"))
        ledger.fold(block("V1", BlockScope(.market, "spot"), subject: "balances"))
        let state = ledger.state
        #expect(try state.blockToRelease("V1", nil).subject == "balances")
        #expect(try state.blockToRelease("V1", "spot").subject == "balances")
        #expect(try state.blockToRelease("P1", "order 9").subject == "order 9")
        #expect(throws: CorrectionRefusal.self) { try state.blockToRelease("P1", nil) }
        #expect(throws: CorrectionRefusal.self) { try state.blockToRelease("P2", nil) }
        #expect(throws: CorrectionRefusal.self) { try state.blockToRelease("V1", "linear") }
    }

    @Test func `keep what is reserved for an unknown order when they are released`() {
        var ledger = Ledger()
        let deal = ledger.open()
        let entry = ledger.intend(deal, .entry, .buy, "1")
        let unknown = OutcomeUnknown(order: entry, request: .place, why: "timed out")
        ledger.fold(.outcomeUnknown(unknown))
        ledger.fold(block())
        let (exposure, free) = (ledger.state.exposure, ledger.state.available(AssetID(1)))
        #expect(exposure.isPositive)
        #expect(ledger.fold(release(ledger.state.head)) == nil)
        #expect(ledger.state.exposure == exposure)
        #expect(ledger.state.available(AssetID(1)) == free)
        #expect(ledger.state.orders[entry]?.isUnknown == true)
    }

    @Test func `are in the canonical bytes, which without them stay as they were`() throws {
        var ledger = Ledger()
        #expect(ledger.state.canonical[0] == 1)
        ledger.fold(block())
        ledger.fold(release(ledger.state.head))
        ledger.fold(block("B1", BlockScope(.asset, "USDT"), subject: "USDT"))
        let with = ledger.state.canonical
        #expect(with[0] == 3)
        let state = try #require(TradingState.read(with))
        let isSame = state.blocks == ledger.state.blocks && state.canonical == with
        #expect(isSame)
        for count in 0..<with.count {
            #expect(TradingState(canonical: with.span.extracting(0..<count)) == nil)
        }
        ledger.fold(.blockEnded(BlockEnded(block: state.blocks[0].id, end: .notFound)))
        ledger.fold(.blockEnded(BlockEnded(block: state.blocks[1].id, end: .notFound)))
        #expect(ledger.state.canonical[0] == 1)
    }

    @Test func `stand beside the last complete comparison, which goes on`() throws {
        var ledger = Ledger()
        func complete(_ seconds: Int64) -> String? {
            let until = Timestamp(nanoseconds: seconds * 1_000_000_000)
            return ledger.fold(.comparisonCompleted(ComparisonCompleted(until: until)))
        }
        #expect(ledger.state.comparedUntil == .never)
        #expect(complete(0) == "it was compared before")
        #expect(complete(400) == nil)
        #expect(complete(400) == "it was compared before")
        let bytes = ledger.state.canonical
        #expect(bytes[0] == 4)
        let state = try #require(TradingState.read(bytes))
        #expect(state.comparedUntil == Timestamp(nanoseconds: 400_000_000_000))
        let isSame = state.canonical == bytes
        #expect(isSame)
    }
}
