import TestSupport
import Testing
import Trading

@testable import Projections

@Suite struct `The scans of a state` {
    private static let subject = "binance-spot (live) in USDT"

    private func checkpoint(
        _ scan: ScanID,
        _ status: ScanStatus = .running,
        processed: UInt64,
        of total: UInt64 = 9,
        subject: String = subject,
        _ found: [ScannedPair] = []
    ) -> Event {
        .scanCheckpointed(
            ScanCheckpointed(
                scan: scan,
                subject: subject,
                status: status,
                cursor: "USDT \(processed)",
                processed: processed,
                total: total,
                message: status == .failed ? "no answer" : "",
                found: found
            )
        )
    }

    private func pair(
        _ symbol: String,
        worth value: Int?,
        _ quote: String = "USDT"
    ) -> ScannedPair {
        ScannedPair(
            symbol: symbol,
            quote: quote,
            turnover: Money(Decimal(value ?? 7)),
            value: value.map { Money(Decimal($0)) },
            bid: .zero,
            ask: .zero,
            depth: nil
        )
    }

    @Test func `begin, go on and are completed`() {
        var ledger = Ledger()
        #expect(ledger.fold(checkpoint(.none, processed: 0, of: 0)) == nil)
        let id = ScanID(ledger.state.head)
        ledger.wait(60)
        #expect(ledger.fold(checkpoint(id, processed: 4, [pair("A", worth: 5)])) == nil)
        #expect(ledger.fold(checkpoint(id, .completed, processed: 9, [pair("B", worth: 6)])) == nil)
        let scan = ledger.state.scans.first
        #expect(ledger.state.scans.count == 1 && scan?.id == id)
        #expect(scan?.status == .completed && scan?.cursor == "USDT 9" && scan?.checkpoints == 3)
        #expect(scan?.processed == 9 && scan?.total == 9)
        #expect(scan.map { $0.changed - $0.began } == TimeSpan(seconds: 60))
        #expect(scan?.best.map(\.symbol) == ["B", "A"])
    }

    @Test func `rank by value, and what has none behind by quote asset and turnover`() {
        var ledger = Ledger()
        let found = [
            pair("X", worth: nil, "TRY"), pair("E", worth: 3), pair("C", worth: nil, "BRL"),
            pair("D", worth: 3), pair("Z", worth: 0), pair("B", worth: nil, "BRL"),
        ]
        ledger.fold(checkpoint(.none, processed: 6, found))
        #expect(ledger.state.scans[0].best.map(\.symbol) == ["D", "E", "Z", "B", "C", "X"])
    }

    @Test func `keep a hundred pairs, the same as if all were sorted at once`() {
        var ledger = Ledger()
        var random = SeededRandom(seed: 3)
        var all: [ScannedPair] = []
        ledger.fold(checkpoint(.none, processed: 0, of: 1000))
        let id = ScanID(ledger.state.head)
        for step in 1...20 as ClosedRange<UInt64> {
            let found = (0..<50).map { pair("\(step).\($0)", worth: Int(random.next() % 500)) }
            all += found
            ledger.fold(checkpoint(id, processed: step * 50, of: 1000, found))
        }
        let expected = Array(all.sorted { $0.ranks(before: $1) }.prefix(100))
        let isSame = ledger.state.scans[0].best == expected
        #expect(isSame)
    }

    @Test func `refuse what does not fit`() {
        var ledger = Ledger()
        ledger.fold(checkpoint(.none, processed: 4))
        let id = ScanID(ledger.state.head)
        let before = ledger.state
        var other = ledger
        #expect(other.fold(checkpoint(ScanID(1), processed: 5)) == "scan 1 is unknown")
        other = ledger
        #expect(other.fold(checkpoint(id, processed: 3)) == "a scan does not go back")
        other = ledger
        #expect(other.fold(checkpoint(id, processed: 5, subject: "else"))?.contains("else") == true)
        #expect(before.scans[0].processed == 4)
        ledger.fold(checkpoint(id, .failed, processed: 5))
        #expect(ledger.state.scans[0].message == "no answer")
        #expect(ledger.fold(checkpoint(id, processed: 6)) == "scan \(id) has ended: failed")
    }

    @Test func `are forgotten seven days after their last checkpoint`() {
        var ledger = Ledger()
        ledger.fold(checkpoint(.none, processed: 1))
        let old = ScanID(ledger.state.head)
        ledger.wait(7 * 86_400)
        #expect(ledger.state.scans(at: ledger.time).map(\.id) == [old])
        #expect(ledger.state.scans(at: ledger.time + TimeSpan(seconds: 1)).isEmpty)
        ledger.fold(checkpoint(.none, processed: 0, subject: "b"))
        #expect(ledger.state.scans.count == 2)
        ledger.wait(1)
        ledger.fold(checkpoint(ScanID(ledger.state.head), .completed, processed: 9, subject: "b"))
        #expect(ledger.state.scans.map(\.subject) == ["b"])
    }

    @Test func `are sixteen at most, the newest ones`() {
        var ledger = Ledger()
        for number in 1...20 {
            ledger.fold(checkpoint(.none, processed: 0, subject: "\(number)"))
        }
        #expect(ledger.state.scans.map(\.subject) == (5...20).map { "\($0)" })
    }

    @Test func `are in the canonical bytes, which without them stay as they were`() throws {
        var ledger = Ledger()
        let without = ledger.state.canonical
        #expect(without[0] == 1 && TradingState.read(without)?.scans.isEmpty == true)
        ledger.fold(checkpoint(.none, processed: 2, [pair("A", worth: 5), pair("B", worth: nil)]))
        let with = ledger.state.canonical
        #expect(with[0] == 2)
        let state = try #require(TradingState.read(with))
        let isSame = state.scans == ledger.state.scans && state.canonical == with
        #expect(isSame)
        for count in 0..<with.count {
            #expect(TradingState(canonical: with.span.extracting(0..<count)) == nil)
        }
        // What has no scans is of the first version alone.
        var other = without
        other[0] = 2
        #expect(TradingState(canonical: (other + [0, 0, 0, 0]).span) == nil)
    }

    @Test func `change nothing of what was traded`() {
        var ledger = Ledger()
        let before = ledger.state.outcome.digest
        ledger.fold(checkpoint(.none, processed: 2, [pair("A", worth: 5)]))
        #expect(ledger.state.outcome.digest == before)
    }
}
