internal import Exchange
internal import LocalExchange
internal import Network
internal import Runtime
internal import Trading

// The WebSockets between processes and the exchange.
extension SimulatedNetwork {
    /// Follows a public stream of a process.
    func follow(_ follower: MarketFollower, _ dialer: SimulatedDialer) {
        followers.append((dialer, follower))
    }

    func connect(to url: String, for dialer: SimulatedDialer, of process: Int) -> ConnectionID {
        lastConnection += 1
        let id = ConnectionID(number: lastConnection)
        guard process == self.process, !time.isProcessOver else { return id }
        connections[id] = Connection(dialer: dialer, process: process)
        // The path begins at the third slash.
        var slashes = 0
        let target = url.drop { character in
            if character == "/" { slashes += 1 }
            return slashes < 3
        }
        queue.add(.opening(id, String(target)), at: time.now + latency)
        return id
    }

    func open(_ id: ConnectionID, _ target: String) {
        guard connections[id] != nil else { return }
        let socket = SocketID(id.rawNumber)
        guard exchange.opened(socket, HTTPRequest(.get, target), at: time.moment) else {
            queue.add(.told(id, .refused), at: time.now + latency)
            return
        }
        connections[id]?.socket = socket
        sockets[socket] = id
        enqueue(.opened, to: id)
        flush()
    }

    func send(_ text: String, to id: ConnectionID) -> Bool {
        guard connections[id]?.socket != nil else { return false }
        queue.add(.said(id, text), at: time.now + latency)
        return true
    }

    func ping(_ id: ConnectionID) -> Bool {
        guard connections[id]?.socket != nil else { return false }
        enqueue(.ponged, to: id, after: latency)
        return true
    }

    func close(_ id: ConnectionID) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        if let socket = connection.socket { queue.add(.closing(socket), at: time.now + latency) }
    }

    /// Breaks every connection.
    func disconnect() {
        for id in connections.keys.sorted(by: { $0.rawNumber < $1.rawNumber }) {
            enqueue(.closed, to: id)
        }
    }

    /// What the exchange has to send goes on its way.
    func flush() {
        for message in exchange.takeMessages(at: time.moment) {
            guard let id = sockets[message.socket] else { continue }
            switch message {
            case .close: enqueue(.closed, to: id)
            case .text(_, let bytes):
                messages += 1
                pass(String(decoding: bytes, as: UTF8.self), to: id)
            }
        }
    }

    private func pass(_ text: String, to id: ConnectionID) {
        guard let (kind, drawn) = faults.draw(.message, at: time.now) else {
            return enqueue(.text(text), to: id)
        }
        onFault(kind)
        var chance = drawn
        switch kind {
        case .messageLost: break
        case .messageDoubled:
            enqueue(.text(text), to: id)
            enqueue(.text(text), to: id)
        case .messageLate:
            enqueue(.text(text), to: id, after: chance.draw(100_000_000...5_000_000_000))
        default:
            // What comes behind it overtakes it.
            let late = chance.draw(100_000_000...3_000_000_000)
            queue.add(.told(id, .text(text)), at: time.now + latency + late)
        }
    }

    private func enqueue(_ told: Told, to id: ConnectionID, after delay: Int64 = 0) {
        guard let connection = connections[id] else { return }
        let arrival = max(connection.lastArrival + 1, time.now + 20_000_000 + delay)
        connections[id]?.lastArrival = arrival
        queue.add(.told(id, told), at: arrival)
    }

    func tell(_ told: Told, _ id: ConnectionID) {
        guard let dialer = connections[id]?.dialer else { return }
        let delegate = dialer.delegate
        switch told {
        case .opened: delegate?.opened(id)
        case .text(let text): delegate?.received(text, from: id)
        case .ponged: delegate?.ponged([], from: id)
        case .closed:
            close(id)
            delegate?.closed(id, WebSocketEnding(.other, code: 1001))
        case .refused:
            close(id)
            delegate?.failed(id, "refused")
        }
        dialer.nudge()
        for (other, follower) in followers where other === dialer { follower.service() }
    }
}
