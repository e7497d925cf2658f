internal import Exchange
internal import JSON
internal import Trading

// The figures of a day, as streams tell them once a second.
extension BinanceSpotFront {
    func pushTickers(at now: Timestamp) {
        for market in house.markets.indices {
            let it = house.markets[market]
            guard let last = it.trades.last else { continue }
            let name = it.listing.symbol.lowercased()
            tell("\(name)@miniTicker") {
                .object(
                    self.head("24hrMiniTicker", it, at: now) + [("c", text(last.trade.price))]
                        + self.day(it)
                )
            }
            tell("\(name)@ticker") { self.ticker(market, last, at: now) }
        }
    }

    private func head(_ kind: String, _ market: LocalMarket, at now: Timestamp)
        -> [(key: String, value: JSONText?)]
    {
        [("e", .text(kind)), ("E", milliseconds(now)), ("s", .text(market.listing.symbol))]
    }

    private func day(_ market: LocalMarket) -> [(key: String, value: JSONText?)] {
        [
            ("o", text(market.day.open)), ("h", text(market.day.high)),
            ("l", text(market.day.low)), ("v", text(market.day.volume)),
            ("q", text(market.day.turnover)),
        ]
    }

    private func ticker(_ number: Int, _ last: LocalTrade, at now: Timestamp) -> JSONText {
        let market = house.markets[number]
        let nothing = BookLevel(price: .zero, quantity: .zero)
        let bid = house.levels(.buy, of: number, atMost: 1).first ?? nothing
        let ask = house.levels(.sell, of: number, atMost: 1).first ?? nothing
        let (change, percent) = market.change
        let average =
            market.day.volume.isZero
            ? Decimal.zero
            : market.day.turnover.value.divided(by: market.day.volume.value, .halfEven)
        let figures: [(key: String, value: JSONText?)] = [
            ("p", text(change)), ("P", .text(percent.text(places: 3))),
            ("w", .text(average.text(places: 8))), ("x", text(market.day.open)),
            ("c", text(last.trade.price)), ("Q", text(last.trade.quantity)),
            ("b", text(bid.price)), ("B", text(bid.quantity)), ("a", text(ask.price)),
            ("A", text(ask.quantity)),
        ]
        let span: [(key: String, value: JSONText?)] = [
            ("O", .integer(now.nanoseconds / 1_000_000 - 86_400_000)), ("C", milliseconds(now)),
            ("F", .integer(Int64(market.trades.first?.number ?? 0))),
            ("L", .integer(Int64(last.number))), ("n", .integer(Int64(market.trades.count))),
        ]
        return .object(head("24hrTicker", market, at: now) + figures + day(market) + span)
    }
}

extension LocalMarket {
    /// How far the last price is from the first of the day, and that in percent.
    var change: (amount: Price, percent: Decimal) {
        guard let last = lastPrice, !day.open.isZero else { return (.zero, .zero) }
        let change = last - day.open
        let share = change.value.divided(by: day.open.value, .halfEven)
        return (change, share.times(Decimal(100), .halfEven))
    }
}
