internal import Exchange
internal import Network
internal import Platform
internal import Synchronization
internal import Trading

/// A public stream to follow: where it is, and which instruments it tells of.
package struct MarketStreamPlan: Sendable {
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

/// A public stream that is being followed.
package protocol MarketFollowing: AnyObject {
    /// Ends it.
    func end()
}

/// Follows a public stream on a thread of its own: builds the books, and puts what markets have
/// become into the inbox.
final class MarketStream: MarketFollowing {
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
                let sockets = try WebSocketClient(authorities: authorities)
                let follower = MarketFollower(plan, client, sockets, inbox, clock: .machine)
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
