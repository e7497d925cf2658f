import Trading

/// What was taken from one limit.
///
/// A request counts at the venue a little later than it is sent, and the venue's clock is known up
/// to an uncertainty. The slack covers both: a rolling window is longer by it, and a request within
/// it of a border of aligned windows counts in both.
struct LimitBucket {
    private(set) var limit: RequestLimit
    private let slack: Int64
    private(set) var heldUntil = Timestamp.never

    // Rolling: what was taken, oldest first, from `first` on. Aligned: windows, by number.
    private var taken: [(at: Int64, cost: Int)] = []
    private var first = 0
    private var sum = 0

    init(_ limit: RequestLimit, slack: TimeSpan) {
        self.limit = limit
        // With more, a moment would belong to three windows.
        self.slack = min(max(0, slack.nanoseconds), limit.window.nanoseconds / 4)
    }

    private var length: Int64 { limit.window.nanoseconds }

    /// The first moment, `now` or later, at which `cost` fits; `nil` where it never does.
    func earliest(_ cost: Int, _ priority: RequestPriority, at now: Timestamp) -> Timestamp? {
        let allowance = limit.allowance(priority)
        guard cost <= allowance else { return nil }
        let start = max(now, heldUntil)
        switch limit.counting {
        case .rolling: return earliestRolling(allowance - cost, at: start)
        case .aligned: return earliestAligned(allowance - cost, at: start)
        }
    }

    private func earliestRolling(_ room: Int, at start: Timestamp) -> Timestamp {
        var left = sum
        var moment = start.nanoseconds
        for index in first..<taken.count {
            let end = taken[index].at + length + slack
            if end > moment {
                if left <= room { break }
                moment = end
            }
            left -= taken[index].cost
        }
        return Timestamp(nanoseconds: moment)
    }

    private func earliestAligned(_ room: Int, at start: Timestamp) -> Timestamp {
        var moment = start.nanoseconds
        for (number, cost) in taken[first...] where cost > room && windows(moment).contains(number)
        {
            moment = (number + 1) * length + slack
        }
        return Timestamp(nanoseconds: moment)
    }

    /// The numbers of the aligned windows that a request sent at this moment may count in.
    private func windows(_ moment: Int64) -> ClosedRange<Int64> {
        floorDivide(moment - slack)...floorDivide(moment + slack)
    }

    private func floorDivide(_ moment: Int64) -> Int64 {
        let (quotient, remainder) = moment.quotientAndRemainder(dividingBy: length)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Takes `cost` at this moment, whether it fits or not.
    mutating func take(_ cost: Int, at now: Timestamp) {
        forget(before: now)
        guard cost > 0 else { return }
        switch limit.counting {
        case .rolling:
            taken.append((now.nanoseconds, cost))
            sum += cost
        case .aligned:
            for number in windows(now.nanoseconds) { raise(number) { $0 + cost } }
        }
    }

    /// Takes over what the venue counted where it is more than was taken here: somebody else uses
    /// the same address or account.
    ///
    /// Where it is less, requests are still on their way, or a window has ended there already.
    mutating func correct(used: Int, at now: Timestamp) {
        forget(before: now)
        switch limit.counting {
        case .rolling:
            if used > sum { take(used - sum, at: now) }
        case .aligned:
            for number in windows(now.nanoseconds) { raise(number) { max($0, used) } }
        }
    }

    /// Takes over the venue's own number.
    mutating func correct(count: Int) { limit.count = max(0, count) }

    /// Lets nothing pass before `moment`, whatever its priority; never shortens an earlier hold.
    mutating func hold(until moment: Timestamp) { heldUntil = max(heldUntil, moment) }

    /// What counts now.
    func used(at now: Timestamp) -> Int {
        var copy = self
        copy.forget(before: now)
        guard limit.counting == .aligned else { return copy.sum }
        return copy.taken[copy.first...].map(\.cost).max() ?? 0
    }

    private mutating func raise(_ number: Int64, _ change: (Int) -> Int) {
        let index = taken[first...].firstIndex { $0.at >= number } ?? taken.count
        if index == taken.count || taken[index].at != number {
            taken.insert((number, 0), at: index)
        }
        taken[index].cost = change(taken[index].cost)
    }

    private mutating func forget(before now: Timestamp) {
        while first < taken.count, hasEnded(taken[first].at, at: now.nanoseconds) {
            sum -= limit.counting == .rolling ? taken[first].cost : 0
            first += 1
        }
        // Moving the rest to the front costs as much as was forgotten since the last time.
        if first > 64, first * 2 > taken.count {
            taken.removeFirst(first)
            first = 0
        }
    }

    private func hasEnded(_ entry: Int64, at now: Int64) -> Bool {
        switch limit.counting {
        case .rolling: entry + length + slack <= now
        case .aligned: (entry + 1) * length + slack <= now
        }
    }
}
