import Platform
import Runtime
import SuiteSupport

/// `DamageSuite once`: one damage of a kept sample, again.
struct Repetition {
    let sample: Sample
    let damage: Damage

    init(_ arguments: ParsedArguments) throws {
        sample = Sample(directory: arguments.text("sample") ?? "")
        let text = arguments.text("damage") ?? ""
        guard let damage = Damage(text) else { throw SuiteFailure("no damage is called '\(text)'") }
        self.damage = damage
    }

    /// Does it, in a copy that is kept where it was wrong.
    func run() throws {
        let rooms = try Rooms("damage-once")
        let stage = try Stage(sample, in: rooms.quick + "/stage")
        let judge = try DamageJudge(stage)
        try stage.apply(damage)
        say("\(damage), in \(stage.directory)")
        var care = DamageJudge.Care()
        care.mustBeRefused = damage.mustBeRefused
        let verdict = judge.judge(care)
        say("\(verdict.notice): \(verdict.words)")
        if let failure = verdict.failure { throw SuiteFailure(failure) }
        try rooms.remove()
    }
}
