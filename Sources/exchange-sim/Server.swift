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
    /// Answers that come later than at once, by when.
    private var delayed: [(due: Int64, connection: ConnectionID, response: HTTPResponse)] = []
    private var sockets: [SocketID: ConnectionID] = [:]
    private var names: [ConnectionID: SocketID] = [:]
    private var lastSocket: UInt64 = 0

    /// How often books move and streams are fed.
    private static let beat: Int64 = 5_000_000

    init(_ exchange: LocalExchange, port: UInt16) throws {
        self.exchange = exchange
        server = try NetworkServer(port: port)
        server.delegate = self
    }

    /// Where it listens.
    var port: UInt16 { server.port }

    /// Serves until the process is asked to stop.
    func run() {
        while StopSignals.count == 0 {
            server.service(until: Clock.monotonic() + Self.beat)
            for fault in exchange.advance(to: now) { Console.complain("exchange-sim: \(fault)") }
            answerDelayed()
            send()
        }
    }

    private var now: Timestamp { Timestamp(nanoseconds: Clock.wall()) }

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
            switch message {
            case .text(_, let text):
                server.send(String(decoding: text, as: UTF8.self), to: connection)
            case .close(_, let code): server.close(connection, code: UInt16(code))
            }
        }
    }

    // MARK: What comes

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        switch exchange.answer(request, at: now) {
        case .silence: server.drop(id)
        case .response(let response, let delay):
            if delay > .zero {
                delayed.append((Clock.monotonic() + delay.nanoseconds, id, response))
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
        exchange.received(Array(text.utf8), from: socket, at: now)
        send()
    }

    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {
        guard let socket = names.removeValue(forKey: id) else { return }
        sockets[socket] = nil
        exchange.closed(socket)
    }
}
