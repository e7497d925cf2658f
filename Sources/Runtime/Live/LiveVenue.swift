internal import Exchange
internal import Network
internal import Platform
internal import Projections
internal import Trading

/// The connections of a live run: a desk and a private stream for each market, public streams on
/// threads of their own.
final class LiveVenue {
    let desks: [VenueDesk]
    let inbox: Inbox
    let streams: PrivateStreams
    let instruments: [LiveInstrument]
    private let settings: LiveSettings
    private let clients: [HTTPClient]
    private let hosts: [VenueHosts]
    private var followers: [MarketStream] = []

    /// How long the venue may take to answer a question of the start.
    private static let patience: Int64 = 20_000_000_000

    init(
        _ plan: RunPlan,
        _ settings: LiveSettings,
        _ credentials: VenueCredentials
    ) throws {
        self.settings = settings
        let markets = settings.markets(of: plan.instruments)
        streams = try PrivateStreams(authorities: WebSocketClient.systemAuthorities)
        let inbox = Inbox(instruments: plan.instruments.count, wake: streams.wake)
        self.inbox = inbox
        hosts = markets.map { settings.hosts(of: $0) }
        var clients: [HTTPClient] = []
        var desks: [VenueDesk] = []
        for (place, market) in markets.enumerated() {
            let client = try HTTPClient(HTTPOptions(HTTPAddress(hosts[place].rest)))
            clients.append(client)
            desks.append(
                VenueDesk(
                    market.adapter(credentials, window: settings.receiveWindow),
                    client,
                    breakers: CircuitBreaker.Settings(
                        threshold: 5,
                        window: TimeSpan(seconds: 10),
                        coolDown: TimeSpan(seconds: 5)
                    ),
                    post: { [inbox] ticket, outcome in
                        inbox.post(.answered(desk: place, ticket: ticket, outcome))
                    }
                )
            )
        }
        self.clients = clients
        self.desks = desks
        instruments = plan.instruments.map { listed in
            let market = settings.kind.market(of: listed.market)
            return LiveInstrument(
                id: listed.id,
                symbol: listed.symbol,
                desk: markets.firstIndex(of: market) ?? 0,
                stop: market.protectiveStop
            )
        }
    }

    // MARK: The start

    /// Asks one thing, and waits for the answer.
    ///
    /// - Throws: ``RunFailure`` where the venue says no, or nothing in time.
    private func answer(to call: VenueCall, _ desk: VenueDesk) throws -> VenueFacts {
        let end = Clock.monotonic() + Self.patience
        let name = "\(call)"
        desk.ask(call, for: .start(name), .protective)
        while Clock.monotonic() < end {
            var answered = desk.pump().answered
            streams.service(until: Clock.monotonic() + 20_000_000)
            for case .answered(_, let ticket, let outcome) in inbox.take().notes {
                if let done = desk.take(ticket, outcome) { answered.append(done) }
            }
            for done in answered where done.purpose == .start(name) {
                switch done.answer {
                case .yes(let facts): return facts
                case .no(let refusal):
                    throw RunFailure(
                        refusing: "\(desk.market.name) refuses \(Self.word(call)): "
                            + "\(refusal.code) \(refusal.text)"
                    )
                case .unknown(let doubt):
                    throw RunFailure(
                        "\(desk.market.name) does not answer \(Self.word(call)): "
                            + "\(doubt.code) \(doubt.text)"
                    )
                }
            }
        }
        throw RunFailure("\(desk.market.name) does not answer \(Self.word(call)) in time")
    }

    private static func word(_ call: VenueCall) -> String {
        String("\(call)".prefix { $0 != "(" })
    }

    /// Reads the clock, the key's permissions and the account's mode, and refuses what would trade
    /// otherwise than configured.
    ///
    /// - Throws: ``RunFailure`` that says what to change.
    func check(_ plan: RunPlan, say: (String) -> Void) throws {
        for desk in desks {
            _ = try answer(to: .serverTime, desk)
            try checkKey(desk, say)
        }
        for (place, instrument) in instruments.enumerated() {
            let desk = desks[instrument.desk]
            guard desk.market.market == .perpetual else { continue }
            let facts = try answer(to: .accountMode(symbol: instrument.symbol), desk)
            guard case .mode(let mode) = facts else { continue }
            if mode.isHedge == true {
                throw RunFailure(
                    refusing: "\(desk.market.name) is in hedge mode; the engine trades one "
                        + "position per contract: change the account to one-way mode"
                )
            }
            try checkMargin(mode, instrument.symbol, desk)
            let wanted = plan.instruments[place].margin.leverage
            if let leverage = mode.leverage, leverage != wanted {
                throw RunFailure(
                    refusing: "\(instrument.symbol) has leverage \(leverage) at "
                        + "\(desk.market.name) and \(wanted) in the configuration: change one of "
                        + "them"
                )
            }
        }
    }

    /// The limits count what a position can lose as if each had margin of its own.
    private func checkMargin(
        _ mode: VenueAccountMode,
        _ symbol: String,
        _ desk: VenueDesk
    ) throws {
        var margin = mode.marginMode
        if margin == nil, desk.market.isBybit,
            case .mode(let account) = try answer(to: .marginMode(symbol: symbol), desk)
        {
            margin = account.marginMode
        }
        guard margin == .cross else { return }
        throw RunFailure(
            refusing: "\(symbol) has cross margin at \(desk.market.name): change it to isolated"
        )
    }

    private func checkKey(_ desk: VenueDesk, _ say: (String) -> Void) throws {
        let facts: VenueFacts
        do {
            facts = try answer(to: .keyPermissions, desk)
        } catch let failure as RunFailure where settings.isTestnet || settings.localPort != nil {
            say("\(desk.market.name) does not say what the key may do: \(failure)")
            return
        }
        guard case .key(let key) = facts else { return }
        if key.mayTrade == false {
            throw RunFailure(refusing: "the key may not trade at \(desk.market.name)")
        }
        if key.mayWithdraw == true, !settings.isTestnet {
            throw RunFailure(
                refusing: "the key may withdraw from \(desk.market.name): make one that cannot"
            )
        }
    }

    /// Opens the streams.
    func open(_ plan: RunPlan, sources: [SourceID]) throws {
        for place in desks.indices {
            let desk = desks[place]
            if desk.market.wantsListenKey { _ = try answer(to: .listenKey(.make), desk) }
            streams.add(desk: place, desk.market.name, hosts[place]) { desk.privateStream() }
            try follow(place, plan, sources[place])
        }
    }

    private func follow(_ place: Int, _ plan: RunPlan, _ source: SourceID) throws {
        let listed = instruments.filter { $0.desk == place }
            .map { MarketStreamPlan.Listed(instrument: $0.id, symbol: $0.symbol) }
        let plans = try MarketStreamPlan.streams(
            of: desks[place].market,
            at: hosts[place],
            listed,
            plan,
            source
        )
        for plan in plans {
            followers.append(
                try MarketStream(
                    plan,
                    authorities: WebSocketClient.systemAuthorities,
                    into: inbox
                )
            )
        }
    }

    /// Closes everything.
    func close() {
        for follower in followers { follower.end() }
        streams.close()
        for client in clients { client.stop() }
    }
}
