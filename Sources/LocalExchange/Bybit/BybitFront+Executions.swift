internal import Exchange
internal import JSON
internal import Trading

// Rows of executions, made when they happen: later an order looks different.
extension BybitFront {
    /// How many rows are kept.
    private static var rowsKept: Int { LocalHouse.remembered }

    func noteFill(_ fill: LocalExecution, _ order: LocalOrder, at now: Timestamp) {
        let text = text(of: order)
        let kept = notes[order.number] ?? BybitOrderNotes()
        notes[order.number]?.realised += fill.realised
        let price = order.wish.type == .limit ? order.wish.price : kept.protection ?? .zero
        note(
            fill,
            .trade,
            order: text.id,
            link: text.link,
            [
                ("orderType", .text(order.wish.type == .market ? "Market" : "Limit")),
                ("orderPrice", .text(text.scale.text(price))),
                ("orderQty", .text(text.scale.text(order.wish.quantity))),
                ("leavesQty", .text(text.scale.text(order.remaining))),
                ("stopOrderType", .text(kept.stopType)), ("createType", .text(kept.createType)),
                ("marketUnit", .text(kept.marketUnit)),
            ],
            at: now
        )
    }

    func noteLiquidation(_ fill: LocalExecution, at now: Timestamp) {
        let scale = boards[fill.market].scale
        note(
            fill,
            .liquidation,
            order: ids.message(fill.number),
            link: "",
            [
                ("orderType", .text("Market")), ("orderPrice", .text(scale.text(fill.price))),
                ("orderQty", .text(scale.text(fill.quantity))), ("leavesQty", .text("0")),
                ("stopOrderType", .text("")), ("createType", .text("CreateByLiq")),
                ("marketUnit", .text("")),
            ],
            at: now
        )
    }

    private func note(
        _ fill: LocalExecution,
        _ kind: BybitExecutionRow.Kind,
        order: String,
        link: String,
        _ ofOrder: [(key: String, value: JSONText?)],
        at now: Timestamp
    ) {
        let place = house.markets[fill.market]
        let isSpot = place.venue == .bybitSpot
        let scale = boards[fill.market].scale
        let fees = place.instrument.fees
        let worth = fill.quantity.notional(at: fill.price, .halfEven)
        let id = ids.execution(fill.number, in: place.venue)
        let sequence = boards[fill.market].nextSequence()
        desks[fill.account].realised[fill.market] += isSpot ? .zero : fill.realised - fill.fee
        let change: Money =
            if !isSpot {
                fill.realised - fill.fee
            } else if fill.side == .buy {
                Money(fill.quantity.value) - fill.fee
            } else {
                worth - fill.fee
            }
        append(
            fill.account,
            fill.market,
            kind,
            id: id,
            order: order,
            link: link,
            members: ofOrder + common(fill.market) + [
                ("orderId", .text(order)), ("orderLinkId", .text(link)),
                ("side", .text(fill.side.bybit)), ("execTime", fill.time.millisecondText),
                ("isMaker", .flag(fill.isMaker)), ("execFee", .amount(fill.fee)),
                ("feeRate", .text((fill.isMaker ? fees.maker : fees.taker).description)),
                ("execId", .text(id)), ("execPrice", .text(scale.text(fill.price))),
                ("execValue", .amount(worth)), ("execType", .text(kind.rawValue)),
                ("execQty", .text(scale.text(fill.quantity))),
                (
                    "closedSize",
                    .text(isSpot ? "" : fill.realised.isZero ? "0" : scale.text(fill.quantity))
                ),
                ("seq", .integer(sequence)),
            ],
            feeAsset: fill.feeAsset,
            realised: fill.realised,
            change: change,
            at: now
        )
    }

    /// Funding is a row of the executions that moves nothing.
    func noteFunding(
        _ account: Int,
        _ market: Int,
        _ amount: Money,
        _ rate: Decimal,
        at now: Timestamp
    ) {
        let place = house.markets[market]
        let scale = boards[market].scale
        let position = house.position(of: account, in: market)
        let price = place.mark?.price ?? place.lastPrice ?? .zero
        let size = position.quantity.magnitude
        let sequence = boards[market].nextSequence()
        let id = ids.message(UInt64(sequence))
        desks[account].realised[market] += amount
        append(
            account,
            market,
            .funding,
            id: id,
            order: "\(now.nanoseconds / 1_000_000_000)-\(market)-\(account)",
            link: "",
            members: common(market) + [
                ("orderType", .text("UNKNOWN")), ("orderPrice", .text("0")),
                ("orderQty", .text("0")), ("leavesQty", .text("0")),
                ("stopOrderType", .text("UNKNOWN")), ("createType", .text("")),
                ("marketUnit", .text("")),
                ("orderId", .text("\(now.nanoseconds / 1_000_000_000)-\(market)-\(account)")),
                ("orderLinkId", .text("")),
                ("side", .text(position.quantity.isNegative ? "Sell" : "Buy")),
                ("execTime", now.millisecondText), ("isMaker", .flag(false)),
                ("execFee", .amount(-amount)), ("feeRate", .text(rate.description)),
                ("execId", .text(id)), ("execPrice", .text(scale.text(price))),
                ("execValue", .amount(size.notional(at: price, .halfEven))),
                ("execType", .text("Funding")), ("execQty", .text(scale.text(size))),
                ("closedSize", .text("0")), ("seq", .integer(sequence)),
            ],
            feeAsset: place.listing.settle,
            realised: .zero,
            change: amount,
            at: now
        )
    }

    /// What all rows of a market say.
    private func common(_ market: Int) -> [(key: String, value: JSONText?)] {
        let place = house.markets[market]
        let mark = place.mark.map { boards[market].scale.text($0.price) } ?? ""
        return [
            ("symbol", .text(place.listing.symbol)), ("underlyingPrice", .text("")),
            ("indexPrice", .text("")), ("tradeIv", .text("")), ("blockTradeId", .text("")),
            ("markPrice", .text(mark)), ("markIv", .text("")),
        ]
    }

    private func append(
        _ account: Int,
        _ market: Int,
        _ kind: BybitExecutionRow.Kind,
        id: String,
        order: String,
        link: String,
        members: [(key: String, value: JSONText?)],
        feeAsset: String,
        realised: Money,
        change: Money,
        at now: Timestamp
    ) {
        let listing = house.markets[market].listing
        lastRow += 1
        let row = BybitExecutionRow(
            number: lastRow,
            account: account,
            market: market,
            category: BybitCategory(house.markets[market].venue),
            kind: kind,
            symbol: listing.symbol,
            base: listing.base,
            id: id,
            order: order,
            link: link,
            time: now,
            members: members,
            feeAsset: feeAsset,
            realised: realised,
            change: change,
            balance: house.balances(of: account).first { $0.asset == feeAsset }?.balance.total
                ?? .zero
        )
        if rows.count == 2 * Self.rowsKept { rows.removeFirst(Self.rowsKept) }
        rows.append(row)
        push("execution", row.category, account, row.streamed, at: now)
        if kind != .funding { push("execution.fast", row.category, account, row.fast, at: now) }
    }
}
