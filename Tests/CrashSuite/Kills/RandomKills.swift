import Platform
import SuiteSupport

/// Kills at random moments: a schedule of kills a run, the same for the same seed.
struct RandomKills {
    let program: Program
    let seed: UInt64

    private(set) var figures = Figures()

    init(program: Program, seed: UInt64) {
        self.program = program
        self.seed = seed
    }

    /// A market with the result of a run that was never killed.
    struct Reference {
        let scene: Scene
        let outcome: Outcome
        /// How long that run took, in nanoseconds.
        let duration: Int64
    }

    /// Runs a market without a kill.
    func reference(_ scene: Scene, in directory: String) throws -> Reference {
        let place = try Place(directory, scene)
        let begun = Clock.monotonic()
        let outcome = try program.finish(place)
        let duration = Clock.monotonic() - begun
        let again = try Place(directory, scene)
        if let difference = try program.finish(again).difference(from: outcome) {
            throw SuiteFailure("two runs that nobody killed differ: \(difference)")
        }
        try again.remove()
        return Reference(scene: scene, outcome: outcome, duration: duration)
    }

    /// One run, killed as often as its schedule says, then left alone.
    mutating func run(cycle: Int, _ reference: Reference, in directory: String) throws {
        let place = try Place(directory, reference.scene)
        let delays = Self.schedule(seed: seed, cycle: cycle, duration: reference.duration)
        var done: [Int64] = []
        do {
            var epochs = 0
            var kills = 0
            for delay in delays {
                let child = try program.start(place)
                Clock.pause(nanoseconds: delay)
                child.send(signal: 9)
                done.append(delay)
                let ending = child.wait()
                if ending == .exited(0) { break }
                guard ending == .killed(signal: 9) else {
                    throw SuiteFailure("the engine ended with \(ending): \(place.lastMessages)")
                }
                let autopsy = try Autopsy(of: place, program, epochsBefore: epochs)
                epochs = autopsy.epochs
                kills += 1
                figures.add(autopsy)
            }
            try Comparison(program: program).finish(place, reference.outcome)
            figures.addRun(kills: kills)
            try place.remove()
        } catch {
            let times = done.map { "\($0 / 1000) us" }.joined(separator: ", ")
            throw SuiteFailure(
                "seed \(seed), cycle \(cycle) of the \(reference.scene.name), killed after "
                    + "\(times): \(error); everything is kept in \(directory)"
            )
        }
    }

    /// How long each start of a run may live, in nanoseconds.
    ///
    /// The first kill is uniform over the whole run. Of the others a third hits within the first
    /// twenty milliseconds, a third where recovery is likely, and a third anywhere.
    static func schedule(seed: UInt64, cycle: Int, duration: Int64) -> [Int64] {
        var chance = Chance(seed: seed &+ UInt64(cycle) &* 0x9E37_79B9)
        let kills = chance.below(10) == 0 ? 5 + chance.below(6) : 1 + chance.below(4)
        return (0..<kills).map { kill in
            let kind = kill == 0 ? 2 : chance.below(3)
            let limit: Int64 =
                switch kind {
                case 0: 20_000_000
                case 1: duration / 3
                default: duration
                }
            return Int64(chance.below(Int(max(1, limit))))
        }
    }
}

/// Lets a killed run come to its end, and compares.
struct Comparison {
    let program: Program

    func finish(_ place: Place, _ reference: Outcome) throws {
        if let difference = try program.finish(place).difference(from: reference) {
            throw SuiteFailure(difference)
        }
        let end: JournalEnd = try Summary.read(place)
        let autopsy = try Autopsy(of: place, program, epochsBefore: 0)
        guard autopsy.head == end.head, autopsy.stateHash == end.stateHash else {
            throw SuiteFailure(
                "replay from the first event ends at \(autopsy.head) with state hash "
                    + "\(autopsy.stateHash), the summary at \(end.head) with \(end.stateHash)"
            )
        }
    }
}
