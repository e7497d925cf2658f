import Digests
import Exchange
import LocalExchange
import Testing
import Trading

/// A decimal of a test; what is not one is a mistake in the test.
func decimal(_ text: String) -> Decimal {
    guard let value = try? Decimal(text) else { fatalError("not a decimal: \(text)") }
    return value
}

/// Houses with two accounts, `ann` and `bob`, and BTCUSDT.
enum HouseFixture {
    static let start = Timestamp(nanoseconds: 1_790_000_000_000_000_000)

    static func account(_ name: String, _ balances: [String: String]) -> LocalAccount {
        let secret = SecretBytes(count: name.utf8.count)
        secret.withMutableSpan { span in
            for (index, byte) in name.utf8.enumerated() { span[index] = byte }
        }
        return LocalAccount(
            name: name,
            key: "key-" + name,
            secret: secret,
            balances: balances.sorted { $0.key < $1.key }
                .map { ($0.key, Money(decimal($0.value))) }
        )
    }

    static func plan(_ venue: VenueMarket, _ source: BookSource.Plan) -> LocalMarketPlan {
        var listing = VenueInstrument(
            symbol: "BTCUSDT",
            base: "BTC",
            quote: "USDT",
            settle: "USDT",
            isTrading: true,
            isPerpetual: venue.market == .perpetual,
            filters: InstrumentFilters(
                priceTick: Price(decimal("0.01")),
                quantityStep: Quantity(decimal("0.001")),
                minimumQuantity: Quantity(decimal("0.001")),
                maximumQuantity: Quantity(decimal("1000")),
                minimumNotional: Money(decimal("5"))
            )
        )
        if venue.market == .perpetual { listing.maximumLeverage = decimal("100") }
        return LocalMarketPlan(
            venue: venue,
            listing: listing,
            fees: FeeSchedule(maker: .zero, taker: decimal("0.001")),
            source: source
        )
    }

    static func house(
        _ venue: VenueMarket = .binanceSpot,
        _ source: BookSource.Plan = .clients
    ) throws -> LocalHouse {
        let balances = ["BTC": "10", "USDT": "10000"]
        return try LocalHouse(
            markets: [plan(venue, source)],
            accounts: [account("ann", balances), account("bob", balances)]
        )
    }
}

extension LocalWish {
    /// A wish as `buy 1 @ 100`, `sell 2 market`, with `IOC`, `FOK`, `post-only` or `reduce-only`,
    /// and `rises to 110` or `falls to 90` behind it.
    init(_ text: String, id: String = "") {
        let words = text.split(separator: " ").map(String.init)
        self.init(
            market: 0,
            clientID: id,
            side: words[0] == "buy" ? .buy : .sell,
            type: words[2] == "market" ? .market : .limit,
            timeInForce: TimeInForce.allCases.first { words.contains($0.name) }
                ?? .goodTillCancelled,
            isReduceOnly: words.contains("reduce-only"),
            quantity: Quantity(decimal(words[1]))
        )
        if type == .limit { price = Price(decimal(words[3])) }
        if let place = words.firstIndex(of: "to") {
            trigger = LocalTrigger(
                price: Price(decimal(words[place + 1])),
                rises: words[place - 1] == "rises",
                reserves: words.contains("reserving"),
                becomesAnother: words.contains("another")
            )
        }
    }
}

extension LocalEvent {
    /// The event as tests write it.
    var inWords: String {
        switch self {
        case .order(let order, let change):
            let word = "\(change)".prefix { $0 != "(" }
            return "order \(order.number) \(word)"
        case .execution(let fill):
            let role = fill.isMaker ? "maker" : "taker"
            return "fill \(fill.quantity) @ \(fill.price) \(role) of \(fill.order)"
        case .position(let account, _): return "position \(account)"
        case .balances(let account, _): return "balances \(account)"
        case .funding(let account, _, let amount, _): return "funding \(account) \(amount)"
        case .trade(_, let trade): return "trade \(trade.trade.quantity) @ \(trade.trade.price)"
        }
    }
}
