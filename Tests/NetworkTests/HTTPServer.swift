import FoundationEssentials
import Network
import Platform
import TestSupport

/// The server of `Tests/servers/http_server.py`, in a process of its own while this lives.
final class HTTPServer {
    /// A request as it arrived.
    struct Seen: Decodable {
        let connection: Int
        let head: String
        let body: String

        var bytes: [UInt8] { Seen.bytes(head) }
        var bodyBytes: [UInt8] { Seen.bytes(body) }
        var lines: [String] {
            String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
        }

        private static func bytes(_ text: String) -> [UInt8] {
            let digits = Array(text.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
    }

    struct Fault: Error { let text: String }

    let port: Int
    private let isEncrypted: Bool
    private let log: String
    private let child: RunningChild

    init(_ certificate: Certificate? = nil, speaksHTTP2: Bool = false) throws {
        let place = TemporaryDirectory.path + "/" + UUID().uuidString
        log = place + ".log"
        isEncrypted = certificate != nil
        var arguments = ["python3", Self.script, place, log]
        if let certificate { arguments += ["--tls", certificate.path, certificate.keyPath] }
        if speaksHTTP2 { arguments.append("--h2") }
        child = try ChildProcess.start("/usr/bin/env", arguments: arguments)
        let deadline = Clock.monotonic() + 30_000_000_000
        while !FileManager.default.fileExists(atPath: place) {
            guard Clock.monotonic() < deadline else { throw Fault(text: "no server after 30 s") }
            Clock.pause(nanoseconds: 5_000_000)
        }
        guard let port = Int(try String(contentsOfFile: place, encoding: .utf8)) else {
            throw Fault(text: "the server names no port")
        }
        self.port = port
    }

    deinit {
        child.send(signal: 9)
        _ = child.wait()
    }

    func address(_ host: String = "127.0.0.1") throws -> HTTPAddress {
        try HTTPAddress("\(isEncrypted ? "https" : "http")://\(host):\(port)")
    }

    func client(_ change: (inout HTTPOptions) -> Void = { _ in }) throws -> HTTPClient {
        var options = HTTPOptions(try address())
        // Beside every other suite a test may wait a minute for its turn.
        options.idleLimitSeconds = 3600
        change(&options)
        return try HTTPClient(options)
    }

    /// What arrived whole so far, in that order.
    func seen() throws -> [Seen] {
        guard let data = FileManager.default.contents(atPath: log) else { return [] }
        return try data.split(separator: 0x0A).map { line in
            try JSONDecoder().decode(Seen.self, from: Data(line))
        }
    }

    private static let script = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appending(path: "servers/http_server.py").path
    }()
}

/// A certificate that vouches for itself, made for one test.
struct Certificate {
    let path: String
    let keyPath: String

    init(for names: String) throws {
        path = TemporaryDirectory.path + "/" + UUID().uuidString + ".pem"
        keyPath = path + ".key"
        let arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(names)",
            "-keyout", keyPath, "-out", path,
        ]
        let made = try ChildProcess.run(
            "/usr/bin/env",
            arguments: arguments,
            timeLimit: 30_000_000_000
        )
        guard made.ending == .exited(0) else {
            throw HTTPServer.Fault(text: "openssl: \(made.ending)")
        }
    }
}

extension HTTPClient {
    func ask(_ request: HTTPRequest, limitMilliseconds: Int? = nil) async -> HTTPOutcome {
        await withCheckedContinuation { waiting in
            send(request, limitMilliseconds: limitMilliseconds) { waiting.resume(returning: $0) }
        }
    }

    func failure(_ request: HTTPRequest, limitMilliseconds: Int? = nil) async -> HTTPFailure? {
        switch await ask(request, limitMilliseconds: limitMilliseconds).result {
        case .success: nil
        case .failure(let failure): failure
        }
    }

    func response(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await ask(request).result.get()
    }
}
