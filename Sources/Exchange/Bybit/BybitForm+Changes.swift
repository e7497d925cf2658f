internal import JSON
internal import Network
internal import Trading

extension BybitForm {
    private typealias Members = [(key: String, value: JSONText?)]

    func place(_ placement: VenuePlacement) throws(VenueCallFault) -> BybitRequest {
        post("/v5/order/create", try members(placement))
    }

    func cancel(_ name: VenueOrderName) throws(VenueCallFault) -> BybitRequest {
        var members = try begin(name)
        if isSpot { members.append(("orderFilter", .text(try filter(name)))) }
        return post("/v5/order/cancel", members)
    }

    func amend(
        _ name: VenueOrderName,
        _ amendment: VenueAmendment
    ) throws(VenueCallFault) -> BybitRequest {
        post("/v5/order/amend", try members(name, amendment))
    }

    func protect(after span: TimeSpan) throws(VenueCallFault) -> BybitRequest {
        post("/v5/order/disconnected-cancel-all", try members(silence: span))
    }

    func setLeverage(
        _ symbol: String,
        _ leverage: Decimal
    ) throws(VenueCallFault) -> BybitRequest {
        try requireContracts("leverage")
        return post(
            "/v5/position/set-leverage",
            [
                ("category", .text(category)), ("symbol", .text(symbol)),
                ("buyLeverage", .text(leverage.description)),
                ("sellLeverage", .text(leverage.description)),
            ]
        )
    }

    func setOneWayMode(_ symbol: String) throws(VenueCallFault) -> BybitRequest {
        try requireContracts("position mode")
        return post(
            "/v5/position/switch-mode",
            [("category", .text(category)), ("symbol", .text(symbol)), ("mode", .integer(0))]
        )
    }

    /// Bybit holds margin in one way for the whole account.
    func setMarginMode(_ mode: MarginMode) throws(VenueCallFault) -> BybitRequest {
        try requireContracts("margin mode")
        let word = mode == .isolated ? "ISOLATED_MARGIN" : "REGULAR_MARGIN"
        return post("/v5/account/set-margin-mode", [("setMarginMode", .text(word))])
    }

    private func post(_ path: String, _ members: Members) -> BybitRequest {
        BybitRequest(
            request: HTTPRequest(
                .post,
                path,
                headers: [HTTPHeader("Content-Type", "application/json")],
                body: Array(JSONText.object(members).compact.utf8)
            )
        )
    }

    private func begin(_ name: VenueOrderName) throws(VenueCallFault) -> Members {
        try requireName(name)
        return [
            ("category", .text(category)), ("symbol", .text(name.symbol)),
            ("orderLinkId", .text(name.clientID)),
        ]
    }
}

// MARK: - Orders

extension BybitForm {
    private func members(_ placement: VenuePlacement) throws(VenueCallFault) -> Members {
        let terms = placement.terms
        let isStop = terms.type == .stopMarket
        var name = placement.name
        name.isConditional = isStop
        name.stop = placement.stop
        var members = try begin(name)
        guard terms.quantity.isPositive else {
            throw .notOffered("an order has a quantity above zero")
        }
        members += [
            ("side", .text(terms.side == .buy ? "Buy" : "Sell")),
            ("orderType", .text(terms.type == .limit ? "Limit" : "Market")),
            ("qty", .text(terms.quantity.description)),
        ]
        if terms.type == .limit {
            guard terms.price.isPositive else {
                throw .notOffered("a limit order has a price above zero")
            }
            members.append(("price", .text(terms.price.description)))
            members.append(("timeInForce", .text(Self.word(terms.timeInForce))))
        } else if isSpot {
            // Without it a market order to buy is counted in quote units.
            members.append(("marketUnit", .text("baseCoin")))
        }
        if isStop { members += try triggerMembers(terms) }
        if isSpot {
            guard !terms.isReduceOnly || terms.side == .sell else {
                throw .notOffered("a spot market has no position that a purchase would reduce")
            }
            members.append(("orderFilter", .text(try filter(name))))
        } else {
            if isStop && placement.stop != .market {
                throw .notOffered("Bybit's contracts have stops that become market orders only")
            }
            members.append(("positionIdx", .integer(0)))
            if terms.isReduceOnly { members.append(("reduceOnly", .flag(true))) }
        }
        return members
    }

    /// A stop that sells waits for the price to fall, one that buys for it to rise.
    private func triggerMembers(_ terms: OrderTerms) throws(VenueCallFault) -> Members {
        guard terms.trigger.isPositive else {
            throw .notOffered("a stop has a trigger above zero")
        }
        let trigger: Members = [("triggerPrice", .text(terms.trigger.description))]
        // A spot market takes the direction from where the price is.
        guard !isSpot else { return trigger }
        return trigger + [
            ("triggerDirection", .integer(terms.side == .buy ? 1 : 2)),
            ("triggerBy", .text("LastPrice")),
        ]
    }

    private func members(
        _ name: VenueOrderName,
        _ amendment: VenueAmendment
    ) throws(VenueCallFault) -> Members {
        var members = try begin(name)
        guard amendment.quantity.isPositive else {
            throw .notOffered("an order has a quantity above zero")
        }
        members.append(("qty", .text(amendment.quantity.description)))
        if amendment.price.isPositive {
            members.append(("price", .text(amendment.price.description)))
        }
        if amendment.trigger.isPositive {
            members.append(("triggerPrice", .text(amendment.trigger.description)))
        }
        return members
    }

    /// Only futures, perpetuals and spot are offered, by 3 to 300 whole seconds, and there is no
    /// call that turns it off (docs/v5/order/dcp).
    private func members(silence: TimeSpan) throws(VenueCallFault) -> Members {
        let (seconds, rest) = silence.nanoseconds.quotientAndRemainder(
            dividingBy: TimeSpan.second.nanoseconds
        )
        guard rest == 0, (3...300).contains(seconds) else {
            throw .notOffered(
                seconds == 0 && rest == 0
                    ? "Bybit has no call that turns its disconnect protection off"
                    : "Bybit's disconnect protection waits 3 to 300 whole seconds"
            )
        }
        return [
            ("product", .text(isSpot ? "SPOT" : "DERIVATIVES")), ("timeWindow", .integer(seconds)),
        ]
    }

    /// Where a spot market keeps the order.
    private func filter(_ name: VenueOrderName) throws(VenueCallFault) -> String {
        guard name.isConditional else { return "Order" }
        switch name.stop {
        case .market: return "StopOrder"
        case .reserving: return "tpslOrder"
        case .limit: throw .notOffered("stops that become limit orders are not placed on Bybit")
        }
    }

    private static func word(_ timeInForce: TimeInForce) -> String {
        switch timeInForce {
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "PostOnly"
        }
    }
}
