import Digests
import Exchange
import LocalExchange
import Runtime
import Trading

/// Reads the file that says who may trade at the local exchange, and in which markets.
struct AccountsFile {
    /// Who may trade, and where.
    private(set) var accounts: [(wallet: LocalWallet, account: LocalAccount)] = []
    /// The markets to open.
    private(set) var markets: [LocalMarketPlan] = []

    private let seed: UInt64

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: JSON5.
    ///   - seed: What generated markets are made from.
    /// - Throws: Everything that is wrong with it, in one failure.
    init(_ file: String, seed: UInt64) throws(ConfigurationFailure) {
        self.seed = seed
        let problems = ConfigurationProblems()
        let root = try ConfigurationSection(
            try TextFile.bytes(of: file),
            file: file,
            problems: problems
        )
        for section in root.sections("accounts") { readAccount(section) }
        if root.has("markets") {
            for (place, section) in root.sections("markets").enumerated() {
                if let plan = market(section, place) { markets.append(plan) }
            }
        } else {
            markets = Self.usualMarkets(seed: seed)
        }
        root.finish()
        guard problems.inOrder.isEmpty else {
            throw ConfigurationFailure(file: file, problems: problems.inOrder)
        }
    }

    private mutating func readAccount(_ section: ConfigurationSection) {
        defer { section.finish() }
        let name = section.text("name")
        let venue = section.choice("venue", of: [("bybit", true), ("binance", false)])
        let key = section.text("key")
        let secret = section.text("secret")
        let mayTrade = section.flag("trade", default: true)
        let mayWithdraw = section.flag("withdraw", default: false)
        guard let name, let isBybit = venue, let key, let secret else { return }
        if accounts.contains(where: { $0.account.key == key }) {
            section.report("key", "another account has this key")
        }
        let wallets: [(LocalWallet, String)] =
            isBybit
            ? [(.bybit, "balances")]
            : [(.binanceSpot, "spot"), (.binanceFutures, "futures")]
        for (wallet, place) in wallets {
            let account = LocalAccount(
                name: name,
                key: key,
                secret: Self.hidden(secret),
                balances: balances(place, section, isRequired: isBybit),
                mayTrade: mayTrade,
                mayWithdraw: mayWithdraw
            )
            accounts.append((wallet, account))
        }
    }

    private static func hidden(_ text: String) -> SecretBytes {
        let bytes = Array(text.utf8)
        let secret = SecretBytes(count: bytes.count)
        secret.withMutableSpan { span in
            for index in bytes.indices { span[index] = bytes[index] }
        }
        return secret
    }

    private func balances(
        _ key: String,
        _ section: ConfigurationSection,
        isRequired: Bool
    ) -> [(asset: String, total: Money)] {
        guard let table = section.section(key, isRequired: isRequired) else { return [] }
        defer { table.finish() }
        return table.keys.sorted().compactMap { asset in
            table.decimal(asset, .within(.zero, DecimalRange.largestAmount)).map {
                (asset, Money($0))
            }
        }
    }

    private func market(_ section: ConfigurationSection, _ place: Int) -> LocalMarketPlan? {
        defer { section.finish() }
        let venue = section.choice("venue", of: VenueMarket.allCases.map { ($0.name, $0) })
        let symbol = section.text("symbol")
        let base = section.text("base")
        let quote = section.text("quote", default: "USDT")
        let filters = filters(section)
        let maker = section.decimal("maker", .within(-.one, .one), default: .zero)
        let taker = section.decimal("taker", .within(-.one, .one), default: .zero)
        let leverage = section.decimal("leverage", .within(.one, Decimal(1000)), default: .one)
        let source = source(section, place)
        guard let venue, let symbol, let base, let quote, let filters, let maker, let taker else {
            return nil
        }
        if venue.market == .perpetual, !section.has("leverage") {
            section.report("leverage", "missing: the highest leverage of the contract")
        }
        var listing = VenueInstrument(
            symbol: symbol,
            base: base,
            quote: quote,
            settle: quote,
            isTrading: true,
            isPerpetual: venue.market == .perpetual,
            filters: filters
        )
        if venue.market == .perpetual { listing.maximumLeverage = leverage }
        return LocalMarketPlan(
            venue: venue,
            listing: listing,
            fees: FeeSchedule(maker: maker, taker: taker),
            source: source
        )
    }

    private func filters(_ section: ConfigurationSection) -> InstrumentFilters? {
        let tick = section.decimal("priceTick", .positive())
        let step = section.decimal("quantityStep", .positive())
        let least = section.decimal("minimumQuantity", .positive(), default: step ?? .one)
        let most = section.decimal("maximumQuantity", .positive(), default: DecimalRange.billion)
        let notional = section.decimal(
            "minimumNotional",
            .within(.zero, DecimalRange.billion),
            default: .zero
        )
        guard let tick, let step, let least, let most, let notional else { return nil }
        return InstrumentFilters(
            priceTick: Price(tick),
            quantityStep: Quantity(step),
            minimumQuantity: Quantity(least),
            maximumQuantity: Quantity(most),
            minimumNotional: Money(notional)
        )
    }

    private func source(_ section: ConfigurationSection, _ place: Int) -> BookSource.Plan {
        let isGenerated = section.choice(
            "book",
            of: [("generated", true), ("clients", false)],
            default: true
        )
        let price = section.integer("startPrice", in: 100...100_000_000, default: 100) ?? 100
        return isGenerated ?? true
            ? .generated(seed: seed &+ UInt64(place), priceFactor: Int64(price / 100)) : .clients
    }
}

extension AccountsFile {
    /// BTCUSDT and ETHUSDT in all four markets, where the file names none: filters and fees as
    /// the venues list them for ordinary accounts, books generated.
    fileprivate static func usualMarkets(seed: UInt64) -> [LocalMarketPlan] {
        typealias Row = (
            venue: VenueMarket, base: String, tick: String, step: String, most: String,
            notional: String, maker: String, taker: String, price: Int64
        )
        let rows: [Row] = [
            (.bybitSpot, "BTC", "0.01", "0.000001", "83", "5", "0.001", "0.001", 60_000),
            (.bybitSpot, "ETH", "0.01", "0.00001", "2100", "5", "0.001", "0.001", 3000),
            (.bybitLinear, "BTC", "0.1", "0.001", "1190", "5", "0.0002", "0.00055", 60_000),
            (.bybitLinear, "ETH", "0.01", "0.01", "7240", "5", "0.0002", "0.00055", 3000),
            (.binanceSpot, "BTC", "0.01", "0.00001", "9000", "5", "0.001", "0.001", 60_000),
            (.binanceSpot, "ETH", "0.01", "0.0001", "9000", "5", "0.001", "0.001", 3000),
            (.binanceFutures, "BTC", "0.1", "0.001", "1000", "100", "0.0002", "0.0005", 60_000),
            (.binanceFutures, "ETH", "0.01", "0.001", "10000", "20", "0.0002", "0.0005", 3000),
        ]
        func decimal(_ text: String) -> Decimal {
            guard let value = try? Decimal(text) else {
                invariant(false, "the table above holds decimals")
                return .zero
            }
            return value
        }
        return rows.enumerated().map { place, row in
            var listing = VenueInstrument(
                symbol: row.base + "USDT",
                base: row.base,
                quote: "USDT",
                settle: "USDT",
                isTrading: true,
                isPerpetual: row.venue.market == .perpetual,
                filters: InstrumentFilters(
                    priceTick: Price(decimal(row.tick)),
                    quantityStep: Quantity(decimal(row.step)),
                    minimumQuantity: Quantity(decimal(row.step)),
                    maximumQuantity: Quantity(decimal(row.most)),
                    minimumNotional: Money(decimal(row.notional))
                )
            )
            if row.venue.market == .perpetual { listing.maximumLeverage = Decimal(100) }
            return LocalMarketPlan(
                venue: row.venue,
                listing: listing,
                fees: FeeSchedule(maker: decimal(row.maker), taker: decimal(row.taker)),
                source: .generated(seed: seed &+ UInt64(place), priceFactor: row.price / 100)
            )
        }
    }
}
