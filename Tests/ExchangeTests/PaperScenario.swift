import Exchange
import Testing
import Trading

/// A decimal of a test; what is not one is a mistake in the test.
func decimal(_ text: some StringProtocol) -> Decimal {
    guard let value = try? Decimal(String(text)) else { fatalError("not a decimal: \(text)") }
    return value
}

/// The instruments of the scenarios: BTC (asset 1) against USDT (asset 2).
enum PaperFixture {
    static let base = AssetID(1)
    static let quote = AssetID(2)

    static func instrument(
        _ market: Market,
        maker: String = "0.001",
        taker: String = "0.002",
        leverage: String = "10",
        id: UInt16 = 1
    ) -> Instrument {
        Instrument(
            id: InstrumentID(id),
            symbol: "BTCUSDT",
            market: market,
            base: base,
            quote: quote,
            filters: InstrumentFilters(
                priceTick: Price(decimal("0.1")),
                quantityStep: Quantity(decimal("0.001")),
                minimumQuantity: Quantity(decimal("0.002")),
                maximumQuantity: Quantity(decimal("1000")),
                minimumNotional: Money(decimal("5"))
            ),
            fees: FeeSchedule(maker: decimal(maker), taker: decimal(taker)),
            margin: market == .spot
                ? .unlevered
                : MarginTerms(leverage: decimal(leverage), maintenanceRate: decimal("0.05"))
        )
    }

    static func balances(btc: String, usdt: String) -> [PaperBalance] {
        [
            PaperBalance(asset: base, total: Money(decimal(btc))),
            PaperBalance(asset: quote, total: Money(decimal(usdt))),
        ]
    }

    /// A book as `bid x quantity, … | ask x quantity, …`.
    static func book(_ text: some StringProtocol) -> OrderBook {
        var book = OrderBook(capacity: 50)
        let sides = text.split(separator: "|", omittingEmptySubsequences: false)
        for (side, levels) in zip([Side.buy, .sell], sides) {
            for level in levels.split(separator: ",") where level.contains("x") {
                let words = level.split(separator: " ")
                book.set(
                    side,
                    BookLevel(
                        price: Price(decimal(words[0])),
                        quantity: Quantity(decimal(words[2]))
                    )
                )
            }
        }
        return book
    }
}

/// A table of what is done and what the venue says to it, in words.
///
/// Each step takes one second. Orders: `1: buy 2 market`, `1: buy 2 @ 100 [IOC, FOK, post-only]`,
/// `1: sell 2 stop 90`, each with `reduce-only` behind it; `cancel 1`; `amend 1 to 2 @ 99`,
/// `amend 1 to 2 stop 90`; market: `trade 100 x 1`, `book 99 x 1 | 101 x 1`, `no book`,
/// `mark 100 rate 0.01 next 5`; `account` asks for the balances and the position. A request or
/// `account` of the second account has `other` before it, and so has what is said to it.
struct PaperScenario {
    var venue: PaperVenue
    var book: OrderBook?
    private var second: Int64 = 0
    private let instrument: Instrument
    private let other: PaperAccountID

    init(
        _ instrument: Instrument = PaperFixture.instrument(.spot),
        btc: String = "10",
        usdt: String = "1000",
        book: String? = "99 x 1, 98 x 2 | 101 x 1, 102 x 2, 103 x 3"
    ) {
        self.instrument = instrument
        venue = PaperVenue(
            instruments: [instrument],
            balances: PaperFixture.balances(btc: btc, usdt: usdt)
        )
        other = venue.open(PaperFixture.balances(btc: btc, usdt: usdt))
        self.book = book.map { PaperFixture.book($0) }
    }

    /// Does a step and compares what is said.
    mutating func expect(
        _ step: String,
        _ expected: String...,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(act(step) == expected, "\(step)", sourceLocation: location)
    }

    private mutating func act(_ step: String) -> [String] {
        second += 1
        let time = Timestamp(nanoseconds: second * 1_000_000_000)
        var words = step.split(separator: " ").map(String.init)
        let account = words[0] == "other" ? other : .first
        if account == other { words.removeFirst() }
        let id = instrument.id
        switch words[0] {
        case "account":
            return holdings(account)
        case "no":
            book = nil
            venue.bookChanged(in: id, at: time, book: nil)
        case "book":
            book = PaperFixture.book(step.dropFirst(5))
            venue.bookChanged(in: id, at: time, book: book)
        case "trade":
            let trade = PublicTrade(
                price: Price(decimal(words[1])),
                quantity: Quantity(decimal(words[3])),
                taker: .sell,
                time: time
            )
            venue.tradeHappened(trade, in: id, at: time, book: book)
        case "mark":
            let mark = MarkPrice(
                price: Price(decimal(words[1])),
                fundingRate: words.count > 3 ? decimal(words[3]) : .zero,
                nextFunding: words.count > 5
                    ? Timestamp(nanoseconds: (Int64(words[5]) ?? 0) * 1_000_000_000) : .never,
                time: time
            )
            venue.markPriceChanged(mark, in: id, at: time, book: book)
        default:
            venue.receive(request(words), of: account, at: time, book: book)
        }
        return venue.takeAddressedReports().map { account, report in
            (account == other ? "other " : "") + report.inWords
        }
    }

    private func request(_ words: [String]) -> VenueRequest {
        if words[0] == "cancel" { return .cancel(OrderID(UInt64(words[1]) ?? 0)) }
        if words[0] == "amend" {
            let price = Price(decimal(words[5]))
            return .amend(
                OrderID(UInt64(words[1]) ?? 0),
                quantity: Quantity(decimal(words[3])),
                price: words[4] == "@" ? price : .zero,
                trigger: words[4] == "stop" ? price : .zero
            )
        }
        var terms = OrderTerms(
            instrument: instrument.id,
            side: words[1] == "buy" ? .buy : .sell,
            type: words[3] == "market" ? .market : words[3] == "@" ? .limit : .stopMarket,
            timeInForce: TimeInForce.allCases.first { words.contains($0.name) }
                ?? .goodTillCancelled,
            isReduceOnly: words.contains("reduce-only"),
            quantity: Quantity(decimal(words[2]))
        )
        if terms.type == .limit { terms.price = Price(decimal(words[4])) }
        if terms.type == .stopMarket { terms.trigger = Price(decimal(words[4])) }
        return .place(OrderID(UInt64(words[0].dropLast()) ?? 0), terms)
    }

    private func holdings(_ account: PaperAccountID) -> [String] {
        let balances = venue.balances(of: account).map { balance in
            let name = balance.asset == PaperFixture.base ? "BTC" : "USDT"
            let locked = balance.locked.isZero ? "" : ", \(balance.locked) locked"
            let forgiven = balance.forgiven.isZero ? "" : ", \(balance.forgiven) forgiven"
            return "\(name) \(balance.total)\(locked)\(forgiven)"
        }
        let positions = venue.positions(of: account).map {
            "position \($0.quantity) cost \($0.entryCost) margin \($0.margin)"
        }
        return balances + positions
    }
}

extension VenueReport {
    /// The report as the scenarios write it.
    var inWords: String {
        switch body {
        case .accepted: "\(order) accepted"
        case .rejected(let reason): "\(order) rejected: \(reason.name)"
        case .filled(let execution): "\(order) filled \(execution.inWords)"
        case .cancelled: "\(order) cancelled"
        case .cancelRejected(let reason): "\(order) cancel rejected: \(reason.name)"
        case .amended(let quantity, let price, let trigger):
            "\(order) amended to \(quantity) \(price.isZero ? "stop \(trigger)" : "@ \(price)")"
        case .amendRejected(let reason): "\(order) amend rejected: \(reason.name)"
        case .triggered: "\(order) triggered"
        case .expired(let reason): "\(order) expired: \(reason.name)"
        case .funding(_, let amount, let rate): "funding \(amount) at \(rate)"
        case .covered(_, let amount): "venue bears \(amount)"
        case .liquidated(_, let side, let execution):
            "liquidated \(side.name) \(execution.inWords)"
        }
    }
}

extension Execution {
    fileprivate var inWords: String {
        let asset = feeAsset == PaperFixture.base ? "BTC" : "USDT"
        return "\(quantity) @ \(price) \(liquidity.name), fee \(fee) \(asset)"
    }
}
