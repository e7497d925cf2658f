import FoundationEssentials
import Platform
import SuiteSupport

/// What workers are to examine, as it is handed over in a file.
struct DamageTask: Codable {
    /// What to call it.
    var name: String
    /// The directory of the sample.
    var sample: String
    var target: Target
    var seed: UInt64 = 1
    /// How many bits are flipped by chance.
    var flips = 0
    /// Every Nth damage is done.
    var stride = 1

    /// Reads a task from a file.
    static func read(_ file: String) throws -> DamageTask {
        try JSONDecoder().decode(DamageTask.self, from: Data(try FileSystem.read(file)))
    }

    /// Writes the task to a file.
    func write(to file: String) throws {
        let bytes = Array(try JSONEncoder().encode(self))
        try File(path: file, mode: .replace).write(bytes.span, at: 0)
    }

    /// The damages.
    func list() throws -> DamageList {
        let sample = Sample(directory: sample)
        return try DamageList(target, sample, sample.tree(), seed: seed, flips: flips)
    }

    /// What to call a case, and how to do it again.
    func name(_ damage: Damage, _ number: Int) -> String {
        "\(name), seed \(seed), case \(number): \(damage) "
            + "(again: DamageSuite once --sample \(sample) --damage '\(damage)')"
    }
}

/// What a worker has seen so far.
struct DamageCounts: WorkerCounts {
    var number = 0
    var cases = 0
    /// By what the damage was noticed first; see ``Verdict/Notice``.
    var byScan = 0
    var byReplay = 0
    var byVerification = 0
    var harmless = 0
    /// Of the harmless: something was warned of.
    var warned = 0
    /// Of the noticed: a reader that knows no witness ended without a word, and early.
    var silentReaders = 0
    /// Of all: batches were committed on it, and all was well.
    var written = 0
    var wrong = 0
    var isDone = 0

    static var fields: [WritableKeyPath<DamageCounts, Int>] {
        [
            \.number, \.cases, \.byScan, \.byReplay, \.byVerification, \.harmless, \.warned,
            \.silentReaders, \.written, \.wrong, \.isDone,
        ]
    }

    var failures: Int { wrong }

    mutating func add(_ verdict: Verdict) {
        cases += 1
        if verdict.isReaderSilent { silentReaders += 1 }
        if verdict.failure != nil {
            wrong += 1
            return
        }
        if verdict.isWritten { written += 1 }
        switch verdict.notice {
        case .scan: byScan += 1
        case .replay: byReplay += 1
        case .verification: byVerification += 1
        case .harmless:
            harmless += 1
            if verdict.isWarned { warned += 1 }
        }
    }
}
