import Network
import Platform
import Testing

@Suite(.serialized) struct `A client of WebSockets` {
    /// Lets a client meet a server that is written by hand, until it is closed or has failed.
    private func notes(
        with scenario: String,
        limits: NetworkLimits = .init(),
        path: String = "/",
        headers: [HTTPHeader] = [],
        during body: (Listener, ConnectionID) -> Void = { _, _ in }
    ) throws -> [String] {
        let helper = try ObligingServer()
        defer { withExtendedLifetime(helper) {} }
        let port = try helper.start("servers_by_hand.py", [scenario])
        let listener = try Listener(limits: limits)
        let id = try listener.client.connect(to: "ws://127.0.0.1:\(port)\(path)", headers: headers)
        body(listener, id)
        let isOver = listener.wait {
            listener.notes.contains { $0.hasPrefix("closed") || $0.hasPrefix("failed") }
        }
        #expect(isOver)
        return listener.notes
    }

    @Test func `sends target and headers as they are, and carries messages`() throws {
        let headers = [HTTPHeader("X-MBX-APIKEY", "key"), HTTPHeader("X-Empty", "")]
        let path = "/stream?streams=a@trade/b&x=%7B%2f&y=1+2&"
        let all = try notes(with: "echoing", path: path, headers: headers) { listener, id in
            #expect(listener.wait { listener.notes.count == 2 })
            listener.client.send("é龙虾", to: id)
            listener.client.send("", to: id)
            listener.client.ping(id, Array("why".utf8))
            listener.client.send(String(repeating: "x", count: 1 << 20), to: id)
            #expect(listener.wait { listener.notes.count == 6 })
            listener.client.close(id, code: 4001, reason: "enough")
        }
        let head = all[1].split(separator: "\r\n")
        #expect(head.first == "GET \(path) HTTP/1.1")
        #expect(head.contains("X-MBX-APIKEY: key"))
        #expect(head.contains { $0.hasPrefix("X-Empty:") })
        #expect(head.count { $0.hasPrefix("Host: 127.0.0.1:") } == 1)
        #expect(all[2...] == ["é龙虾", "", "ponged why", "1048576 bytes", "closed own 4001 enough"])
    }

    @Test func `answers pings, puts pieces together, tells who closed`() throws {
        let all = try notes(with: "greeting")
        #expect(all == ["opened", "first", "second", "ponged", "closed other 4012 restart"])
    }

    @Test func `takes large messages, within a limit`() throws {
        var all = try notes(with: "large")
        #expect(all == ["opened", "3145728 bytes", "closed other 1000 "])
        var limits = NetworkLimits()
        limits.messageBytes = 1 << 20
        all = try notes(with: "large", limits: limits)
        #expect(all == ["opened", "closed own 1009 a message has over 1048576 bytes"])
    }

    @Test func `tells of a broken connection`() throws {
        let all = try notes(with: "cut")
        #expect(all == ["opened", "whole", "closed nobody - "])
    }

    @Test(arguments: [
        "closes", "refuses", "other_proof", "no_http", "endless_head",
    ])
    func `does not open where a server answers otherwise`(scenario: String) throws {
        let all = try notes(with: scenario)
        #expect(all.count == 1 && all[0].hasPrefix("failed"), "\(all)")
        if scenario == "refuses" { #expect(all[0].contains("401"), "\(all)") }
    }

    @Test(arguments: [
        "binary", "broken_text", "reserved", "opcode", "long_ping", "lone", "random",
    ])
    func `closes on wrong frames`(scenario: String) throws {
        let all = try notes(with: scenario)
        #expect(all.count == 2 && all[0] == "opened", "\(all)")
        #expect(all.last?.hasPrefix("closed") == true, "\(all)")
    }

    @Test func `survives what a server may not send`() throws {
        for scenario in ["short_close", "masked"] {
            #expect(try notes(with: scenario).first == "opened")
        }
    }

    @Test func `does not follow a server that sends it elsewhere`() throws {
        let server = try ObligingServer()
        let port = try server.start("servers_by_hand.py", ["redirects"])
        let listener = try Listener()
        _ = try listener.client.connect(to: "ws://127.0.0.1:\(port)/")
        #expect(listener.wait(with: server) { !listener.notes.isEmpty })
        #expect(listener.notes.count == 1 && listener.notes[0].hasPrefix("failed"))
        #expect(server.notes.isEmpty)
    }

    @Test func `does not wait for ever to be open`() throws {
        var limits = NetworkLimits()
        limits.requestSeconds = 1
        let all = try notes(with: "silent", limits: limits)
        #expect(all == ["failed not open within 1 seconds"])
    }

    @Test func `tells that nobody listens`() throws {
        let listener = try Listener()
        let port = try NetworkServer().port
        _ = try listener.client.connect(to: "ws://localhost:\(port)/")
        #expect(listener.wait { listener.notes.count == 1 })
        #expect(listener.notes[0].hasPrefix("failed"), "\(listener.notes)")
    }

    @Test func `lets one that is opening be dropped`() throws {
        let all = try notes(with: "silent") { listener, id in
            _ = listener.wait(seconds: 1) { false }
            listener.client.close(id)
        }
        #expect(all == ["failed dropped"])
    }

    @Test(arguments: [
        "http://localhost/", "ws://example.com/", "ws://10.0.0.1/", "ws://127.0.0.1.example.com/",
        "ws://127.1/", "ws://0177.0.0.1/", "ws:///", "wss://", "wss://a b/", "wss://a/b c",
        "wss://user@a/", "wss://a:0/", "wss://a:99999/", "wss://a:1:2/", "wss://a/#b",
        "wss://[::1]/", "wss://a:+80/", "wss://a:080/", "wss://a:/",
    ])
    func `refuses an address that is wrong, or leaves this machine in the open`(
        url: String
    ) throws {
        let client = try WebSocketClient()
        let failure = #expect(throws: SocketError.self) {
            try client.connect(to: url + "?listenKey=hidden")
        }
        #expect(failure?.description.contains("hidden") == false)
    }

    @Test func `refuses a header of two lines`() throws {
        let client = try WebSocketClient()
        #expect(throws: SocketError.self) {
            try client.connect(to: "ws://127.0.0.1/", headers: [HTTPHeader("a", "b\r\nc: d")])
        }
    }

    @Test func `keeps a hundred connections to a server of its own kind`() throws {
        let server = try ObligingServer()
        let listener = try Listener()
        let ids = try (0..<100).map { number in
            try listener.client.connect(to: "ws://127.0.0.1:\(server.server.port)/n\(number)")
        }
        #expect(listener.wait(with: server) { listener.openCount == 100 })
        for id in ids {
            for number in 0..<10 { listener.client.send("\(id) \(number)", to: id) }
        }
        #expect(listener.wait(with: server) { listener.notes.count == 1100 })
        for id in ids {
            let own = listener.notes.filter { $0.hasPrefix("\(id) ") }
            #expect(own == (0..<10).map { "\(id) \($0)" })
        }
        for id in ids { listener.client.close(id) }
        #expect(listener.wait(with: server) { listener.openCount == 0 })
        #expect(listener.wait(with: server) { server.server.connectionCount == 0 })
        #expect(listener.notes.suffix(100).allSatisfy { $0 == "closed own 1000 " })
    }

    @Test func `is told that a server stops`() throws {
        let server = try ObligingServer()
        let listener = try Listener()
        _ = try listener.client.connect(to: "ws://localhost:\(server.server.port)/")
        #expect(listener.wait(with: server) { listener.openCount == 1 })
        server.server.shutDown(until: Clock.monotonic() + 50_000_000)
        #expect(listener.wait { listener.openCount == 0 })
        #expect(listener.notes == ["opened", "closed other 1001 the server stops"])
    }
}
