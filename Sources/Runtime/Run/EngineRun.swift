internal import Digests
internal import Engine
internal import Exchange
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// Everything outside the engine, as the loop sees it.
protocol RunWorld: ~Copyable {
    /// The time of the step at hand.
    var time: Timestamp { get }
    /// How far each source of inputs is consumed.
    var progress: [InputProgress] { get }
    /// What a trader has to know that no event tells.
    var remarks: [String] { get }

    /// When a request decided at `moment` can come to the venue at the earliest.
    func arrival(of moment: Timestamp) -> Timestamp

    /// Hands a request over that was decided at `moment`, after its intent is durable.
    mutating func send(_ request: VenueRequest, decidedAt moment: Timestamp)

    /// Takes a request that must not leave any more, after its intent is durable.
    mutating func withhold(_ request: VenueRequest)

    /// Takes back what was handed over, is no cancel and has not left.
    mutating func withholdWaiting()

    /// Looks at every order again: somebody else acted on them.
    mutating func lookAtAll()

    /// How each circuit breaker of the venue stands, by name; empty where there is none.
    var breakers: [(name: String, standing: String)] { get }
    /// Closes the breaker of a name, or all.
    ///
    /// - Returns: Whether there is such a breaker.
    mutating func closeBreaker(_ name: String?) -> Bool
}

extension RunWorld where Self: ~Copyable {
    var breakers: [(name: String, standing: String)] { [] }
    mutating func closeBreaker(_ name: String?) -> Bool { false }
    mutating func withhold(_ request: VenueRequest) {}
    mutating func withholdWaiting() {}
    mutating func lookAtAll() {}
}

/// How far one source of inputs is consumed.
struct InputProgress {
    var source: SourceID
    var line: UInt64 = 0
    var time = Timestamp.never
}

/// The single-writer loop, whatever world it trades in.
///
/// Design note: one thread owns engine, state, world and the write side of the journal. It takes
/// what happens next, lets the engine decide, commits once for all that was decided before the
/// first request could arrive anywhere, and only then hands the requests to the venue.
final class EngineRun<World: RunWorld & ~Copyable> {
    let plan: RunPlan
    let observer: RunObserver
    var engine: Engine
    var turn: Turn
    let session: JournalSession
    let surroundings: RunSurroundings
    /// Where the running engine is asked for something; `nil` where there can be none.
    let control: ControlServer?
    var world: World
    let started: Int64
    /// What rescue does beside the engine; `nil` where nothing is at a venue.
    var rescue: RescueWatch?
    /// How many steps of the world were taken since the journal began, and in this run.
    var inputs: UInt64 = 0
    var inputsOfRun: UInt64 = 0

    /// Whether books, venue and memory stand where the journal's mark is.
    var isRebuilt = false

    /// The last sealing asked for: where its snapshot stands, and the head right after it.
    var sealing: (snapshot: UInt64, head: UInt64)?

    /// How many steps the open batch holds.
    private(set) var inputsInBatch = 0
    private var hasUnmarkedEvents = false
    /// The line of each source at the newest mark, and its moment.
    private var marked: [UInt64]
    private var markedAt = Timestamp.never
    private var snapshotAt: Timestamp
    /// The arrival of the first request that was decided and is not handed over yet.
    private(set) var firstArrival: Timestamp?
    /// What is to leave, when it was decided, and an event at or behind its intent.
    private var requests: [(request: VenueRequest, decidedAt: Timestamp, by: SequenceNumber)] = []
    /// What is worth a line in the log once it is durable.
    private var news: [RunMessage] = []
    private var lookedAt: Int64 = 0
    private var checkedReadersAt: Int64

    init(
        plan: RunPlan,
        observer: RunObserver,
        recovered: Recovered,
        control: ControlServer?,
        surroundings: RunSurroundings = .machine,
        world: consuming World
    ) {
        self.surroundings = surroundings
        started = surroundings.clock.monotonic()
        checkedReadersAt = started
        self.plan = plan
        self.observer = observer
        engine = Engine(plans: plan.plans)
        turn = recovered.turn
        session = recovered.session
        self.control = control
        marked = world.progress.map { _ in 0 }
        self.world = world
        snapshotAt = turn.time
    }

    /// Looks around before the first decision: the kill switch holds then already.
    func beginTrading() throws(JournalError) {
        snapshotAt = turn.time
        try lookAround()
    }

    /// One input, one decision; its events go into the open batch.
    @inline(__always)
    func take(_ step: consuming WorldStep) throws(JournalError) {
        decide(step)
        try keepDecided()
    }

    /// One input, one decision; its events stay in the turn.
    @inline(__always)
    func decide(_ step: consuming WorldStep) {
        turn.begin(at: world.time)
        inputs &+= 1
        inputsOfRun &+= 1
        inputsInBatch &+= 1
        for event in step.events { emit(event) }
        if let input = step.input { engine.decide(input, &turn) }
    }

    /// What was decided on an input goes into the open batch, with a mark once a second.
    @inline(__always)
    func keepDecided() throws(JournalError) {
        if !turn.events.isEmpty { try keep() }
        if turn.time - markedAt >= .second { try mark() }
    }

    /// Records what the world found out; of an order in the chain of its deal.
    private func emit(_ event: Event) {
        let order: OrderID? =
            switch event {
            case .outcomeUnknown(let unknown): unknown.order
            case .outcomeResolved(let resolved): resolved.order
            default: nil
            }
        guard let order, let known = turn.state.order(order) else {
            turn.emit(event)
            return
        }
        turn.emit(
            event,
            trace: TraceID(known.deal.rawValue),
            cause: SequenceNumber(order.rawValue)
        )
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
        release()
    }

    /// Hands over what is durable.
    private func release() {
        // What was decided without knowing what rescue did must not leave.
        let isHeldBack = !requests.isEmpty && rescue?.holdsBack == true
        for (request, moment, intent) in requests {
            invariant(
                intent.rawValue <= session.head.sequence,
                "a request leaves after its intent is durable"
            )
            if isHeldBack && !request.isCancel {
                world.withhold(request)
            } else {
                world.send(request, decidedAt: moment)
            }
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
        let now = surroundings.clock.monotonic()
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
        for (condition, isActive) in surroundings.conditions(plan) {
            engine.decide(.condition(condition, isActive: isActive), &turn)
            if !turn.events.isEmpty { try keep() }
        }
        try takeRescue()
        observer.progress(progress())
        try serveControl()
        // A reader that was killed would keep the pages it saw from being used again.
        let now = surroundings.clock.monotonic()
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
