internal import Network
internal import Trading

/// A stream to keep: where it is, and what is said to it.
struct StreamPlan {
    /// What people call it, as `bybit-linear public`.
    var name: String
    /// Where it is; asked at every opening, because a key in it may have changed.
    var address: () -> String
    /// What is said once it is open; asked at every opening, because a signature expires.
    var greeting: () -> [String]
    /// How often it is pinged, and with which text; without one with a control frame.
    var ping: (every: TimeSpan, text: String?)
    /// How long it may say nothing at all, answers to pings included.
    var longestSilence: TimeSpan
}

/// Who is told what streams say; on the thread that services them.
protocol StreamListener: AnyObject {
    /// A stream is open, and its greeting is said.
    func opened(_ stream: Int)
    /// A text came.
    func received(_ text: String, on stream: Int)
    /// A stream is gone, and is opened again by itself after a pause.
    func lost(_ stream: Int, _ why: String, for pause: TimeSpan)
}

/// Keeps streams open: connects again after a pause that grows, greets, pings, and gives a stream
/// up that has gone silent.
///
/// Belongs to the thread that services it.
final class StreamKeeper: WebSocketClientDelegate {
    private struct Stream {
        var plan: StreamPlan
        var connection: ConnectionID?
        var isOpen = false
        var openedAt: Int64 = 0
        var heardAt: Int64 = 0
        var pingedAt: Int64 = 0
        var nextTry: Int64 = 0
        var backoff = Backoff()
    }

    private let client: any WebSocketDialer
    private let clock: RunClock
    private weak var listener: (any StreamListener)?
    private var streams: [Stream] = []
    private var places: [ConnectionID: Int] = [:]

    /// How long a stream must stand for its next loss to count as a first one.
    private static let standing: Int64 = 60_000_000_000

    init(
        _ client: any WebSocketDialer,
        _ listener: any StreamListener,
        clock: RunClock = .machine
    ) {
        self.client = client
        self.clock = clock
        self.listener = listener
        client.delegate = self
    }

    /// Ends a wait from any thread.
    var wake: @Sendable () -> Void { client.wake }

    /// Adds a stream, which is opened by the next service.
    ///
    /// - Returns: Its number, by which it is spoken of.
    func add(_ plan: StreamPlan) -> Int {
        streams.append(Stream(plan: plan))
        return streams.count - 1
    }

    /// Says something to an open stream.
    ///
    /// - Returns: Whether it is open.
    @discardableResult
    func send(_ text: String, to stream: Int) -> Bool {
        guard streams[stream].isOpen, let connection = streams[stream].connection else {
            return false
        }
        return client.send(text, to: connection)
    }

    /// Closes a stream and opens it anew, as after a gap that only a new subscription mends.
    func renew(_ stream: Int, _ why: String) {
        guard let connection = streams[stream].connection else { return }
        forget(stream)
        client.drop(connection)
        lose(stream, why)
    }

    /// Does what there is to do until a time of the monotonic clock, or until it is woken.
    func service(until deadline: Int64) {
        let now = clock.monotonic()
        for stream in streams.indices { tend(stream, at: now) }
        // Pings and silences are counted in seconds: an open stream is looked at once in each.
        let next = streams.map { $0.connection == nil ? $0.nextTry : now + 1_000_000_000 }
        client.service(until: min(deadline, max(now, next.min() ?? deadline)))
    }

    /// Closes all for good.
    func close() {
        for stream in streams.indices {
            guard let connection = streams[stream].connection else { continue }
            forget(stream)
            streams[stream].nextTry = .max
            client.close(connection)
        }
        client.service(until: clock.monotonic())
    }

    private func tend(_ stream: Int, at now: Int64) {
        let plan = streams[stream].plan
        guard streams[stream].connection != nil else {
            if now >= streams[stream].nextTry { connect(stream) }
            return
        }
        guard streams[stream].isOpen else { return }
        if now - streams[stream].heardAt > plan.longestSilence.nanoseconds {
            renew(stream, "it said nothing for \(plan.longestSilence.nanoseconds / 1_000_000) ms")
            return
        }
        if now - streams[stream].openedAt > Self.standing { streams[stream].backoff.succeeded() }
        guard now - streams[stream].pingedAt >= plan.ping.every.nanoseconds else { return }
        streams[stream].pingedAt = now
        if let text = plan.ping.text {
            send(text, to: stream)
        } else if let connection = streams[stream].connection {
            client.ping(connection)
        }
    }

    private func connect(_ stream: Int) {
        do throws(SocketError) {
            let connection = try client.connect(to: streams[stream].plan.address())
            streams[stream].connection = connection
            places[connection] = stream
        } catch {
            lose(stream, "\(error)")
        }
    }

    private func forget(_ stream: Int) {
        if let connection = streams[stream].connection { places[connection] = nil }
        streams[stream].connection = nil
        streams[stream].isOpen = false
    }

    private func lose(_ stream: Int, _ why: String) {
        var chance: UInt64 = 0
        for byte in clock.draw(8) { chance = chance << 8 | UInt64(byte) }
        let pause = streams[stream].backoff.failed(chance: chance)
        streams[stream].nextTry = clock.monotonic() + pause.nanoseconds
        listener?.lost(stream, why, for: pause)
    }

    // MARK: What the client tells

    func opened(_ id: ConnectionID) {
        guard let stream = places[id] else { return }
        let now = clock.monotonic()
        streams[stream].isOpen = true
        streams[stream].openedAt = now
        streams[stream].heardAt = now
        streams[stream].pingedAt = now
        for text in streams[stream].plan.greeting() { client.send(text, to: id) }
        listener?.opened(stream)
    }

    func received(_ text: String, from id: ConnectionID) {
        guard let stream = places[id] else { return }
        streams[stream].heardAt = clock.monotonic()
        listener?.received(text, on: stream)
    }

    func ponged(_ payload: [UInt8], from id: ConnectionID) {
        guard let stream = places[id] else { return }
        streams[stream].heardAt = clock.monotonic()
    }

    func failed(_ id: ConnectionID, _ reason: String) {
        guard let stream = places[id] else { return }
        forget(stream)
        lose(stream, reason)
    }

    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {
        guard let stream = places[id] else { return }
        forget(stream)
        lose(stream, "\(ending)")
    }
}
