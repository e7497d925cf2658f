internal import Exchange
internal import LocalExchange
internal import Network
internal import Runtime
internal import Trading

/// What lies between an engine and the local exchange: time passes here, and everything that is
/// under way arrives.
///
/// One thread: while the engine waits, ``pass(until:of:isWoken:)`` lets what is due happen, in the
/// order of its times. A process that was killed hears nothing more, and what it still says is
/// lost; what had left it arrives.
final class SimulatedNetwork {
    /// Something under way.
    enum Delivery {
        case request(HTTPRequest, Asker, isAnswerLost: Bool, latency: Int64)
        case outcome(HTTPOutcome, Asker)
        case opening(ConnectionID, String)
        case said(ConnectionID, String)
        case told(ConnectionID, Told)
        case closing(SocketID)
        /// The exchange lets happen what is due.
        case beat
        /// Public streams are looked after, the world makes trouble and is looked at.
        case second
    }

    /// What arrives at a connection.
    enum Told {
        case opened
        case text(String)
        case ponged
        case closed
        case refused
    }

    /// Who asked, and since when by the machine's clock.
    struct Asker {
        let process: Int
        let asked: Int64
        let completion: @Sendable (HTTPOutcome) -> Void
    }

    struct Connection {
        let dialer: SimulatedDialer
        let process: Int
        var socket: SocketID?
        /// When the last of what is under way to it arrives: a connection keeps the order.
        var lastArrival: Int64 = 0
    }

    let time: SimulatedTime
    let exchange: LocalExchange
    var faults: FaultDraw
    /// Told of every fault, with what it needs of chance.
    var onFault: (FaultKind) -> Void = { _ in }
    /// Does once a second what the world does by itself.
    var onSecond: () -> Void = {}
    /// Looks at the world after each thing that happened.
    var onStep: () -> Void = {}
    private(set) var process = 0
    /// Messages that the exchange sent, and requests that reached it.
    var messages: UInt64 = 0
    private(set) var requests: UInt64 = 0

    var queue = DeliveryQueue<Delivery>()
    var connections: [ConnectionID: Connection] = [:]
    var sockets: [SocketID: ConnectionID] = [:]
    var followers: [(dialer: SimulatedDialer, follower: MarketFollower)] = []
    var lastConnection: UInt64 = 0
    /// Until when the machine is suspended.
    private var frozenUntil: Int64 = 0
    private var random: SplitMix64

    /// How often books move and streams are fed.
    private static let beat: Int64 = 500_000_000
    /// How long a client waits for an answer that does not come.
    private static let patience: Int64 = 10_000_000_000

    init(_ exchange: LocalExchange, _ time: SimulatedTime, _ faults: FaultDraw, seed: UInt64) {
        self.exchange = exchange
        self.time = time
        self.faults = faults
        random = SplitMix64(seed: seed ^ 0x4E57)
        queue.add(.beat, at: time.now)
        queue.add(.second, at: time.now)
    }

    /// One way, in nanoseconds.
    var latency: Int64 { random.draw(10_000_000...60_000_000) }

    // MARK: Processes

    /// Begins a process, which can reach the exchange until it is over.
    ///
    /// - Returns: Its number.
    func begin() -> Int {
        process += 1
        time.isProcessOver = false
        return process
    }

    /// Ends the process at hand; its connections break.
    func kill() {
        guard !time.isProcessOver else { return }
        time.isProcessOver = true
        for connection in connections.values {
            if let socket = connection.socket { queue.add(.closing(socket), at: time.now) }
        }
        connections = [:]
        followers = []
        process += 1
    }

    /// Has the machine stand still while the world goes on.
    func suspend(_ nanoseconds: Int64) {
        // One that begins in another adds what it lasts longer.
        let begin = max(frozenUntil, time.now)
        frozenUntil = max(frozenUntil, time.now + nanoseconds)
        time.noteSuspension(frozenUntil - begin)
    }

    // MARK: Time

    /// Lets time pass for the process that waits, until a moment of its monotonic clock.
    func pass(until deadline: Int64, of process: Int, isWoken: () -> Bool) {
        while process == self.process, !time.isProcessOver {
            if isWoken() { return }
            let end = max(time.now, deadline + time.suspension)
            guard let next = queue.next, next <= end else {
                time.now = end
                return
            }
            step()
            if let (kind, _) = faults.draw(.wait, at: time.now) {
                onFault(kind)
            }
        }
    }

    /// Lets time pass while no process runs.
    func elapse(_ span: TimeSpan) {
        let end = time.now + span.nanoseconds
        while let next = queue.next, next <= end { step() }
        time.now = max(time.now, end)
    }

    private func step() {
        guard let (at, delivery) = queue.take() else { return }
        time.now = max(time.now, at)
        deliver(delivery)
        onStep()
    }

    private func deliver(_ delivery: Delivery) {
        let now = time.moment
        switch delivery {
        case .beat:
            queue.add(.beat, at: time.now + Self.beat)
            letHappen()
        case .second:
            queue.add(.second, at: time.now + 1_000_000_000)
            if frozenUntil <= time.now {
                for (_, follower) in followers { follower.service() }
            }
            onSecond()
        case .request(let request, let asker, let isAnswerLost, let latency):
            arrive(request, asker, isAnswerLost, latency)
        case .outcome(let outcome, let asker):
            guard asker.process == process else { return }
            if later(delivery) { return }
            asker.completion(outcome)
        case .opening(let id, let target): open(id, target)
        case .said(let id, let text):
            guard let socket = connections[id]?.socket else { return }
            exchange.received(Array(text.utf8), from: socket, at: now)
            flush()
        case .told(let id, let told):
            guard connections[id] != nil, !later(delivery) else { return }
            tell(told, id)
        case .closing(let socket):
            sockets[socket] = nil
            exchange.closed(socket)
        }
    }

    /// Lets what is due happen at the exchange, and sends what it tells of it.
    func letHappen() {
        _ = exchange.advance(to: time.moment)
        flush()
    }

    /// Has what comes to a machine that is suspended wait until it is not.
    private func later(_ delivery: Delivery) -> Bool {
        guard frozenUntil > time.now else { return false }
        queue.add(delivery, at: frozenUntil)
        return true
    }

    // MARK: Requests

    func send(
        _ request: HTTPRequest,
        of process: Int,
        _ completion: @escaping @Sendable (HTTPOutcome) -> Void
    ) {
        guard process == self.process, !time.isProcessOver else { return }
        let asker = Asker(
            process: process,
            asked: time.now - time.suspension,
            completion: completion
        )
        let killed = request.method == .get ? nil : faults.draw(.send, at: time.now)
        if killed?.kind == .killedBeforeSend {
            onFault(.killedBeforeSend)
            return
        }
        leave(request, asker)
        if let killed { onFault(killed.kind) }
    }

    private func leave(_ request: HTTPRequest, _ asker: Asker) {
        let there = latency
        var isAnswerLost = false
        var back = latency
        if let (kind, drawn) = faults.draw(.request, at: time.now) {
            onFault(kind)
            var chance = drawn
            switch kind {
            case .requestLost:
                return fail(
                    request,
                    asker,
                    .waiting,
                    in: chance.chance(500) ? Self.patience : there
                )
            case .requestLate:
                // It was given up here, and is on its way all the same.
                let nobody = Asker(process: -1, asked: asker.asked) { _ in }
                queue.add(
                    .request(request, nobody, isAnswerLost: true, latency: back),
                    at: time.now + chance.draw(100_000_000...9_000_000_000)
                )
                return fail(request, asker, .waiting, in: there)
            case .notConnected:
                return fail(request, asker, .connecting, in: there)
            default: inject(kind, &chance)
            }
        }
        if let (kind, drawn) = faults.draw(.answer, at: time.now) {
            onFault(kind)
            var chance = drawn
            if kind == .answerLost { isAnswerLost = true }
            if kind == .answerLate { back += chance.draw(100_000_000...9_000_000_000) }
        }
        queue.add(
            .request(request, asker, isAnswerLost: isAnswerLost, latency: back),
            at: time.now + there
        )
    }

    /// The next request to arrive is answered with trouble.
    private func inject(_ kind: FaultKind, _ chance: inout SplitMix64) {
        let status = [500, 502, 503, 504][Int(chance.draw(0...3))]
        let trouble: VenueTrouble
        var isDone = false
        switch kind {
        case .tooMany: trouble = .tooMany(retryAfter: TimeSpan(seconds: chance.draw(1...5)))
        case .banned: trouble = .banned(retryAfter: TimeSpan(seconds: chance.draw(5...60)))
        case .errorDone:
            trouble = .serverError(status: status)
            isDone = true
        default: trouble = .serverError(status: status)
        }
        let place = FaultRule.Place.request(method: nil, containing: "")
        exchange.inject(FaultRule(place, .trouble(trouble, isDone: isDone)))
    }

    private func fail(
        _ request: HTTPRequest,
        _ asker: Asker,
        _ stage: HTTPFailure.Stage,
        in span: Int64
    ) {
        let cause: HTTPFailure.Cause =
            stage < .sending ? .cannotConnect : span == Self.patience ? .timedOut : .reset
        let failure = HTTPFailure(
            request: "\(request.method.rawValue) \(request.path)",
            stage: stage,
            cause: cause
        )
        let moments = HTTPMoments(asked: asker.asked, ended: asker.asked + span)
        queue.add(
            .outcome(HTTPOutcome(result: .failure(failure), moments: moments), asker),
            at: time.now + span
        )
    }

    private func arrive(
        _ request: HTTPRequest,
        _ asker: Asker,
        _ isAnswerLost: Bool,
        _ latency: Int64
    ) {
        requests += 1
        let answer = exchange.answer(request, at: time.moment)
        flush()
        guard !isAnswerLost, case .response(let response, let delay) = answer else {
            return fail(request, asker, .waiting, in: max(1, Self.patience - latency))
        }
        let arrival = time.now + latency + delay.nanoseconds
        let moments = HTTPMoments(
            asked: asker.asked,
            sent: asker.asked,
            answered: arrival - time.suspension,
            ended: arrival - time.suspension
        )
        queue.add(
            .outcome(HTTPOutcome(result: .success(response), moments: moments), asker),
            at: arrival
        )
    }
}
