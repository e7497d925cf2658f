import Network
import Platform
import TestSupport
import Testing

@Suite(.serialized, .temporaryDirectory) struct `A client of WebSockets over TLS` {
    /// What a client that trusts `authority` notes of a server that shows `certificate`.
    private func notes(
        of certificate: String,
        at host: String = "localhost",
        trusting authority: String,
        in folder: String,
        scenario: String = "greeting",
        during body: (Listener) throws -> Void = { _ in }
    ) throws -> [String] {
        let files = ["\(folder)/\(certificate).pem", "\(folder)/\(certificate).key"]
        let helper = try ObligingServer()
        defer { withExtendedLifetime(helper) {} }
        let port = try helper.start("servers_by_hand.py", [scenario] + files)
        let listener = try Listener(authorities: authority)
        _ = try listener.client.connect(to: "wss://\(host):\(port)/v5/private")
        try body(listener)
        let isOver = listener.wait {
            listener.notes.contains { $0.hasPrefix("closed") || $0.hasPrefix("failed") }
        }
        #expect(isOver)
        return listener.notes
    }

    @Test func `takes a certificate that is verified, and no other`() throws {
        let folder = TemporaryDirectory.path
        #expect(try ObligingServer().start("certificates.py", ["make", folder]) == "ok")
        let own = "\(folder)/ca.pem"
        let whole = ["opened", "first", "second", "ponged", "closed other 4012 restart"]
        let good = try notes(of: "good", trusting: own, in: folder)
        #expect(good == whole)
        for (certificate, host) in [
            ("expired", "localhost"), ("future", "localhost"), ("elsewhere", "localhost"),
            ("self", "localhost"), ("good", "127.0.0.1"), ("address", "localhost"),
        ] {
            let all = try notes(of: certificate, at: host, trusting: own, in: folder)
            #expect(all.count == 1 && all[0].hasPrefix("failed"), "\(certificate): \(all)")
        }
        for authority in ["\(folder)/other.pem", WebSocketClient.systemAuthorities] {
            let all = try notes(of: "good", trusting: authority, in: folder)
            #expect(all.count == 1 && all[0].hasPrefix("failed"), "\(authority): \(all)")
        }
    }

    @Test func `is not disturbed by a second client`() throws {
        let folder = TemporaryDirectory.path
        #expect(try ObligingServer().start("certificates.py", ["make", folder]) == "ok")
        let own = "\(folder)/ca.pem"
        let all = try notes(of: "good", trusting: own, in: folder, scenario: "late") { listener in
            // The first waits for the server's certificate when the second begins.
            listener.client.service(until: Clock.monotonic() + 300_000_000)
            _ = try WebSocketClient()
        }
        #expect(all.last == "closed other 4012 restart", "\(all)")
    }

    @Test func `does not begin without certificates to trust`() {
        #expect(throws: SocketError.self) { try WebSocketClient(authorities: "/nowhere/ca.pem") }
    }

    @Test func `does not speak TLS to one who does not`() throws {
        let server = try ObligingServer()
        let listener = try Listener()
        _ = try listener.client.connect(to: "wss://127.0.0.1:\(server.server.port)/")
        #expect(listener.wait(with: server) { listener.notes.count == 1 })
        #expect(listener.notes[0].hasPrefix("failed"), "\(listener.notes)")
        #expect(server.notes.isEmpty)
    }

    @Test func `tells that a name cannot be found`() throws {
        let listener = try Listener()
        _ = try listener.client.connect(to: "wss://nowhere.invalid/")
        #expect(listener.wait { listener.notes.count == 1 })
        #expect(listener.notes[0].hasPrefix("failed cannot find nowhere.invalid"))
    }
}
