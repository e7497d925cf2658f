import Network
import Platform
import Testing

@Suite(.serialized) struct `A server of requests` {
    private func expectOK(_ scenario: String, _ limits: NetworkLimits = .init()) throws {
        let server = try ObligingServer(limits: limits)
        let verdict = try server.verdict(of: "requests_by_hand.py", scenario)
        #expect(verdict == "ok")
    }

    @Test func `hands on the target as it is on the wire`() throws {
        try expectOK("raw_targets")
    }

    @Test func `hands on headers of any name`() throws {
        try expectOK("custom_headers")
    }

    @Test func `takes a body with every method`() throws { try expectOK("bodies") }

    @Test func `keeps a connection for the next request`() throws {
        try expectOK("keeping")
    }

    @Test func `answers requests that come at once in their order`() throws {
        try expectOK("pipelining")
    }

    @Test func `answers later, and drops without an answer`() throws {
        try expectOK("later_and_never")
    }

    @Test func `sends answers that do not fit at once`() throws {
        try expectOK("large_answers")
    }

    @Test func `lets a client that asks send its body`() throws {
        try expectOK("expecting")
    }

    @Test func `refuses what is no request, and what is too large`() throws {
        try expectOK("wrong_requests")
    }

    @Test func `does not wait for ever`() throws {
        var limits = NetworkLimits()
        (limits.requestSeconds, limits.idleSeconds, limits.stallSeconds) = (1, 1, 1)
        try expectOK("slow_requests", limits)
        try expectOK("readers_that_stop", limits)
    }

    @Test func `takes a bounded number of connections`() throws {
        var limits = NetworkLimits()
        limits.connections = 20
        try expectOK("too_many", limits)
    }

    @Test func `returns at a deadline, and at once when it is woken`() throws {
        let server = try NetworkServer()
        var start = Clock.monotonic()
        server.service(until: start + 30_000_000)
        #expect(Clock.monotonic() - start >= 30_000_000)
        server.waker.wake()
        start = Clock.monotonic()
        server.service(until: start + 60_000_000_000)
        #expect(Clock.monotonic() - start < 30_000_000_000)
    }

    @Test func `says that a port is taken`() throws {
        let first = try NetworkServer()
        #expect(throws: SocketError.self) { try NetworkServer(port: first.port) }
    }
}
