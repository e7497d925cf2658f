import Network
import Platform
import TestSupport
import Testing

@Suite(.temporaryDirectory)
struct `A request` {
    @Test(arguments: [
        "/v5/account/transaction-log?", "/a/../b/./c//d?x=1&y=%2f%2F", "/p?a=b?c=d&e=[1]{2}|'\"",
        "/?", "/%7Euser/%41?q=a+b%20c",
    ])
    func `leaves with the very target it was given`(target: String) async throws {
        let server = try HTTPServer()
        let client = try server.client()
        _ = try await client.response(HTTPRequest(.get, target))
        #expect(try server.seen().first?.lines.first == "GET \(target) HTTP/1.1")
    }

    @Test(arguments: HTTPMethod.allCases)
    func `leaves with its method, its lines and its body, byte for byte`(
        method: HTTPMethod
    ) async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let body: [UInt8] = method == .get ? [] : Array(0...255) + Array("{\"a\": \"%2F+ \"}".utf8)
        let headers = [
            HTTPHeader("X-BAPI-SIGN", "0123abcdef"), HTTPHeader("x-empty", ""),
            HTTPHeader("Content-Type", "application/json"),
        ]
        let request = HTTPRequest(method, "/echo", headers: headers, body: body)
        let response = try await client.response(request)
        let isSame = response.body == body
        #expect(isSame)
        let seen = try #require(try server.seen().first)
        let hasArrived = seen.bodyBytes == body
        #expect(hasArrived)
        let length = body.isEmpty ? [] : ["Content-Length: \(body.count)"]
        let wanted = [
            "\(method.rawValue) /echo HTTP/1.1", "Host: 127.0.0.1:\(server.port)",
            "User-Agent: holdfast", "Accept: */*", "Accept-Encoding: gzip, deflate",
            "X-BAPI-SIGN: 0123abcdef", "x-empty:", "Content-Type: application/json",
        ]
        #expect(seen.lines == wanted + length)
    }

    @Test func `without a body says so where the method has one`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        for method in HTTPMethod.allCases {
            _ = try await client.response(HTTPRequest(method, "/ok"))
        }
        let lengths = try server.seen().map { $0.lines.contains("Content-Length: 0") }
        #expect(lengths == [false, true, true, false])
        let types = try server.seen().flatMap(\.lines).filter { $0.hasPrefix("Content-Type") }
        #expect(types == [])
    }

    @Test(arguments: [
        HTTPRequest(.get, "no-slash"), HTTPRequest(.get, "/a b"), HTTPRequest(.get, "/a\r\nX: y"),
        HTTPRequest(.get, "/a#b"), HTTPRequest(.get, "/ü"), HTTPRequest(.get, ""),
        HTTPRequest(.get, "/", headers: [HTTPHeader("X", "a\r\nY: b")]),
        HTTPRequest(.get, "/", headers: [HTTPHeader("X: a", "b")]),
        HTTPRequest(.get, "/", headers: [HTTPHeader("", "b")]),
        HTTPRequest(.get, "/", headers: [HTTPHeader("X", "a\0b")]),
        HTTPRequest(.get, "/", headers: [HTTPHeader("Transfer-Encoding", "chunked")]),
        HTTPRequest(.get, "/", headers: [HTTPHeader("host", "other")]),
    ])
    func `that cannot be sent as it is is refused, not mended`(request: HTTPRequest) async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let failure = try #require(await client.failure(request))
        #expect(failure.cause == .malformedRequest)
        #expect(failure.stage == .preparing)
        #expect(!failure.mayHaveLeft)
        #expect(try server.seen().isEmpty)
    }

    @Test func `takes over a kept connection`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let first = await client.ask(HTTPRequest(.post, "/echo", body: [1]))
        let second = await client.ask(HTTPRequest(.get, "/ok"))
        #expect(first.moments.isOnNewConnection)
        #expect(!second.moments.isOnNewConnection)
        #expect(try server.seen().map(\.connection) == [1, 1])
    }

    @Test func `tells when it left and when the answer began`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let before = Clock.monotonic()
        let moments = await client.ask(HTTPRequest(.post, "/delay?50", body: [1])).moments
        let after = Clock.monotonic()
        let sent = try #require(moments.sent)
        let answered = try #require(moments.answered)
        #expect(before <= moments.asked)
        #expect(moments.asked <= sent)
        #expect(answered - sent >= 50_000_000)
        #expect(answered <= moments.ended)
        #expect(moments.ended <= after)
    }

    @Test func `runs beside others, and no more connections than allowed are opened`() async throws
    {
        let server = try HTTPServer()
        let client = try server.client { $0.connectionLimit = 4 }
        let bodies = await withTaskGroup(of: [UInt8]?.self) { group in
            for number in UInt8(0)..<200 {
                let request = HTTPRequest(.post, "/echo", body: [number])
                group.addTask { try? await client.response(request).body }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let isComplete = Set(bodies) == Set((UInt8(0)..<200).map { [$0] })
        #expect(isComplete)
        let connections = Set(try server.seen().map(\.connection))
        #expect(connections.isSubset(of: [1, 2, 3, 4]))
    }

    @Test func `does not wait for a slow one beside it`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        // Sent at one moment, whatever else keeps the machine busy.
        let order = await withCheckedContinuation { waiting in
            let ended = Ended(2) { waiting.resume(returning: $0) }
            client.send(HTTPRequest(.get, "/delay?1000")) { _ in ended.note("slow") }
            client.send(HTTPRequest(.get, "/ok")) { _ in ended.note("fast") }
        }
        #expect(order == ["fast", "slow"])
    }
}

@Suite(.temporaryDirectory)
struct `An answer` {
    @Test func `has its status and lines, whatever the status`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        for status in [200, 204, 400, 403, 418, 429, 500, 503] {
            let response = try await client.response(HTTPRequest(.get, "/status?\(status)"))
            #expect(response.status == status)
            #expect(response.header("retry-after") == "7")
        }
    }

    @Test func `is unpacked`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let response = try await client.response(HTTPRequest(.get, "/gzip"))
        let isSame = response.body == Array(String(repeating: "unpacked ", count: 1000).utf8)
        #expect(isSame)
    }

    @Test func `in chunks is put together, its trailer left out`() async throws {
        let server = try HTTPServer()
        let response = try await server.client().response(HTTPRequest(.get, "/chunked"))
        #expect(String(decoding: response.body, as: UTF8.self) == "hello again")
        #expect(response.header("X-Trailer") == nil)
    }

    @Test func `begins after the interim ones`() async throws {
        let server = try HTTPServer()
        let response = try await server.client().response(HTTPRequest(.get, "/interim"))
        #expect(response.status == 200)
        #expect(response.header("x-real") == "2")
        #expect(response.header("x-interim") == nil)
    }

    @Test func `that redirects is an answer and not followed`() async throws {
        let server = try HTTPServer()
        let response = try await server.client().response(HTTPRequest(.get, "/redirect"))
        #expect(response.status == 302)
        #expect(response.header("Location") == "/landed")
        #expect(try server.seen().count == 1)
    }

    @Test func `leaves no cookie behind`() async throws {
        let server = try HTTPServer()
        let client = try server.client()
        _ = try await client.response(HTTPRequest(.get, "/cookie"))
        _ = try await client.response(HTTPRequest(.get, "/ok"))
        let lines = try server.seen().flatMap(\.lines)
        #expect(lines.filter { $0.lowercased().hasPrefix("cookie") } == [])
    }

    @Test func `may be as long as allowed and no longer`() async throws {
        let server = try HTTPServer()
        let client = try server.client { $0.bodyLimitBytes = 100_000 }
        let response = try await client.response(HTTPRequest(.get, "/big?100000"))
        #expect(response.body.count == 100_000)
        // A length that is announced, and one that only shows while it is unpacked.
        for target in ["/big?100001", "/bomb?100000000"] {
            let failure = try #require(await client.failure(HTTPRequest(.get, target)))
            #expect(failure.cause == .tooLarge)
            #expect(failure.stage == .receiving)
        }
        let failure = try #require(await client.failure(HTTPRequest(.get, "/endless-head")))
        #expect(failure.cause == .tooLarge)
        #expect(try await client.response(HTTPRequest(.get, "/ok")).status == 200)
    }

    @Test(arguments: [
        ("/garbage", HTTPFailure.Cause.unreadable), ("/broken-gzip", .unreadable),
        ("/broken-brotli", .unreadable), ("/zero-in-head", .unreadable),
        ("/short", .reset), ("/reset-within", .reset),
    ])
    func `that is broken is none`(target: String, cause: HTTPFailure.Cause) async throws {
        let server = try HTTPServer()
        let client = try server.client()
        let failure = try #require(await client.failure(HTTPRequest(.get, target)))
        #expect(failure.cause == cause)
        #expect(failure.mayHaveLeft)
    }
}
