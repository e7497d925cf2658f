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
    }

    /// What people call it, as `binance-spot market`.
    var name: String
    /// Where the stream is.
    var address: String
    /// What is said once it is open.
    var greeting: [String]
    /// The text of a ping; `nil` for control frames.
    var ping: String?
    /// Whether books come on it.
    var carriesBooks: Bool
    /// The market it is of.
    var market: VenueMarket
    /// What is on it.
    var instruments: [Listed]
    /// Where its REST is: books are fetched there.
    var rest: HTTPAddress
    /// The source that faults are told of.
    var source: SourceID
    /// How many levels of each side a book holds.
    var bookCapacity: Int
    /// How many levels of each side the engine is shown.
    var depth: Int
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
    private let inbox: Inbox
    private let reader: MarketReader
    private var keeper: StreamKeeper?

    init(
        _ plan: MarketStreamPlan,
        _ client: HTTPClient,
        _ authorities: String,
        _ inbox: Inbox
    ) throws(SocketError) {
        self.inbox = inbox
        reader = MarketReader(plan, client)
        let keeper = try StreamKeeper(authorities: authorities, self)
        self.keeper = keeper
        _ = keeper.add(plan.kept)
    }

    func service() {
        keeper?.service(until: Clock.monotonic() + 100_000_000)
        if let why = reader.tend(tell) { keeper?.renew(0, why) }
    }

    func close() { keeper?.close() }

    func opened(_ stream: Int) { reader.opened() }

    func received(_ text: String, on stream: Int) { reader.received(text, tell) }

    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) {
        let milliseconds = pause.nanoseconds / 1_000_000
        inbox.post(.trouble("\(reader.plan.name): \(why); again in \(milliseconds) ms"))
        guard reader.plan.carriesBooks else { return }
        reader.lost()
        for listed in reader.plan.instruments {
            var gone = MarketSlice(instrument: listed.instrument, depth: 1)
            gone.changes = .bookLost
            inbox.post(gone)
        }
    }

    private func tell(_ news: MarketReader.News) {
        switch news {
        case .changed(let place, _): inbox.post(reader.feeds[place].slice)
        case .fault(let fault): inbox.post(.fault(fault))
        case .trouble(let text): inbox.post(.trouble(text))
        }
    }
}
