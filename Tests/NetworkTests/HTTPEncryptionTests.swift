import FoundationEssentials
import Network
import Platform
import TestSupport
import Testing

@Suite(.temporaryDirectory)
struct `An encrypted connection` {
    @Test func `is made with a server whose authority is trusted`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate)
        let client = try server.client { $0.authorityFile = certificate.path }
        let response = try await client.response(HTTPRequest(.post, "/echo?", body: [1, 2, 3]))
        #expect(response.body == [1, 2, 3])
        #expect(try server.seen().first?.lines.first == "POST /echo? HTTP/1.1")
    }

    @Test func `is not made with a server that nobody vouches for`() async throws {
        let server = try HTTPServer(Certificate(for: "IP:127.0.0.1"))
        let failure = try #require(
            await server.client().failure(HTTPRequest(.post, "/order", body: [1]))
        )
        #expect(failure.cause == .untrusted)
        #expect(failure.stage == .connecting)
        #expect(!failure.mayHaveLeft)
        #expect(try server.seen().isEmpty)
    }

    @Test func `is not made with a server of another name`() async throws {
        let certificate = try Certificate(for: "DNS:other.example,IP:127.0.0.2")
        let server = try HTTPServer(certificate)
        for host in ["127.0.0.1", "localhost"] {
            var options = HTTPOptions(try server.address(host))
            options.authorityFile = certificate.path
            let client = try HTTPClient(options)
            let failure = try #require(await client.failure(HTTPRequest(.get, "/order")))
            #expect(failure.cause == .untrusted)
            #expect(!failure.mayHaveLeft)
        }
        #expect(try server.seen().isEmpty)
    }

    @Test func `is not made where the authorities cannot be read`() async throws {
        let server = try HTTPServer(Certificate(for: "IP:127.0.0.1"))
        let client = try server.client { $0.authorityFile = TemporaryDirectory.path + "/none" }
        let failure = try #require(await client.failure(HTTPRequest(.get, "/")))
        #expect(failure.cause == .encryption)
        #expect(!failure.mayHaveLeft)
    }

    @Test func `that was reset while it was kept is replaced by another`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate)
        let client = try server.client {
            $0.authorityFile = certificate.path
            $0.connectionLimit = 2
        }
        // Each on a connection of its own; while the slow one takes its time, the reset arrives.
        let order = await withCheckedContinuation { waiting in
            let ended = Ended(2) { waiting.resume(returning: $0) }
            client.send(HTTPRequest(.get, "/delay?1000")) { _ in ended.note("slow") }
            client.send(HTTPRequest(.get, "/leave")) { _ in ended.note("left") }
        }
        #expect(order == ["left", "slow"])
        for _ in 0..<2 {
            #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
        }
    }

    @Test func `carries many requests at once where the server speaks HTTP 2`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate, speaksHTTP2: true)
        let client = try server.client { $0.authorityFile = certificate.path }
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for number in UInt8(0)..<50 {
                let request = HTTPRequest(.post, "/echo", body: [number])
                group.addTask { try? await client.response(request).status }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 50))
        let seen = try server.seen()
        #expect(Set(seen.map(\.connection)) == [1])
        #expect(Set(seen.map(\.bodyBytes)).count == 50)
    }

    @Test func `speaks HTTP 1 where it is told to`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate, speaksHTTP2: true)
        let client = try server.client {
            $0.authorityFile = certificate.path
            $0.takesHTTP2 = false
        }
        #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
        #expect(try server.seen().first?.lines.first == "GET /ok HTTP/1.1")
    }

    @Test func `sends nothing a second time in HTTP 2 either`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate, speaksHTTP2: true)
        let client = try server.client { $0.authorityFile = certificate.path }
        _ = try await client.response(HTTPRequest(.post, "/ok", body: [1]))
        let request = HTTPRequest(.post, "/order", body: Array("close".utf8))
        let failure = try #require(await client.failure(request))
        #expect(failure.cause == .reset)
        #expect(failure.mayHaveLeft)
        #expect(try server.seen().map(\.connection) == [1, 1])
        #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
    }

    @Test func `that answers no more is left, though others still wait on it`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate, speaksHTTP2: true)
        let client = try server.client { $0.authorityFile = certificate.path }
        _ = try await client.response(HTTPRequest(.post, "/", body: [1]))
        let silence = HTTPRequest(.post, "/", body: Array("freeze".utf8))
        let patient = client.send(silence) { _ in }
        let failure = await client.failure(silence, limitMilliseconds: 200)
        #expect(failure?.cause == .timedOut)
        for _ in 0..<3 {
            let request = HTTPRequest(.post, "/", body: [2])
            #expect(await client.failure(request, limitMilliseconds: 3_000) == nil)
        }
        client.cancel(patient)
        #expect(try server.seen().map(\.connection) == [1, 1, 1, 2, 2, 2])
    }

    @Test func `passes a proxy that was named, unread`() async throws {
        let certificate = try Certificate(for: "IP:127.0.0.1")
        let server = try HTTPServer(certificate)
        let proxy = try HTTPServer()
        let client = try server.client {
            $0.authorityFile = certificate.path
            $0.proxy = try? HTTPProxy("http://127.0.0.1:\(proxy.port)")
        }
        let outcome = await client.ask(HTTPRequest(.post, "/order?signature=1", body: [1]))
        #expect(try outcome.result.get().status == 200)
        #expect(outcome.moments.sent != nil)
        let passed = try proxy.seen()
        #expect(passed.count == 1)
        #expect(passed.first?.lines.first == "CONNECT 127.0.0.1:\(server.port) HTTP/1.1")
        #expect(try server.seen().count == 1)
    }

    @Test func `is no proxy's that only the environment names`() async throws {
        let dead = "http://127.0.0.1:1"
        let environment = ProcessInfo.processInfo.environment
        guard environment["https_proxy"] == dead, let proof = environment["PROOF"] else {
            // This very test once more, in a process with such an environment.
            let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            let proof = TemporaryDirectory.path + "/proof"
            let child = try ChildProcess.run(
                "/usr/bin/env",
                arguments: names.map { "\($0)=\(dead)" } + [
                    "PROOF=\(proof)", CommandLine.arguments[0], "--testing-library",
                    "swift-testing",
                    "--filter", "is no proxy's that only",
                ],
                timeLimit: 60_000_000_000
            )
            #expect(child.ending == .exited(0))
            #expect(FileManager.default.fileExists(atPath: proof))
            return
        }
        let certificate = try Certificate(for: "IP:127.0.0.1")
        for server in [try HTTPServer(), try HTTPServer(certificate)] {
            let client = try server.client { $0.authorityFile = certificate.path }
            _ = try await client.response(HTTPRequest(.get, "/ok"))
            #expect(try server.seen().count == 1)
        }
        #expect(FileManager.default.createFile(atPath: proof, contents: nil))
    }
}
