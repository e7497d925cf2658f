internal import Exchange
internal import Network
internal import Platform
internal import Synchronization
internal import Trading

/// A public stream to follow: where it is, and which instruments it tells of.
struct MarketStreamPlan: Sendable {
    /// An instrument on the stream.
    struct Listed: Sendable {
        var instrument: InstrumentID
        var symbol: String
        var market: Market
    }

    /// What people call it, as `binance-spot market`.
    var name: String
    /// Where the stream is.
    var address: String
    /// What is said once it is open.
    var greeting: [String]
    /// The text of a ping; `nil` for control frames.
    var ping: String?
    /// What is on it.
    var instruments: [Listed]
    /// Where its REST is: books are fetched there.
    var rest: HTTPAddress
    /// The target of the request for a symbol's book.
    var bookTarget: @Sendable (String) -> String
    /// The source that faults are told of.
    var source: SourceID
    /// How many levels of each side a book holds.
    var bookCapacity: Int
}

/// Follows a public stream on a thread of its own: builds the books, and puts what markets have
/// become into the inbox.
final class MarketStream: Sendable {
    private let thread: WorkerThread
    private let isOver = SharedFlag()

    /// Starts following.
    ///
    /// - Throws: `PlatformError` where there is no thread or no client for it.
    init(_ plan: MarketStreamPlan, authorities: String, into inbox: Inbox) throws {
        let client = try HTTPClient(HTTPOptions(plan.rest))
        let isOver = isOver
        thread = try WorkerThread {
            do throws(SocketError) {
                let follower = try MarketFollower(plan, client, authorities, inbox)
                while !isOver.isSet { follower.service() }
                follower.close()
            } catch {
                inbox.post(.trouble("\(plan.name): \(error)"))
            }
            client.stop()
        }
    }

    /// Ends the stream and its thread, within a tenth of a second.
    func end() {
        isOver.set()
        thread.join()
    }
}

/// A flag that one thread sets and another looks at.
final class SharedFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}

/// What happens on the thread of a public stream.
private final class MarketFollower: StreamListener {
    private let plan: MarketStreamPlan
    private let client: HTTPClient
    private let inbox: Inbox
    private var keeper: StreamKeeper?
    private var decoder = BinanceDecoder()
    private var feeds: [MarketFeed]
    /// Books that came by REST and wait for this thread, by the place of their instrument.
    private let books = Postbox<(place: Int, body: [UInt8])>()
    /// When the book of each instrument was asked for; `nil` where it is in step or not wanted.
    private var asked: [Int64?]
    private var lines: UInt64 = 0

    /// How long a stream may say nothing: both venues' books change many times a second.
    private static let longestSilence = TimeSpan(seconds: 30)

    init(
        _ plan: MarketStreamPlan,
        _ client: HTTPClient,
        _ authorities: String,
        _ inbox: Inbox
    ) throws(SocketError) {
        self.plan = plan
        self.client = client
        self.inbox = inbox
        feeds = plan.instruments.map { listed in
            MarketFeed(
                instrument: listed.instrument,
                symbol: listed.symbol,
                market: listed.market,
                capacity: plan.bookCapacity
            )
        }
        asked = plan.instruments.map { _ in nil }
        let keeper = try StreamKeeper(authorities: authorities, self)
        self.keeper = keeper
        let (address, greeting) = (plan.address, plan.greeting)
        _ = keeper.add(
            StreamPlan(
                name: plan.name,
                address: { address },
                greeting: { greeting },
                ping: (TimeSpan(seconds: 15), plan.ping),
                longestSilence: Self.longestSilence
            )
        )
    }

    func service() {
        keeper?.service(until: Clock.monotonic() + 100_000_000)
        for (place, body) in books.take() {
            take(body, only: place)
            asked[place] = nil
        }
        for place in feeds.indices where !feeds[place].isInStep { askForBook(place) }
    }

    func close() { keeper?.close() }

    func opened(_ stream: Int) {
        // A new connection begins anew: what was missed while it was away is not known.
        for place in feeds.indices { asked[place] = nil }
    }

    func received(_ text: String, on stream: Int) {
        lines += 1
        take(Array(text.utf8), only: nil)
    }

    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) {
        let milliseconds = pause.nanoseconds / 1_000_000
        inbox.post(.trouble("\(plan.name): \(why); again in \(milliseconds) ms"))
        for place in feeds.indices {
            let listed = plan.instruments[place]
            feeds[place] = MarketFeed(
                instrument: listed.instrument,
                symbol: listed.symbol,
                market: listed.market,
                capacity: plan.bookCapacity
            )
            var gone = MarketSlice(instrument: listed.instrument, depth: 1)
            gone.changes = .bookLost
            inbox.post(gone)
        }
    }

    /// Gives a message to the feed of its symbol; a book by REST names none.
    private func take(_ bytes: [UInt8], only place: Int?) {
        do throws(MessageError) {
            try decoder.decode(bytes.span)
        } catch {
            inbox.post(.trouble("\(plan.name): a message cannot be read: \(error)"))
            return
        }
        let message = decoder.message
        guard message.kind != .other else { return }
        guard let place = place ?? self.place(of: message.symbol) else { return }
        let changes = feeds[place].take(message)
        if !changes.isEmpty { inbox.post(feeds[place].slice) }
        for fault in feeds[place].takeFaults() {
            inbox.post(
                .fault(
                    MarketFaulted(
                        instrument: plan.instruments[place].instrument,
                        source: plan.source,
                        line: lines,
                        text: "\(feeds[place].symbol): \(fault)"
                    )
                )
            )
        }
    }

    private func place(of symbol: [UInt8]) -> Int? {
        plan.instruments.firstIndex { Array($0.symbol.utf8) == symbol }
    }

    /// Asks for a book, not more often than every two seconds.
    private func askForBook(_ place: Int) {
        let now = Clock.monotonic()
        if let before = asked[place], now - before < 2_000_000_000 { return }
        asked[place] = now
        let books = books
        let target = plan.bookTarget(plan.instruments[place].symbol)
        client.send(HTTPRequest(.get, target)) { outcome in
            guard case .success(let response) = outcome.result, response.status == 200 else {
                return
            }
            books.put((place, response.body))
        }
    }
}
