internal import Exchange
internal import JSON
internal import Trading

/// What a request does to orders.
enum BybitOrderAction {
    case create
    case amend
    case cancel
}

// What changes orders: on request, in batches, and over the trade socket.
extension BybitFront {
    func create(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        identity(try place(call))
    }

    func amend(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        identity(try amended(call))
    }

    func cancel(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let category = try call.parameters.category()
        let order = try order(call, to: "cancel")
        notes[order.number, default: BybitOrderNotes()].cancelType = "CancelByUser"
        guard case .done(let ended) = house.cancel(order.number, at: call.now) else {
            throw BybitRefusal.missing(order, isSpot: category.isSpot, to: "cancel")
        }
        return identity(ended)
    }

    /// What an order is called, as the answer to its request.
    private func identity(_ order: LocalOrder) -> BybitAnswer {
        BybitAnswer(
            .object([
                ("orderId", .text(id(of: order))), ("orderLinkId", .text(link(of: order))),
            ])
        )
    }

    func id(of order: LocalOrder) -> String {
        ids.order(order.number, in: house.markets[order.wish.market].venue)
    }

    /// The client id of an order: on spot one that came without gets one.
    func link(of order: LocalOrder) -> String {
        let isSpot = house.markets[order.wish.market].venue == .bybitSpot
        return order.wish.clientID.isEmpty && isSpot
            ? ids.spotLink(order.number) : order.wish.clientID
    }

    // MARK: Finding

    /// An order of an account by its id or, where that is not given, its client id.
    func find(
        _ asked: BybitParameters,
        _ account: Int,
        _ venue: VenueMarket
    ) throws(BybitError) -> LocalOrder? {
        var number: UInt64?
        if let id = try asked.text("orderId") {
            number = ids.number(ofOrder: id, in: venue)
        } else if let link = try asked.text("orderLinkId") {
            number = links[BybitLink(account: account, venue: venue, text: link)]
            if number == nil, venue == .bybitSpot { number = ids.number(ofSpotLink: link) }
        } else {
            throw BybitError(10001, "params error: OrderId or orderLinkId is required")
        }
        guard let number, let order = house.order(number), order.account == account,
            house.markets[order.wish.market].venue == venue
        else { return nil }
        return order
    }

    /// The open order that a change is about.
    private func order(_ call: BybitCall, to purpose: String) throws(BybitError) -> LocalOrder {
        let category = try call.parameters.category()
        guard let venue = category.venue else { throw .parameter("category") }
        var found = try find(call.parameters, call.account, venue)
        if let old = found, isForgotten(old, call.now) { found = nil }
        guard let order = found, order.isOpen else {
            throw BybitRefusal.missing(found, isSpot: category.isSpot, to: purpose)
        }
        return order
    }

    // MARK: Changing

    private func amended(_ call: BybitCall) throws(BybitError) -> LocalOrder {
        let asked = call.parameters
        let order = try order(call, to: "replace")
        let market = order.wish.market
        let rules = BybitRules(house.markets[market])
        let quantity = try asked.decimal("qty").map { Quantity($0) }
        let price = try asked.decimal("price").map { Price($0) }
        let trigger = try asked.decimal("triggerPrice").map { Price($0) }
        let attaches = try attach(asked, to: order)
        if let quantity { try rules.check(quantity, isMarket: order.wish.type == .market) }
        if let price { try rules.check(price) }
        if let trigger { try rules.check(trigger) }
        let newQuantity = quantity ?? order.wish.quantity
        let newPrice = order.wish.type == .limit ? price ?? order.wish.price : .zero
        let oldTrigger = order.wish.trigger?.price ?? .zero
        let newTrigger = order.isUntriggered ? trigger ?? oldTrigger : .zero
        let isSame =
            newQuantity == order.wish.quantity && newPrice == order.wish.price
            && (!order.isUntriggered || newTrigger == oldTrigger)
        if isSame, attaches { return house.order(order.number) ?? order }
        if isSame {
            throw BybitError(
                10001,
                "The order remains unchanged as the parameters entered match the existing ones."
            )
        }
        let outcome = house.amend(
            order.number,
            quantity: newQuantity,
            price: newPrice,
            trigger: newTrigger,
            at: call.now
        )
        switch outcome {
        case .done(let order):
            if quantity != nil { notes[order.number]?.asked = nil }
            return order
        case .refused(let reason): throw rules.refusal(reason, newTrigger, order.wish.trigger)
        }
    }

    /// Takes the stops that the position gets once the order fills; zero takes one away.
    ///
    /// - Returns: Whether any was named.
    private func attach(
        _ asked: BybitParameters,
        to order: LocalOrder
    ) throws(BybitError) -> Bool {
        let takeProfit = try asked.decimal("takeProfit").map { Price($0) }
        let stopLoss = try asked.decimal("stopLoss").map { Price($0) }
        guard takeProfit != nil || stopLoss != nil else { return false }
        try BybitPlacement.checkStops(asked, house.markets[order.wish.market])
        var kept = notes[order.number] ?? BybitOrderNotes()
        if let takeProfit { kept.takeProfit = takeProfit.isZero ? nil : takeProfit }
        if let stopLoss { kept.stopLoss = stopLoss.isZero ? nil : stopLoss }
        notes[order.number] = kept
        return true
    }

    func cancelAll(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let asked = call.parameters
        let category = try asked.category()
        var scope = BybitOrderScope(category, call.account)
        scope.symbol = try asked.text("symbol")
        scope.base = try asked.text("baseCoin")
        scope.settle = try asked.text("settleCoin")
        scope.filter = try BybitOrderScope.filter(asked, isSpot: category.isSpot)
        let isNamed = scope.symbol != nil || scope.base != nil || scope.settle != nil
        if !category.isSpot, !isNamed {
            throw BybitError(10001, "params error: symbol, baseCoin or settleCoin is required")
        }
        var list: [JSONText] = []
        for order in house.orders(of: call.account) where order.isOpen && includes(scope, order) {
            notes[order.number, default: BybitOrderNotes()].cancelType = "CancelByUser"
            guard case .done(let ended) = house.cancel(order.number, at: call.now) else {
                continue
            }
            list.append(identity(ended).result)
        }
        return BybitAnswer(.object([("list", .list(list)), ("success", .text("1"))]))
    }

    // MARK: Batches

    /// Does one thing after the other; what fails is told in the place of its item.
    func batch(_ call: BybitCall, _ action: BybitOrderAction) throws(BybitError) -> BybitAnswer {
        let category = try call.parameters.category()
        guard let items = call.parameters.value("request")?.elements, !items.isEmpty else {
            throw BybitError(10001, "params error: request is required")
        }
        guard items.count <= (category.isSpot ? 10 : 20) else {
            throw BybitError(10001, "params error: request is too long")
        }
        var list: [JSONText] = []
        var outcomes: [JSONText] = []
        for item in items {
            let (row, outcome) = one(item, category, call, action)
            list.append(row)
            outcomes.append(
                .object([("code", .integer(outcome.code)), ("msg", .text(outcome.message))])
            )
        }
        var answer = BybitAnswer(.object([("list", .list(list))]))
        answer.extra = .object([("list", .list(outcomes))])
        return answer
    }

    private func one(
        _ item: BybitValue,
        _ category: BybitCategory,
        _ call: BybitCall,
        _ action: BybitOrderAction
    ) -> (row: JSONText, outcome: BybitError) {
        var order: LocalOrder?
        var outcome = BybitError(0, "OK")
        do throws(BybitError) {
            guard case .object(let members) = item,
                let asked = BybitParameters(
                    .object([("category", .text(category.rawValue))] + members)
                )
            else { throw .parameter("request") }
            let single = BybitCall(account: call.account, parameters: asked, now: call.now)
            switch action {
            case .create: order = try place(single)
            case .amend: order = try amended(single)
            case .cancel:
                let found = try self.order(single, to: "cancel")
                _ = try cancel(single)
                order = found
            }
        } catch { outcome = error }
        func asked(_ key: String) -> JSONText { .text(item[key]?.word ?? "") }
        let isNew = action == .create
        let row = JSONText.object([
            ("category", .text(category.rawValue)), ("symbol", asked("symbol")),
            ("orderId", order.map { .text(id(of: $0)) } ?? asked("orderId")),
            ("orderLinkId", order.map { .text(link(of: $0)) } ?? asked("orderLinkId")),
            ("createAt", isNew ? order?.made.millisecondText ?? .text("") : nil),
        ])
        return (row, outcome)
    }
}
