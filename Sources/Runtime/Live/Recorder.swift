public import Exchange
internal import Network
internal import Platform
internal import Trading

/// What is to be recorded.
public struct RecorderPlan: Sendable {
    /// The market.
    public var market: VenueMarket
    /// Where it is.
    public var hosts: VenueHosts
    /// The venue's symbols; each gets a tape of its own.
    public var symbols: [String]
    /// The directory of the tapes.
    public var directory: String
    /// A file of certificates that are trusted in place of the system's.
    public var authorities: String?

    /// Makes a plan.
    public init(
        market: VenueMarket,
        hosts: VenueHosts,
        symbols: [String],
        directory: String,
        authorities: String? = nil
    ) {
        self.market = market
        self.hosts = hosts
        self.symbols = symbols
        self.directory = directory
        self.authorities = authorities
    }
}

/// Writes the raw messages of public streams to tapes, as they come, with the books they build on.
///
/// Nothing is decoded but the symbol. On Binance a book by REST goes onto the tape after every
/// opening of the stream, because depth events say only what changes; Bybit sends one itself.
public final class Recorder: StreamListener {
    private let plan: RecorderPlan
    private let client: HTTPClient
    private let books = Postbox<(symbol: Int, body: [UInt8])>()
    private let say: (String) -> Void
    private var keeper: StreamKeeper?
    private var tapes: [Tape] = []
    /// The first failure of a tape, which ends the recording.
    private var failure: TapeError?
    private var flushedAt = Clock.monotonic()
    /// Whether the book of each symbol is to be asked for at its next message.
    private var wantsBook: [Bool]

    /// A tape behind a reference: it cannot be copied.
    private final class Tape {
        let path: String
        private var writer: TapeWriter?
        init(_ path: String) throws(TapeError) {
            self.path = path
            writer = try TapeWriter(creating: path)
        }
        private(set) var lines = 0
        func append(_ message: [UInt8], at time: Timestamp) throws(TapeError) {
            try writer?.append(message.span, received: time)
            lines += 1
        }
        func flush() throws(TapeError) { try writer?.flush() }
        func finish() throws(TapeError) {
            guard let writer = writer.take() else { return }
            try writer.finish()
        }
    }

    /// Makes the tapes, and begins to connect.
    ///
    /// - Parameters:
    ///   - plan: What is to be recorded.
    ///   - say: Takes what a person may want to know.
    /// - Throws: ``RunFailure``, `TapeError` and `PlatformError`.
    public init(_ plan: RecorderPlan, say: @escaping (String) -> Void) throws {
        self.plan = plan
        self.say = say
        wantsBook = plan.symbols.map { _ in false }
        var options = HTTPOptions(try HTTPAddress(plan.hosts.rest))
        options.authorityFile = plan.authorities
        client = try HTTPClient(options)
        let start = Clock.wall() / 1_000_000_000
        for symbol in plan.symbols {
            let name = "\(symbol.lowercased())-\(plan.market.name)-\(start).gz"
            tapes.append(try Tape("\(plan.directory)/\(name)"))
        }
        let authorities = plan.authorities ?? WebSocketClient.systemAuthorities
        let keeper = StreamKeeper(try WebSocketClient(authorities: authorities), self)
        for stream in PublicStream.streams(of: plan.market, plan.symbols) {
            let url = plan.hosts.streams + stream.target
            _ = keeper.add(
                StreamPlan(
                    name: plan.market.name,
                    address: { url },
                    greeting: { stream.greeting },
                    ping: (TimeSpan(seconds: 15), stream.ping),
                    longestSilence: TimeSpan(seconds: 60)
                )
            )
        }
        self.keeper = keeper
    }

    /// The tapes with their lines so far.
    public var tally: [(path: String, lines: Int)] { tapes.map { ($0.path, $0.lines) } }

    /// Records until it is asked to stop.
    ///
    /// - Parameter isStopWanted: Asked about ten times a second.
    /// - Throws: `TapeError` where a tape cannot be written on.
    public func record(until isStopWanted: () -> Bool) throws(TapeError) {
        while !isStopWanted() && failure == nil {
            keeper?.service(until: Clock.monotonic() + 100_000_000)
            for (symbol, body) in books.take() {
                if body.isEmpty { wantsBook[symbol] = true } else { write(body, symbol) }
            }
            let now = Clock.monotonic()
            guard now - flushedAt >= 1_000_000_000 else { continue }
            flushedAt = now
            for tape in tapes { try tape.flush() }
        }
        keeper?.close()
        client.stop()
        for tape in tapes { try tape.finish() }
        if let failure { throw failure }
    }

    private func write(_ message: [UInt8], _ symbol: Int) {
        do throws(TapeError) {
            try tapes[symbol].append(message, at: Timestamp(nanoseconds: Clock.wall()))
        } catch {
            failure = failure ?? error
        }
    }

    func opened(_ stream: Int) {
        say("\(plan.market.name): stream \(stream + 1) is open")
        guard !plan.market.isBybit, stream == 0 else { return }
        for place in plan.symbols.indices { wantsBook[place] = true }
    }

    func received(_ text: String, on stream: Int) {
        // Both venues name the symbol near the front: Binance as "btcusdt@…", Bybit as the end of
        // a topic. What names none, as an acknowledgement, is not of the market.
        guard let place = plan.symbols.firstIndex(where: { isOf($0, text) }) else { return }
        write(Array(text.utf8), place)
        // A book from before the first event might leave a gap between the two.
        if wantsBook[place] {
            wantsBook[place] = false
            askForBook(place)
        }
    }

    private func isOf(_ symbol: String, _ text: String) -> Bool {
        let front = text.prefix(120)
        return plan.market.isBybit
            ? front.contains(".\(symbol)\"") : front.contains("\"\(symbol.lowercased())@")
    }

    func lost(_ stream: Int, _ why: String, for pause: TimeSpan) {
        say("\(plan.market.name): \(why); again in \(pause.nanoseconds / 1_000_000) ms")
    }

    private func askForBook(_ place: Int) {
        guard let target = plan.market.bookTarget(of: plan.symbols[place]) else { return }
        let books = books
        client.send(HTTPRequest(.get, target)) { outcome in
            // Without an answer it is asked for again.
            let response = try? outcome.result.get()
            books.put((place, response?.status == 200 ? response?.body ?? [] : []))
        }
    }
}
