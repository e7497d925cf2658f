import Digests
import Platform
import Runtime
import SuiteSupport

extension StateScenario {
    /// The scenarios that the shipped programs play, on generated markets of a minute.
    ///
    /// - Parameters:
    ///   - directory: Where their tapes are written.
    ///   - seed: Of the markets.
    /// - Returns: The scenarios.
    /// - Throws: `TapeError` and `PlatformError` where a tape cannot be written.
    static func shipped(in directory: String, seed: UInt64) throws -> [StateScenario] {
        try FileSystem.createDirectories(directory)
        let life = try ShippedLife(directory, seed)
        return runs(life) + compactions(life) + copies(life) + upgrades(life)
    }

    /// The engine from its first start to a clean stop, and after a kill.
    private static func runs(_ life: ShippedLife) -> [StateScenario] {
        var signed = life
        signed.settings.signingKey = "key"
        return [
            StateScenario("a run", .program) {
                try life.configure($0)
            } words: {
                life.run($0)
            },
            StateScenario("a run after a kill", .program) { room in
                try life.configure(room)
                try life.runToKill(room, percent: 60)
            } words: {
                life.run($0)
            },
            StateScenario("a signed run", .program) { [signed] room in
                try signed.configure(room)
                let key = room.directory + "/key"
                try room.run([room.program.engine, "keygen", "--to", key], wanted: .exited(0))
            } words: { [signed] in
                signed.run($0)
            },
        ]
    }

    /// Old segments leave the journal.
    private static func compactions(_ life: ShippedLife) -> [StateScenario] {
        /// A minute of market for each of several segments.
        @Sendable func live(_ room: StateRoom) throws {
            try life.configure(room)
            for minutes in 1...3 {
                try life.trade(room, tapes: minutes)
                if minutes < 3 { try life.perform(room, ["snapshot", "--retain", "1d"]) }
            }
        }
        @Sendable func archive(_ room: StateRoom) -> [String] {
            ["snapshot", "--archive", room.top + "/archives"]
        }
        var removal = StateScenario("compaction without a copy", .removal, prepare: live) {
            life.tool($0, ["snapshot", "--retain", "30s"])
        }
        var archiving = StateScenario("compaction with archives", .archiving, prepare: live) {
            life.tool($0, archive($0))
        }
        var again = StateScenario("compaction after another", .archiving) { room in
            try live(room)
            try life.perform(room, archive(room) + ["--retain", "90s"])
        } words: {
            life.tool($0, archive($0))
        }
        removal.repeating = 2
        archiving.repeating = 8
        again.repeating = 8
        return [removal, archiving, again]
    }

    /// Backups, and what becomes of them.
    private static func copies(_ life: ShippedLife) -> [StateScenario] {
        @Sendable func backup(_ room: StateRoom) -> [String] {
            ["backup", room.top + "/" + StateTask.backup]
        }
        @Sendable func live(_ room: StateRoom) throws {
            try life.configure(room)
            try life.trade(room, tapes: 1)
        }
        @Sendable func copyAndLiveOn(_ room: StateRoom) throws {
            try live(room)
            try life.perform(room, backup(room))
            for _ in 0..<2 { try life.perform(room, ["snapshot"]) }
        }
        let first = StateScenario("a first backup", .backup, prepare: live) {
            life.tool($0, backup($0))
        }
        let later = StateScenario("a later backup", .backup, prepare: copyAndLiveOn) {
            life.tool($0, backup($0))
        }
        @Sendable func restore(_ room: StateRoom) -> [String] {
            [
                "restore", room.directory + "/kept", "--accept-rollback", "--operator", "me",
                "--reason", "a test",
            ]
        }
        @Sendable func keepCopy(_ room: StateRoom) throws {
            try copyAndLiveOn(room)
            // It is only read: it needs no place in every state.
            try FileSystem.rename(room.top + "/" + StateTask.backup, to: room.directory + "/kept")
        }
        let once = StateScenario("restore", .restore, prepare: keepCopy) {
            life.tool($0, restore($0))
        }
        let again = StateScenario("restore after a killed one", .restore) { room in
            try keepCopy(room)
            try room.kill(life.tool(room, restore(room)), at: 40)
        } words: {
            life.tool($0, restore($0))
        }
        var found = [first, later, once, again]
        for index in found.indices { found[index].repeating = 2 }
        return found
    }

    /// What an older version left.
    private static func upgrades(_ life: ShippedLife) -> [StateScenario] {
        [
            StateScenario("upgrade: older snapshots", .program) { room in
                try life.configure(room)
                try life.trade(room, tapes: 1)
                let directory = room.top + "/journal/snapshots"
                for name in try FileSystem.list(directory) {
                    try Scenario.makeOlder(directory + "/" + name)
                }
            } words: {
                life.run($0, tapes: 2)
            },
            StateScenario("upgrade: journal of version 1", .program) { room in
                for name in ["journal", "state"] {
                    let source = try ShippedLife.golden() + "/" + name
                    try FileSystem.copyTreeDurably(source, to: room.top + "/" + name)
                }
            } words: {
                life.tool($0, ["snapshot"])
            },
        ]
    }
}

/// The engine and the tool at work in a room; only journal, state and copies are recorded.
struct ShippedLife: Sendable {
    var settings = SceneSettings()
    private let tapes: [String]

    init(_ directory: String, _ seed: UInt64) throws {
        settings.stateDirectory = "top/state"
        settings.snapshotInterval = "5s"
        tapes = try (0..<3).map { minute in
            try SceneMarket(seed: seed, minutes: minute..<(minute + 1)).tape(in: directory)
        }
    }

    private func place(_ room: StateRoom) -> Place {
        let scene = Scene(
            name: "a life",
            tapes: tapes,
            configuration: settings.text,
            journal: "top/journal",
            state: "top/state"
        )
        return Place(existing: room.directory, scene)
    }

    /// Writes the configuration.
    func configure(_ room: StateRoom) throws { try place(room).configure() }

    /// The words of the engine, over the first tapes.
    func run(_ room: StateRoom, tapes: Int = 1) -> [String] {
        [room.program.engine] + place(room).run(tapes: tapes)
    }

    /// The words of the tool.
    func tool(_ room: StateRoom, _ words: [String]) -> [String] {
        [room.program.tool] + place(room).tool(words)
    }

    /// Lets the engine trade.
    func trade(_ room: StateRoom, tapes: Int) throws {
        try room.run(run(room, tapes: tapes), wanted: .exited(0))
    }

    /// Lets the tool do something.
    func perform(_ room: StateRoom, _ words: [String]) throws {
        try room.run(tool(room, words), wanted: .exited(0))
    }

    /// Kills the engine when so much of its run is done.
    func runToKill(_ room: StateRoom, percent: Int) throws {
        let place = place(room)
        let counting = room.program.dying(at: 0, count: place.callCount)
        try room.run(run(room), environment: counting, wanted: .exited(0))
        let call = try place.countedCalls() * percent / 100
        try FileSystem.removeTree(room.top)
        try FileSystem.createDirectory(room.top)
        try room.kill(run(room), at: call)
    }

    /// The journal of format version 1, in the working directory or above the program.
    static func golden() throws -> String {
        var place = FileSystem.parent(of: try CurrentProcess.executablePath())
        while place != "/", place != "." {
            let found = place + "/Tests/Golden/1"
            if try FileSystem.status(found) != nil { return found }
            place = FileSystem.parent(of: place)
        }
        throw SuiteFailure("Tests/Golden/1 is not above the program")
    }
}
