import Exchange
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `The settings of a contract` {
    private func terms(
        isHedge: Bool?,
        _ margin: MarginMode?,
        _ leverage: String?
    ) -> [AccountTerm] {
        AccountTerm.all(
            of: "BTCUSDT",
            isHedge: isHedge,
            margin,
            leverage: leverage.map { number($0) },
            wanted: MarginTerms(leverage: number("7"), maintenanceRate: number("0.005"))
        )
    }

    @Test func `that are as wanted need no change`() {
        let terms = terms(isHedge: false, .isolated, "7.00")
        #expect(terms.filter(\.differs).isEmpty)
        let words = terms.map(\.words).joined(separator: ", ")
        #expect(words == "position mode one-way, margin mode isolated, leverage 7")
    }

    @Test func `that differ are changed one by one, the account's before the contract's`() {
        let wrong = terms(isHedge: true, .cross, "20").filter(\.differs)
        #expect(
            wrong.map(\.call) == [
                .setOneWayMode(symbol: "BTCUSDT"), .setMarginMode(symbol: "BTCUSDT", .isolated),
                .setLeverage(symbol: "BTCUSDT", number("7")),
            ]
        )
        #expect(wrong.filter { $0.call.isChange }.count == 3)
        #expect(wrong.last?.words == "leverage 20, wanted 7")
    }

    @Test func `that the venue does not tell are not taken for right`() {
        let terms = terms(isHedge: nil, nil, nil)
        #expect(terms.filter(\.differs).count == 3)
        #expect(terms.first?.words == "position mode not told, wanted one-way")
    }

    @Test func `refuse a start with what to run`() {
        for term in terms(isHedge: true, .cross, "20") {
            let text = term.refusal(of: "BTCUSDT", at: "binance-futures")
            #expect(text.hasPrefix("BTCUSDT at binance-futures: \(term.setting.name)"))
            #expect(text.contains(term.wants) && text.contains("`holdfast account --apply`"))
        }
    }
}
