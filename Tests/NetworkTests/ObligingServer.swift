import Network
import Platform
import Testing

/// A server that does what requests and messages ask of it, until a client gives its verdict.
final class ObligingServer: NetworkServerDelegate {
    let server: NetworkServer
    /// What happened, in order, beyond plain requests.
    private(set) var notes: [String] = []
    /// What a client found, once it says so; "ok" where all was as it should be.
    private(set) var verdict: String?
    private var later: [(id: ConnectionID, time: Int64)] = []
    private var scripts: [RunningChild] = []

    init(limits: NetworkLimits = NetworkLimits()) throws {
        server = try NetworkServer(limits: limits)
        server.delegate = self
    }

    /// Runs the script of a client against this server, and gives its verdict.
    func verdict(of script: String, _ scenario: String) throws -> String {
        let child = try run(script, [scenario])
        let verdict = awaitVerdict()
        child.send(signal: 9)
        _ = child.wait()
        return verdict
    }

    /// Starts a script that goes on while this lives, and gives what it tells, as a port.
    func start(_ script: String, _ arguments: [String]) throws -> String {
        scripts.append(try run(script, arguments))
        return awaitVerdict()
    }

    private func run(_ script: String, _ arguments: [String]) throws -> RunningChild {
        let path = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        return try ChildProcess.start(
            "/usr/bin/env",
            arguments: ["python3", "/\(path)/Clients/\(script)", "\(server.port)"] + arguments
        )
    }

    private func awaitVerdict() -> String {
        let deadline = Clock.monotonic() + 40_000_000_000
        while verdict == nil, Clock.monotonic() < deadline { turn() }
        // The one that gave it still reads what it is answered.
        turn(milliseconds: 50)
        return verdict ?? "no verdict"
    }

    /// Serves for some milliseconds.
    func turn(milliseconds: Int64 = 10) {
        server.service(until: Clock.monotonic() + milliseconds * 1_000_000)
        let now = Clock.monotonic()
        for (id, time) in later where time <= now {
            let hadWaited = server.answer(id, text("later"))
            if !hadWaited { notes.append("nobody waited") }
        }
        later.removeAll { $0.time <= now }
    }

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        switch request.path {
        case "/verdict":
            verdict = String(decoding: request.body, as: UTF8.self)
            server.answer(id, text("noted"))
        case "/later": later.append((id, Clock.monotonic() + 50_000_000))
        case "/drop": server.drop(id)
        case "/never": notes.append("never")
        case "/notes": server.answer(id, text(notes.joined(separator: "\n")))
        case "/count": server.answer(id, text("\(server.connectionCount)"))
        case "/big":
            notes.append("big")
            let size = Int(request.query) ?? 0
            server.answer(id, HTTPResponse(status: 200, body: Array(repeating: 120, count: size)))
        case "/torn":
            let line = HTTPHeader("X-Torn", "a\r\nX-Injected: b")
            server.answer(id, HTTPResponse(status: 200, headers: [line]))
        case "/empty": server.answer(id, HTTPResponse(status: 204))
        default: server.answer(id, echo(request))
        }
    }

    func refusal(of request: HTTPRequest, from id: ConnectionID) -> HTTPResponse? {
        request.path == "/nowhere" ? HTTPResponse(status: 404) : nil
    }

    func opened(_ id: ConnectionID, by request: HTTPRequest) {
        notes.append("opened \(request.target) \(request.header("X-Custom") ?? "-")")
        if request.path == "/greeting" { server.send("hello", to: id) }
    }

    func received(_ text: String, from id: ConnectionID) {
        let words = text.split(separator: " ")
        switch words.first {
        case "close":
            server.send("before", to: id)
            server.close(id, code: UInt16(words[1]) ?? 1000, reason: String(words[2]))
        case "drop": server.drop(id)
        case "ping": server.ping(id, Array(words[1].utf8))
        case "many":
            for number in 0..<(Int(words[1]) ?? 0) { server.send("message \(number)", to: id) }
        case "flood":
            let message = String(repeating: "f", count: 1 << 20)
            while server.send(message, to: id) {}
            notes.append("flooded")
        default: server.send(text, to: id)
        }
    }

    func ponged(_ payload: [UInt8], from id: ConnectionID) {
        server.send("ponged \(String(decoding: payload, as: UTF8.self))", to: id)
    }

    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {
        let code = ending.code.map { "\($0)" } ?? "-"
        notes.append("closed \(ending.initiator) \(code) \(ending.reason)")
    }

    private func text(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(text.utf8))
    }

    /// The request as it came, so that the client can compare.
    private func echo(_ request: HTTPRequest) -> HTTPResponse {
        var head = "\(request.method.rawValue) \(request.target)\n"
        for header in request.headers { head += "\(header.name): \(header.value)\n" }
        return HTTPResponse(
            status: 200,
            headers: [HTTPHeader("X-Bapi-Limit", "10")],
            body: Array("\(head)\n".utf8) + request.body
        )
    }
}
