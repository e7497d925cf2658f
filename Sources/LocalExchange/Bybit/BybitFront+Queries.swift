internal import Exchange
internal import JSON
internal import Trading

// Lists of orders and executions, newest first, page by page.
extension BybitFront {
    /// How many closed orders the list of open ones still knows.
    private static let recentlyClosed = 500
    /// How long an order stays in the history that ended without a fill, and with one.
    private static let unfilledKept = TimeSpan(seconds: 86_400)
    private static let filledKept = TimeSpan(seconds: 2 * 365 * 86_400)

    /// The open orders; asked for by id or with `openOnly=1`, the newest closed ones.
    func openOrders(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let asked = call.parameters
        let category = try asked.category()
        if let named = try named(call, category) {
            return try page(named.filter(isInMemory), call, category)
        }
        let scope = try scope(call, category)
        let isNamed = scope.symbol != nil || scope.base != nil || scope.settle != nil
        if category == .linear, !isNamed {
            throw BybitError(10001, "params error: symbol, settleCoin or baseCoin is required")
        }
        let isClosed = try asked.integer("openOnly", in: 0...2, default: 0) != 0
        var found = house.orders(of: call.account).reversed().filter { order in
            order.isOpen != isClosed && includes(scope, order) && isInMemory(order)
        }
        if isClosed { found = Array(found.prefix(Self.recentlyClosed)) }
        return try page(found, call, category)
    }

    /// All orders in the venue's memory, open ones too.
    func orderHistory(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let asked = call.parameters
        let category = try asked.category()
        if let named = try named(call, category) {
            return try page(named.filter { !isForgotten($0, call.now) }, call, category)
        }
        var scope = try scope(call, category)
        if try asked.text("orderFilter") == nil { scope.filter = nil }
        let status = try asked.text("orderStatus")
        let (start, end) = try window(asked, call.now)
        let found = house.orders(of: call.account).reversed().filter { order in
            includes(scope, order) && !isForgotten(order, call.now)
                && order.made >= start && order.made <= end
                && (status == nil || status == text(of: order).status)
        }
        return try page(found, call, category)
    }

    /// The order of a question that names one, none where it is unknown; `nil` where none is named.
    private func named(
        _ call: BybitCall,
        _ category: BybitCategory
    ) throws(BybitError) -> [LocalOrder]? {
        let id = try call.parameters.text("orderId")
        let link = try call.parameters.text("orderLinkId")
        guard id != nil || link != nil else { return nil }
        guard let venue = category.venue else { return [] }
        return try find(call.parameters, call.account, venue).map { [$0] } ?? []
    }

    private func scope(
        _ call: BybitCall,
        _ category: BybitCategory
    ) throws(BybitError) -> BybitOrderScope {
        var scope = BybitOrderScope(category, call.account)
        scope.symbol = try call.parameters.text("symbol")
        scope.base = try call.parameters.text("baseCoin")
        scope.settle = try call.parameters.text("settleCoin")
        scope.filter = try BybitOrderScope.filter(call.parameters, isSpot: category.isSpot)
        return scope
    }

    /// Whether the history has an order no more: what ended without a fill after a day, what was
    /// filled after two years.
    func isForgotten(_ order: LocalOrder, _ now: Timestamp) -> Bool {
        let kept = order.filled.isZero ? Self.unfilledKept : Self.filledKept
        return !order.isOpen && now - order.changed + order.aged > kept
    }

    /// Whether the list of open orders still knows an order: of those that have ended it knows none
    /// once the venue was started anew, as it was where they were made older.
    private func isInMemory(_ order: LocalOrder) -> Bool { order.isOpen || order.aged == .zero }

    /// The window of time that is asked for: seven days from its start or up to its end.
    private func window(
        _ asked: BybitParameters,
        _ now: Timestamp
    ) throws(BybitError) -> (start: Timestamp, end: Timestamp) {
        let week = TimeSpan(seconds: 7 * 86_400)
        let start = try asked.moment("startTime")
        let end = try asked.moment("endTime")
        switch (start, end) {
        case (nil, nil): return (Timestamp(nanoseconds: now.nanoseconds - week.nanoseconds), now)
        case (let start?, nil): return (start, start + week)
        case (nil, let end?):
            return (Timestamp(nanoseconds: end.nanoseconds - week.nanoseconds), end)
        case (let start?, let end?):
            guard start <= end, end - start <= week else {
                throw BybitError(
                    10001,
                    "The time range between startTime and endTime cannot exceed 7 days"
                )
            }
            return (start, end)
        }
    }

    private func page(
        _ found: [LocalOrder],
        _ call: BybitCall,
        _ category: BybitCategory
    ) throws(BybitError) -> BybitAnswer {
        let limit = try call.parameters.integer("limit", in: 1...50, default: 20)
        let behind = try BybitCursor.number(of: call.parameters.text("cursor"))
        let rows =
            found
            .filter { order in behind.map { order.number < $0 } ?? true }.prefix(limit)
        return BybitAnswer(
            .object([
                ("list", .list(rows.map { text(of: $0).listed })),
                ("nextPageCursor", .text(BybitCursor.afterOrder(rows.last?.number))),
                ("category", .text(category.rawValue)),
            ])
        )
    }

    // MARK: Executions

    func executions(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let asked = call.parameters
        let category = try asked.category()
        let limit = try asked.integer("limit", in: 1...100, default: 50)
        let behind = try BybitCursor.number(of: asked.text("cursor"))
        let symbol = try asked.text("symbol")
        let base = try asked.text("baseCoin")
        let order = try asked.text("orderId")
        let link = try asked.text("orderLinkId")
        let kind = try asked.text("execType")
        let (start, end) = try window(asked, call.now)
        var found: [BybitExecutionRow] = []
        for row in rows.reversed() where found.count < limit {
            let isWanted =
                row.account == call.account && row.category == category
                && (behind.map { row.number < $0 } ?? true)
                && (symbol == nil || symbol == row.symbol) && (base == nil || base == row.base)
                && (order == nil || order == row.order)
                && (order != nil || link == nil || link == row.link)
                && (kind == nil || kind == row.kind.rawValue)
                && row.time >= start && row.time <= end
            if isWanted { found.append(row) }
        }
        return BybitAnswer(
            .object([
                ("nextPageCursor", .text(BybitCursor.afterExecution(found.last?.number))),
                ("category", .text(category.rawValue)), ("list", .list(found.map(\.listed))),
            ])
        )
    }
}
