public import Exchange
public import Network
public import Trading

/// The local exchange: the houses of both venues and the fronts that speak for them.
///
/// A plain object without sockets and without a clock. Whoever holds it tells the time, which
/// never goes back, hands over requests and messages, and sends what comes back. The same calls
/// give the same bytes.
public final class LocalExchange {
    private let houses: [LocalHouse]
    private let fronts: [any VenueFront]
    private let outbox: Outbox
    private var owners: [SocketID: Int] = [:]

    /// Puts houses and the fronts that speak for them together; each front sends to `outbox`.
    ///
    /// A house and the front at the same place belong together.
    init(houses: [LocalHouse], fronts: [any VenueFront], outbox: Outbox) {
        invariant(houses.count == fronts.count, "each house has a front")
        self.houses = houses
        self.fronts = fronts
        self.outbox = outbox
    }

    /// Answers a request.
    public func answer(_ request: HTTPRequest, at now: Timestamp) -> HTTPResponse {
        for front in fronts {
            guard let response = front.answer(request, at: now) else { continue }
            settle(at: now)
            return response
        }
        return HTTPResponse(
            status: 404,
            headers: [HTTPHeader("Content-Type", "text/plain")],
            body: Array("No venue has this path: \(request.path)\n".utf8)
        )
    }

    /// Takes a socket; `false` where no venue has its path, and it is to be refused.
    public func opened(_ socket: SocketID, _ request: HTTPRequest, at now: Timestamp) -> Bool {
        for (place, front) in fronts.enumerated()
        where front.opened(socket, request, at: now) {
            owners[socket] = place
            settle(at: now)
            return true
        }
        return false
    }

    /// Takes a message.
    public func received(_ message: [UInt8], from socket: SocketID, at now: Timestamp) {
        guard let place = owners[socket] else { return }
        fronts[place].received(message, from: socket, at: now)
        settle(at: now)
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
        var faults: [TapeError] = []
        for house in houses { faults += house.advance(to: now) }
        settle(at: now)
        for front in fronts { front.tick(at: now) }
        settle(at: now)
        return faults
    }

    /// What is to be sent, oldest first.
    public func takeMessages() -> [SocketMessage] { outbox.take() }

    private func settle(at now: Timestamp) {
        for (house, front) in zip(houses, fronts) {
            // What a front does of its own when it hears of something is told too.
            var events = house.takeEvents()
            while !events.isEmpty {
                front.tell(events, at: now)
                events = house.takeEvents()
            }
        }
    }
}
