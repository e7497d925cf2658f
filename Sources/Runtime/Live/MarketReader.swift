internal import Engine
internal import Exchange
internal import Network
internal import Trading

/// Reads a public stream: decodes what comes, keeps the books of its instruments in step, and
/// gets the ones that are missing.
///
/// Belongs to the thread of its stream; only books by REST come from another one.
final class MarketReader {
    /// What a message came to.
    enum News {
        /// A market has become something else; a trade or mark price that did it stands in the
        /// reader.
        case changed(place: Int, MarketSlice.Changes)
        /// A message broke the rules of its market.
        case fault(MarketFaulted)
        /// Something that a person may want to know.
        case trouble(String)
    }

    let plan: MarketStreamPlan
    private(set) var feeds: [MarketFeed]
    /// The trade read last, where the last change was one.
    private(set) var trade: PublicTrade?
    /// The mark price read last, where the last change was one.
    private(set) var mark: MarkPrice?
    private let client: any HTTPSender
    private let clock: RunClock
    private var binance = BinanceDecoder()
    private var bybit: BybitDecoder
    /// What came by REST and waits for this thread.
    private let books = Postbox<Answer>()
    /// How many books were asked for and have no answer.
    private var underWay = 0
    /// Until when the venue wants to be left alone, by the monotonic clock.
    private var heldUntil = Int64.min
    /// What the venue lets pass of everything from our address, what the desks ask included.
    private var budget: RequestBudget
    /// The machine's time as the reader began, and the monotonic clock's.
    private let begun: (wall: Int64, monotonic: Int64)
    private var isOpen = false

    /// What came of asking for a book.
    private enum Answer: Sendable {
        case book(place: Int, body: [UInt8], usedWeight: Int?)
        case none
        /// The venue's limits: no more is asked for this many seconds.
        case tooMany(seconds: Int64)
    }
    /// When the book of each instrument was asked for; `nil` where it is in step or not wanted.
    private var asked: [Int64?]
    private var lines: UInt64 = 0
    /// How many messages could not be read, and when that was told last.
    private var unreadable = 0
    private var toldUnreadable: Int64 = 0
    /// The kinds of trouble of each instrument that were told and are not over.
    private var trouble: [Set<MarketFault.Kind>]

    /// How long a stream that brings books itself may leave one out.
    private static let longestWithoutBook: Int64 = 5_000_000_000
    /// The most books asked for at once: where they are too many, few are too many.
    private static let mostUnderWay = 8

    /// Makes a reader that has seen nothing.
    ///
    /// - Parameters:
    ///   - plan: The stream.
    ///   - client: What books are asked for with.
    ///   - clock: The clocks it goes by.
    init(_ plan: MarketStreamPlan, _ client: any HTTPSender, clock: RunClock = .machine) {
        self.plan = plan
        self.clock = clock
        self.client = client
        budget = RequestBudget(VenueLimits.of(plan.market), slack: .second)
        begun = (clock.wall(), clock.monotonic())
        bybit = BybitDecoder(market: plan.market.market)
        feeds = plan.instruments.indices.map { plan.feed($0) }
        asked = plan.instruments.map { _ in nil }
        trouble = plan.instruments.map { _ in [] }
    }

    /// A new connection begins anew: what was missed while it was away is not known.
    func opened() {
        isOpen = true
        for place in feeds.indices { asked[place] = nil }
    }

    /// What was known of the books is void.
    func lost() {
        isOpen = false
        guard plan.carriesBooks else { return }
        for place in feeds.indices { feeds[place] = plan.feed(place) }
    }

    /// Takes what came on the stream.
    func received(_ text: String, _ tell: (News) -> Void) {
        lines += 1
        take(Array(text.utf8), only: nil, tell)
    }

    /// Takes books that came, and asks for those that are missing.
    ///
    /// - Returns: Why the stream is to be opened anew; `nil` where it is not.
    func tend(_ tell: (News) -> Void) -> String? {
        for answer in books.take() {
            underWay -= 1
            switch answer {
            case .book(let place, let body, let usedWeight):
                if let usedWeight { budget.correct(.weight, used: usedWeight, at: moment) }
                take(body, only: place, tell)
                asked[place] = nil
            case .none: break
            case .tooMany(let seconds):
                let now = clock.monotonic()
                // One of those that were under way together is as good as all of them.
                if heldUntil <= now {
                    tell(
                        .trouble("\(plan.name): too many books were asked for; on in \(seconds) s")
                    )
                }
                heldUntil = max(heldUntil, now + seconds * 1_000_000_000)
            }
        }
        // What changes while the stream is away would be missing from a book of now.
        guard plan.carriesBooks, isOpen else { return nil }
        for place in feeds.indices where !feeds[place].isInStep {
            if let why = askForBook(place) { return why }
        }
        return nil
    }

    /// Gives a message to the feed of its symbol; a book by REST names none.
    private func take(_ bytes: [UInt8], only place: Int?, _ tell: (News) -> Void) {
        do throws(MessageError) {
            if plan.market.isBybit {
                try bybit.decode(bytes.span)
                if case .subscription(isAccepted: false, let text) = bybit.reply {
                    tell(.trouble("\(plan.name): a subscription is refused: \(text)"))
                }
                repeat { take(bybit.message, nil, tell) } while bybit.next()
            } else {
                try binance.decode(bytes.span)
                take(binance.message, place, tell)
            }
        } catch {
            unreadable += 1
            // One of many is as good as all of them.
            let now = clock.monotonic()
            guard unreadable == 1 || now - toldUnreadable >= 1_000_000_000 else { return }
            toldUnreadable = now
            tell(.trouble("\(plan.name): message \(unreadable) that cannot be read: \(error)"))
        }
    }

    private func take(_ message: MarketMessage, _ place: Int?, _ tell: (News) -> Void) {
        guard message.kind != .other else { return }
        guard let place = place ?? self.place(of: message.symbol) else { return }
        trade = message.kind == .trade ? message.trade : nil
        mark = message.kind == .mark ? message.mark : nil
        let changes = feeds[place].take(message)
        if !changes.isEmpty { tell(.changed(place: place, changes)) }
        guard let fault = newFault(of: place) else { return }
        tell(
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

    /// The first fault of a message, unless it is the trouble that was told already: whoever sends
    /// nonsense without end is not to fill the journal with it.
    private func newFault(of place: Int) -> MarketFault? {
        let faults = feeds[place].takeFaults()
        if feeds[place].isInStep, faults.isEmpty, !trouble[place].isEmpty {
            trouble[place].formIntersection([.wrongInstrument])
        }
        guard let fault = faults.first, !trouble[place].contains(fault.kind) else { return nil }
        trouble[place].insert(fault.kind)
        return fault
    }

    private func place(of symbol: [UInt8]) -> Int? {
        plan.instruments.firstIndex { $0.symbol.utf8.elementsEqual(symbol) }
    }

    /// A time that goes on at the pace of the monotonic clock, whatever is set.
    private var moment: Timestamp {
        Timestamp(nanoseconds: begun.wall + clock.monotonic() - begun.monotonic)
    }

    /// Asks for a book, not more often than every two seconds: by REST, or where the stream itself
    /// brings it, by a new subscription.
    private func askForBook(_ place: Int) -> String? {
        let now = clock.monotonic()
        let symbol = plan.instruments[place].symbol
        guard let target = plan.market.bookTarget(of: symbol, levels: plan.bookCapacity) else {
            guard let since = asked[place] else {
                asked[place] = now
                return nil
            }
            guard now - since >= Self.longestWithoutBook else { return nil }
            asked[place] = now
            return "there is no book of \(symbol)"
        }
        if let before = asked[place], now - before < 2_000_000_000 { return nil }
        let call = VenueCall.book(symbol: symbol, depth: plan.bookCapacity)
        let charges = VenueLimits.charges(for: call, in: plan.market)
        guard underWay < Self.mostUnderWay, now >= heldUntil,
            budget.take(charges, .ordinary, at: moment) == .now
        else { return nil }
        asked[place] = now
        underWay += 1
        let (books, penalties) = (books, VenueLimits.of(plan.market).penalties)
        client.dispatch(HTTPRequest(.get, target)) { outcome in
            guard case .success(let response) = outcome.result else { return books.put(.none) }
            switch response.status {
            case 200:
                let used = VenueLimits.usedWeight(in: response)
                books.put(.book(place: place, body: response.body, usedWeight: used))
            // Whoever goes on asking is banned, each time for longer.
            case 403, 418, 429:
                let told = response.header("Retry-After").flatMap { Int64($0) }
                let usual = (penalties[response.status]?.nanoseconds ?? 0) / 1_000_000_000
                books.put(.tooMany(seconds: min(max(told ?? usual, 1), 86_400)))
            default: books.put(.none)
            }
        }
        return nil
    }
}

extension MarketStreamPlan {
    /// The public streams of a market.
    ///
    /// - Throws: `HTTPFailure` where the host cannot be understood.
    static func streams(
        of market: VenueMarket,
        at hosts: VenueHosts,
        _ instruments: [Listed],
        _ plan: RunPlan,
        _ source: SourceID
    ) throws -> [MarketStreamPlan] {
        let rest = try HTTPAddress(hosts.rest)
        return PublicStream.streams(of: market, instruments.map(\.symbol)).map { stream in
            MarketStreamPlan(
                name: "\(market.name) market",
                address: hosts.streams + stream.target,
                greeting: stream.greeting,
                ping: stream.ping,
                carriesBooks: stream.carriesBooks,
                market: market,
                instruments: instruments.filter { stream.symbols.contains($0.symbol) },
                rest: rest,
                source: source,
                bookCapacity: plan.bookCapacity,
                depth: plan.plans.map(\.bookDepth).max() ?? 1
            )
        }
    }

    /// How the stream is kept.
    var kept: StreamPlan {
        let (address, greeting) = (address, greeting)
        return StreamPlan(
            name: name,
            address: { address },
            greeting: { greeting },
            ping: (TimeSpan(seconds: 15), ping),
            // Both venues' books change many times a second.
            longestSilence: TimeSpan(seconds: 30)
        )
    }

    /// The feed of an instrument that has seen nothing.
    func feed(_ place: Int) -> MarketFeed {
        MarketFeed(
            instrument: instruments[place].instrument,
            symbol: instruments[place].symbol,
            market: market.market,
            rules: market.isBybit ? .bybit : .binance,
            capacity: bookCapacity,
            depth: depth
        )
    }
}
