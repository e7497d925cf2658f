internal import Exchange
internal import Trading

/// A client id, which an account uses once in each category.
struct BybitLink: Hashable {
    let account: Int
    let venue: VenueMarket
    let text: String
}

/// What the venue keeps for an account.
struct BybitDesk {
    /// The orders that stop the position of each market.
    var stops: [PositionStops]
    /// What closing brought in each market, less all fees and with funding.
    var realised: [Money]
    /// When the position of each market was opened first, and changed last.
    var opened: [Timestamp]
    var changed: [Timestamp]
    /// How long after its last private stream an account's orders are cancelled; `nil` for never.
    var disconnectWindow: TimeSpan?
    /// When they are, unless a stream comes back; `nil` for not.
    var disconnectDeadline: Timestamp?
    /// Whether it had a private stream when that was last looked at.
    var wasConnected = false

    /// The orders that stop a position, by number.
    struct PositionStops {
        var takeProfit: UInt64?
        var stopLoss: UInt64?
    }

    init(markets: Int) {
        stops = Array(repeating: PositionStops(), count: markets)
        realised = Array(repeating: .zero, count: markets)
        opened = Array(repeating: .never, count: markets)
        changed = Array(repeating: .never, count: markets)
    }
}

/// What the venue keeps for a market beyond what the house does.
struct BybitBoard {
    var scale: BybitScale
    /// The number that grows with everything that happens in the market.
    var sequence: Int64 = 70_000_000_000
    /// How the last trade's price compares with the one before.
    var lastTick = ""
    var lastTradePrice: Price?
    /// The sequence numbers of the newest trades, the first that of trade `forgotten + 1`.
    private var tradeSequences: [Int64] = []
    private var forgotten: UInt64 = 0
    /// The funding that is due next.
    var mark: MarkPrice?
    /// The newest settled fundings, oldest first.
    var fundings: [(time: Timestamp, rate: Decimal)] = []
    var books: [BybitBookStream] = []
    /// What the stream of tickers has sent, in order; empty where nobody listens.
    var ticker: [(key: String, value: String)] = []
    var tickerPushed = Timestamp.never
    /// The count of what had happened in the market when it was compared last.
    var tickerSeen: UInt64?

    init(_ market: LocalMarket) { scale = BybitScale(market.listing.filters) }

    mutating func nextSequence() -> Int64 {
        sequence += 1
        return sequence
    }

    /// Gives the next public trade its number in the sequence, and tells its direction.
    mutating func note(_ trade: PublicTrade) -> Int64 {
        if let before = lastTradePrice {
            if trade.price == before {
                lastTick = lastTick.hasSuffix("MinusTick") ? "ZeroMinusTick" : "ZeroPlusTick"
            } else {
                lastTick = trade.price > before ? "PlusTick" : "MinusTick"
            }
        } else {
            lastTick = "PlusTick"
        }
        lastTradePrice = trade.price
        if tradeSequences.count == 2 * LocalMarket.maximumTrades {
            tradeSequences.removeFirst(LocalMarket.maximumTrades)
            forgotten += UInt64(LocalMarket.maximumTrades)
        }
        let number = nextSequence()
        tradeSequences.append(number)
        return number
    }

    /// The number in the sequence of a trade that the house still has.
    func sequence(ofTrade number: UInt64) -> Int64 {
        let place = Int(number) - 1 - Int(forgotten)
        return tradeSequences.indices.contains(place) ? tradeSequences[place] : 0
    }

    /// Notes the funding that a mark price has made a past one.
    mutating func note(_ mark: MarkPrice) {
        if let before = self.mark, before.nextFunding < mark.nextFunding {
            if fundings.count == 400 { fundings.removeFirst(200) }
            fundings.append((before.nextFunding, before.fundingRate))
        }
        self.mark = mark
    }
}
