internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Corrects what the engine believes, by an event with a name and a reason.
struct CorrectCommand: Command {
    static let syntax = CommandSyntax(
        "correct",
        summary: "Corrects what the engine believes; it is an event with a name, never an edit.",
        discussion: """
            SUBJECT is balance, position, order, deal, skip or undo; NAME is the asset, the \
            instrument, the order, the deal, the events that cannot be folded (SEQ or SEQ,SEQ…), \
            or the correction to take back.

            Without --expect it shows what would change, and the version of the figures as they \
            are now; nothing is written, unless a person at the terminal says yes. With --expect \
            VERSION it is done, if the figures still have that version; otherwise it is refused \
            with 1. Beside a running engine the engine does it, between two batches.
            """,
        options: [
            OptionSyntax("to", "AMOUNT", summary: "balance: what is there, locked parts included"),
            OptionSyntax("quantity", "Q", summary: "position: what is held; negative when short"),
            OptionSyntax("cost", "C", summary: "position, order: what it cost; see --average"),
            OptionSyntax("average", "P", summary: "position: the average price; as it was if none"),
            OptionSyntax(
                "status",
                "S",
                .choice(CorrectionSubject.endNames),
                summary: "order: how it ended: cancelled, rejected, expired or filled"
            ),
            OptionSyntax("filled", "Q", summary: "order: how much was filled in all"),
            .flag("known", summary: "order: the outcome of its request is known"),
            OptionSyntax("held", "Q", summary: "deal: what it holds"),
            OptionSyntax("entry-quantity", "Q", summary: "deal: what its entry bought or sold"),
            OptionSyntax("entry-cost", "C", summary: "deal: what that cost"),
            OptionSyntax("profit", "P", summary: "deal: what it made so far"),
            OptionSyntax("operator", "NAME", isRequired: true, summary: "who corrects"),
            OptionSyntax("reason", "TEXT", isRequired: true, summary: "why"),
            OptionSyntax("expect", "VERSION", summary: "do it, on figures of this version"),
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
        ],
        positionals: [
            PositionalSyntax("SUBJECT", summary: "what is corrected"),
            PositionalSyntax("NAME", summary: "which one"),
        ]
    )

    static let takes = JournalNeed.directory

    private let subject: CorrectionSubject
    private let name: String
    private let reason: String
    private let expected: String?
    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        subject = try CorrectionSubject(options)
        name = options.text("operator") ?? ""
        reason = options.text("reason") ?? ""
        expected = options.text("expect")
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
        guard name.utf8.count <= CorrectionMade.longestName else {
            throw UsageMistake("--operator takes \(CorrectionMade.longestName) bytes at most")
        }
        guard reason.utf8.count <= CorrectionMade.longestReason else {
            throw UsageMistake("--reason takes \(CorrectionMade.longestReason) bytes at most")
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let proposal: CorrectionProposal
        do {
            proposal = try propose(context)
        } catch let refusal as CorrectionRefusal {
            return try refused(refusal, context)
        }
        guard let expected else {
            try show(proposal, .proposed, context)
            guard try isConfirmed(context) else { return 0 }
            return try apply(proposal, context)
        }
        guard expected == proposal.version else {
            try show(proposal, .stale(expected: expected), context)
            return 1
        }
        return try apply(proposal, context)
    }

    /// The correction with the figures as they are now.
    private func propose(_ context: CommandContext) throws -> CorrectionProposal {
        let states = try StateReader(context)
        let proposal: CorrectionProposal
        switch subject {
        case .skip(let wanted):
            let found = try SkipSearch(states: states, wanted: wanted, by: name).run()
            let made = found.leftOut.map { event in
                self.made(.skip(SequenceNumber(event.sequence), hash: event.hash))
            }
            proposal = CorrectionProposal(
                made: made,
                state: found.state,
                leftOut: found.leftOut,
                remarks: found.reasons
            )
        case .undo(let sequence):
            let search = UndoSearch(states: states, sequence: sequence)
            let inverse = try search.inverse()
            try search.requireOpen(inverse)
            let state = try states.replay(to: .head).replay.state
            do throws(CorrectionRefusal) {
                try state.check(inverse)
            } catch {
                let obstacle = try search.obstacle(to: inverse, error)
                throw CorrectionRefusal("event \(sequence) cannot be taken back: \(obstacle)")
            }
            proposal = CorrectionProposal(
                made: [made(inverse, undoing: SequenceNumber(sequence))],
                state: state
            )
        default:
            let state = try states.replay(to: .head).replay.state
            guard let correction = try subject.correction(in: state) else {
                throw CorrectionRefusal("there is nothing to correct")
            }
            try state.check(correction)
            proposal = CorrectionProposal(made: [made(correction)], state: state)
        }
        for remark in states.remarks { context.console.message(remark) }
        return proposal
    }

    private func made(
        _ correction: Correction,
        undoing undone: SequenceNumber = SequenceNumber(0)
    ) -> CorrectionMade {
        CorrectionMade(by: name, reason: reason, undoes: undone, correction: correction)
    }

    /// Writes the correction, or lets the engine do it.
    private func apply(_ proposal: CorrectionProposal, _ context: CommandContext) throws -> Int32 {
        let access = JournalAccess(
            context: context,
            stateDirectory: stateDirectory ?? context.settings.stateDirectory,
            name: "correct"
        )
        do {
            let hand = try access.hand(leavingOut: proposal.leftOut) { state in
                // What was seen was read before the lock was taken.
                for made in proposal.made where proposal.leftOut.isEmpty {
                    try state.check(made.correction)
                }
            }
            let events = try hand.correct(proposal.made)
            let head = try hand.end()
            try show(proposal, .applied(events, head: head), context)
            return 0
        } catch let refusal as CorrectionRefusal {
            return try refused(refusal, context)
        } catch let failure as ControlFailure {
            guard failure.kind == .refused else { throw CommandFailure(2, "correct: \(failure)") }
            return try refused(CorrectionRefusal("\(failure)", .stale), context)
        }
    }

    /// Says no; where figures moved, with what would change now.
    private func refused(
        _ refusal: CorrectionRefusal,
        _ context: CommandContext
    ) throws -> Int32 {
        if refusal.kind == .unchanged {
            let document: Document = ["applied": .flag(false), "refusal": .text(refusal)]
            try context.console.line(isJSON ? document.json : "\(refusal): nothing to correct")
            return 0
        }
        if refusal.kind == .stale, let expected {
            do {
                let now = try propose(context)
                if now.version != expected {
                    try show(now, .stale(expected: expected), context)
                    return 1
                }
            } catch let other as CorrectionRefusal {
                throw CommandFailure(1, "correct: \(other)")
            }
        }
        throw CommandFailure(1, "correct: \(refusal)")
    }

    private func show(
        _ proposal: CorrectionProposal,
        _ fate: CorrectionProposal.Fate,
        _ context: CommandContext
    ) throws {
        if isJSON { return try context.console.line(proposal.document(fate).json) }
        for line in try proposal.lines(fate) { try context.console.line(line) }
    }

    /// Whether a person at the terminal says yes.
    private func isConfirmed(_ context: CommandContext) throws -> Bool {
        guard !isJSON, let ask = context.settings.ask else { return false }
        try context.console.flush()
        return ask("apply it now? Then type yes: ")
    }
}
