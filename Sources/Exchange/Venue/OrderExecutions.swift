public import Trading

/// A question for the fills of one order, however long ago they were.
///
/// Fills of a symbol are asked for by a short time window; what is older is found by the order.
/// Binance spot goes by the order alone and takes no times with it. USD-M and Bybit tell seven days
/// at once, so that a long life of an order is read in stretches, the newest first. USD-M knows
/// fills of six months, Bybit of two years.
///
/// Sources: binance-spot-api-docs `rest-api.md` "Account trade list"; developers.binance.com
/// derivatives/usds-margined-futures "Account Trade List"; bybit-exchange/docs
/// `docs/v5/order/execution`.
public struct OrderExecutions: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// The venue's id of the order; of a stop on USD-M that of the order that it became.
    public var venueOrder: VenueID
    /// What is older is not wanted, by the venue's clock.
    public var since: Timestamp
    /// Where the stretch ends, by the venue's clock.
    public var until: Timestamp
    /// The page of the stretch.
    public var page: VenuePage

    /// What is asked for at once: less than the seven days that venues allow.
    private static let longest = TimeSpan(seconds: 6 * 86_400)
    /// Stamps of an order and of its fills may differ.
    private static let slack = TimeSpan(seconds: 60)

    /// Asks for the fills of an order, the newest first.
    ///
    /// - Parameters:
    ///   - symbol: The venue's symbol.
    ///   - venueOrder: The venue's id of the order.
    ///   - since: When it was made, or later where older fills are not wanted.
    ///   - changed: When it last changed, by the venue's clock: no fill is newer.
    public init(symbol: String, of venueOrder: VenueID, since: Timestamp, changed: Timestamp) {
        self.symbol = symbol
        self.venueOrder = venueOrder
        self.since = since - Self.slack
        until = max(since, changed) + Self.slack
        page = .first
    }

    /// Where the stretch begins.
    public var from: Timestamp { max(since, until - Self.longest) }

    /// The question that follows an answer: for its next page, or for the stretch before; `nil`
    /// where all was asked.
    public func following(_ next: VenuePage?, at market: VenueMarket) -> OrderExecutions? {
        var question = self
        if let next, next != page {
            question.page = next
            return question
        }
        guard market != .binanceSpot, from > since else { return nil }
        question.until = from
        question.page = .first
        return question
    }
}

extension OrderExecutions {
    /// What is wanted of an answer: a venue that goes by the order alone tells older fills as well.
    ///
    /// - Throws: Where it tells of another order than was asked about.
    func wanted(of facts: VenueFacts) throws(MessageError) -> VenueFacts {
        guard case .executions(let fills, let next) = facts else { return facts }
        guard fills.allSatisfy({ $0.venueOrder == venueOrder && $0.symbol == symbol }) else {
            throw .outOfRange(key: "orderId", rule: "expected the order that was asked for")
        }
        return .executions(fills.filter { $0.time >= since }, next: next)
    }
}
