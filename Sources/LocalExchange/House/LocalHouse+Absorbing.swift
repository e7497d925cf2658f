internal import Exchange
internal import Trading

// What the matching model reports becomes orders, executions and events.
extension LocalHouse {
    func absorb(at now: Timestamp) {
        var touched: [(account: Int, market: Int)] = []
        for (id, report) in venue.takeAddressedReports() {
            let account = Int(id.rawValue)
            happenings &+= 1
            // Before it is taken: what is refused is forgotten.
            if let market = orders[report.order.rawValue]?.wish.market { touch(market) }
            if let market = absorb(report, account, at: now),
                !touched.contains(where: { $0 == (account, market) })
            {
                touched.append((account, market))
                touch(market)
            }
        }
        for (account, market) in touched {
            let instrument = markets[market].instrument
            events.append(
                .balances(account: account, assets: [instrument.base, instrument.quote])
            )
            if markets[market].venue.market == .perpetual {
                events.append(.position(account: account, market: market))
            }
        }
    }

    /// Takes one report.
    ///
    /// - Returns: The market in which something of the account changed.
    private func absorb(_ report: VenueReport, _ account: Int, at now: Timestamp) -> Int? {
        let number = report.order.rawValue
        switch report.body {
        case .funding(let instrument, let amount, let rate):
            let market = Int(instrument.rawValue)
            events.append(
                .funding(account: account, market: market, amount: amount, rate: rate)
            )
            return market
        case .covered(let instrument, _): return Int(instrument.rawValue)
        case .liquidated(let instrument, let side, let execution):
            let market = Int(instrument.rawValue)
            note(execution, order: 0, account, market, side, at: now)
            return market
        case .rejected(let reason):
            refusal = reason
            remove(number)
            return nil
        case .cancelRejected(let reason), .amendRejected(let reason):
            refusal = reason
            return nil
        case .accepted, .filled, .cancelled, .expired, .amended, .triggered:
            guard var order = orders[number] else { return nil }
            order.changed = now
            let change = absorb(report.body, into: &order, at: now)
            orders[number] = order
            if let change { events.append(.order(order, change)) }
            return order.wish.market
        }
    }

    private func absorb(
        _ body: VenueReport.Body,
        into order: inout LocalOrder,
        at now: Timestamp
    ) -> LocalEvent.Change? {
        switch body {
        case .accepted:
            return .accepted
        case .filled(let execution):
            order.filled += execution.quantity
            order.filledValue += execution.quantity.notional(at: execution.price, .halfEven)
            order.fee += execution.fee
            order.feeAsset = assets.code(of: execution.feeAsset)
            order.status = order.remaining.isZero ? .filled : .partiallyFilled
            let noted = note(
                execution,
                order: order.number,
                order.account,
                order.wish.market,
                order.wish.side,
                at: now
            )
            return .filled(execution: noted)
        case .cancelled:
            order.status = .cancelled
            return .cancelled
        case .expired(let reason):
            order.status = .expired
            order.reason = reason
            return .expired
        case .amended(let quantity, let price, _):
            order.wish.quantity = quantity
            order.wish.price = price
            return .amended
        default: return nil
        }
    }

    /// Notes a fill; what a taker took is a public trade too.
    @discardableResult
    private func note(
        _ execution: Execution,
        order: UInt64,
        _ account: Int,
        _ market: Int,
        _ side: Side,
        at now: Timestamp
    ) -> UInt64 {
        lastExecution += 1
        var realised = Money.zero
        if markets[market].venue.market == .perpetual {
            realised = positions[account][market].apply(
                side,
                execution.quantity,
                at: execution.price,
                leverage: leverage(of: account, in: market)
            )
        }
        let noted = LocalExecution(
            number: lastExecution,
            order: order,
            account: account,
            market: market,
            side: side,
            price: execution.price,
            quantity: execution.quantity,
            fee: execution.fee,
            feeAsset: assets.code(of: execution.feeAsset),
            isMaker: execution.liquidity == .maker,
            realised: realised,
            time: now
        )
        if executions.count == 2 * Self.remembered { executions.removeFirst(Self.remembered) }
        executions.append(noted)
        events.append(.execution(noted))
        if execution.liquidity == .taker {
            let trade = PublicTrade(
                price: execution.price,
                quantity: execution.quantity,
                taker: side,
                time: now
            )
            publish(trade, market)
        }
        return lastExecution
    }
}
