import Exchange
import LocalExchange
import Network
import Platform
import Runtime
import Trading

/// The local exchange behind its port.
final class Server: NetworkServerDelegate {
    private let exchange: LocalExchange
    private let server: NetworkServer
    /// Half of how long a request and its answer are under way.
    private let way: Int64
    /// Requests that are under way, by when they arrive.
    private var coming: [(due: Int64, connection: ConnectionID, request: HTTPRequest)] = []
    /// Answers that come later than at once, by when.
    private var delayed: [(due: Int64, connection: ConnectionID, response: HTTPResponse)] = []
    private var sockets: [SocketID: ConnectionID] = [:]
    private var names: [ConnectionID: SocketID] = [:]
    /// What waits for those who have just said something, and until when.
    private var held: [ConnectionID: (due: Int64, messages: [SocketMessage])] = [:]
    private var lastSocket: UInt64 = 0

    /// How often books move and streams are fed.
    private static let beat: Int64 = 5_000_000
    /// The least time in which a message of a client is answered; no venue is nearer.
    ///
    /// pybit notes a subscription only after it has sent it, and breaks down over an answer that is
    /// there before.
    private static let nearness: Int64 = 20_000_000

    init(_ exchange: LocalExchange, port: UInt16, latency: TimeSpan) throws {
        self.exchange = exchange
        way = max(0, latency.nanoseconds / 2)
        server = try NetworkServer(port: port)
        server.delegate = self
    }

    /// Where it listens.
    var port: UInt16 { server.port }

    /// Lets happen what is due, as the opening of the books.
    func advance() {
        for fault in exchange.advance(to: now) { Terminal.complain("exchange-sim: \(fault)") }
    }

    /// Serves until the process is asked to stop.
    func run() {
        while StopSignals.count == 0 {
            let beat = Clock.monotonic() + Self.beat
            server.service(until: min(beat, coming.first?.due ?? beat, delayed.first?.due ?? beat))
            advance()
            answerComing()
            answerDelayed()
            send()
            sendHeld()
        }
    }

    private var now: Timestamp { Timestamp(nanoseconds: Clock.wall()) }

    private func answerComing() {
        let moment = Clock.monotonic()
        while let first = coming.first, first.due <= moment {
            coming.removeFirst()
            answer(first.request, first.connection)
        }
    }

    private func answerDelayed() {
        let moment = Clock.monotonic()
        for (due, connection, response) in delayed where due <= moment {
            server.answer(connection, response)
        }
        delayed.removeAll { $0.due <= moment }
    }

    private func send() {
        for message in exchange.takeMessages(at: now) {
            guard let connection = sockets[message.socket] else { continue }
            if held[connection] == nil {
                send(message, to: connection)
            } else {
                // Behind what waits: the order is kept.
                held[connection]?.messages.append(message)
            }
        }
    }

    private func send(_ message: SocketMessage, to connection: ConnectionID) {
        switch message {
        case .text(_, let text):
            server.send(String(decoding: text, as: UTF8.self), to: connection)
        case .close(_, let code): server.close(connection, code: UInt16(code))
        }
    }

    private func sendHeld() {
        let moment = Clock.monotonic()
        for (connection, waiting) in held where waiting.due <= moment {
            held[connection] = nil
            for message in waiting.messages { send(message, to: connection) }
        }
    }

    // MARK: What comes

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        if way > 0 {
            coming.append((Clock.monotonic() + way, id, request))
        } else {
            answer(request, id)
        }
    }

    private func answer(_ request: HTTPRequest, _ id: ConnectionID) {
        switch exchange.answer(request, at: now) {
        case .silence: server.drop(id)
        case .response(let response, let delay):
            let wait = delay.nanoseconds + way
            if wait > 0 {
                delayed.append((Clock.monotonic() + wait, id, response))
            } else {
                server.answer(id, response)
            }
        }
        send()
    }

    func opened(_ id: ConnectionID, by request: HTTPRequest) {
        lastSocket += 1
        let socket = SocketID(lastSocket)
        guard exchange.opened(socket, request, at: now) else {
            server.close(id, code: 1008, reason: "no venue has this path")
            return
        }
        sockets[socket] = id
        names[id] = socket
        send()
    }

    func received(_ text: String, from id: ConnectionID) {
        guard let socket = names[id] else { return }
        if held[id] == nil { held[id] = (Clock.monotonic() + Self.nearness, []) }
        exchange.received(Array(text.utf8), from: socket, at: now)
        send()
    }

    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {
        guard let socket = names.removeValue(forKey: id) else { return }
        sockets[socket] = nil
        held[id] = nil
        exchange.closed(socket)
    }
}
