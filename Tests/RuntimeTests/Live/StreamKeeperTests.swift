import Network
import Platform
import Testing
import Trading

@testable import Runtime

/// A server and a keeper on one thread.
private final class StreamScene: NetworkServerDelegate, StreamListener {
    let server: NetworkServer
    private(set) var keeper: StreamKeeper?
    /// What happened, in order.
    var told: [String] = []
    /// The WebSockets that are open at the server.
    var sockets: [ConnectionID] = []

    init() throws { server = try NetworkServer() }

    func begin(silence: TimeSpan = .second, ping: TimeSpan = .second, text: String? = nil) throws {
        server.delegate = self
        let keeper = try StreamKeeper(WebSocketClient(), self)
        self.keeper = keeper
        let port = server.port
        var openings = 0
        let stream = keeper.add(
            StreamPlan(
                name: "test",
                address: { "ws://127.0.0.1:\(port)/stream" },
                greeting: {
                    openings += 1
                    return ["hello \(openings)"]
                },
                ping: (ping, text),
                longestSilence: silence
            )
        )
        #expect(stream == 0)
    }

    /// Serves both until something holds.
    func until(_ holds: () -> Bool) throws {
        let end = Clock.monotonic() + 20_000_000_000
        while !holds() {
            try #require(Clock.monotonic() < end, "\(told)")
            server.service(until: Clock.monotonic() + 1_000_000)
            keeper?.service(until: Clock.monotonic() + 1_000_000)
        }
    }

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        server.answer(id, HTTPResponse(status: 404))
    }
    func opened(_ id: ConnectionID, by request: HTTPRequest) { sockets.append(id) }
    func received(_ text: String, from id: ConnectionID) { told.append("server: \(text)") }
    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) { sockets.removeAll { $0 == id } }

    func opened(_ stream: Int) { told.append("opened") }
    func received(_ text: String, on stream: Int) { told.append("client: \(text)") }
    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) { told.append("lost") }
}

@Suite struct `A stream that is kept` {
    @Test func `is greeted at every opening, and opened again when it is lost`() throws {
        let scene = try StreamScene()
        try scene.begin(silence: TimeSpan(seconds: 60), ping: TimeSpan(seconds: 60))
        try scene.until { scene.told.contains("server: hello 1") }
        scene.server.send("news", to: scene.sockets[0])
        try scene.until { scene.told.contains("client: news") }
        scene.server.drop(scene.sockets[0])
        try scene.until { scene.told.contains("server: hello 2") }
        #expect(
            scene.told == [
                "opened", "server: hello 1", "client: news", "lost", "opened", "server: hello 2",
            ]
        )
    }

    @Test func `is given up when it says nothing, not even to pings`() throws {
        let scene = try StreamScene()
        // Texts of its own are answered by nobody here.
        try scene.begin(
            silence: TimeSpan(milliseconds: 300),
            ping: TimeSpan(milliseconds: 100),
            text: "ping"
        )
        try scene.until { scene.told.contains("server: hello 2") }
        #expect(scene.told.contains("server: ping") && scene.told.contains("lost"))
    }

    @Test func `stands while pings are answered`() throws {
        let scene = try StreamScene()
        try scene.begin(silence: TimeSpan(milliseconds: 600), ping: TimeSpan(milliseconds: 50))
        try scene.until { scene.told.contains("server: hello 1") }
        let end = Clock.monotonic() + 1_500_000_000
        try scene.until { Clock.monotonic() > end }
        #expect(!scene.told.contains("lost"))
    }

    @Test func `is waited for, and not looked at all the time`() throws {
        let scene = try StreamScene()
        try scene.begin(silence: TimeSpan(seconds: 60), ping: TimeSpan(seconds: 60))
        try scene.until { scene.told.contains("server: hello 1") }
        // It showed only once a second had passed since the last ping.
        let end = Clock.monotonic() + 1_600_000_000
        var looks = 0
        while Clock.monotonic() < end {
            scene.keeper?.service(until: end)
            looks += 1
        }
        #expect(looks < 100)
    }

    @Test func `is renewed when it is told to be`() throws {
        let scene = try StreamScene()
        try scene.begin(silence: TimeSpan(seconds: 60), ping: TimeSpan(seconds: 60))
        try scene.until { scene.told.contains("server: hello 1") }
        scene.keeper?.renew(0, "a gap")
        try scene.until { scene.told.contains("server: hello 2") }
        #expect(scene.sockets.count == 1 || scene.told.filter { $0 == "lost" }.count == 1)
    }

    @Test func `waits longer after every failure, and each time another while`() {
        var backoff = Backoff(first: TimeSpan(milliseconds: 100), longest: TimeSpan(seconds: 1))
        let longest = [100, 200, 400, 800, 1000, 1000].map { TimeSpan(milliseconds: $0) }
        for (place, most) in longest.enumerated() {
            let pause = backoff.failed(chance: UInt64(place) &* 0x9E37_79B9_7F4A_7C15)
            #expect(pause <= most && pause.nanoseconds >= most.nanoseconds / 2)
        }
        backoff.succeeded()
        #expect(backoff.failed(chance: .max) <= TimeSpan(milliseconds: 100))
    }
}
