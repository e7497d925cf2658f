internal import Exchange
internal import Network
internal import Trading

/// The private streams of all desks, on the engine's thread: while the engine waits, it waits for
/// them.
final class PrivateStreams: StreamListener {
    /// What a stream told.
    enum News {
        /// It is open; one that is told nothing tells everything from now on.
        case opened(desk: Int, isSubscribed: Bool)
        /// A message.
        case message([UInt8], desk: Int)
        /// It is gone for a while.
        case lost(desk: Int, String)
    }

    private var keeper: StreamKeeper?
    private let clock: RunClock
    /// The desk of each stream.
    private var desks: [Int] = []
    /// When a subscription was asked for that is not confirmed yet.
    private var askedAt: [Int64?] = []
    private var greets: [Bool] = []
    private var news: [News] = []

    init(_ client: any WebSocketDialer, clock: RunClock = .machine) {
        self.clock = clock
        wake = client.wake
        keeper = StreamKeeper(client, self, clock: clock)
    }

    /// Lets ``service(until:)`` return, from any thread.
    let wake: @Sendable () -> Void

    /// Adds the stream of a desk.
    ///
    /// - Parameters:
    ///   - desk: Its place.
    ///   - name: What people call it.
    ///   - hosts: Where the venue is.
    ///   - stream: Signs an opening; `nil` while it cannot be opened, as without a listen key.
    func add(
        desk: Int,
        _ name: String,
        _ hosts: VenueHosts,
        _ stream: @escaping () -> PrivateStream?
    ) {
        let place = desks.count
        desks.append(desk)
        askedAt.append(nil)
        greets.append(false)
        _ = keeper?.add(
            StreamPlan(
                name: name,
                address: {
                    guard let opening = stream() else { return "" }
                    return (opening.isSocketAPI ? hosts.socketAPI : hosts.streams) + opening.target
                },
                greeting: { [weak self] in
                    let greeting = stream()?.greeting ?? []
                    self?.greets[place] = !greeting.isEmpty
                    return greeting
                },
                ping: (TimeSpan(seconds: 15), stream()?.ping),
                longestSilence: TimeSpan(seconds: 45)
            )
        )
    }

    /// Waits for something to be told, until a time of the monotonic clock or until it is woken.
    func service(until deadline: Int64) {
        keeper?.service(until: deadline)
        let now = clock.monotonic()
        for stream in askedAt.indices {
            guard let since = askedAt[stream], now - since > Self.patience else { continue }
            askedAt[stream] = nil
            keeper?.renew(stream, "the subscription was not confirmed in time")
        }
    }

    /// How long a venue may take to confirm a subscription, in nanoseconds.
    private static let patience: Int64 = 10_000_000_000

    /// Notes that the venue has confirmed the subscription of a desk.
    func confirm(desk: Int) {
        guard let stream = desks.firstIndex(of: desk) else { return }
        askedAt[stream] = nil
    }

    /// What was told, oldest first.
    func take() -> [News] {
        defer { news = [] }
        return news
    }

    /// Opens the stream of a desk anew.
    func renew(desk: Int, _ why: String) {
        guard let stream = desks.firstIndex(of: desk) else { return }
        keeper?.renew(stream, why)
    }

    /// Closes all for good.
    func close() { keeper?.close() }

    func opened(_ stream: Int) {
        askedAt[stream] = greets[stream] ? clock.monotonic() : nil
        news.append(.opened(desk: desks[stream], isSubscribed: !greets[stream]))
    }

    func received(_ text: String, on stream: Int) {
        news.append(.message(Array(text.utf8), desk: desks[stream]))
    }

    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) {
        let milliseconds = pause.nanoseconds / 1_000_000
        askedAt[stream] = nil
        // A venue may close with the words of the request that it does not like.
        let words = VenueWords.harmless(why)
        news.append(.lost(desk: desks[stream], "\(words); again in \(milliseconds) ms"))
    }
}
