internal import Exchange
internal import Network
internal import Trading

/// The private streams of all desks, on the engine's thread: while the engine waits, it waits for
/// them.
final class PrivateStreams: StreamListener {
    /// What a stream told.
    enum News {
        /// It has said the first thing since it was opened: what was missed is asked for now.
        case ready(desk: Int)
        /// A message.
        case message([UInt8], desk: Int)
        /// It is gone for a while.
        case lost(desk: Int, String)
    }

    private var keeper: StreamKeeper?
    /// The desk of each stream.
    private var desks: [Int] = []
    private var isFirst: [Bool] = []
    private var news: [News] = []

    init(authorities: String) throws(SocketError) {
        keeper = try StreamKeeper(authorities: authorities, self)
    }

    /// Lets ``service(until:)`` return, from any thread.
    var wake: @Sendable () -> Void {
        guard let waker = keeper?.waker else { return {} }
        return { waker.wake() }
    }

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
        desks.append(desk)
        isFirst.append(false)
        _ = keeper?.add(
            StreamPlan(
                name: name,
                address: {
                    guard let opening = stream() else { return "" }
                    return (opening.isSocketAPI ? hosts.socketAPI : hosts.streams) + opening.target
                },
                greeting: { stream()?.greeting ?? [] },
                ping: (TimeSpan(seconds: 15), stream()?.ping),
                longestSilence: TimeSpan(seconds: 45)
            )
        )
    }

    /// Waits for something to be told, until a time of the monotonic clock or until it is woken.
    func service(until deadline: Int64) { keeper?.service(until: deadline) }

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

    func opened(_ stream: Int) { isFirst[stream] = true }

    func received(_ text: String, on stream: Int) {
        news.append(.message(Array(text.utf8), desk: desks[stream]))
        guard isFirst[stream] else { return }
        isFirst[stream] = false
        news.append(.ready(desk: desks[stream]))
    }

    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) {
        let milliseconds = pause.nanoseconds / 1_000_000
        // A venue may close with the words of the request that it does not like.
        let words = VenueWords.harmless(why)
        news.append(.lost(desk: desks[stream], "\(words); again in \(milliseconds) ms"))
    }
}
