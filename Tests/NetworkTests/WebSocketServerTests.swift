import Network
import Testing

@Suite(.serialized) struct `A server of WebSockets` {
    private func expectOK(_ scenario: String, _ limits: NetworkLimits = .init()) throws {
        let server = try ObligingServer(limits: limits)
        let verdict = try server.verdict(of: "sockets_by_hand.py", scenario)
        #expect(verdict == "ok")
    }

    @Test func `opens at any target and carries messages of any length`() throws {
        var limits = NetworkLimits()
        limits.backlogBytes = 3 << 20
        try expectOK("echoes", limits)
    }

    @Test func `proves that it understood the key`() throws { try expectOK("accept_key") }

    @Test func `puts fragments together`() throws { try expectOK("fragments") }

    @Test func `keeps messages in order`() throws { try expectOK("order") }

    @Test func `reads what comes with the handshake`() throws { try expectOK("at_once") }

    @Test func `answers pings and tells of pongs`() throws { try expectOK("pings") }

    @Test func `tells who closed and why`() throws { try expectOK("closing") }

    @Test func `does not wait long for the answer to a close frame`() throws {
        try expectOK("closing_unanswered")
    }

    @Test func `refuses wrong handshakes`() throws { try expectOK("wrong_handshakes") }

    @Test func `closes on wrong frames`() throws { try expectOK("wrong_frames") }

    @Test func `bounds a message`() throws {
        var limits = NetworkLimits()
        limits.messageBytes = 150_000
        try expectOK("oversize", limits)
    }

    @Test func `bounds what waits for one who does not read`() throws { try expectOK("floods") }

    @Test func `closes one who stops to read`() throws {
        var limits = NetworkLimits()
        limits.stallSeconds = 1
        try expectOK("readers_that_stop", limits)
    }

    @Test func `survives random bytes`() throws { try expectOK("random_bytes") }

    @Test func `is understood by the client of others`() throws {
        let verdict = try ObligingServer().verdict(of: "sockets_of_others.py", "others")
        if verdict.contains("skip: ") { return print("skipped: websockets is not installed") }
        #expect(verdict == "ok")
    }
}
