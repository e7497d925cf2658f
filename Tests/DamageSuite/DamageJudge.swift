import Digests
import Journal
import Platform
import Projections
import Runtime
import SuiteSupport

/// What became of one damage.
struct Verdict {
    /// What noticed it first.
    enum Notice {
        /// The check before opening refuses the journal.
        case scan
        /// Replay on opening, or the replay of a verification, stops or differs.
        case replay
        /// Verification finds it; an engine opens and has the state that it should.
        case verification
        /// Nobody, and it changes nothing, now or later.
        case harmless
    }

    var notice = Notice.harmless
    /// Whether it was harmless and something is warned of.
    var isWarned = false
    /// Whether a reader that knows no witness ended without a word and gave something else.
    var isReaderSilent = false
    /// Whether further batches were committed.
    var isWritten = false
    /// What is wrong; `nil` where all is as it must be.
    var failure: String?
    /// What was said of it.
    var words = ""
}

/// Opens a damaged journal in every way there is, and holds that against the undamaged one.
struct DamageJudge {
    /// What a way to look at the journal came to.
    enum Outcome {
        case refused(String)
        case stopped(String)
        /// It was let in, and a further commit failed.
        case broke(String)
        case read(Life, warnings: [String])
    }

    /// How much is looked at.
    struct Care {
        /// Whether nothing but a refusal will do.
        var mustBeRefused = false
        /// Whether an engine that opens what verification finds damaged goes on, and readers that
        /// know no witness have a look.
        var isFull = true
        /// Puts what the undamaged journal came to in place of further commits; `nil` where they
        /// have to be made.
        var putAfter: (() throws -> Void)?
    }

    let journal: String
    let state: String
    let expected: Expectation

    /// A judge over the journal of a stage, which is whole.
    init(_ stage: Stage) throws {
        journal = stage.journal
        state = stage.state
        let now = try Self.open(journal, state, commitsFurther: true)
        try stage.keepAfter()
        let after = try Self.open(journal, state)
        try stage.undo(.flip(path: stage.witness, byte: 0, bit: 0), isWritten: true)
        try stage.requireWhole()
        guard case .read(let first, _) = now, case .read(let last, _) = after else {
            throw SuiteFailure("the undamaged sample does not open: \(now), \(after)")
        }
        expected = Expectation(now: first, after: last)
    }

    init(journal: String, state: String, expected: Expectation) {
        self.journal = journal
        self.state = state
        self.expected = expected
    }

    /// Judges the journal as it is.
    ///
    /// - Parameter care: How much is looked at.
    /// - Returns: What noticed the damage, and what is wrong.
    func judge(_ care: Care) -> Verdict {
        var verdict = Verdict()
        let verified = verify()
        var isFound = false
        switch verified {
        case .refused(let words):
            isFound = true
            verdict.notice = .verification
            verdict.words = words
        case .stopped(let words), .broke(let words):
            isFound = true
            verdict.notice = .replay
            verdict.words = words
        case .read(let life, let warnings):
            verdict.isWarned = !warnings.isEmpty
            verdict.words = warnings.first ?? ""
            if life != expected.now {
                verdict.failure = "verification is content with \(life)"
            }
        }
        let goesOn = !care.mustBeRefused && (!isFound || care.isFull)
        let opened = Self.attempt {
            try Self.open(journal, state, commitsFurther: goesOn && care.putAfter == nil)
        }
        switch opened {
        case .refused(let words):
            verdict.notice = .scan
            verdict.words = words
        case .stopped(let words):
            verdict.notice = .replay
            verdict.words = words
        case .broke(let words):
            verdict.isWritten = true
            verdict.failure = "an engine opens it, and then: \(words)"
        case .read(let life, _):
            verdict.isWritten = goesOn
            if life != expected.now { verdict.failure = "an engine opens and has \(life)" }
            if care.mustBeRefused { verdict.failure = "an engine opens it" }
            if goesOn, verdict.failure == nil {
                verdict.failure = later(isFound: isFound, care.putAfter)
            }
        }
        if care.mustBeRefused, !isFound {
            verdict.failure = verdict.failure ?? "verification is content"
        }
        if care.isFull, !verdict.isWritten { verdict.isReaderSilent = isReaderSilent() }
        return verdict
    }

    /// What is wrong after further commits.
    private func later(isFound: Bool, _ putAfter: (() throws -> Void)?) -> String? {
        do { try putAfter?() } catch { return "\(error)" }
        if !isFound {
            switch verify() {
            case .refused(let words), .stopped(let words), .broke(let words):
                return "after \(FurtherCommits.count) further commits: \(words)"
            case .read(let life, _):
                if life != expected.after {
                    return "after \(FurtherCommits.count) further commits: \(life)"
                }
            }
        }
        switch Self.attempt({ try Self.open(journal, state) }) {
        case .refused(let words), .stopped(let words), .broke(let words):
            return "after \(FurtherCommits.count) further commits an engine says: \(words)"
        case .read(let life, _):
            return life == expected.after
                ? nil : "after \(FurtherCommits.count) further commits an engine has \(life)"
        }
    }

    private static func attempt(_ body: () throws -> Outcome) -> Outcome {
        do {
            return try body()
        } catch let error as JournalError {
            return .refused("\(error)")
        } catch {
            return .stopped("\(error)")
        }
    }

    /// Verifies pages, batches, witnesses and snapshots; where nothing is damaged, replays all.
    private func verify() -> Outcome {
        var options = VerifierOptions()
        options.stateDirectory = state
        options.scan = .inProcess
        options.removals = .ofEvents
        let report: VerifierReport
        do throws(JournalError) {
            report = try Verifier.verify(journal, options: options)
        } catch {
            return .refused("\(error)")
        }
        // A snapshot that is left aside is told of, and that is enough: it holds nothing else.
        let found = report.findings.first { $0.severity == .damage || $0.code == .snapshot }
        if let found { return .refused("verification: \(found)") }
        let warnings = report.findings.filter { $0.severity == .warning }.map(\.description)
        do {
            var replay = Replay(comparing: .all)
            try replay.run(try JournalReader.open(journal))
            if let divergence = replay.divergence { return .stopped("replay: \(divergence)") }
            return .read(Life(replay.state, report.head), warnings: warnings)
        } catch {
            return .stopped("replay: \(error)")
        }
    }

    /// Opens the journal the way `run` does.
    private static func open(
        _ journal: String,
        _ state: String,
        commitsFurther: Bool = false
    ) throws -> Outcome {
        var options = WriterOptions(stateDirectory: state)
        options.scan = .inProcess
        // Small, so that mapping it costs little; no segment becomes as large.
        options.mapSize = 64 << 20
        let writer = try JournalWriter.open(journal, options: options)
        let replay: Replay
        do {
            replay = try Recovery.replay(writer).replay
        } catch {
            return .stopped("\(error)")
        }
        let life = Life(replay.state, writer.head)
        do {
            if commitsFurther { try FurtherCommits.make(writer, after: replay.state) }
        } catch {
            return .broke("\(error)")
        }
        return .read(life, warnings: [])
    }

    /// Whether a reader ends without a word and has not come to the head.
    private func isReaderSilent() -> Bool {
        do throws(JournalError) {
            let reader = try JournalReader.open(journal)
            var options = ReadOptions()
            options.checksChain = true
            var last: UInt64 = 0
            try reader.forEachBatch(options: options) { batch in
                last = batch.header.lastSequence
                return .proceed
            }
            return last != expected.now.sequence
        } catch {
            return false
        }
    }
}
