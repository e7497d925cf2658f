internal import Exchange
internal import JSON
internal import Trading

extension VenueInstrument {
    /// The venue's word for whether it trades.
    var bybitStatus: String { isTrading ? "Trading" : "Closed" }
}

// What a market is and how it stands, as rows.
extension BybitFront {
    func spotInstrument(_ market: Int) -> JSONText {
        let listing = house.markets[market].listing
        let filters = listing.filters
        let most = listing.maximumMarketQuantity ?? filters.maximumQuantity
        return .object([
            ("symbolId", .integer(Int64(market) + 1)), ("symbol", .text(listing.symbol)),
            ("baseCoin", .text(listing.base)), ("quoteCoin", .text(listing.quote)),
            ("innovation", .text("0")), ("status", .text(listing.bybitStatus)),
            ("marginTrading", .text("none")), ("stTag", .text("0")),
            (
                "lotSizeFilter",
                .object([
                    ("basePrecision", .amount(filters.quantityStep)),
                    ("quotePrecision", .text("0.00000001")),
                    ("minOrderQty", .amount(filters.minimumQuantity)),
                    ("maxOrderQty", .amount(filters.maximumQuantity)),
                    ("minOrderAmt", .amount(filters.minimumNotional)),
                    ("maxOrderAmt", .text("8000000")),
                    ("maxLimitOrderQty", .amount(filters.maximumQuantity)),
                    ("maxMarketOrderQty", .amount(most)),
                    ("postOnlyMaxLimitOrderSize", .amount(filters.maximumQuantity)),
                ])
            ),
            ("priceFilter", .object([("tickSize", .amount(filters.priceTick))])),
            (
                "riskParameters",
                .object([
                    ("priceLimitRatioX", .text("0.5")), ("priceLimitRatioY", .text("0.5")),
                ])
            ),
            ("symbolType", .text("")),
        ])
    }

    func linearInstrument(_ market: Int) -> JSONText {
        let listing = house.markets[market].listing
        let filters = listing.filters
        let most = listing.maximumMarketQuantity ?? filters.maximumQuantity
        let highest = BybitRules.highest(filters)
        return .object([
            ("symbol", .text(listing.symbol)), ("symbolId", .integer(Int64(market) + 1)),
            ("contractType", .text(listing.isPerpetual ? "LinearPerpetual" : "LinearFutures")),
            ("status", .text(listing.bybitStatus)), ("baseCoin", .text(listing.base)),
            ("quoteCoin", .text(listing.quote)), ("launchTime", .text("1585526400000")),
            ("deliveryTime", .text("0")), ("deliveryFeeRate", .text("")),
            ("priceScale", .text(String(boards[market].scale.pricePlaces))),
            (
                "leverageFilter",
                .object([
                    ("minLeverage", .text("1")),
                    ("maxLeverage", .text((listing.maximumLeverage ?? .one).text(places: 2))),
                    ("leverageStep", .text("0.01")),
                ])
            ),
            (
                "priceFilter",
                .object([
                    ("minPrice", .amount(filters.priceTick)), ("maxPrice", .amount(highest)),
                    ("tickSize", .amount(filters.priceTick)),
                ])
            ),
            (
                "lotSizeFilter",
                .object([
                    ("maxOrderQty", .amount(filters.maximumQuantity)),
                    ("minOrderQty", .amount(filters.minimumQuantity)),
                    ("qtyStep", .amount(filters.quantityStep)),
                    ("postOnlyMaxOrderQty", .amount(filters.maximumQuantity)),
                    ("maxMktOrderQty", .amount(most)),
                    ("minNotionalValue", .amount(filters.minimumNotional)),
                ])
            ),
            ("unifiedMarginTrade", .flag(true)), ("fundingInterval", .integer(480)),
            ("settleCoin", .text(listing.settle)), ("copyTrading", .text("none")),
            ("upperFundingRate", .text("0.00375")), ("lowerFundingRate", .text("-0.00375")),
            ("isPreListing", .flag(false)), ("preListingInfo", .null),
            (
                "riskParameters",
                .object([
                    ("priceLimitRatioX", .text("0.5")), ("priceLimitRatioY", .text("0.5")),
                ])
            ),
            ("displayName", .text("")), ("symbolType", .text("")),
        ])
    }

    /// The figures of a market that lists show, in order.
    func tickerRow(_ market: Int) -> [(key: String, value: String)] {
        let isSpot = house.markets[market].venue == .bybitSpot
        return commonFigures(market) + bestLevels(market)
            + (isSpot
                ? [("usdIndexPrice", lastText(market))] : linearFigures(market, isListed: true))
    }

    /// The figures of a market that its stream tells, in order.
    func tickerFigures(_ market: Int) -> [(key: String, value: String)] {
        if house.markets[market].venue == .bybitSpot {
            return commonFigures(market) + [("usdIndexPrice", lastText(market))]
        }
        return commonFigures(market) + bestLevels(market)
            + linearFigures(market, isListed: false)
            + [("tickDirection", boards[market].lastTick)]
    }

    private func lastText(_ market: Int) -> String {
        let place = house.markets[market]
        let price =
            place.lastPrice ?? place.mark?.price
            ?? house.levels(.buy, of: market, atMost: 1).first?.price ?? .zero
        return boards[market].scale.text(price)
    }

    private func commonFigures(_ market: Int) -> [(key: String, value: String)] {
        let day = house.markets[market].day
        let scale = boards[market].scale
        let last = house.markets[market].lastPrice ?? .zero
        let change =
            day.open.isZero
            ? Decimal.zero : (last - day.open).value.divided(by: day.open.value, .halfEven)
        return [
            ("symbol", house.markets[market].listing.symbol), ("lastPrice", lastText(market)),
            ("highPrice24h", scale.text(day.high)), ("lowPrice24h", scale.text(day.low)),
            ("prevPrice24h", scale.text(day.open)), ("volume24h", scale.text(day.volume)),
            ("turnover24h", day.turnover.description), ("price24hPcnt", change.text(places: 6)),
        ]
    }

    private func bestLevels(_ market: Int) -> [(key: String, value: String)] {
        let scale = boards[market].scale
        let bid = house.levels(.buy, of: market, atMost: 1).first
        let ask = house.levels(.sell, of: market, atMost: 1).first
        return [
            ("bid1Price", bid.map { scale.text($0.price) } ?? ""),
            ("bid1Size", bid.map { scale.text($0.quantity) } ?? ""),
            ("ask1Price", ask.map { scale.text($0.price) } ?? ""),
            ("ask1Size", ask.map { scale.text($0.quantity) } ?? ""),
        ]
    }

    private func linearFigures(_ market: Int, isListed: Bool) -> [(key: String, value: String)] {
        let place = house.markets[market]
        let mark = place.mark
        let markText = mark.map { boards[market].scale.text($0.price) } ?? lastText(market)
        var open = Quantity.zero
        for account in house.accounts.indices {
            let held = house.position(of: account, in: market).quantity
            if held.isPositive { open += held }
        }
        let worth = open.notional(at: mark?.price ?? place.lastPrice ?? .zero, .halfEven)
        let day = place.day.open
        let nothing = [
            "predictedDeliveryPrice", "basisRate", "basisRateYear", "deliveryFeeRate", "basis",
            "preOpenPrice", "preQty", "curPreListingPhase",
        ]
        let figures = [
            ("indexPrice", markText), ("markPrice", markText),
            ("prevPrice1h", boards[market].scale.text(day)),
            ("openInterest", boards[market].scale.text(open)),
            ("openInterestValue", worth.description),
            ("fundingRate", mark?.fundingRate.description ?? ""),
            ("nextFundingTime", mark.map { String($0.nextFunding.milliseconds) } ?? ""),
            ("fundingIntervalHour", "8"),
            ("fundingCap", "0.00375"),
        ]
        if !isListed { return figures }
        // What only deliverable and unlisted contracts have is empty in lists, and not streamed.
        return figures + [("deliveryTime", "0")] + nothing.map { ($0, "") }
    }
}
