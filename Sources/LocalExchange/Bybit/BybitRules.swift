internal import Exchange
internal import Trading

/// What the venue checks of an order before anything else, and how it words what it refuses.
struct BybitRules {
    private let isSpot: Bool
    private let filters: InstrumentFilters
    private let mostAtMarket: Quantity
    private let market: LocalMarket

    init(_ market: LocalMarket) {
        self.market = market
        isSpot = market.venue == .bybitSpot
        filters = market.listing.filters
        mostAtMarket = market.listing.maximumMarketQuantity ?? filters.maximumQuantity
    }

    /// Checks a quantity in base units.
    func check(_ quantity: Quantity, isMarket: Bool) throws(BybitError) {
        guard quantity.isPositive, quantity.value.isMultiple(of: filters.quantityStep.value) else {
            throw isSpot
                ? BybitError(170137, "Order quantity has too many decimals.")
                : BybitError(10001, "Qty invalid")
        }
        if quantity < filters.minimumQuantity {
            throw isSpot
                ? BybitError(170136, "Order quantity exceeded lower limit.")
                : BybitError(
                    10001,
                    "The number of contracts exceeds minimum limit allowed: too small, "
                        + "order_qty:\(Self.scaled(quantity)) < "
                        + "min_qty:\(Self.scaled(filters.minimumQuantity))"
                )
        }
        let most = isMarket ? min(mostAtMarket, filters.maximumQuantity) : filters.maximumQuantity
        if quantity > most {
            throw isSpot
                ? BybitError(170135, "Order quantity exceeded upper limit.")
                : BybitError(
                    10001,
                    "The number of contracts exceeds maximum limit allowed: too large, "
                        + "order_qty:\(Self.scaled(quantity)) > max_qty:\(Self.scaled(most))"
                )
        }
    }

    /// The highest price of a market, far from where it trades.
    static func highest(_ filters: InstrumentFilters) -> Price {
        min(filters.priceTick.times(Decimal(100_000_000), .down), Price(Decimal(1_000_000_000)))
    }

    /// Checks a price.
    func check(_ price: Price) throws(BybitError) {
        if price > Self.highest(filters) {
            throw isSpot
                ? BybitError(170132, "Order price exceeded upper limit.")
                : BybitError(110003, "Order price exceeds the allowable range.")
        }
        guard price.isPositive, price.value.isMultiple(of: filters.priceTick.value) else {
            throw isSpot
                ? BybitError(170134, "Order price has too many decimals.")
                : BybitError(10001, "Price invalid")
        }
    }

    /// What is said of an order that the house refused.
    func refusal(
        _ reason: RejectionReason,
        _ trigger: Price,
        _ asked: LocalTrigger?
    ) -> BybitError {
        if reason == .wouldTrigger, !isSpot, let asked {
            let now = asked.watch == .lastPrice ? market.lastPrice : market.mark?.price
            let current = Self.tenThousandths(now ?? .zero)
            let wanted = Self.tenThousandths(trigger)
            return asked.rises
                ? BybitError(
                    110092,
                    "expect Rising, but trigger_price[\(wanted)] <= current[\(current)]"
                )
                : BybitError(
                    110093,
                    "expect Falling, but trigger_price[\(wanted)] >= current[\(current)]"
                )
        }
        return BybitRefusal.placing(reason, isSpot: isSpot)
    }

    /// A quantity as some texts have it: in units of 10⁻⁸.
    private static func scaled(_ quantity: Quantity) -> String {
        quantity.value.times(Decimal(100_000_000), .down).text(places: 0)
    }

    /// A price as some texts have it: in units of 10⁻⁴.
    static func tenThousandths(_ price: Price) -> String {
        price.value.times(Decimal(10_000), .down).text(places: 0)
    }
}
