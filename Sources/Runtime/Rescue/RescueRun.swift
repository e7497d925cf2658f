internal import Engine
internal import Exchange
internal import Journal
internal import Platform
internal import Projections
public import Trading

/// What rescue did.
public struct RescueOutcome: Sendable {
    /// An instrument that something was held of.
    public struct Part: Hashable, Sendable {
        /// The instrument's name.
        public let name: String
        /// What was ours before, in base units.
        public let before: Quantity
        /// What is ours now.
        public let after: Quantity
    }

    /// Whether all that was asked for is done, as far as the venue proves it.
    public internal(set) var isDone: Bool
    /// How many changes were intended.
    public internal(set) var changes: Int
    /// Where they are recorded: `journal`, `standard output`, or the path of a side journal.
    public internal(set) var record: String
    /// What a person has to know.
    public internal(set) var notes: [String]
    /// What was held, and is.
    public internal(set) var parts: [Part] = []
}

/// Takes risk away with the engine dead, hung or running.
public enum RescueRun {
    /// What is done.
    public enum Action: Hashable, Sendable {
        /// Cancels what works; stops of what is held only where told so.
        case cancel(includesStops: Bool)
        /// Cancels what opens, and closes what is ours.
        case flatten
    }

    /// Where it tells what it does.
    public struct Voice {
        /// Takes a line for a person.
        public let say: (String) -> Void
        /// Takes a line of the record, where nothing is to be written: `nil` where it is.
        public let record: ((String) throws -> Void)?

        /// Makes one.
        public init(say: @escaping (String) -> Void, record: ((String) throws -> Void)? = nil) {
            self.say = say
            self.record = record
        }
    }

    /// Says what is at stake, by the journal; nothing is written.
    ///
    /// - Parameters:
    ///   - plan: Names the journal, which may be in use or damaged, and the venue.
    ///   - asksVenue: Whether the venue is asked how each live order stands; nothing is changed.
    ///   - patience: How long it is asked.
    ///   - say: Takes lines about what it is doing.
    /// - Returns: What is at stake.
    /// - Throws: ``RunFailure``, `JournalError` and `PlatformError` where nothing can be read.
    public static func status(
        _ plan: RunPlan,
        asksVenue: Bool,
        patience: TimeSpan,
        say: @escaping (String) -> Void
    ) throws -> RescueStatus {
        let view = try RescueView(plan)
        var warnings = view.warnings
        if view.isElsewhere { warnings.append(RescueRecord.elsewhere(plan)) }
        guard asksVenue else {
            let isHeld = try LockFile.isHeld(plan.lock)
            warnings += isHeld ? ["an engine has the journal open, running or hung"] : []
            return RescueStatus(view, warnings: warnings)
        }
        let room = try RescueRoom(plan, view)
        defer { room.venue.close() }
        let book = RescueBook(view.state, names: view.names, room.printed { _ in })
        let hand = room.hand(.look(isOfAll: true), book, say)
        if try !hand.act(patience: patience) {
            warnings.append("the venue did not tell in time how every order stands")
        }
        return RescueStatus(
            book.state,
            names: book.names,
            obstacle: view.obstacle,
            doubt: view.doubt.map { "\($0)" },
            warnings: warnings + hand.notes
        )
    }

    /// Acts at the venue, on what is ours.
    ///
    /// - Parameters:
    ///   - action: What to do.
    ///   - plan: Names the journal and the venue.
    ///   - patience: How long it may take.
    ///   - voice: Where it tells what it does.
    /// - Returns: What it did.
    /// - Throws: ``RunFailure``, `JournalError` and `PlatformError` where it could not begin. Where
    ///   it cannot record in the middle, the outcome says what was not sent.
    public static func act(
        _ action: Action,
        _ plan: RunPlan,
        patience: TimeSpan,
        _ voice: Voice
    ) throws -> RescueOutcome {
        let record = try RescueRecord(plan, voice)
        // Its locks are held to the end.
        defer { withExtendedLifetime(record) {} }
        let goal = RescueHand.Goal(action, isInDoubt: record.view.doubt != nil)
        let room = try RescueRoom(plan, record.view)
        defer { room.venue.close() }
        let book = record.book
        let before = book.state.instruments
        let hand = room.hand(goal, book, isPartial: record.view.obstacle != nil, voice.say)
        var notes = record.notes
        var isDone = false
        do {
            isDone = try work(goal, room, hand, patience: patience, voice, &notes)
        } catch {
            notes.append(unsent(because: error, book))
        }
        if let doubt = record.view.doubt {
            isDone = false
            notes.append("NOTHING WAS CLOSED, and no stop was touched: \(doubt)")
        }
        var outcome = RescueOutcome(
            isDone: isDone && hand.hasDoneAll,
            changes: book.changes,
            record: book.place,
            notes: notes + hand.notes
        )
        outcome.parts = before.compactMap { held in
            let now = book.state.instruments[Int(held.instrument.id.rawValue)].position.quantity
            guard !held.position.quantity.isZero || !now.isZero else { return nil }
            return RescueOutcome.Part(
                name: held.instrument.name,
                before: held.position.quantity,
                after: now
            )
        }
        return outcome
    }

    /// - Returns: Whether all is done, as far as the venue proves it.
    /// - Throws: What stood in the way of recording: what was to be recorded was not sent.
    private static func work(
        _ goal: RescueHand.Goal,
        _ room: RescueRoom,
        _ hand: RescueHand,
        patience: TimeSpan,
        _ voice: Voice,
        _ notes: inout [String]
    ) throws -> Bool {
        let book = hand.book
        var isDone = try room.cancelStrays(goal, book, voice.say, &notes)
        if try !hand.act(patience: patience) {
            isDone = false
            notes.append("time is over; run it again: nothing is sent twice")
        }
        if try !room.confirm(goal, book, &notes) { isDone = false }
        try book.commit()
        try book.end()
        return isDone
    }

    /// What a person has to know where something could not be recorded: by what is durable, for
    /// nothing else has left.
    private static func unsent(because error: any Error, _ book: RescueBook) -> String {
        let bare = RescueStatus(book.durable, names: book.names).parts.filter(\.isUnprotected)
            .map { "\($0.name) \($0.quantity) has no stop; " }
        let what = book.intended > 0 ? "NOT SENT" : "NOT RECORDED"
        return "\(what): \(error); " + bare.joined() + "run it again, or, \(RescueRecord.wayOut)"
    }
}

extension RescueView {
    /// What a person has to know first.
    var warnings: [String] {
        var warnings: [String] = []
        if obstacle != nil {
            warnings.append(
                "from there on \(taken) events that can be read were taken one by one"
            )
        }
        if !sides.isEmpty {
            let names = sides.map(\.beginning.name).joined(separator: ", ")
            warnings.append("counted in, and not imported yet: side journals \(names)")
        }
        return warnings
    }
}

extension RescueStatus {
    /// Tells what was read.
    init(_ view: RescueView, warnings: [String]) {
        self.init(
            view.state,
            names: view.names,
            obstacle: view.obstacle,
            doubt: view.doubt.map { "\($0)" },
            warnings: warnings
        )
    }
}

extension RescueHand.Goal {
    /// What an action comes to.
    ///
    /// By a journal that may not be the newest it is not known what is held: nothing is closed,
    /// and what may protect it stays.
    init(_ action: RescueRun.Action, isInDoubt: Bool) {
        self =
            switch action {
            case _ where isInDoubt: .withdraw
            case .cancel(let includesStops): .cancel(includesStops: includesStops)
            case .flatten: .flatten
            }
    }
}
