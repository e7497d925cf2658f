import Platform

/// Kills at every call that changes what is on disk, one run for each, and within a recovery too.
struct EveryCall {
    let program: Program
    let scene: Scene
    let reference: Outcome
    /// Part of the path of the directory with whose making the count of a first start begins.
    var after: String?

    private(set) var figures = Figures()

    init(program: Program, scene: Scene, reference: Outcome) {
        self.program = program
        self.scene = scene
        self.reference = reference
    }

    /// How many calls a run makes that is not killed.
    func countCalls(in directory: String) throws -> Int {
        let place = try Place(directory, scene)
        let ending = try program.start(place, dieAt: 0).wait()
        guard ending == .exited(0) else {
            throw SuiteFailure("the counting run ended with \(ending): \(place.lastMessages)")
        }
        if let difference = try Outcome(of: place).difference(from: reference) {
            throw SuiteFailure("the counting run differs: \(difference)")
        }
        let calls = try place.countedCalls()
        try place.remove()
        return calls
    }

    /// One run that dies at a call, whose restart dies at another, and that then ends.
    ///
    /// - Returns: Whether the first start was killed, rather than ended.
    mutating func run(dyingAt calls: [Int], in directory: String) throws -> Bool {
        let place = try Place(directory, scene)
        do {
            var kills = 0
            var epochs = 0
            for call in calls {
                let ending = try program.start(
                    place,
                    dieAt: call,
                    after: kills == 0 ? after : nil
                ).wait()
                if ending == .exited(0) { break }
                guard ending == .killed(signal: 9) else {
                    throw SuiteFailure("the engine ended with \(ending): \(place.lastMessages)")
                }
                kills += 1
                let autopsy = try Autopsy(of: place, program, epochsBefore: epochs)
                epochs = autopsy.epochs
                figures.add(autopsy)
            }
            try Comparison(program: program).finish(place, reference)
            if kills > 0 { figures.addRun(kills: kills) }
            try place.remove()
            return kills > 0
        } catch {
            throw SuiteFailure(
                "killed at calls \(calls) of the \(scene.name): \(error); everything is kept in "
                    + directory
            )
        }
    }
}
