internal import Digests
internal import Engine
internal import Exchange
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// A recorded market traded from end to end: the single-writer loop on a tape.
///
/// Design note: one thread owns engine, state, world and the write side of the journal. It takes
/// what happens next, lets the engine decide, commits once for all that was decided before the
/// first request could arrive anywhere, and only then hands the requests to the venue.
public final class TapeRun {
    let plan: RunPlan
    let observer: RunObserver
    var engine: Engine
    var turn: Turn
    let session: JournalSession
    /// Where the running engine is asked for something; `nil` where there can be none.
    let control: ControlServer?
    var world: TapeWorld
    let started = Clock.monotonic()
    /// How many steps of the world were taken since the journal began, and in this run.
    var inputs: UInt64 = 0
    var inputsOfRun: UInt64 = 0

    /// Whether books, venue and memory stand where the journal's mark is.
    var isRebuilt = false

    /// The last sealing asked for: where its snapshot stands, and the head right after it.
    var sealing: (snapshot: UInt64, head: UInt64)?

    private var inputsInBatch = 0
    private var hasUnmarkedEvents = false
    /// The line of each source at the newest mark, and its moment.
    private var marked: [UInt64]
    private var markedAt = Timestamp.never
    private var snapshotAt: Timestamp
    /// The arrival of the first request that was decided and is not handed over yet.
    private var firstArrival: Timestamp?
    /// What is to leave, when it was decided, and an event at or behind its intent.
    private var requests: [(request: VenueRequest, decidedAt: Timestamp, by: SequenceNumber)] = []
    /// What is worth a line in the log once it is durable.
    private var news: [RunMessage] = []
    private var lookedAt: Int64 = 0
    private var checkedReadersAt = Clock.monotonic()

    init(
        plan: RunPlan,
        observer: RunObserver,
        turn: Turn,
        session: JournalSession,
        control: ControlServer?,
        world: consuming TapeWorld
    ) {
        self.plan = plan
        self.observer = observer
        engine = Engine(plans: plan.plans)
        self.turn = turn
        self.session = session
        self.control = control
        marked = world.progress.map { _ in 0 }
        self.world = world
        snapshotAt = turn.time
    }

    /// Trades what is left of the tapes.
    func trade() throws -> StopReason {
        snapshotAt = turn.time
        // The kill switch holds before the first decision, not only after the first commit.
        try lookAround()
        while let next = world.nextTime {
            if let arrival = firstArrival, next > arrival {
                try commit()
                if observer.isStopWanted() { return .signalled }
            }
            guard let step = try world.next() else { break }
            try take(step)
            guard inputsInBatch >= plan.batchLimit else { continue }
            try commit()
            if observer.isStopWanted() { return .signalled }
        }
        return .tapeEnded
    }

    /// One input, one decision; its events go into the open batch.
    @inline(__always)
    private func take(_ step: consuming TapeStep) throws(JournalError) {
        turn.begin(at: world.time)
        inputs &+= 1
        inputsOfRun &+= 1
        inputsInBatch &+= 1
        if let fault = step.fault { turn.emit(.marketFaulted(fault)) }
        if let input = step.input { engine.decide(input, &turn) }
        if !turn.events.isEmpty { try keep() }
        if turn.time - markedAt >= .second { try mark() }
    }

    /// Puts what was decided into the open batch, and its requests aside until that is durable.
    func keep() throws(JournalError) {
        for request in turn.requests {
            requests.append((request, turn.time, turn.state.head))
            if firstArrival == nil { firstArrival = world.arrival(of: turn.time) }
        }
        try session.append(turn.events)
        for envelope in turn.events {
            if let message = RunMessage(envelope, in: turn.state) { news.append(message) }
        }
        turn.clear()
        hasUnmarkedEvents = true
    }

    /// Everything decided becomes durable; then, and only then, the requests leave.
    func settle() throws(JournalError) {
        inputsInBatch = 0
        if hasUnmarkedEvents { try mark() }
        try session.commit(&turn)
        for message in news { observer.log(message) }
        news.removeAll(keepingCapacity: true)
        for (request, moment, intent) in requests {
            invariant(
                intent.rawValue <= session.head.sequence,
                "a request leaves after its intent is durable"
            )
            world.send(request, decidedAt: moment)
        }
        requests.removeAll(keepingCapacity: true)
        firstArrival = nil
    }

    /// Settles what was decided, and now and then takes a snapshot and looks around.
    func commit() throws(JournalError) {
        try settle()
        try session.signIfDue(&turn)
        if session.hasChanged, turn.time - snapshotAt >= plan.snapshotInterval {
            try saveSnapshot()
        }
        let now = Clock.monotonic()
        if now - lookedAt >= 100_000_000 {
            lookedAt = now
            try lookAround()
        }
    }

    /// Says in the journal how far the inputs are consumed.
    func mark() throws(JournalError) {
        var changed = world.progress.indices.filter { world.progress[$0].line != marked[$0] }
        if changed.isEmpty && inputs != turn.state.inputs { changed = [0] }
        for place in changed {
            let progress = world.progress[place]
            marked[place] = progress.line
            turn.emit(
                .inputsMarked(
                    InputsMarked(
                        source: progress.source,
                        line: progress.line,
                        time: progress.time,
                        inputs: inputs
                    )
                )
            )
        }
        try session.append(turn.events)
        turn.clear()
        markedAt = turn.time
        hasUnmarkedEvents = false
    }

    func saveSnapshot() throws(JournalError) {
        // What the hash of the commit before put into the open batch goes first.
        while session.hasOpenBatch { try session.commit(&turn) }
        try session.snapshot(&turn)
        snapshotAt = turn.time
    }

    /// Looks at what is outside the tape, a few times a second: disk, kill switch, terminal, and
    /// the control socket.
    private func lookAround() throws(JournalError) {
        for (condition, isActive) in ConditionWatch.look(plan) {
            engine.decide(.condition(condition, isActive: isActive), &turn)
            if !turn.events.isEmpty { try keep() }
        }
        observer.progress(progress())
        try serveControl()
        // A reader that was killed would keep the pages it saw from being used again.
        let now = Clock.monotonic()
        guard now - checkedReadersAt >= 60_000_000_000 else { return }
        checkedReadersAt = now
        try session.checkReaders()
    }

    /// The last lines were taken, or a stop is wanted: everything known becomes durable.
    func finish(_ reason: StopReason) throws(JournalError) {
        try commit()
        try mark()
        try session.finish(&turn, reason)
    }
}
