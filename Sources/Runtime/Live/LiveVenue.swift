internal import Exchange
internal import Network
internal import Projections
internal import Trading

/// The connections of a live run: a desk and a private stream for each market, public streams on
/// threads of their own.
final class LiveVenue {
    private(set) var desks: [VenueDesk]
    let inbox: Inbox
    let streams: PrivateStreams
    var instruments: [LiveInstrument]
    /// What the venue asks of orders, as the start has read it.
    var rules: Surveyor.Rules = [:]
    /// What of the account's mode is otherwise than configured, by the instrument's place.
    var modes: [Int: [String]] = [:]
    let settings: LiveSettings
    /// The key; `nil` where nothing but what is public is asked.
    let credentials: VenueCredentials?
    /// Who tells what the key may do, where none of the desks does.
    var keyTeller: VenueDesk?
    /// What was asked ahead, until it is wanted.
    var answersAhead: [Surveyor.Question: VenueAnswer] = [:]
    /// How long a start took.
    var times: StartTimes
    private var clients: [any HTTPSender]
    private let connections: any VenueConnections
    let clock: RunClock
    private let hosts: [VenueHosts]
    private var followers: [any MarketFollowing] = []

    init(
        _ plan: RunPlan,
        _ settings: LiveSettings,
        _ credentials: VenueCredentials?,
        _ surroundings: RunSurroundings = .machine
    ) throws {
        connections = surroundings.connections
        clock = surroundings.clock
        times = StartTimes(at: clock.monotonic())
        self.settings = settings
        self.credentials = credentials
        let markets = settings.markets(of: plan.instruments)
        streams = try PrivateStreams(connections.sockets(), clock: clock)
        inbox = Inbox(instruments: plan.instruments.count, wake: streams.wake)
        hosts = markets.map { settings.hosts(of: $0) }
        instruments = plan.instruments.map { listed in
            let market = settings.kind.market(of: listed.market)
            return LiveInstrument(
                id: listed.id,
                symbol: listed.symbol,
                desk: markets.firstIndex(of: market) ?? 0,
                stop: market.protectiveStop,
                listed: listed
            )
        }
        desks = []
        clients = []
        for market in markets { desks.append(try openDesk(of: market, as: desks.count)) }
    }

    /// A desk of a market, whose answers come under a number.
    func openDesk(of market: VenueMarket, as place: Int) throws -> VenueDesk {
        let client = try connections.sender(to: HTTPAddress(settings.hosts(of: market).rest))
        clients.append(client)
        return VenueDesk(
            market.adapter(credentials, window: settings.receiveWindow),
            client,
            breakers: settings.breakers,
            machine: clock,
            post: { [inbox] ticket, outcome in
                inbox.post(.answered(desk: place, ticket: ticket, outcome))
            }
        )
    }

    /// Opens the streams.
    func open(_ plan: RunPlan, sources: [SourceID]) throws {
        // Whoever waits for an answer lets go of what markets tell meanwhile: none is open yet.
        for desk in desks where desk.market.wantsListenKey {
            _ = try answer(to: .listenKey(.make), desk)
        }
        for place in desks.indices {
            let desk = desks[place]
            streams.add(desk: place, desk.market.name, hosts[place]) { desk.privateStream() }
            try follow(place, plan, sources[place])
        }
    }

    private func follow(_ place: Int, _ plan: RunPlan, _ source: SourceID) throws {
        // Who asks for the market of what is not listed may be refused all others with it.
        let listed = instruments.enumerated()
            .filter { $0.element.desk == place && !isGone($0.offset) }
            .map(\.element)
            .map { MarketStreamPlan.Listed(instrument: $0.id, symbol: $0.symbol) }
        let plans = try MarketStreamPlan.streams(
            of: desks[place].market,
            at: hosts[place],
            listed,
            plan,
            source
        )
        for plan in plans {
            followers.append(try connections.follow(plan, into: inbox))
        }
    }

    /// Whether the venue was read and does not list an instrument.
    func isGone(_ place: Int) -> Bool {
        if case .some(.none) = rules[place] { true } else { false }
    }

    /// Lets time pass, and what comes meanwhile wait.
    func pause(_ span: TimeSpan) {
        let end = clock.monotonic() + span.nanoseconds
        while clock.monotonic() < end { streams.service(until: end) }
    }

    /// Closes everything.
    func close() {
        for follower in followers { follower.end() }
        streams.close()
        for client in clients { client.stop() }
    }
}
