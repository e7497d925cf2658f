import FoundationEssentials
import Runtime
import TestSupport
import Testing
import Trading

@Suite(.temporaryDirectory)
struct `Filters from a table of symbol properties` {
    static let table = """
        market,symbol,type,description,quote_currency,contract_multiplier,minimum_price_variation,\
        lot_size,market_ticker,minimum_order_size,price_magnifier,strike_multiplier

        binance,BTCUSDT,crypto,BTCUSDT,USDT,1,0.01,0.00001,BTCUSDT,5
        binance,BTCUSDT,cryptofuture,BTCUSDT,USDT,1,0.1,0.001,BTCUSDT
        binanceus,ETHUSDT,crypto,ETHUSDT,USDT,1,0.01,0.0001,ETHUSDT,1
        """

    private func problems(_ text: String) throws -> [String] {
        let directory = TemporaryDirectory.path
        try Data(Self.table.utf8).write(to: URL(filePath: "\(directory)/table.csv"))
        do {
            _ = try Configuration(parsing: Array(text.utf8), file: "\(directory)/a.json5")
            return []
        } catch {
            return error.problems.map { problem in
                "\(problem.path): \(problem.message.replacing(directory, with: "."))"
            }
        }
    }

    private func filters(_ text: String) throws -> InstrumentFilters {
        #expect(try problems(text) == [])
        let file = "\(TemporaryDirectory.path)/a.json5"
        let configuration = try Configuration(parsing: Array(text.utf8), file: file)
        return try #require(configuration.instruments.first).filters
    }

    private static func filtersFrom(_ base: String, keeping: String = "") -> String {
        let start = base.ranges(of: "filters: {").first?.lowerBound ?? base.startIndex
        let end = base[start...].ranges(of: "},").first?.upperBound ?? base.endIndex
        var text = base
        text.replaceSubrange(start..<end, with: "filtersFrom: \"table.csv\",\(keeping)")
        return text
    }

    @Test func `are those of the symbol on its market`() throws {
        let spot = try filters(Self.filtersFrom(Sample.spot))
        #expect(spot.priceTick == Price(try Decimal("0.01")))
        #expect(spot.minimumNotional == Money(Decimal(5)))
        let perpetual = try filters(Self.filtersFrom(Sample.perpetual))
        #expect(perpetual.priceTick == Price(try Decimal("0.1")))
        #expect(perpetual.quantityStep == Quantity(try Decimal("0.001")))
        #expect(perpetual.minimumNotional == .zero)
    }

    @Test func `give way to what the configuration says itself`() throws {
        let text = Self.filtersFrom(
            Sample.perpetual,
            keeping: "filters: { minimumNotional: \"100\" },"
        )
        let filters = try filters(text)
        #expect(filters.minimumNotional == Money(Decimal(100)))
        #expect(filters.priceTick == Price(try Decimal("0.1")))
    }

    @Test func `are refused where the table has no such symbol`() throws {
        let text = Self.filtersFrom(Sample.spot).replacing("BTCUSDT", with: "ETHUSDT")
        #expect(
            try problems(text) == [
                "instruments[0].filtersFrom: ./table.csv has no row for binance, ETHUSDT, crypto"
            ]
        )
    }
}
