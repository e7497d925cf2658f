internal import Exchange
package import Network
internal import Trading

/// Follows a public stream on the thread that services it.
package final class MarketFollower: StreamListener {
    private let inbox: Inbox
    private let clock: RunClock
    private let reader: MarketReader
    private var keeper: StreamKeeper?

    /// Prepares to follow; the stream is opened by the next service.
    package init(
        _ plan: MarketStreamPlan,
        _ client: any HTTPSender,
        _ sockets: any WebSocketDialer,
        _ inbox: Inbox,
        clock: RunClock
    ) {
        self.inbox = inbox
        self.clock = clock
        reader = MarketReader(plan, client, clock: clock)
        let keeper = StreamKeeper(sockets, self, clock: clock)
        self.keeper = keeper
        _ = keeper.add(plan.kept)
    }

    /// Does what there is to do, for a tenth of a second at most.
    package func service() {
        keeper?.service(until: clock.monotonic() + 100_000_000)
        if let why = reader.tend(tell) { keeper?.renew(0, why) }
    }

    /// Closes the stream for good.
    package func close() { keeper?.close() }

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
