public import Exchange
public import Network
public import Trading

/// What comes of a request.
public enum LocalAnswer: Hashable, Sendable {
    /// This answer, that much later.
    case response(HTTPResponse, after: TimeSpan)
    /// None: the connection is to be cut.
    case silence
}

/// The local exchange: the houses of both venues and the fronts that speak for them.
///
/// A plain object without sockets and without a clock. Whoever holds it tells the time, which
/// never goes back, hands over requests and messages, and sends what comes back. The same calls
/// give the same bytes.
public final class LocalExchange {
    /// The houses, one for each wallet.
    package let houses: [LocalHouse]
    private let fronts: [any VenueFront]
    private let outbox: Outbox
    private var owners: [SocketID: Int] = [:]
    private var script: FaultScript
    private var opened: Timestamp?
    private var drift = TimeSpan.zero
    private var maintenanceEnd = Timestamp.never
    private var delayed: [(due: Timestamp, message: SocketMessage)] = []
    private var swapped: [SocketMessage] = []

    /// Puts houses and the fronts that speak for them together; each front sends to `outbox`.
    ///
    /// A house and the front at the same place belong together.
    init(
        houses: [LocalHouse],
        fronts: [any VenueFront],
        outbox: Outbox,
        faults: [FaultRule] = []
    ) {
        invariant(houses.count == fronts.count, "each house has a front")
        self.houses = houses
        self.fronts = fronts
        self.outbox = outbox
        script = FaultScript(faults)
    }

    /// How often each rule of the fault script did something, in its order.
    public var faultCounts: [Int] { script.counts }

    /// Adds trouble that nobody had planned at the start; a moment counts from the opening.
    package func inject(_ rule: FaultRule) { script.add(rule) }

    /// Answers a request.
    public func answer(_ request: HTTPRequest, at now: Timestamp) -> LocalAnswer {
        var delay = TimeSpan.zero
        var isAnswerLost = false
        var trouble: (VenueTrouble, isDone: Bool)?
        for action in script.actions(atRequest: request.method.rawValue, request.target) {
            switch action {
            case .loseAnswer: isAnswerLost = true
            case .loseRequest: return .silence
            case .delay(let span): delay = span
            case .trouble(let kind, let isDone): trouble = (kind, isDone)
            case .drift(let span): drift = span
            case .maintenance(let span): maintenanceEnd = now + span
            case .forget(let span): forget(span)
            case .filters(let change): self.change(change)
            case .jump(let jump): self.jump(jump, at: now)
            case .duplicate, .swap, .drop, .disconnect: break
            }
        }
        if now < maintenanceEnd { trouble = (.maintenance, isDone: false) }
        let time = now + drift
        var response: HTTPResponse?
        if trouble?.isDone ?? true { response = done(request, at: time) }
        if let (kind, _) = trouble {
            response = first { $0.answer(request, in: kind, at: time) } ?? response
        }
        if isAnswerLost { return .silence }
        return .response(response ?? Self.unknownPath(request), after: delay)
    }

    private func done(_ request: HTTPRequest, at time: Timestamp) -> HTTPResponse? {
        let response = first { $0.answer(request, at: time) }
        settle(at: time)
        return response
    }

    private func first(_ ask: (any VenueFront) -> HTTPResponse?) -> HTTPResponse? {
        for front in fronts {
            if let response = ask(front) { return response }
        }
        return nil
    }

    private static func unknownPath(_ request: HTTPRequest) -> HTTPResponse {
        HTTPResponse(
            status: 404,
            headers: [HTTPHeader("Content-Type", "text/plain")],
            body: Array("No venue has this path: \(request.path)\n".utf8)
        )
    }

    /// Takes a socket; `false` where no venue has its path, and it is to be refused.
    public func opened(_ socket: SocketID, _ request: HTTPRequest, at now: Timestamp) -> Bool {
        for (place, front) in fronts.enumerated()
        where front.opened(socket, request, at: now + drift) {
            owners[socket] = place
            settle(at: now + drift)
            return true
        }
        return false
    }

    /// Takes a message.
    public func received(_ message: [UInt8], from socket: SocketID, at now: Timestamp) {
        guard let place = owners[socket] else { return }
        fronts[place].received(message, from: socket, at: now + drift)
        settle(at: now + drift)
    }

    /// Forgets a socket that was closed.
    public func closed(_ socket: SocketID) {
        guard let place = owners.removeValue(forKey: socket) else { return }
        fronts[place].closed(socket)
    }

    /// Lets everything happen that is due.
    ///
    /// - Returns: What tapes said that could not be used, for a log.
    public func advance(to now: Timestamp) -> [TapeError] {
        let start = opened ?? now
        opened = start
        var jumps: [PriceJump] = []
        for action in script.actions(after: now - start) {
            switch action {
            case .disconnect:
                for socket in owners.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
                    outbox.close(socket, code: 1001)
                }
            case .drift(let span): drift = span
            case .maintenance(let span): maintenanceEnd = now + span
            case .forget(let span): forget(span)
            case .filters(let change): self.change(change)
            case .jump(let jump): jumps.append(jump)
            default: break
            }
        }
        let time = now + drift
        var faults: [TapeError] = []
        for house in houses { faults += house.advance(to: now) }
        // What was due before comes first: no market goes back in time.
        for jump in jumps { self.jump(jump, at: now) }
        settle(at: time)
        for front in fronts { front.tick(at: time) }
        settle(at: time)
        return faults
    }

    private func forget(_ span: TimeSpan) {
        for house in houses { house.age(by: span) }
    }

    private func change(_ change: FilterChange) {
        for (house, front) in zip(houses, fronts) {
            guard let market = house.market(change.venue, change.symbol) else { continue }
            house.change(market, by: change)
            front.filtersChanged(of: market)
            return
        }
        invariant(false, "filters are changed of a market that is there: \(change.symbol)")
    }

    private func jump(_ jump: PriceJump, at now: Timestamp) {
        for house in houses {
            guard let market = house.market(jump.venue, jump.symbol) else { continue }
            house.jump(market, by: jump.distance, at: now)
            return
        }
        invariant(false, "a market jumps that is there: \(jump.symbol)")
    }

    /// The venue's time, which may be off.
    public func venueTime(at now: Timestamp) -> Timestamp { now + drift }

    /// How often something has happened to an order or in an account, at any venue.
    public var happenings: UInt64 {
        houses.reduce(0) { $0 &+ $1.happenings &+ $1.nextOrderNumber }
    }

    private func settle(at time: Timestamp) {
        for (house, front) in zip(houses, fronts) {
            // What a front does of its own when it hears of something is told too.
            var events = house.takeEvents()
            while !events.isEmpty {
                front.tell(events, at: time)
                events = house.takeEvents()
            }
        }
    }
}

// MARK: What is sent

extension LocalExchange {
    /// What is to be sent now, oldest first.
    public func takeMessages(at now: Timestamp) -> [SocketMessage] {
        var sent: [SocketMessage] = []
        for message in outbox.take() { pass(message, into: &sent, at: now) }
        for (due, message) in delayed where due <= now { sent.append(message) }
        delayed.removeAll { $0.due <= now }
        return sent
    }

    private func pass(_ message: SocketMessage, into sent: inout [SocketMessage], at now: Timestamp)
    {
        guard case .text(let socket, let text) = message else {
            sent.append(message)
            return
        }
        var copies = 1
        var delay: TimeSpan?
        for action in script.actions(atMessage: text) {
            switch action {
            case .duplicate: copies += 1
            case .drop: copies = 0
            case .delay(let span): delay = span
            case .disconnect:
                sent.append(.close(socket, code: 1001))
                return
            case .swap:
                swapped.append(message)
                return
            default: break
            }
        }
        for _ in 0..<copies {
            if let delay { delayed.append((now + delay, message)) } else { sent.append(message) }
        }
        // What was held back for this socket goes behind what just went.
        sent += swapped.filter { $0.socket == socket }
        swapped.removeAll { $0.socket == socket }
    }
}
