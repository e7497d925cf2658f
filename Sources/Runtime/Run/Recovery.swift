internal import Digests
package import Engine
internal import Exchange
public import Journal
package import Projections
package import Trading

/// A journal that is open for a run, with the state it holds.
package struct Recovered {
    package var session: JournalSession
    package var turn: Turn
    /// Whether the journal was made by this start.
    package var isNew: Bool
    /// What opening found doubtful.
    package var warnings: [String]
    /// How many events were folded, and from which snapshot on.
    package var replayed: UInt64
    package var snapshot: UInt64?

    /// Puts together what was recovered.
    package init(
        session: JournalSession,
        turn: Turn,
        isNew: Bool,
        warnings: [String],
        replayed: UInt64,
        snapshot: UInt64?
    ) {
        self.session = session
        self.turn = turn
        self.isNew = isNew
        self.warnings = warnings
        self.replayed = replayed
        self.snapshot = snapshot
    }
}

/// Brings a journal back: check, snapshot, replay, new epoch.
///
/// Recovery is replay; there is no other path.
public enum Recovery {
    /// Opens the journal of a plan, or makes it where there is none.
    ///
    /// - Parameters:
    ///   - plan: What to run.
    ///   - start: The stamped time at which a new journal begins.
    /// - Returns: The journal, open for writing, and what it holds.
    /// - Throws: ``RunFailure``, ``ReplayFailure`` and `JournalError`.
    package static func open(_ plan: RunPlan, start: Timestamp) throws -> Recovered {
        // A key that cannot be used must not be found out when the first checkpoint is due.
        let key = try plan.signing.map { try KeyFile.signingKey($0.keyFile.resolved) }
        return try open(plan, start: start) { writer, snapshot in
            JournalSession(
                writer,
                snapshot: snapshot,
                .machine,
                signer: signer(of: writer, plan, key)
            )
        }
    }

    /// Opens the journal of a plan, or makes it where there is none.
    ///
    /// - Parameters:
    ///   - plan: What to run.
    ///   - start: The stamped time at which a new journal begins.
    ///   - session: Makes the write side of an open journal, whose snapshot stands at an event.
    /// - Returns: The journal, open for writing, and what it holds.
    /// - Throws: ``RunFailure``, ``ReplayFailure`` and `JournalError`.
    package static func open(
        _ plan: RunPlan,
        start: Timestamp,
        session: (JournalWriter, UInt64?) -> JournalSession
    ) throws -> Recovered {
        let writer: JournalWriter
        do throws(JournalError) {
            writer = try JournalWriter.open(plan.journal, options: plan.writerOptions)
        } catch {
            guard error.code == .missing else { throw error }
            return try begin(plan, start, session)
        }
        return try resume(writer, session)
    }

    private static func begin(
        _ plan: RunPlan,
        _ start: Timestamp,
        _ session: (JournalWriter, UInt64?) -> JournalSession
    ) throws -> Recovered {
        var turn = Turn(state: TradingState())
        turn.begin(at: start)
        let mode: JournalMode = plan.live == nil ? .tape : .live
        turn.emit(.journalBegan(JournalBegan(tag: RunClock.machine.characters(4), mode: mode)))
        let events = turn.events.map(NewEvent.init)
        let genesis = Genesis(epoch: 1, time: start.nanoseconds, events: events)
        let writer = try JournalWriter.create(
            plan.journal,
            genesis: genesis,
            options: plan.writerOptions
        )
        turn.clear()
        return Recovered(
            session: session(writer, nil),
            turn: turn,
            isNew: true,
            warnings: [],
            replayed: 0,
            snapshot: nil
        )
    }

    /// What signs the chain, where there is a key.
    private static func signer(
        of writer: JournalWriter,
        _ plan: RunPlan,
        _ key: SigningKey?
    ) -> CheckpointSigner? {
        guard let key, let every = plan.signing?.every else { return nil }
        return CheckpointSigner(key, every: every, journal: writer.journalID)
    }

    /// Rebuilds the state of a journal that was opened for writing: the newest snapshot that this
    /// program can read, and what came after it, compared with the hashes recorded on the way.
    ///
    /// - Parameter writer: The journal.
    /// - Returns: The replay, at the head; and whether the scan of the opening saw all that was
    ///   folded, which it did not where the snapshot that it began with cannot be read.
    /// - Throws: ``RunFailure``, ``ReplayFailure`` and `JournalError`.
    public static func replay(_ writer: JournalWriter) throws -> (replay: Replay, isScanned: Bool) {
        let journal = writer.directory
        let snapshot = writer.opening?.snapshot
        let state = snapshot.flatMap { TradingState(canonical: $0.body.span) }
        // The scan has checked every event from the snapshot on, and the chain between them; a
        // snapshot that this program cannot read is passed over, and replay begins before it.
        let isScanned = snapshot == nil || state != nil
        var replay = Replay(from: state ?? TradingState(), comparing: .upTo(bytes: hashBudget))
        try replay.run(
            try writer.reader(),
            checksEvents: !isScanned,
            checksChain: !isScanned
        )
        if let divergence = replay.divergence {
            throw RunFailure(
                refusing: "\(journal): replay differs from the state hash recorded at event "
                    + "\(divergence.sequence): this program does not read the journal as the one "
                    + "did that wrote it; use that one, and run journalctl replay to see more"
            )
        }
        guard replay.state.head.rawValue == writer.head.sequence else {
            throw RunFailure(
                refusing: "\(journal): replay ended at event \(replay.state.head), "
                    + "the journal at \(writer.head.sequence); run journalctl verify"
            )
        }
        return (replay, isScanned)
    }

    private static func resume(
        _ writer: JournalWriter,
        _ session: (JournalWriter, UInt64?) -> JournalSession
    ) throws -> Recovered {
        let (replay, isScanned) = try replay(writer)
        let from = isScanned ? writer.opening?.snapshot?.sequence ?? 0 : 0
        return Recovered(
            session: session(writer, writer.opening?.snapshot?.sequence),
            turn: Turn(state: replay.state),
            isNew: false,
            warnings: (writer.opening?.warnings ?? [])
                + (isScanned ? [] : ["the newest snapshot is of another version and was not used"])
                + replay.passedOver.map(\.words),
            replayed: replay.events,
            snapshot: from == 0 ? nil : from
        )
    }

    /// How many bytes of state recovery hashes to compare with what is recorded; replay by
    /// `journalctl` compares everything.
    private static let hashBudget = 8 << 20
}

extension NewEvent {
    /// The bytes of an event.
    package init(_ envelope: EventEnvelope) {
        var writer = ByteWriter()
        envelope.event.encode(into: &writer)
        self.init(
            kind: envelope.event.kind.rawValue,
            version: envelope.event.version,
            time: envelope.time.nanoseconds,
            trace: envelope.trace.rawValue,
            cause: envelope.cause.rawValue,
            payload: writer.bytes
        )
    }
}
