import Exchange
import Trading

/// What whatever a venue says must be like once it stands in our words: figures that a state may
/// hold, of the sign that they have.
enum VenueChecks {
    static func check(_ facts: VenueFacts) throws(Contradiction) {
        switch facts {
        case .accepted(let order, _): try require(order != .some(.none), "an order has an id")
        case .done, .time, .listenKey, .key: break
        case .orders(let orders, let next):
            for order in orders { try check(order) }
            try check(next)
        case .executions(let fills, let next):
            for fill in fills { try check(fill) }
            try check(next)
        case .positions(let positions): for position in positions { try check(position) }
        case .balances(let balances): for balance in balances { try check(balance) }
        case .entries(let entries, let next):
            for entry in entries {
                try require(entry.amount.isWithinBounds, "an entry is an amount")
                try require(!entry.asset.isEmpty, "an entry has an asset")
            }
            try check(next)
        case .instruments(let instruments, let next):
            for instrument in instruments { try check(instrument) }
            try check(next)
        case .tickers(let tickers): for ticker in tickers { try check(ticker) }
        case .fees(let fees):
            try require(fees.maker.magnitude <= .one, "a fee is a rate")
            try require(fees.taker.magnitude <= .one, "a fee is a rate")
        case .mode(let mode): try check(mode)
        case .book(let book): try check(book)
        }
    }

    static func check(_ events: [VenueEvent]) throws(Contradiction) {
        for event in events {
            switch event {
            case .order(let order): try check(order)
            case .execution(let fill): try check(fill)
            case .position(let position): try check(position)
            case .balance(let balance): try check(balance)
            case .mode(_, let mode): try check(mode)
            case .unreadable(let error): try require(!"\(error)".isEmpty, "a fault has words")
            case .subscribed, .refused, .ends: break
            }
        }
    }

    private static func check(_ page: VenuePage?) throws(Contradiction) {
        if case .after(let mark) = page { try require(!mark.isEmpty, "a page has a mark") }
    }

    private static func holds(_ amount: some Amount) -> Bool {
        !amount.isNegative && amount.isWithinBounds
    }

    private static func check(_ order: VenueOrder) throws(Contradiction) {
        try require(!order.symbol.isEmpty, "an order has a symbol")
        try require(holds(order.quantity) && holds(order.filled), "an order has a quantity")
        try require(holds(order.price) && holds(order.trigger), "an order has prices")
        try require(holds(order.filledValue ?? .zero), "what is filled has a worth")
        try require(order.reason == nil || order.status.isTerminal, "a reason is of an end")
        try require(!order.isUntriggered || order.status == .placed, "what waits works")
    }

    private static func check(_ fill: VenueExecution) throws(Contradiction) {
        try require(!fill.symbol.isEmpty, "a fill has a symbol")
        let execution = Execution(
            id: fill.id,
            price: fill.price,
            quantity: fill.quantity,
            fee: fill.fee,
            feeAsset: AssetID(0),
            liquidity: fill.liquidity
        )
        try require(execution.isWithinBounds, "a fill can be booked")
        switch fill.kind {
        case .trade, .liquidation, .deleveraging:
            try require(fill.price.isPositive && fill.quantity.isPositive, "a fill is of something")
        case .funding: try require(fill.quantity.isZero, "funding moves nothing")
        case .other: break
        }
    }

    private static func check(_ position: VenuePosition) throws(Contradiction) {
        try require(!position.symbol.isEmpty, "a position has a symbol")
        try require(position.quantity.isWithinBounds, "a position has a size")
        try require(holds(position.entryPrice), "a position has a price")
        try require(holds(position.liquidationPrice ?? .zero), "so has its end")
        try require(position.leverage?.isNegative != true, "leverage is not negative")
    }

    private static func check(_ balance: VenueBalance) throws(Contradiction) {
        try require(!balance.asset.isEmpty, "a balance has an asset")
        try require(balance.total.isWithinBounds, "a balance can be held")
        try require(balance.locked?.isWithinBounds != false, "so can what is locked")
    }

    private static func check(_ instrument: VenueInstrument) throws(Contradiction) {
        let filters = instrument.filters
        try require(!instrument.symbol.isEmpty, "an instrument has a symbol")
        try require(!instrument.base.isEmpty && !instrument.quote.isEmpty, "and its assets")
        try require(filters.priceTick.isPositive && holds(filters.priceTick), "and a tick")
        try require(filters.quantityStep.isPositive && holds(filters.quantityStep), "and a step")
        try require(holds(filters.minimumQuantity) && holds(filters.maximumQuantity), "and limits")
        try require(holds(filters.minimumNotional), "and a least worth")
        try require(holds(instrument.maximumMarketQuantity ?? .zero), "and a limit of its own")
        try require(instrument.maximumStops ?? 0 >= 0, "stops are counted")
        try require(instrument.maximumLeverage?.isNegative != true, "leverage is not negative")
    }

    private static func check(_ ticker: VenueTicker) throws(Contradiction) {
        try require(!ticker.symbol.isEmpty, "a ticker has a symbol")
        try require(holds(ticker.last) && holds(ticker.bid) && holds(ticker.ask), "and prices")
        try require(ticker.turnover.isWithinBounds, "and a turnover")
    }

    private static func check(_ mode: VenueAccountMode) throws(Contradiction) {
        try require(mode.leverage?.isNegative != true, "leverage is not negative")
    }

    private static func check(_ book: VenueBook) throws(Contradiction) {
        for level in book.bids + book.asks {
            try require(level.price.isPositive && holds(level.price), "a level has a price")
            try require(holds(level.quantity), "and no less than nothing")
        }
        let isInOrder =
            zip(book.bids, book.bids.dropFirst()).allSatisfy { $0.price > $1.price }
            && zip(book.asks, book.asks.dropFirst()).allSatisfy { $0.price < $1.price }
        try require(isInOrder, "the best levels come first")
    }
}
