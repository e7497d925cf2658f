import Digests
import Platform
import SuiteSupport

extension Scenario {
    /// All scenarios, over generated markets of a minute.
    ///
    /// - Parameters:
    ///   - directory: Where their tapes are written.
    ///   - seed: Of the markets.
    /// - Returns: The scenarios.
    /// - Throws: `TapeError` and `PlatformError` where a tape cannot be written.
    static func all(in directory: String, seed: UInt64) throws -> [Scenario] {
        let tapes = Tapes(directory: directory, seed: seed)
        return try configured(tapes) + markets(tapes) + restarted(tapes) + tools(tapes)
            + compacted(tapes)
    }

    /// Makes tapes and scenarios over them.
    struct Tapes {
        let directory: String
        let seed: UInt64

        /// A scenario over the spot market of the first minute.
        func scenario(_ name: String, _ change: (inout SceneSettings) -> Void) throws -> Scenario {
            try scenario(name, [SceneMarket()], change)
        }

        /// A scenario over several markets.
        func scenario(
            _ name: String,
            _ markets: [SceneMarket],
            _ change: (inout SceneSettings) -> Void = { _ in }
        ) throws -> Scenario {
            var settings = SceneSettings()
            change(&settings)
            let tapes = try markets.map { market in
                var market = market
                market.seed = seed
                return try market.tape(in: directory)
            }
            return Scenario(
                name: name,
                scene: Scene(name: name, tapes: tapes, configuration: settings.text)
            )
        }
    }

    /// A first run, traded in different ways.
    private static func configured(_ tapes: Tapes) throws -> [Scenario] {
        [
            try tapes.scenario("a first run") { _ in },
            try tapes.scenario("one input a commit") { $0.batchLimit = 1 },
            try tapes.scenario("seven inputs a commit") { $0.batchLimit = 7 },
            try tapes.scenario("1,024 inputs a commit") { $0.batchLimit = 1024 },
            try tapes.scenario("a snapshot a second") { $0.snapshotInterval = "1s" },
            try tapes.scenario("no snapshot before the end") { $0.snapshotInterval = "1h" },
            try tapes.scenario("market entries") {
                $0.instruments[0].entry = "type: \"market\", timeInForce: \"IOC\", timeout: \"2s\""
            },
            try tapes.scenario("post-only entries") {
                $0.instruments[0].entry =
                    "type: \"limit\", timeInForce: \"post-only\", offsetTicks: 0, timeout: \"2s\""
            },
            try tapes.scenario("a venue next door") {
                $0.latency = "0ms"
                $0.replyLatency = "0ms"
            },
            try tapes.scenario("a venue far away") {
                $0.latency = "1500ms"
                $0.replyLatency = "1500ms"
            },
            try tapes.scenario("a stop that stays") { $0.instruments[0].trails = false },
            try tapes.scenario("exits on the opposite signal") {
                $0.instruments[0].closesOnOpposite = true
            },
            try tapes.scenario("deals of five seconds") {
                $0.instruments[0].maximumHolding = "5s"
                $0.instruments[0].cooldown = "0s"
            },
            try tapes.scenario("paused by the order rate") { $0.maximumOrderRate = 2 },
            try tapes.scenario("paused by the drawdown") { $0.maximumDrawdown = "0.2" },
            try tapes.scenario("everything logged") { $0.logLevel = "debug" },
            try tapes.scenario("nothing logged to files") { $0.logDirectory = nil },
        ]
    }

    /// Other markets, and more than one.
    private static func markets(_ tapes: Tapes) throws -> [Scenario] {
        let perpetual = SceneMarket(isPerpetual: true)
        let other = SceneMarket(symbol: "OTHUSDT")
        var signals = try tapes.scenario("signals") {
            $0.signals = "signals.jsonl"
            $0.instruments[0].signalThreshold = "50"
        }
        signals.scene.signals = """
            {"id":"a","symbol":"GENUSDT","side":"buy","score":"80","time":"2024-01-01T00:00:05Z"}
            {"id":"b","symbol":"GENUSDT","side":"sell","score":"70","time":"2024-01-01T00:00:25Z"}
            {"id":"c","symbol":"GENUSDT","side":"buy","score":"90","time":"2024-01-01T00:00:40Z"}

            """
        return [
            signals,
            try tapes.scenario("perpetual", [perpetual]) { $0.instruments[0].isPerpetual = true },
            try tapes.scenario("perpetual, both ways", [perpetual]) {
                $0.instruments[0].isPerpetual = true
                $0.instruments[0].allowsShort = true
                $0.instruments[0].targetRests = true
                $0.instruments[0].closesOnOpposite = true
            },
            try tapes.scenario("perpetual, one input a commit", [perpetual]) {
                $0.instruments[0].isPerpetual = true
                $0.instruments[0].allowsShort = true
                $0.batchLimit = 1
            },
            try tapes.scenario("two symbols", [SceneMarket(), other]) {
                $0.instruments.append(SceneSettings.Instrument())
                $0.instruments[1].symbol = "OTHUSDT"
                $0.instruments[1].base = "OTH"
                $0.maximumOpenDeals = 2
            },
            try tapes.scenario("spot and perpetual", [SceneMarket(), perpetual]) {
                $0.instruments.append(SceneSettings.Instrument())
                $0.instruments[1].isPerpetual = true
                $0.instruments[1].allowsShort = true
                $0.maximumOpenDeals = 2
            },
        ]
    }

    /// Starts of a journal that is there, or was about to be.
    private static func restarted(_ tapes: Tapes) throws -> [Scenario] {
        var nested = try tapes.scenario("journal and state in new directories") {
            $0.stateDirectory = "etc/there/state"
        }
        nested.scene.journal = "data/here/journal"
        nested.scene.state = "etc/there/state"
        var later = try tapes.scenario(
            "a second tape",
            [SceneMarket(), SceneMarket(minutes: 1..<2)]
        )
        later.before = [.trade(tapes: 1)]
        func restart(_ name: String, _ before: [Step]) throws -> Scenario {
            var scenario = try tapes.scenario(name) { $0.snapshotInterval = "5s" }
            scenario.before = before
            return scenario
        }
        return [
            nested, later,
            try tapes.scenario("with an emergency copy") { $0.emergencyBackup = "copy" },
            try restart("after a clean stop", [.trade()]),
            try restart("after a kill in genesis", [.killed(at: 45)]),
            try restart("after a kill while trading", [.killedAfter(percent: 60)]),
            try restart("after two kills", [.killedAfter(percent: 40), .killedAfter(percent: 20)]),
            try restart("with leftovers", [.killedAfter(percent: 50), .arranged(leaveOver)]),
            try restart("with a damaged snapshot", [.killedAfter(percent: 70), .arranged(damage)]),
            try restart(
                "with a snapshot of another version",
                [.killedAfter(percent: 80), .arranged(makeOlder)]
            ),
            try restart(
                "without its state directory",
                [
                    .killedAfter(percent: 50),
                    .arranged { place in try FileSystem.removeTree(place.state) },
                ]
            ),
        ]
    }

    /// Commands of the tool that write.
    private static func tools(_ tapes: Tapes) throws -> [Scenario] {
        func tool(_ name: String, _ words: [String], _ before: [Step]) throws -> Scenario {
            var scenario = try tapes.scenario(name) { $0.snapshotInterval = "20s" }
            scenario.before = before
            scenario.victim = .tool(words)
            return scenario
        }
        var resume = try tapes.scenario(
            "journalctl resume",
            [SceneMarket(minutes: 0..<2), SceneMarket(minutes: 2..<3)]
        ) { $0.maximumOrderRate = 1 }
        // An entry and its stop are two orders.
        resume.before = [.trade(tapes: 1)]
        resume.victim = .tool(["resume", "--operator", "someone", "--reason", "looked at it"])
        // Killed after its event was durable, there is nothing left to resume.
        resume.repeatedStatuses = [0, 1]
        return [
            try tool("journalctl snapshot", ["snapshot"], [.trade()]),
            try tool("journalctl snapshot after a kill", ["snapshot"], [.killedAfter(percent: 60)]),
            resume,
        ]
    }
}

extension Scenario {
    /// Old segments leave the journal; then the run goes on.
    private static func compacted(_ tapes: Tapes) throws -> [Scenario] {
        let archive = ["snapshot", "--archive", "PLACE/archives"]
        // It keeps all that is younger: each call only seals a segment.
        let seal = Step.tool(archive + ["--retain", "1d"])
        func compaction(_ name: String, _ before: [Step]) throws -> Scenario {
            var scenario = try tapes.scenario(
                name,
                [SceneMarket(), SceneMarket(minutes: 1..<2)]
            ) { $0.snapshotInterval = "20s" }
            scenario.before = [.trade(tapes: 1)] + before
            scenario.victim = .tool(archive)
            return scenario
        }
        return [
            try compaction("archiving a segment", []),
            try compaction("archiving several segments", [seal, seal]),
            try compaction("archiving again", [.tool(archive)]),
            try compaction("archiving after a kill", [seal, .killedAfter(percent: 50)]),
        ]
    }
}

/// What happens to the files of a journal before a start.
extension Scenario {
    /// What interrupted operations may have left.
    @Sendable private static func leaveOver(_ place: Place) throws {
        let segment = place.journal + "/segments/00000000000000009999.new"
        try FileSystem.createDirectory(segment)
        let names = ["/segments/00000000000000009999.new/data.mdb", "/witness.new"]
        for name in names + ["/snapshots/00000000000000009999.snapshot.new"] {
            try File(path: place.journal + name, mode: .createNew).write([1, 2, 3].span, at: 0)
        }
    }

    /// The newest snapshot of a journal, by its path.
    private static func newestSnapshot(_ place: Place) throws -> String {
        let directory = place.journal + "/snapshots"
        let names = try FileSystem.list(directory).filter { $0.hasSuffix(".snapshot") }
        guard let name = names.last else { throw SuiteFailure("there is no snapshot to change") }
        return directory + "/" + name
    }

    /// One bit of the newest snapshot is turned.
    @Sendable private static func damage(_ place: Place) throws {
        let file = try File(path: try newestSnapshot(place), mode: .readWrite)
        let byte = try file.read(at: 200, count: 1)[0] ^ 1
        try file.write([byte].span, at: 200)
    }

    /// The newest snapshot holds a state as another version of the program would write it.
    @Sendable private static func makeOlder(_ place: Place) throws {
        try makeOlder(try newestSnapshot(place))
    }

    /// Makes a snapshot one of a state as another version of the program would write it.
    static func makeOlder(_ path: String) throws {
        var bytes = try FileSystem.read(path)
        // The body begins behind a header of 112 bytes, with its version; the last 32 are SHA-256.
        bytes[112] ^= 0x40
        bytes.removeLast(32)
        bytes += SHA256().digest(of: bytes.span).bytes
        try File(path: path, mode: .replace).write(bytes.span, at: 0)
    }
}
