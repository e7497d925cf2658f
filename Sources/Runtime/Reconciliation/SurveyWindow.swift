internal import Exchange
internal import Projections
internal import Trading

/// What of a venue's records a survey reads: fills, what ended, and the log of the wallet.
///
/// It begins an hour before the last complete comparison, however long ago that was; where there
/// was none, at the journal's beginning. So an engine that was away for a weekend misses nothing,
/// and one that goes on from a journal that was put back finds all that was done without it.
struct SurveyWindow: Hashable {
    /// A part of it that a venue tells at once.
    struct Stretch: Hashable {
        /// Where it begins, by the venue's clock.
        var from: Timestamp
        /// Where it ends, by the venue's clock.
        var to: Timestamp
    }

    /// Where it begins, by the venue's clock.
    let from: Timestamp
    /// When the survey began, by the venue's clock.
    let until: Timestamp
    /// Where the fills and entries begin that are known by their ids to be booked or not.
    let fillsFrom: Timestamp
    /// When the last complete comparison was, or else the journal's beginning.
    let comparedUntil: Timestamp

    /// How far back is always looked.
    ///
    /// It is what Binance tells at once, and less than what the journal remembers of what it has
    /// booked. What that does not tell of orders of ours is asked for by the order.
    static let usual = TimeSpan(seconds: 23 * 3600)
    /// How much is read again that was compared: stamps differ, and venues tell late.
    static let overlap = TimeSpan(seconds: 3600)
    /// How far back venues are asked: USD-M keeps what ended for 90 days.
    private static let farthest = TimeSpan(seconds: 80 * 86_400)
    /// Clocks differ, and what has just happened is wanted too.
    private static let ahead = TimeSpan(seconds: 60)

    init(_ state: borrowing TradingState, at venueTime: Timestamp) {
        // A journal that has taken nothing in yet has nothing behind it.
        let began = state.began ?? venueTime
        comparedUntil = state.comparedUntil == .never ? began : state.comparedUntil
        until = venueTime
        let wanted = min(venueTime - Self.usual, comparedUntil - Self.overlap)
        from = max(wanted, venueTime - Self.farthest)
        // None is booked twice, whatever else is not found then.
        fillsFrom = max(from, state.fillsRememberedSince)
    }

    /// Whether more is read than a survey always does.
    var isLong: Bool { from < until - Self.usual }

    /// Whether the venue is asked for less than what is not known.
    var isCut: Bool { from > comparedUntil }

    /// Whether the last complete comparison is so long ago that what an engine hears from its
    /// streams is not all that it has to know of others.
    var isLate: Bool { comparedUntil < until - Self.overlap }

    /// The stretches that fills are asked for in, the oldest first.
    func fills(of market: VenueMarket) -> [Stretch] {
        stretches(from: fillsFrom, Self.longest(market))
    }

    /// The stretches that entries of the log are asked for in, the oldest first.
    ///
    /// Bybit tells fifty on a page, with a row for each fill, and two hundred pages of an answer
    /// are read: six days of many symbols may have more than these ten thousand, and would be
    /// asked for in vain for ever.
    func entries(of market: VenueMarket) -> [Stretch] {
        let longest = market.isBybit ? TimeSpan(seconds: 86_400) : Self.longest(market)
        return stretches(from: fillsFrom, longest)
    }

    /// The stretches that everything else is asked for in, the oldest first.
    func records(of market: VenueMarket) -> [Stretch] {
        stretches(from: from, Self.longest(market))
    }

    /// Binance's spot market tells 24 hours at once, USD-M and Bybit seven days.
    private static func longest(_ market: VenueMarket) -> TimeSpan {
        market == .binanceSpot ? usual + ahead : TimeSpan(seconds: 6 * 86_400)
    }

    private func stretches(from start: Timestamp, _ longest: TimeSpan) -> [Stretch] {
        let to = until + Self.ahead
        var stretches: [Stretch] = []
        var from = start
        while from < to {
            let end = min(to, from + longest)
            stretches.append(Stretch(from: from, to: end))
            from = end
        }
        return stretches
    }
}

extension TradingState {
    /// When the journal took in its first input; `nil` where it has taken none.
    var began: Timestamp? { sources.map(\.firstTime).min() }
}
