public import Trading

/// How trading went, in the quote asset of the journal.
///
/// Realised results only.
public struct PerformanceMetrics: Hashable, Sendable {
    /// Deals that held something and are closed.
    public var closedDeals: UInt64 = 0
    /// Those of them with a profit above zero.
    public var profitableDeals: UInt64 = 0
    /// Deals whose entry was never filled.
    public var abandonedDeals: UInt64 = 0
    /// Deals opened.
    public var openedDeals: UInt64 = 0
    /// Orders intended.
    public var orders: UInt64 = 0
    /// Orders refused before they left.
    public var refusals: UInt64 = 0
    /// Executions booked.
    public var fills: UInt64 = 0
    /// The sum of all realised results, fees and funding included.
    public var totalProfit: Money = .zero
    /// What was paid in fees, at the price of the fill.
    public var fees: Money = .zero
    /// What funding brought.
    public var funding: Money = .zero
    /// The highest ``totalProfit`` so far.
    public var peakProfit: Money = .zero
    /// The largest fall from ``peakProfit``.
    public var maximumDrawdown: Money = .zero
    /// The sum of the holding times of closed deals.
    public var heldNanoseconds: Int64 = 0
    /// The UTC day that ``dayProfit`` counts.
    public var day: Int64 = 0
    /// The realised result of that day.
    public var dayProfit: Money = .zero
    /// Closed deals by reason: the place is the reason's number.
    public var reasons: [UInt64] = Array(repeating: 0, count: 16)

    /// The share of closed deals that were profitable; `nil` before the first.
    public var winRate: Decimal? {
        closedDeals == 0
            ? nil
            : Decimal(Int(clamping: profitableDeals))
                .divided(by: Decimal(Int(clamping: closedDeals)), .halfEven)
    }

    /// The mean holding time of closed deals; `nil` before the first.
    public var averageDuration: TimeSpan? {
        closedDeals == 0
            ? nil : TimeSpan(nanoseconds: heldNanoseconds / Int64(clamping: closedDeals))
    }

    /// The fall from the best result so far.
    public var drawdown: Money { peakProfit - totalProfit }

    /// Books a realised result at its moment.
    mutating func realise(_ amount: Money, at time: Timestamp) {
        let today = time.day
        if today != day {
            day = today
            dayProfit = .zero
        }
        totalProfit += amount
        dayProfit += amount
        if totalProfit > peakProfit { peakProfit = totalProfit }
        if drawdown > maximumDrawdown { maximumDrawdown = drawdown }
    }

    /// The result of the UTC day of `time`.
    public func profit(ofDayOf time: Timestamp) -> Money { time.day == day ? dayProfit : .zero }
}

extension PerformanceMetrics {
    func encode(into writer: inout ByteWriter) {
        for count in [
            closedDeals, profitableDeals, abandonedDeals, openedDeals, orders, refusals, fills,
        ] { writer.integer(count) }
        for amount in [totalProfit, fees, funding, peakProfit, maximumDrawdown] {
            writer.amount(amount)
        }
        writer.integer(heldNanoseconds)
        writer.integer(day)
        writer.amount(dayProfit)
        for count in reasons { writer.integer(count) }
    }

    init(from reader: inout ByteReader) {
        closedDeals = reader.uint64()
        profitableDeals = reader.uint64()
        abandonedDeals = reader.uint64()
        openedDeals = reader.uint64()
        orders = reader.uint64()
        refusals = reader.uint64()
        fills = reader.uint64()
        totalProfit = reader.amount()
        fees = reader.amount()
        funding = reader.amount()
        peakProfit = reader.amount()
        maximumDrawdown = reader.amount()
        heldNanoseconds = reader.int64()
        day = reader.int64()
        dayProfit = reader.amount()
        for index in reasons.indices { reasons[index] = reader.uint64() }
    }
}
