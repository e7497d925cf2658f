internal import JSON
internal import Trading

/// What can be traded, as `exchangeInfo` says.
enum BinanceInstruments {
    /// Every symbol that can be read: one of another's must not hide ours, and one of ours that
    /// cannot be read is missed by whoever looks for it.
    ///
    /// - Throws: Where no symbol can be read.
    static func read(_ root: JSONValue, isSpot: Bool) throws(MessageError) -> [VenueInstrument] {
        guard let symbols = root.member("symbols") else { throw .missing(key: "symbols") }
        var found: [VenueInstrument] = []
        var unreadable: MessageError?
        var rows = try symbols.rows()
        while let row = rows.next() {
            do throws(MessageError) {
                found.append(try instrument(row, isSpot: isSpot))
            } catch {
                unreadable = unreadable ?? error
            }
        }
        if found.isEmpty, let unreadable { throw unreadable }
        return found
    }

    private struct Filters {
        var tick = Decimal.zero
        var step = Decimal.zero
        var least = Decimal.zero
        var most = Decimal.zero
        var notional = Decimal.zero
        var marketMost: Decimal?
        var stops: Int?
    }

    private static func instrument(
        _ row: JSONValue,
        isSpot: Bool
    ) throws(MessageError) -> VenueInstrument {
        let symbol = try row.name(at: "symbol")
        guard let list = row.member("filters") else { throw .missing(key: "filters") }
        var filters = Filters()
        var rows = try list.rows()
        while let filter = rows.next() { try read(filter, into: &filters) }
        guard filters.tick > .zero, filters.step > .zero else {
            throw .outOfRange(key: "filters", rule: "expected a tick and a step for \(symbol)")
        }
        let quote = try row.name(at: "quoteAsset")
        let status = try row.text(at: "status")
        let contract = isSpot ? "" : try row.optionalText(at: "contractType")
        var instrument = VenueInstrument(
            symbol: symbol,
            base: try row.name(at: "baseAsset"),
            quote: quote,
            settle: isSpot ? quote : try row.name(at: "marginAsset"),
            isTrading: status == "TRADING",
            isPerpetual: contract == "PERPETUAL",
            filters: InstrumentFilters(
                priceTick: Price(filters.tick),
                quantityStep: Quantity(filters.step),
                minimumQuantity: Quantity(filters.least),
                maximumQuantity: Quantity(filters.most),
                minimumNotional: Money(filters.notional)
            )
        )
        instrument.maximumMarketQuantity = filters.marketMost.map { Quantity($0) }
        instrument.maximumStops = filters.stops
        instrument.stops = try stops(row, isSpot: isSpot)
        return instrument
    }

    private static func stops(
        _ row: JSONValue,
        isSpot: Bool
    ) throws(MessageError) -> [VenueInstrument.StopOffer] {
        guard isSpot else { return [.market] }
        guard let list = row.member("orderTypes") else { throw .missing(key: "orderTypes") }
        var stops: [VenueInstrument.StopOffer] = []
        var types = try list.rows()
        while let type = types.next() {
            if type.text == "STOP_LOSS" { stops.insert(.market, at: 0) }
            if type.text == "STOP_LOSS_LIMIT" { stops.append(.limit) }
        }
        return stops
    }

    private static func read(_ row: JSONValue, into filters: inout Filters) throws(MessageError) {
        switch try row.text(at: "filterType") {
        case "PRICE_FILTER": filters.tick = try row.size(at: "tickSize")
        case "LOT_SIZE":
            filters.step = try row.size(at: "stepSize")
            filters.least = try row.size(at: "minQty")
            filters.most = try row.size(at: "maxQty")
        case "MARKET_LOT_SIZE": filters.marketMost = try row.size(at: "maxQty")
        case "MIN_NOTIONAL":
            // Spot calls it minNotional, USD-M notional.
            let isSpot = row.member("minNotional") != nil
            filters.notional = try row.size(at: isSpot ? "minNotional" : "notional")
        case "NOTIONAL": filters.notional = try row.size(at: "minNotional")
        case "MAX_NUM_ALGO_ORDERS":
            // Spot calls it maxNumAlgoOrders, USD-M limit.
            let isSpot = row.member("maxNumAlgoOrders") != nil
            let key: StaticString = isSpot ? "maxNumAlgoOrders" : "limit"
            filters.stops = Int(try row.required(key).count(key))
        default: break
        }
    }
}
