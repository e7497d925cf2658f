import JSON
import Platform
import Simulation
import Trading

/// The worlds that were lived through, and what is told of them.
struct SimulationSession {
    private let span: TimeSpan
    private let hours: Int
    private let leftOut: Set<UInt64>
    private let only: Set<FaultKind>
    private let isOnDisk: Bool
    private let weekends: Int
    private let isTraced: Bool
    private let shrinks: Bool

    private(set) var failures = 0
    private var worlds = 0
    /// Nanoseconds of worlds, and of the processor; of all, and of those that count.
    private var lived: (all: Int64, counted: Int64) = (0, 0)
    private var spent: (all: Int64, counted: Int64) = (0, 0)
    private var totals = (messages: UInt64(0), orders: 0, fills: 0, faults: 0, starts: 0)
    private var events: UInt64 = 0
    private var longestBare: Int64 = 0
    private var coverage = Coverage()
    private var told: [JSONText] = []

    init(
        only: Set<FaultKind>,
        hours: Int,
        leavingOut: Set<UInt64>,
        isOnDisk: Bool,
        weekends: Int,
        isTraced: Bool,
        shrinks: Bool
    ) {
        span = TimeSpan(seconds: Int64(hours) * 3600)
        self.hours = hours
        leftOut = leavingOut
        self.only = only
        self.isOnDisk = isOnDisk
        self.weekends = weekends
        self.isTraced = isTraced
        self.shrinks = shrinks
    }

    /// Lives through a world, and tells where it went wrong.
    mutating func live(through seed: UInt64) throws {
        let begun = Clock.threadProcessorTime()
        let directory = isOnDisk ? try Self.makeDirectory(seed) : "/nowhere"
        defer { if isOnDisk { Self.remove(directory) } }
        let world = try SimulatedWorld(
            seed: seed,
            faults: FaultDraw(seed: seed, only: only, leavingOut: leftOut),
            directory: directory,
            isOnDisk: isOnDisk,
            keepsLog: isTraced,
            weekends: Int64(weekends)
        )
        try world.run(for: span)
        count(world, Clock.threadProcessorTime() - begun)
        for line in world.log { try Terminal.say(line) }
        if isTraced { try Terminal.say("\(world.summary)") }
        guard let violation = world.violations.first else { return }
        failures += 1
        try tell(violation, of: world, seed)
    }

    private mutating func count(_ world: SimulatedWorld, _ nanoseconds: Int64) {
        let summary = world.summary
        worlds += 1
        lived.all += summary.nanoseconds
        spent.all += nanoseconds
        let messages = Int64(summary.messages)
        // An hour counts where it averages 1,000 messages, 60 orders and 100 faults.
        let hour: Int64 = 3_600_000_000_000
        let wanted = summary.nanoseconds / 1000
        if messages * (hour / 1000) >= 1000 * wanted,
            Int64(summary.orders) * (hour / 1000) >= 60 * wanted,
            Int64(summary.faults) * (hour / 1000) >= 100 * wanted
        {
            lived.counted += summary.nanoseconds
            spent.counted += nanoseconds
        }
        totals.messages += summary.messages
        totals.orders += summary.orders
        totals.fills += summary.fills
        totals.faults += summary.faults
        totals.starts += summary.starts
        events += summary.events
        longestBare = max(longestBare, summary.longestBare)
        coverage.add(world.coverage)
    }

    private mutating func tell(
        _ violation: Violation,
        of world: SimulatedWorld,
        _ seed: UInt64
    ) throws {
        let second = violation.at / 1_000_000_000
        var command = "simulate --seed \(seed) --hours \(hours) --trace"
        var without = leftOut
        if shrinks, !isOnDisk {
            let shrunk = try Shrinking(
                seed: seed,
                only: only,
                span: span,
                made: world.made,
                leavingOut: leftOut,
                to: violation,
                directory: "/nowhere",
                weekends: Int64(weekends)
            )
            without = shrunk.leftOut
        }
        if !without.isEmpty {
            let numbers = without.sorted().map { "\($0)" }.joined(separator: ",")
            command += " --leave-out \(numbers)"
        }
        if only.count < FaultKind.allCases.count {
            command += " --only '\(only.map(\.rawValue).sorted().joined(separator: ","))'"
        }
        if isOnDisk { command += " --store disk" }
        if weekends > 0 { command += " --weekends \(weekends)" }
        try Terminal.say(
            "seed \(seed), \(violation.kind.rawValue) after \(second) s: \(violation.text)\n"
                + "  \(world.made.count) faults, \(without.count - leftOut.count) of them "
                + "not needed; to see it: \(command)"
        )
        told.append(
            JSONText.object([
                ("seed", .integer(Int64(clamping: seed))),
                ("kind", .text(violation.kind.rawValue)),
                ("second", .integer(second)),
                ("text", .text(violation.text)),
                ("command", .text(command)),
            ])
        )
    }

    // MARK: What is told at the end

    private static func hours(_ nanoseconds: Int64) -> Int64 { nanoseconds / 3_600_000_000_000 }

    /// How many times faster than real time worlds that count were.
    private var rate: Int64 { spent.counted > 0 ? lived.counted / spent.counted : 0 }

    /// For people.
    var summary: String {
        "\(worlds) worlds, \(Self.hours(lived.all)) hours, \(Self.hours(lived.counted)) of them "
            + "count: \(totals.messages) messages, \(totals.orders) orders, \(totals.fills) fills, "
            + "\(totals.faults) faults, \(totals.starts) starts, \(events) events; "
            + "\(rate) times real time; a position without a stop for "
            + "\(longestBare / 1_000_000) ms at most; "
            + (failures == 0 ? "nothing went wrong" : "\(failures) went wrong")
    }

    /// For programs.
    var json: String {
        JSONText.object([
            ("worlds", .integer(Int64(worlds))),
            ("seconds", .integer(lived.all / 1_000_000_000)),
            ("secondsThatCount", .integer(lived.counted / 1_000_000_000)),
            ("processorMilliseconds", .integer(spent.all / 1_000_000)),
            ("processorMillisecondsThatCount", .integer(spent.counted / 1_000_000)),
            ("messages", .integer(Int64(clamping: totals.messages))),
            ("orders", .integer(Int64(totals.orders))),
            ("fills", .integer(Int64(totals.fills))),
            ("faults", .integer(Int64(totals.faults))),
            ("starts", .integer(Int64(totals.starts))),
            ("events", .integer(Int64(clamping: events))),
            ("longestWithoutStopMilliseconds", .integer(longestBare / 1_000_000)),
            ("coverage", .object(coverageRows)),
            (
                "impossible",
                .list(
                    Coverage.impossible.map { kind, standing, why in
                        .object([
                            ("kind", .text(kind.rawValue)), ("standing", .text(standing.rawValue)),
                            ("why", .text(why)),
                        ])
                    }
                )
            ),
            ("failures", .list(told)),
        ])
        .compact
    }

    private var coverageRows: [(String, JSONText)] {
        FaultKind.allCases.enumerated().map { row, kind in
            let cells = Coverage.Standing.allCases.enumerated().map { column, standing in
                (standing.rawValue, JSONText.integer(Int64(coverage.counts[row][column])))
            }
            return (kind.rawValue, JSONText.object(cells))
        }
    }

    /// Which trouble met which order, as a table.
    var coverageTable: String {
        let names = Coverage.Standing.allCases.map(\.rawValue)
        let width = 10
        func cell(_ text: String) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let left = FaultKind.allCases.map(\.rawValue.count).max() ?? 0
        var lines = [
            String(repeating: " ", count: left) + names.map { " " + cell($0) }.joined()
        ]
        for (row, kind) in FaultKind.allCases.enumerated() {
            let name = kind.rawValue + String(repeating: " ", count: left - kind.rawValue.count)
            let cells = Coverage.Standing.allCases.enumerated().map { column, standing in
                Coverage.impossible(kind, standing) == nil
                    ? "\(coverage.counts[row][column])" : "-"
            }
            lines.append(name + cells.map { " " + cell($0) }.joined())
        }
        for (kind, standing, why) in Coverage.impossible {
            lines.append("-: \(kind.rawValue), \(standing.rawValue): \(why)")
        }
        let missing = coverage.missing.map { "\($0.rawValue), \($1.rawValue)" }
        lines.append(
            missing.isEmpty
                ? "every cell was met" : "not met: " + missing.joined(separator: "; ")
        )
        return lines.joined(separator: "\n")
    }

    // MARK: On disk

    private static func makeDirectory(_ seed: UInt64) throws -> String {
        let place = CurrentProcess.environment("TMPDIR") ?? "/tmp"
        let directory = "\(place)/holdfast-world-\(CurrentProcess.id)-\(seed)"
        try FileSystem.createDirectory(directory)
        return directory
    }

    private static func remove(_ directory: String) {
        do {
            try FileSystem.removeTree(directory)
        } catch {
            Terminal.complain("simulate: \(error)")
        }
    }
}
