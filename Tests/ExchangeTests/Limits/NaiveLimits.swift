import Exchange
import Trading

/// Every request ever sent, and the rules of ``RequestBudget`` spelled out over all of them.
struct NaiveLimits {
    struct Sent {
        let at: Int64
        let costs: [LimitName: Int]
        let priority: RequestPriority
    }

    let limits: [RequestLimit]
    let slack: Int64
    var sent: [Sent] = []

    func fits(_ charges: [RequestCharge], _ priority: RequestPriority, at now: Int64) -> Bool {
        charges.allSatisfy { charge in
            limits.filter { $0.name == charge.name }.allSatisfy { limit in
                let allowance =
                    priority == .protective
                    ? limit.count : limit.count - min(limit.reserve, limit.count / 2)
                return taken(limit, at: now) + charge.cost <= allowance
            }
        }
    }

    /// The most that counts in any window that a request sent now may count in.
    func taken(_ limit: RequestLimit, at now: Int64) -> Int {
        let length = limit.window.nanoseconds
        func cost(_ isCounted: (Int64) -> Bool) -> Int {
            sent.filter { isCounted($0.at) }.reduce(0) { $0 + ($1.costs[limit.name] ?? 0) }
        }
        guard limit.counting == .aligned else { return cost { now - $0 < length + slack } }
        return Set([now - slack, now + slack].map { $0 / length }).map { window in
            cost { ($0 - slack) / length <= window && window <= ($0 + slack) / length }
        }.max() ?? 0
    }

    mutating func take(_ charges: [RequestCharge], _ priority: RequestPriority, at now: Int64) {
        let costs = Dictionary(charges.map { ($0.name, $0.cost) }, uniquingKeysWith: +)
        sent.append(Sent(at: now, costs: costs, priority: priority))
    }
}

/// A venue that counts what arrives, as strictly as its documents say.
struct CountingVenue {
    let limit: RequestLimit

    /// The most that any of its windows holds of what arrived at these moments.
    func most(_ arrivals: [(at: Int64, cost: Int)]) -> Int {
        let length = limit.window.nanoseconds
        switch limit.counting {
        case .aligned:
            var windows: [Int64: Int] = [:]
            for arrival in arrivals { windows[arrival.at / length, default: 0] += arrival.cost }
            return windows.values.max() ?? 0
        case .rolling:
            return arrivals.map { start in
                arrivals.filter { start.at <= $0.at && $0.at < start.at + length }
                    .reduce(0) { $0 + $1.cost }
            }.max() ?? 0
        }
    }
}
