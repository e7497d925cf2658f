import Trading

/// Filters of instruments from a table of symbol properties, a comma-separated file as the LEAN
/// engine ships it: market, symbol, type, …, minimum price variation, lot size, …, minimum order.
enum SymbolProperties {
    struct Failure: Error {
        let message: String
    }

    private static let columns = (tick: 6, lot: 7, minimumOrder: 9)

    /// The filters of one instrument of Binance.
    static func filters(
        of symbol: String,
        _ market: Market,
        in file: String
    ) throws(Failure) -> InstrumentFilters {
        let bytes: [UInt8]
        do {
            bytes = try TextFile.bytes(of: file)
        } catch {
            throw Failure(message: error.problems.first?.message ?? "the file cannot be read")
        }
        return try filters(of: symbol, market, table: bytes, file: file)
    }

    static func filters(
        of symbol: String,
        _ market: Market,
        table: [UInt8],
        file: String
    ) throws(Failure) -> InstrumentFilters {
        let type = market == .spot ? "crypto" : "cryptofuture"
        let beginning = Array("binance,\(symbol),\(type),".utf8)
        for (number, line) in table.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated() where line.starts(with: beginning)
        {
            let text = String(decoding: line, as: UTF8.self)
                .filter { character in character != "\r" && character != "\"" }
            let fields = text.split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
            guard let tick = positive(fields, columns.tick), let lot = positive(fields, columns.lot)
            else {
                throw Failure(message: "line \(number + 1) of \(file) has no tick or lot size")
            }
            return InstrumentFilters(
                priceTick: Price(tick),
                quantityStep: Quantity(lot),
                minimumQuantity: Quantity(lot),
                maximumQuantity: ConfigurationReader.largestQuantity,
                minimumNotional: Money(positive(fields, columns.minimumOrder) ?? .zero)
            )
        }
        throw Failure(message: "\(file) has no row for binance, \(symbol), \(type)")
    }

    private static func positive(_ fields: [String], _ column: Int) -> Decimal? {
        guard column < fields.count, let value = try? Decimal(fields[column]), value > .zero else {
            return nil
        }
        return value
    }
}
