import Projections
import TestSupport
import Testing
import Trading

/// Amounts that only a forger writes, each within what a decimal holds.
@Suite struct `Amounts beyond all bounds` {
    private static let reason = "its amounts are beyond all bounds"
    private static let largest = Decimal.largest

    private static func terms(_ size: String, _ limit: String, trigger: Price = .zero) -> OrderTerms
    {
        OrderTerms(
            instrument: InstrumentID(0),
            side: .buy,
            type: .limit,
            timeInForce: .goodTillCancelled,
            quantity: quantity(size),
            price: price(limit),
            trigger: trigger
        )
    }

    @Test(arguments: [
        terms("100000000000", "100000000000"), terms("170000000000000000000", "1"),
        terms("0.5", "170000000000000000000"), terms("1", "1", trigger: Price(largest)),
    ])
    func `are not asked for`(terms: OrderTerms) {
        var ledger = Ledger()
        let deal = ledger.open()
        let intent = OrderIntended(deal: deal, role: .entry, terms: terms)
        #expect(ledger.fold(.orderIntended(intent)) == Self.reason)
    }

    @Test func `are not asked for at the price that the deal saw`() {
        var ledger = Ledger()
        let evidence = Evidence(
            strategy: 1,
            score: .one,
            bid: price("1"),
            ask: price("5000000000000000000")
        )
        ledger.fold(
            .dealOpened(DealOpened(instrument: InstrumentID(0), side: .buy, evidence: evidence))
        )
        var terms = Self.terms("100", "0")
        terms.type = .market
        let intent = OrderIntended(deal: DealID(ledger.state.head), role: .entry, terms: terms)
        #expect(ledger.fold(.orderIntended(intent)) == Self.reason)
    }

    @Test(arguments: [
        ("100000000000", "100000000000"), ("170000000000000000000", "1"),
        ("0.000000000000000001", "170000000000000000000"),
    ])
    func `are not filled`(size: String, at limit: String) {
        var ledger = Ledger()
        let deal = ledger.open()
        let order = ledger.intend(deal, .entry, .buy, "1")
        #expect(ledger.fill(order, size, at: limit) == Self.reason)
    }

    @Test func `are not reached by one fill after the other`() {
        var ledger = Ledger()
        let deal = ledger.open()
        let order = ledger.intend(deal, .entry, .buy, "1")
        var refusals = 0
        for _ in 0..<20 where refusals == 0 {
            let reason = ledger.fill(order, "1000000000", at: "1000000000")
            if let reason {
                #expect(reason == Self.reason)
                refusals += 1
            }
        }
        #expect(refusals == 1)
    }

    @Test(arguments: ["10000000000000000001", "-10000000000000000001", "170000000000000000000"])
    func `are not paid in`(amount: String) {
        var ledger = Ledger()
        let adjusted = BalanceAdjusted(asset: "USDT", amount: money(amount), reason: "gift")
        #expect(ledger.fold(.balanceAdjusted(adjusted)) == Self.reason)
    }

    @Test func `are not paid in bit by bit`() {
        var ledger = Ledger()
        let half = BalanceAdjusted(
            asset: "USDT",
            amount: money("9000000000000000000"),
            reason: "gift"
        )
        #expect(ledger.fold(.balanceAdjusted(half)) == nil)
        #expect(ledger.fold(.balanceAdjusted(half)) == Self.reason)
    }

    @Test func `are no funding`() {
        var ledger = Ledger(.perpetual)
        let funding = FundingSettled(
            instrument: InstrumentID(0),
            amount: Money(Self.largest),
            rate: .zero,
            report: 1
        )
        #expect(ledger.fold(.fundingSettled(funding)) == Self.reason)
    }

    @Test func `of many orders count as the bound`() {
        var ledger = Ledger()
        let deal = ledger.open()
        for _ in 0..<4 {
            let terms = Self.terms("2000000000", "2000000000")
            let intent = OrderIntended(deal: deal, role: .entry, terms: terms)
            #expect(ledger.fold(.orderIntended(intent)) == nil)
        }
        #expect(ledger.state.exposure == Money(.bound))
        #expect(ledger.state.locked(AssetID(1)) == Money(.bound))
    }
}

@Suite struct `Canonical bytes of no state that events make` {
    /// A state with a deal and an order, as bytes.
    private func bytes() -> [UInt8] {
        var ledger = Ledger()
        _ = ledger.intend(ledger.open(), .entry, .buy, "1")
        return ledger.state.canonical
    }

    /// The places where `value` stands, eight bytes little-endian.
    private func places(of value: UInt64, in bytes: [UInt8]) -> [Int] {
        let wanted = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return bytes.indices.dropLast(7).filter { bytes[$0..<($0 + 8)].elementsEqual(wanted) }
    }

    @Test func `with a moment after its own is not read`() throws {
        var changed = bytes()
        #expect(TradingState.read(changed) != nil)
        let now = UInt64(bitPattern: moment(0).nanoseconds)
        let place = try #require(places(of: now, in: changed).last)
        changed[place] += 1
        #expect(TradingState.read(changed) == nil)
    }

    @Test func `with an instrument that is not there is not read`() throws {
        var changed = bytes()
        // The instrument names its deal; then comes the deal: its number, and its instrument's.
        let deal = try #require(places(of: 6, in: changed).dropFirst().first)
        changed[deal + 8] = 1
        #expect(TradingState.read(changed) == nil)
    }

    @Test func `with an amount beyond the bound is not read`() throws {
        var changed = bytes()
        let usdt = try #require(
            changed.indices.dropLast(25).first {
                changed[$0..<($0 + 4)].elementsEqual("USDT".utf8) && changed[$0 + 4] == 0
            }
        )
        changed[usdt + 19] = 0x7F
        #expect(TradingState.read(changed) == nil)
    }
}
