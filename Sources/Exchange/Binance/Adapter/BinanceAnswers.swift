internal import JSON
internal import Trading

// What a success brings.
extension BinanceAdapter {
    func facts(of body: [UInt8], _ call: VenueCall) throws(MessageError) -> VenueFacts {
        var parser = JSONParser(maximumBytes: 64 << 20, maximumDepth: 32)
        let root: JSONValue
        do throws(JSONError) {
            root = try parser.parse(body.span)
        } catch {
            throw .notJSON(error)
        }
        switch call {
        case .place(let placement):
            let isAlgo = !isSpot && placement.terms.type == .stopMarket
            let id = try root.identity(at: isAlgo ? "algoId" : "orderId")
            try root.requireName(placement.name, isAlgo: isAlgo)
            // The first order of all of a symbol may have the number zero, which means none here.
            let told = id == .none ? nil : id
            return .accepted(venueOrder: told, clientID: placement.name.clientID)
        case .cancel(let name), .amend(let name, _):
            _ = try root.identity(at: isAlgo(name) ? "algoId" : "orderId")
            try root.requireName(name, isAlgo: isAlgo(name))
            return .done
        case .order(let name):
            try root.requireName(name, isAlgo: isAlgo(name))
            return .orders([try order(root, isAlgo: isAlgo(name))], next: nil)
        case .openOrders(_, let page):
            let isAlgo = !isSpot && page != .first
            var orders: [VenueOrder] = []
            var rows = try root.rows()
            while let row = rows.next() { orders.append(try order(row, isAlgo: isAlgo)) }
            return .orders(orders, next: isSpot || isAlgo ? nil : .after("algo"))
        case .orderHistory(_, _, _, let page): return try orderHistory(root, page)
        case .executions: return try executions(root)
        case .orderExecutions(let asked): return try asked.wanted(of: try executions(root))
        default: return try accountFacts(root, call)
        }
    }

    /// On USD-M the history of algo orders follows on that of plain ones.
    private func orderHistory(
        _ root: JSONValue,
        _ page: VenuePage
    ) throws(MessageError) -> VenueFacts {
        let isAlgo = !isSpot && Self.algoPage(page) != nil
        var orders: [VenueOrder] = []
        var rows = try root.rows()
        while let row = rows.next() { orders.append(try order(row, isAlgo: isAlgo)) }
        let mark = isAlgo ? Self.algoMark : ""
        if orders.count >= 1000, let last = orders.map(\.venueOrder.rawValue).max() {
            return .orders(orders, next: .after("\(mark)\(last + 1)"))
        }
        return .orders(orders, next: isSpot || isAlgo ? nil : .after(Self.algoMark))
    }

    /// What the pages of algo orders begin with.
    private static let algoMark = "algo"

    /// The page of algo orders that a page of USD-M's history means; `nil` for one of plain orders.
    static func algoPage(_ page: VenuePage) -> VenuePage? {
        guard case .after(let mark) = page, mark.hasPrefix(algoMark) else { return nil }
        let id = mark.dropFirst(algoMark.count)
        return id.isEmpty ? .first : .after(String(id))
    }

    private func executions(_ root: JSONValue) throws(MessageError) -> VenueFacts {
        var fills: [VenueExecution] = []
        var rows = try root.rows()
        while let row = rows.next() { fills.append(try BinanceOrders.fill(row)) }
        let last = fills.map(\.id.rawValue).max()
        return .executions(
            fills,
            next: fills.count < 1000 ? nil : last.map { .after("\($0 + 1)") }
        )
    }

    private func isAlgo(_ name: VenueOrderName) -> Bool { !isSpot && name.isConditional }

    private func order(_ row: JSONValue, isAlgo: Bool) throws(MessageError) -> VenueOrder {
        isAlgo ? try BinanceOrders.algoOrder(row) : try BinanceOrders.order(row)
    }

    private func accountFacts(
        _ root: JSONValue,
        _ call: VenueCall
    ) throws(MessageError) -> VenueFacts {
        switch call {
        case .serverTime: return .time(try root.moment(at: "serverTime"))
        case .balances: return .balances(try balances(root))
        case .entries(_, _, let page): return try entries(root, after: page)
        case .positions: return .positions(try positions(root))
        case .accountMode(let symbol): return .mode(try mode(root, of: symbol))
        case .keyPermissions: return .key(try permissions(root))
        case .fees: return .fees(try fees(root))
        case .instruments:
            return .instruments(try BinanceInstruments.read(root, isSpot: isSpot), next: nil)
        case .tickers: return .tickers(try tickers(root))
        case .book(let symbol, _): return .book(try book(root, symbol))
        case .listenKey(.renew(let key)):
            // A key that was kept alive need not be told again.
            let told = try root.optionalText(at: "listenKey")
            return .listenKey(told.isEmpty ? key : told)
        case .listenKey(.make): return .listenKey(try root.name(at: "listenKey"))
        default: return try setting(root, call)
        }
    }

    /// What a change of the account brings: the venue tells what it has done.
    private func setting(
        _ root: JSONValue,
        _ call: VenueCall
    ) throws(MessageError) -> VenueFacts {
        switch call {
        case .setLeverage(let symbol, let leverage):
            try root.requireSymbol(symbol)
            guard Decimal(Int(try root.number(at: "leverage"))) == leverage else {
                throw .outOfRange(key: "leverage", rule: "expected the one that was asked for")
            }
        case .cancelOnSilence(let symbol, _): try root.requireSymbol(symbol)
        default:
            guard try root.number(at: "code") == 200 else {
                throw .outOfRange(key: "code", rule: "expected 200")
            }
        }
        return .done
    }

    private func balances(_ root: JSONValue) throws(MessageError) -> [VenueBalance] {
        var balances: [VenueBalance] = []
        if isSpot {
            guard let list = root.member("balances") else { throw .missing(key: "balances") }
            var rows = try list.rows()
            while let row = rows.next() {
                let free = Money(try row.size(at: "free"))
                let locked = Money(try row.size(at: "locked"))
                let asset = try row.name(at: "asset")
                let total = try free.adding(locked, at: "locked")
                balances.append(VenueBalance(asset: asset, total: total, locked: locked))
            }
            return balances
        }
        var rows = try root.rows()
        while let row = rows.next() {
            balances.append(
                VenueBalance(
                    asset: try row.name(at: "asset"),
                    total: try row.money(at: "balance"),
                    locked: nil
                )
            )
        }
        return balances
    }

    private func positions(_ root: JSONValue) throws(MessageError) -> [VenuePosition] {
        var positions: [VenuePosition] = []
        var rows = try root.rows()
        while let row = rows.next() {
            var position = VenuePosition(
                symbol: try row.name(at: "symbol"),
                quantity: Quantity(try row.amount(at: "positionAmt")),
                entryPrice: Price(try row.size(at: "entryPrice")),
                isHedge: try row.isHedge(at: "positionSide")
            )
            let told = try row.optionalDecimal(at: "liquidationPrice", .notNegative)
            let liquidation = told ?? .zero
            position.liquidationPrice = liquidation == .zero ? nil : Price(liquidation)
            position.time = try row.optionalMoment(at: "updateTime")
            positions.append(position)
        }
        return positions
    }

    private func mode(
        _ root: JSONValue,
        of symbol: String
    ) throws(MessageError) -> VenueAccountMode {
        var mode = VenueAccountMode()
        var rows = try root.rows()
        while let row = rows.next() {
            guard try row.name(at: "symbol") == symbol else { continue }
            // Hedge mode has a row for each side.
            mode.isHedge = try row.isHedge(at: "positionSide") || mode.isHedge == true
            mode.leverage = try row.decimal(at: "leverage", .positive)
            mode.marginMode = try row.marginMode(at: "marginType")
        }
        guard mode.isHedge != nil else {
            throw .outOfRange(key: "symbol", rule: "expected a row of \(symbol)")
        }
        return mode
    }

    private func permissions(_ root: JSONValue) throws(MessageError) -> VenueKey {
        var key = VenueKey()
        key.mayTrade = try root.optionalTruth(at: "enableSpotAndMarginTrading")
        key.mayTradeFutures = try root.optionalTruth(at: "enableFutures")
        key.mayWithdraw = try root.optionalTruth(at: "enableWithdrawals")
        key.isBoundToAddresses = try root.optionalTruth(at: "ipRestrict")
        key.expires = try root.optionalMoment(at: "tradingAuthorityExpirationTime")
        return key
    }

    private func fees(_ root: JSONValue) throws(MessageError) -> FeeSchedule {
        guard isSpot else {
            return FeeSchedule(
                maker: try root.decimal(at: "makerCommissionRate", .rate),
                taker: try root.decimal(at: "takerCommissionRate", .rate)
            )
        }
        // What is charged is the sum of the three. The older answer has no special one.
        var fees = FeeSchedule(maker: .zero, taker: .zero)
        try add(try root.object(at: "standardCommission"), to: &fees)
        if let part = try root.optional("specialCommission") { try add(part, to: &fees) }
        if let part = try root.optional("taxCommission") { try add(part, to: &fees) }
        guard fees.maker.magnitude <= .one, fees.taker.magnitude <= .one else {
            throw .outOfRange(key: "standardCommission", rule: "expected a rate from -1 to 1")
        }
        return fees
    }

    /// Adds the rates of one part, and on top what the dearer side adds.
    private func add(_ part: JSONValue, to fees: inout FeeSchedule) throws(MessageError) {
        let buyer = try part.decimal(at: "buyer", .rate)
        let seller = try part.decimal(at: "seller", .rate)
        fees.maker += try part.decimal(at: "maker", .rate) + max(buyer, seller)
        fees.taker += try part.decimal(at: "taker", .rate) + max(buyer, seller)
    }

    private func tickers(_ root: JSONValue) throws(MessageError) -> [VenueTicker] {
        var tickers: [VenueTicker] = []
        var rows = try root.rows()
        while let row = rows.next() {
            tickers.append(
                VenueTicker(
                    symbol: try row.name(at: "symbol"),
                    last: Price(try row.size(at: "lastPrice")),
                    bid: Price(try row.optionalDecimal(at: "bidPrice", .notNegative) ?? .zero),
                    ask: Price(try row.optionalDecimal(at: "askPrice", .notNegative) ?? .zero),
                    turnover: Money(try row.size(at: "quoteVolume"))
                )
            )
        }
        return tickers
    }

    private func book(_ root: JSONValue, _ symbol: String) throws(MessageError) -> VenueBook {
        var book = VenueBook(
            symbol: symbol,
            lastUpdate: try root.number(at: "lastUpdateId"),
            bids: [],
            asks: []
        )
        guard let bids = root.member("bids") else { throw .missing(key: "bids") }
        guard let asks = root.member("asks") else { throw .missing(key: "asks") }
        try bids.levels("bids", into: &book.bids)
        try asks.levels("asks", into: &book.asks)
        try book.requireOrder(at: "bids")
        book.time = try root.optionalMoment(at: "T")
        return book
    }
}

extension JSONValue {
    /// Refuses what is about another order than the one that was asked about.
    func requireName(_ name: VenueOrderName, isAlgo: Bool) throws(MessageError) {
        let key: StaticString = isAlgo ? "clientAlgoId" : "clientOrderId"
        // The answer to a cancel on spot has a client id of its own; ours is the original.
        let original = try optionalText(at: "origClientOrderId")
        guard try (original.isEmpty ? text(at: key) : original) == name.clientID else {
            throw .outOfRange(key: "\(key)", rule: "expected the id of the order in question")
        }
    }

    /// Refuses what is about another symbol.
    func requireSymbol(_ symbol: String) throws(MessageError) {
        guard try name(at: "symbol") == symbol else {
            throw .outOfRange(key: "symbol", rule: "expected \(symbol)")
        }
    }

    /// The elements of what must be an array.
    @_lifetime(copy self)
    func rows() throws(MessageError) -> JSONElements {
        guard isKind(.array) else { throw isNot("an array", at: "") }
        return elements
    }
}
