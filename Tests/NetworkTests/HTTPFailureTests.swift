import Network
import Platform
import Synchronization
import TestSupport
import Testing

@Suite(.temporaryDirectory)
struct `A request without an answer` {
    @Test func `has not left where nobody listens`() async throws {
        // Nobody listens at port 1, the multiplexer of ports that nobody runs.
        let client = try HTTPClient(HTTPOptions(try HTTPAddress("http://127.0.0.1:1")))
        let failure = try #require(await client.failure(HTTPRequest(.post, "/order", body: [1])))
        #expect(failure.cause == .cannotConnect)
        #expect(failure.stage == .connecting)
        #expect(!failure.mayHaveLeft)
    }

    @Test func `has not left where the host has no address`() async throws {
        var options = HTTPOptions(try HTTPAddress("https://nowhere.invalid"))
        options.connectLimitMilliseconds = 1000
        let client = try HTTPClient(options)
        let failure = try #require(await client.failure(HTTPRequest(.get, "/")))
        // A resolver that nobody can reach says nothing in time.
        #expect([.cannotResolve, .timedOut].contains(failure.cause))
        #expect(failure.stage == .connecting)
    }

    @Test func `has not left when the connect limit is over`() async throws {
        // A plain server that waits for a request's end: the handshake goes nowhere.
        let server = try HTTPServer()
        var options = HTTPOptions(try HTTPAddress("https://127.0.0.1:\(server.port)"))
        options.connectLimitMilliseconds = 200
        let client = try HTTPClient(options)
        let outcome = await client.ask(HTTPRequest(.post, "/order", body: [1]))
        let failure = try #require(outcome.failure)
        #expect(failure.cause == .timedOut)
        #expect(failure.stage == .connecting)
        #expect(!failure.mayHaveLeft)
        #expect(outcome.moments.sent == nil)
        #expect(outcome.moments.ended - outcome.moments.asked >= 200_000_000)
    }

    @Test func `may have left when the total limit is over`() async throws {
        let server = try HTTPServer()
        let client = try server.client { $0.totalLimitMilliseconds = 1_000 }
        let stages: [(String, HTTPFailure.Stage)] = [
            ("/silent", .waiting), ("/stuck", .receiving),
        ]
        for (target, stage) in stages {
            let failure = try #require(await client.failure(HTTPRequest(.get, target)))
            #expect(failure.cause == .timedOut)
            #expect(failure.stage == stage)
            #expect(failure.mayHaveLeft)
        }
        let own = await client.ask(HTTPRequest(.get, "/silent"), limitMilliseconds: 50)
        #expect(own.failure?.cause == .timedOut)
    }

    @Test func `has not left when the limit is over before a connection was free`() async throws {
        let server = try HTTPServer()
        let client = try server.client { $0.connectionLimit = 1 }
        let busy = client.send(HTTPRequest(.get, "/silent")) { _ in }
        let waiting = await client.ask(HTTPRequest(.post, "/order"), limitMilliseconds: 100)
        client.cancel(busy)
        #expect(waiting.failure?.cause == .timedOut)
        #expect(waiting.failure?.stage == .connecting)
        #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
        #expect(try server.seen().allSatisfy { !$0.lines[0].hasPrefix("POST") })
    }

    @Test(arguments: ["/close", "/reset"])
    func `may have left when the connection broke`(target: String) async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let failure = try #require(await client.failure(HTTPRequest(.post, target, body: [1])))
        #expect(failure.cause == .reset)
        #expect(failure.stage == .waiting)
        #expect(failure.mayHaveLeft)
    }

    @Test(arguments: HTTPMethod.allCases, ["/close", "/reset"])
    func `is never sent a second time, on a kept connection neither`(
        method: HTTPMethod,
        target: String
    ) async throws {
        let server = try HTTPServer()
        let client = try server.client()
        _ = try await client.response(HTTPRequest(.get, "/ok"))
        let failure = try #require(await client.failure(HTTPRequest(method, target)))
        #expect(failure.cause == .reset)
        #expect(failure.mayHaveLeft)
        #expect(try server.seen().map(\.connection) == [1, 1])
        // The next one gets a connection of its own.
        #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
    }

    @Test func `leaves no connection behind that may be as dead as its own`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { _ = await client.ask(HTTPRequest(.get, "/delay?200")) }
            }
        }
        // From now on no connection that is open answers.
        let failure = await client.failure(HTTPRequest(.get, "/freeze"), limitMilliseconds: 200)
        #expect(failure?.cause == .timedOut)
        let next = await client.ask(HTTPRequest(.post, "/ok"), limitMilliseconds: 3_000)
        #expect(next.failure == nil)
        #expect(next.moments.isOnNewConnection)
        let after = await client.ask(HTTPRequest(.post, "/ok"), limitMilliseconds: 3_000)
        #expect(after.failure == nil)
        #expect(!after.moments.isOnNewConnection)
    }

    @Test func `may have left when the connection broke under its body`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        for server in [try HTTPServer(), try HTTPServer(certificate)] {
            let client = try server.client { $0.authorityFile = certificate.path }
            let body = [UInt8](repeating: 7, count: 32 << 20)
            let request = HTTPRequest(.post, "/reset-early", body: body)
            let failure = try #require(await client.failure(request))
            #expect(failure.cause == .reset)
            #expect(failure.stage == .sending)
            #expect(failure.mayHaveLeft)
        }
    }

    @Test func `ends when its caller no longer wants it`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let outcome = await withCheckedContinuation { waiting in
            let call = client.send(HTTPRequest(.get, "/silent")) { waiting.resume(returning: $0) }
            client.cancel(call)
        }
        #expect(outcome.failure?.cause == .cancelled)
        #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
    }

    @Test func `ends when the client is stopped`() async throws {
        let server = try HTTPServer()
        let client = try server.client { $0.totalLimitMilliseconds = 600_000 }
        let causes = Mutex<[HTTPFailure.Cause?]>([])
        for _ in 0..<20 {
            client.send(HTTPRequest(.post, "/silent", body: [1])) { outcome in
                causes.withLock { $0.append(outcome.failure?.cause) }
            }
        }
        _ = await client.ask(HTTPRequest(.get, "/silent"), limitMilliseconds: 100)
        client.stop()
        client.stop()
        #expect(causes.withLock { $0 } == Array(repeating: .stopped, count: 20))
        let late = await client.ask(HTTPRequest(.get, "/ok"))
        #expect(late.failure?.cause == .stopped)
        #expect(late.failure?.mayHaveLeft == false)
    }

    @Test func `ends when its client is dropped`() async throws {
        let server = try HTTPServer()
        let outcome = try await withCheckedThrowingContinuation { waiting in
            do {
                let client = try server.client()
                client.send(HTTPRequest(.get, "/silent")) { waiting.resume(returning: $0) }
            } catch {
                waiting.resume(throwing: error)
            }
        }
        #expect(outcome.failure?.cause == .stopped)
    }

    @Test func `ends once, whenever it is asked, cancelled and stopped`() async throws {
        let server = try HTTPServer()
        for _ in 0..<10 {
            let client = try server.client { $0.connectionLimit = 3 }
            let ends = Ends()
            await withTaskGroup { group in
                for sender in 0..<4 {
                    group.addTask {
                        for number in 0..<25 {
                            let request = HTTPRequest(.get, number % 5 == 0 ? "/silent" : "/ok")
                            let call = client.send(request, limitMilliseconds: 50 + number) { _ in
                                ends.count(sender * 100 + number)
                            }
                            if number % 7 == 0 { client.cancel(call) }
                        }
                    }
                }
                group.addTask {
                    _ = await client.ask(HTTPRequest(.get, "/ok"))
                    client.stop()
                }
            }
            client.stop()
            #expect(ends.all.count == 100)
            #expect(Set(ends.all.values) == [1])
        }
    }

    @Test func `may stop its client itself, and ask it again`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let second = await withCheckedContinuation { waiting in
            client.send(HTTPRequest(.get, "/ok")) { _ in
                client.stop()
                client.send(HTTPRequest(.get, "/ok")) { waiting.resume(returning: $0) }
            }
        }
        #expect(second.failure?.cause == .stopped)
    }

    @Test func `names itself without its query, headers and body`() async throws {
        let server = try HTTPServer()
        let client = try server.client { $0.totalLimitMilliseconds = 300 }
        let headers = [HTTPHeader("X-MBX-APIKEY", "hidden-key")]
        let body = Array("hidden-body".utf8)
        let targets = ["/close", "/reset", "/silent", "/stuck", "/garbage", "/broken-gzip", "/a b"]
        for target in targets {
            let request = HTTPRequest(
                .post,
                target + "?signature=hidden-signature",
                headers: headers,
                body: body
            )
            let failure = try #require(await client.failure(request))
            #expect(
                failure.description.hasPrefix("POST http://127.0.0.1:\(server.port)\(target): ")
            )
            #expect(!"\(failure) \(String(reflecting: failure))".contains("hidden"))
            var text = ""
            dump(request, to: &text)
            #expect(!"\(text) \(request) \(String(reflecting: request))".contains("hidden"))
        }
    }
}

extension HTTPOutcome {
    var failure: HTTPFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }
}

/// How often each request of a test has ended.
private final class Ends: Sendable {
    private let counts = Mutex<[Int: Int]>([:])

    var all: [Int: Int] { counts.withLock { $0 } }

    func count(_ number: Int) { counts.withLock { $0[number, default: 0] += 1 } }
}
