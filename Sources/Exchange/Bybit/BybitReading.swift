internal import JSON
internal import Network
internal import Trading

/// Reads the answer to one call: `{"retCode":…,"retMsg":…,"result":{…},"time":…}`.
struct BybitReading {
    let market: VenueMarket
    let call: VenueCall
    let pairs: BybitPairs
    /// When the answer came, by the venue's clock.
    let time: Timestamp

    var isSpot: Bool { market == .bybitSpot }

    func answer(
        _ response: HTTPResponse,
        with parser: inout JSONParser
    ) throws(MessageError) -> VenueAnswer {
        let root = try parser.object(in: response.body.span)
        guard let code = try root.required("retCode").integer else {
            throw .wrongType(key: "retCode", expected: "a whole number", found: "something else")
        }
        guard code == 0 else {
            return refusal(Int(code), try root.optionalText(at: "retMsg"), response)
        }
        switch call {
        case .cancelOnSilence, .setLeverage, .setOneWayMode, .setMarginMode: return .yes(.done)
        default: return try facts(try root.object(at: "result"))
        }
    }

    private func refusal(_ code: Int, _ text: String, _ response: HTTPResponse) -> VenueAnswer {
        // The number says that a parameter is wrong; the words alone, that nothing would change.
        if case .amend = call, code == 10001, text.contains("remains unchanged") {
            return .yes(.done)
        }
        guard let row = BybitCode.row(code, in: market) else {
            return .unknown(VenueDoubt(cause: .unlisted, code: code, text: text))
        }
        let reason: CallRefusal.Meaning
        switch row.meaning {
        case .no(let meaning): reason = meaning
        case .wait: reason = .limited(until: BybitStatus.wait(response, from: time))
        case .unknown(let cause):
            return .unknown(VenueDoubt(cause: cause, code: code, text: text))
        case .already(let change, let meaning):
            if change.isAsked(by: call) { return .yes(.done) }
            reason = meaning
        }
        return .no(CallRefusal(reason: reason, code: code, text: text))
    }

    /// What a yes brings.
    private func facts(_ result: JSONValue) throws(MessageError) -> VenueAnswer {
        switch call {
        case .place(let placement): try accepted(result, placement.name)
        case .cancel(let name), .amend(let name, _): try accepted(result, name)
        case .order(let name): .yes(.orders(try orders(result, of: name), next: nil))
        case .openOrders(_, let page), .orderHistory(_, _, _, let page):
            try orders(result, page)
        case .executions(_, _, _, let page): .yes(try executions(result, page))
        case .orderExecutions(let asked):
            .yes(try asked.wanted(of: try executions(result, asked.page)))
        case .positions: try positions(result)
        case .balances: .yes(.balances(try BybitAccount.balances(result)))
        case .entries(_, _, let page): try entries(result, page)
        case .instruments(let page): try instruments(result, page)
        case .tickers: try tickers(result)
        case .fees(let symbol): .yes(.fees(try fees(result, symbol)))
        case .serverTime: .yes(.time(try serverTime(result)))
        case .keyPermissions: .yes(.key(try BybitAccount.key(result, isSpot: isSpot)))
        case .accountMode(let symbol): .yes(.mode(try positionMode(result, symbol)))
        case .marginMode: .yes(.mode(try BybitAccount.marginMode(result)))
        case .book(let symbol, _): .yes(.book(try VenueBook(bybit: result, symbol: symbol)))
        case .cancelOnSilence, .setLeverage, .setOneWayMode, .setMarginMode, .listenKey:
            .yes(.done)
        }
    }
}

// MARK: - Lists

extension BybitReading {
    /// The rows of a list of our market.
    @_lifetime(copy result)
    private func rows(_ result: JSONValue) throws(MessageError) -> JSONElements {
        let category = try result.optionalText(at: "category")
        guard category.isEmpty || category == market.bybitCategory else {
            throw .outOfRange(key: "category", rule: "expected \(market.bybitCategory)")
        }
        return try result.array(at: "list").elements
    }

    /// Where the next page begins; `nil` behind the last.
    ///
    /// Bybit gives a mark with the last page too: the end is an empty page, no mark, or the same
    /// mark again.
    private func next(
        _ result: JSONValue,
        after page: VenuePage,
        isEmpty: Bool
    ) throws(MessageError) -> VenuePage? {
        let mark = try result.optionalText(at: "nextPageCursor")
        guard !mark.isEmpty, !isEmpty, page != .after(mark) else { return nil }
        return .after(mark)
    }

    private func orders(_ result: JSONValue) throws(MessageError) -> [VenueOrder] {
        var orders: [VenueOrder] = []
        var rows = try rows(result)
        while let row = rows.next() {
            orders.append(try VenueOrder(bybit: row, isSpot: isSpot))
        }
        return orders
    }

    private func orders(
        _ result: JSONValue,
        _ page: VenuePage
    ) throws(MessageError) -> VenueAnswer {
        let orders = try orders(result)
        let next = try next(result, after: page, isEmpty: orders.isEmpty)
        return .yes(.orders(orders, next: next))
    }

    private func orders(
        _ result: JSONValue,
        of name: VenueOrderName
    ) throws(MessageError) -> [VenueOrder] {
        let orders = try orders(result)
        for order in orders where order.clientID != name.clientID || order.symbol != name.symbol {
            throw .outOfRange(key: "orderLinkId", rule: "expected the order that was asked for")
        }
        return orders
    }

    /// The fills of a page, all of them: whoever asks takes it for complete.
    private func executions(
        _ result: JSONValue,
        _ page: VenuePage
    ) throws(MessageError) -> VenueFacts {
        var executions: [VenueExecution] = []
        var isEmpty = true
        var rows = try rows(result)
        while let row = rows.next() {
            isEmpty = false
            do throws(MessageError) {
                executions.append(try VenueExecution(bybit: row, isSpot: isSpot, pairs))
            } catch {
                // A row of something else must not hide the trades for as long as it is listed.
                guard try VenueExecution.bybitKind(row) != .trade else { throw error }
            }
        }
        let next = try next(result, after: page, isEmpty: isEmpty)
        return .executions(executions, next: next)
    }

    /// Rows of every category: the account has one wallet.
    private func entries(
        _ result: JSONValue,
        _ page: VenuePage
    ) throws(MessageError) -> VenueAnswer {
        var entries: [VenueEntry] = []
        var rows = try result.array(at: "list").elements
        while let row = rows.next() { entries.append(try VenueEntry(bybit: row)) }
        let next = try next(result, after: page, isEmpty: entries.isEmpty)
        return .yes(.entries(entries, next: next))
    }

    private func allPositions(_ result: JSONValue) throws(MessageError) -> [VenuePosition] {
        var positions: [VenuePosition] = []
        var rows = try rows(result)
        while let row = rows.next() {
            positions.append(try VenuePosition(bybit: row, price: "avgPrice"))
        }
        return positions
    }

    private func positions(_ result: JSONValue) throws(MessageError) -> VenueAnswer {
        let positions = try allPositions(result)
        // The answer in our words has no second page: a full one may hide a position.
        guard positions.count < 200 else {
            throw .outOfRange(key: "list", rule: "expected fewer than 200 positions, a full page")
        }
        return .yes(.positions(positions))
    }

    private func positionMode(
        _ result: JSONValue,
        _ symbol: String
    ) throws(MessageError) -> VenueAccountMode {
        let positions = try allPositions(result).filter { $0.symbol == symbol }
        guard let first = positions.first else {
            throw .outOfRange(key: "list", rule: "expected the position mode of \(symbol)")
        }
        var mode = VenueAccountMode()
        mode.isHedge = positions.contains { $0.isHedge }
        mode.leverage = first.leverage
        return mode
    }

    /// Every symbol of a page that can be read: one of another's must not hide ours, and one of
    /// ours that cannot be read is missed by whoever looks for it.
    private func instruments(
        _ result: JSONValue,
        _ page: VenuePage
    ) throws(MessageError) -> VenueAnswer {
        var instruments: [VenueInstrument] = []
        var unreadable: MessageError?
        var rows = try rows(result)
        while let row = rows.next() {
            do throws(MessageError) {
                instruments.append(try VenueInstrument(bybit: row, isSpot: isSpot))
            } catch {
                unreadable = unreadable ?? error
            }
        }
        if instruments.isEmpty, let unreadable { throw unreadable }
        let next = try next(result, after: page, isEmpty: instruments.isEmpty)
        return .yes(.instruments(instruments, next: next))
    }

    private func tickers(_ result: JSONValue) throws(MessageError) -> VenueAnswer {
        var tickers: [VenueTicker] = []
        var rows = try rows(result)
        while let row = rows.next() { tickers.append(try VenueTicker(bybit: row)) }
        return .yes(.tickers(tickers))
    }

    private func fees(
        _ result: JSONValue,
        _ symbol: String
    ) throws(MessageError) -> FeeSchedule {
        var rows = try rows(result)
        while let row = rows.next() {
            guard try row.name(at: "symbol") == symbol else { continue }
            return FeeSchedule(
                maker: try row.decimal(at: "makerFeeRate", .rate),
                taker: try row.decimal(at: "takerFeeRate", .rate)
            )
        }
        throw .outOfRange(key: "list", rule: "expected the fees of \(symbol)")
    }

    private func serverTime(_ result: JSONValue) throws(MessageError) -> Timestamp {
        let text = try result.name(at: "timeNano")
        guard let nanoseconds = Int64(text), nanoseconds > 0 else {
            throw .outOfRange(key: "timeNano", rule: "expected nanoseconds since 1970")
        }
        return Timestamp(nanoseconds: nanoseconds)
    }

    /// `{"orderId":…,"orderLinkId":…}`: taken on, not done.
    private func accepted(
        _ result: JSONValue,
        _ name: VenueOrderName
    ) throws(MessageError) -> VenueAnswer {
        let id = try result.venueID(at: "orderId")
        let clientID = try result.text(at: "orderLinkId")
        guard clientID == name.clientID else {
            throw .outOfRange(key: "orderLinkId", rule: "expected the id of the order in question")
        }
        return .yes(.accepted(venueOrder: id, clientID: clientID))
    }
}
