import Exchange
import TestSupport
import Testing
import Trading

@Suite struct `A budget of requests, at random,` {
    @Test(arguments: UInt64(1)...200)
    func `agrees with a naive count of everything ever sent`(seed: UInt64) throws {
        var workload = Workload(seed: seed)
        var budget = RequestBudget(workload.limits, slack: TimeSpan(nanoseconds: workload.slack))
        var naive = NaiveLimits(limits: workload.limits, slack: workload.slack)
        for step in 0..<300 {
            workload.pass()
            let (charges, priority) = workload.request()
            let now = workload.now
            let permission = budget.permission(for: charges, priority, at: stamp(now))
            let isSame = budget.take(charges, priority, at: stamp(now)) == permission
            try #require(isSame, "seed \(seed), step \(step)")
            let mayGo = naive.fits(charges, priority, at: now)
            switch permission {
            case .now:
                try #require(mayGo, "seed \(seed), step \(step)")
                naive.take(charges, priority, at: now)
            case .notBefore(let moment):
                let then = moment.nanoseconds
                let isExact =
                    then > now && !mayGo && naive.fits(charges, priority, at: then)
                    && !naive.fits(charges, priority, at: then - 1)
                try #require(isExact, "seed \(seed), step \(step)")
            case .never:
                // Nothing at all has been sent to an empty copy, and it does not fit there either.
                let empty = NaiveLimits(limits: workload.limits, slack: workload.slack)
                try #require(!empty.fits(charges, priority, at: now), "seed \(seed), step \(step)")
            }
            if workload.waits, case .notBefore(let moment) = permission {
                workload.now = moment.nanoseconds
            }
        }
        let used = budget.status(at: stamp(workload.now)).map(\.used)
        let wanted = workload.limits.map { naive.taken($0, at: workload.now) }
        #expect(used == wanted, "seed \(seed)")
    }

    @Test(arguments: UInt64(1)...200)
    func `is never over a limit where requests arrive late and clocks differ`(
        seed: UInt64
    ) throws {
        var workload = Workload(seed: seed)
        var budget = RequestBudget(workload.limits, slack: TimeSpan(nanoseconds: workload.slack))
        var sent: [(at: Int64, charges: [RequestCharge], priority: RequestPriority)] = []
        for _ in 0..<300 {
            workload.pass()
            let (charges, priority) = workload.request()
            switch budget.take(charges, priority, at: stamp(workload.now)) {
            case .now: sent.append((workload.now, charges, priority))
            case .notBefore(let moment) where workload.waits: workload.now = moment.nanoseconds
            case .notBefore, .never: break
            }
        }
        for limit in workload.limits {
            var arrivals: [(at: Int64, cost: Int)] = []
            var ordinary: [(at: Int64, cost: Int)] = []
            for request in sent {
                // Late by up to the slack, or counted by a clock that is off by up to it.
                let early = limit.counting == .aligned ? workload.slack : 0
                let shift = workload.chance.int(Int(-early)...Int(workload.slack))
                for charge in request.charges where charge.name == limit.name {
                    arrivals.append((request.at + Int64(shift), charge.cost))
                    if request.priority == .ordinary {
                        ordinary.append(arrivals[arrivals.count - 1])
                    }
                }
            }
            let venue = CountingVenue(limit: limit)
            #expect(venue.most(arrivals) <= limit.count, "seed \(seed), \(limit.name)")
            let reserve = min(limit.reserve, limit.count / 2)
            #expect(venue.most(ordinary) <= limit.count - reserve, "seed \(seed), \(limit.name)")
        }
    }

    private func stamp(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }
}

/// Limits and requests drawn from a seed.
private struct Workload {
    var chance: SeededRandom
    let limits: [RequestLimit]
    let slack: Int64
    /// Whether it waits as told, so that it runs along the limits.
    let waits: Bool
    var now: Int64

    init(seed: UInt64) {
        chance = SeededRandom(seed: seed)
        let names: [LimitName] = [.address, .weight, .endpoint(.place, nil)]
        var limits: [RequestLimit] = []
        for name in names.prefix(chance.int(1...3)) {
            let count = chance.int(1...12)
            limits.append(
                RequestLimit(
                    name,
                    count,
                    per: TimeSpan(nanoseconds: Int64(chance.int(40...2_000))),
                    chance.chance(50) ? .rolling : .aligned,
                    reserve: chance.int(0...count)
                )
            )
        }
        self.limits = limits
        slack = Int64(chance.int(0...10))
        waits = chance.chance(50)
        now = Int64(chance.int(10_000...20_000))
    }

    mutating func pass() {
        now += chance.chance(50) ? 0 : Int64(chance.int(0...(chance.chance(5) ? 3_000 : 60)))
    }

    mutating func request() -> ([RequestCharge], RequestPriority) {
        let charges = limits.filter { _ in chance.chance(80) }.map {
            RequestCharge($0.name, chance.int(1...(chance.chance(10) ? 13 : 3)))
        }
        return (charges, chance.chance(40) ? .protective : .ordinary)
    }
}
