/// What the kills of a suite hit.
struct Figures {
    private(set) var kills = 0
    private(set) var inFlight = 0
    private(set) var withPosition = 0
    private(set) var withSnapshot = 0
    private(set) var withSegments = 0
    private(set) var phases: [Autopsy.Phase: Int] = [:]
    private(set) var runs = 0
    private(set) var mostKillsOfRun = 0
    private(set) var severalTimes = 0
    private(set) var remarks: [String] = []

    mutating func add(_ autopsy: Autopsy) {
        kills += 1
        phases[autopsy.phase, default: 0] += 1
        if autopsy.isInFlight { inFlight += 1 }
        if autopsy.hasPosition { withPosition += 1 }
        if autopsy.hasSnapshot { withSnapshot += 1 }
        if autopsy.segments > 1 { withSegments += 1 }
        for remark in autopsy.remarks where remarks.count < 5 { remarks.append(remark) }
    }

    mutating func addRun(kills: Int) {
        runs += 1
        mostKillsOfRun = max(mostKillsOfRun, kills)
        if kills > 1 { severalTimes += 1 }
    }

    static func += (left: inout Figures, right: Figures) {
        left.kills += right.kills
        left.inFlight += right.inFlight
        left.withPosition += right.withPosition
        left.withSnapshot += right.withSnapshot
        left.withSegments += right.withSegments
        left.phases.merge(right.phases) { $0 + $1 }
        left.runs += right.runs
        left.mostKillsOfRun = max(left.mostKillsOfRun, right.mostKillsOfRun)
        left.severalTimes += right.severalTimes
        left.remarks = Array((left.remarks + right.remarks).prefix(5))
    }

    /// The figures, one a line.
    var table: [String] {
        var rows: [(String, Int)] = [
            ("runs, each compared with one that was never killed", runs),
            ("  of them killed more than once", severalTimes),
            ("  most kills of one run", mostKillsOfRun),
            ("kills, each followed by verification and full replay", kills),
        ]
        for phase in Autopsy.Phase.allCases {
            rows.append(("  " + phase.rawValue, phases[phase, default: 0]))
        }
        rows += [
            ("kills with a request in flight", inFlight),
            ("kills with a position open", withPosition),
            ("kills with a snapshot to go on from", withSnapshot),
            ("kills with more than one segment", withSegments),
        ]
        let lines = rows.map { name, count in
            name + String(repeating: " ", count: max(1, 58 - name.count)) + "\(count)"
        }
        return lines + remarks.map { "remark: " + $0 }
    }

    /// What a full suite must have hit and did not.
    var missing: [String] {
        let least: [(String, Int, Int)] = [
            ("kills", kills, 200),
            ("kills with a request in flight", inFlight, 50),
            ("kills with a position open", withPosition, 50),
            ("kills in a new epoch's recovery", phases[.recovery, default: 0], 10),
            ("runs killed more than once", severalTimes, 10),
        ]
        return least.compactMap { name, count, wanted in
            count < wanted ? "\(name): \(count) of at least \(wanted)" : nil
        }
    }
}
