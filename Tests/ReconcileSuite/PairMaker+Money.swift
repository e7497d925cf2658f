import Engine
import Exchange
import Projections
import TestSupport
import Trading

// What changes balances beside trades.
extension PairMaker {
    private mutating func entry(
        _ kind: VenueEntry.Kind,
        _ symbol: String,
        _ amount: Money
    ) -> VenueEntry {
        let id = newID()
        let entry = VenueEntry(
            kind,
            word: "\(kind)",
            symbol: symbol,
            asset: "USDT",
            amount: amount,
            time: Timestamp(nanoseconds: time.nanoseconds + Int64(truncatingIfNeeded: lastID)),
            evidence: ["\(id)"]
        )
        entries.append(entry)
        return entry
    }

    /// Funding of what we alone hold is ours.
    mutating func chargeFunding() {
        for market in markets where market.isContract && market.foreignPosition.isZero {
            let held = oracle.state.instruments[Int(market.instrument.rawValue)]
            guard !held.position.quantity.isZero, chance.chance(40) else { continue }
            let amount = money("\(chance.int(-9...9)).5")
            let entry = entry(.funding, held.instrument.symbol, amount)
            let settled = FundingSettled(
                instrument: market.instrument,
                amount: amount,
                rate: .zero,
                report: 0,
                evidence: entry.id
            )
            oracle.emit(.fundingSettled(settled))
        }
    }

    /// What goes out is taken from somebody else's money first.
    mutating func transfer() {
        var moved: [VenueEntry] = []
        while chance.chance(25) {
            let amount = money("\(chance.int(-400...200))")
            if !amount.isZero { moved.append(entry(.transfer, "", amount)) }
        }
        let rest = moved.reduce(foreignMoney) { $0 + $1.amount }
        foreignMoney = max(.zero, rest)
        var missing = max(.zero, .zero - rest)
        for entry in moved {
            let charged = entry.amount.isNegative ? min(missing, .zero - entry.amount) : .zero
            missing -= charged
            oracle.emit(
                .accountEntryBooked(
                    AccountEntryBooked(
                        evidence: entry.id,
                        entry: .transfer,
                        word: entry.word,
                        asset: "USDT",
                        whole: entry.amount,
                        amount: .zero - charged
                    )
                )
            )
        }
    }
}
