import Exchange
import Testing
import Trading

/// What arrives, and what has to become of it.
enum Step: Sendable {
    /// U, u.
    case spot(Int64, Int64, DepthSynchronizer.Outcome)
    /// U, u, pu.
    case perpetual(Int64, Int64, Int64, DepthSynchronizer.Outcome)
    case snapshot(Int64, DepthSynchronizer.Outcome)
}

struct Scenario: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [Step]
    /// The last update in the book in the end; `nil` where the book is not in step.
    var reached: Int64?
    var held = 0
    var testDescription: String { name }
}

private func gap(_ expected: Int64, _ found: Int64) -> MarketFault {
    MarketFault(kind: .gap, expected: expected, found: found)
}

private func tooOld(_ expected: Int64, _ found: Int64) -> MarketFault {
    MarketFault(kind: .snapshotTooOld, expected: expected, found: found)
}

private func run(_ scenario: Scenario, _ market: Market) throws {
    var decoder = BinanceDecoder()
    var depth = DepthSynchronizer(market: market, capacity: 10)
    for (index, step) in scenario.steps.enumerated() {
        let place: Comment = "step \(index + 1)"
        switch step {
        case .spot(let first, let last, let outcome):
            let message = try decoder.decode(depthEvent(first, last))
            #expect(depth.take(update: message) == outcome, place)
        case .perpetual(let first, let last, let previous, let outcome):
            let message = try decoder.decode(depthEvent(first, last, pu: previous))
            #expect(depth.take(update: message) == outcome, place)
        case .snapshot(let last, let outcome):
            let message = try decoder.decode(depthSnapshot(last, market))
            #expect(depth.take(snapshot: message) == outcome, place)
        }
        #expect(depth.isInStep || depth.book.bestBid == nil, place)
    }
    #expect(depth.isInStep == (scenario.reached != nil))
    #expect(depth.reached == scenario.reached ?? 0)
    #expect(depth.heldEvents == scenario.held)
}

@Suite struct `Keeping a spot book in step` {
    static let scenarios: [Scenario] = [
        Scenario(
            name: "nothing is known without a snapshot",
            steps: [.spot(1, 5, .held), .spot(6, 9, .held)],
            reached: nil,
            held: 2
        ),
        Scenario(
            name: "events behind the snapshot follow",
            steps: [
                .snapshot(10, .changed), .spot(11, 12, .changed), .spot(13, 13, .changed),
            ],
            reached: 13
        ),
        Scenario(
            name: "the first event may begin within the snapshot",
            steps: [.snapshot(10, .changed), .spot(8, 12, .changed)],
            reached: 12
        ),
        Scenario(
            name: "an event that ends where the snapshot ends is old",
            steps: [.snapshot(10, .changed), .spot(8, 10, .stale), .spot(11, 11, .changed)],
            reached: 11
        ),
        Scenario(
            name: "an event newer than the snapshot arrives before it",
            steps: [
                .spot(1, 5, .held), .spot(6, 12, .held), .spot(13, 15, .held),
                .snapshot(7, .changed), .spot(16, 18, .changed),
            ],
            reached: 18
        ),
        Scenario(
            name: "all events held are older than the snapshot",
            steps: [.spot(1, 5, .held), .snapshot(7, .changed), .spot(6, 9, .changed)],
            reached: 9
        ),
        Scenario(
            name: "a snapshot older than the first event waits for a newer one",
            steps: [
                .spot(20, 25, .held), .snapshot(10, .refused(tooOld(20, 10))),
                .spot(26, 27, .held), .snapshot(22, .changed), .spot(28, 28, .changed),
            ],
            reached: 28
        ),
        Scenario(
            name: "a snapshot one before the first event joins it",
            steps: [.spot(20, 25, .held), .snapshot(19, .changed)],
            reached: 25
        ),
        Scenario(
            name: "a gap loses the book until the next snapshot",
            steps: [
                .snapshot(10, .changed), .spot(11, 12, .changed),
                .spot(14, 15, .lost(gap(13, 14))), .spot(16, 17, .held),
                .snapshot(15, .changed), .spot(18, 18, .changed),
            ],
            reached: 18
        ),
        Scenario(
            name: "a gap right behind the snapshot loses the book",
            steps: [.snapshot(10, .changed), .spot(12, 13, .lost(gap(11, 12)))],
            reached: nil,
            held: 1
        ),
        Scenario(
            name: "a gap among the events held is found",
            steps: [
                .spot(1, 5, .held), .spot(7, 9, .held), .snapshot(3, .refused(gap(6, 7))),
                .snapshot(8, .changed),
            ],
            reached: 9
        ),
        Scenario(
            name: "events out of order lose the book",
            steps: [
                .snapshot(10, .changed), .spot(13, 14, .lost(gap(11, 13))),
                .spot(11, 12, .held), .snapshot(14, .changed), .spot(15, 15, .changed),
            ],
            reached: 15
        ),
        Scenario(
            name: "an event that is there twice is old the second time",
            steps: [
                .snapshot(10, .changed), .spot(11, 12, .changed), .spot(11, 12, .stale),
                .spot(13, 14, .changed),
            ],
            reached: 14
        ),
        Scenario(
            name: "a snapshot that is there twice changes nothing the second time",
            steps: [.snapshot(10, .changed), .snapshot(10, .stale), .spot(11, 11, .changed)],
            reached: 11
        ),
        Scenario(
            name: "an older snapshot is not used while in step",
            steps: [.snapshot(10, .changed), .spot(11, 20, .changed), .snapshot(15, .stale)],
            reached: 20
        ),
        Scenario(
            name: "a newer snapshot takes over, and events within it are old",
            steps: [
                .snapshot(10, .changed), .snapshot(20, .changed), .spot(11, 15, .stale),
                .spot(16, 21, .changed),
            ],
            reached: 21
        ),
    ]

    @Test(arguments: scenarios) func `the rules of spot hold`(scenario: Scenario) throws {
        try run(scenario, .spot)
    }
}

@Suite struct `Keeping a perpetual book in step` {
    static let scenarios: [Scenario] = [
        Scenario(
            name: "later events follow by pu, whatever U is",
            steps: [
                .snapshot(100, .changed), .perpetual(95, 110, 90, .changed),
                .perpetual(150, 160, 110, .changed), .perpetual(161, 170, 160, .changed),
            ],
            reached: 170
        ),
        Scenario(
            name: "an event that ends where the snapshot ends is the first",
            steps: [
                .snapshot(100, .changed), .perpetual(95, 100, 90, .changed),
                .perpetual(120, 130, 100, .changed),
            ],
            reached: 130
        ),
        Scenario(
            name: "an event that follows the snapshot by pu is the first",
            steps: [.snapshot(100, .changed), .perpetual(120, 130, 100, .changed)],
            reached: 130
        ),
        Scenario(
            name: "events older than the snapshot are dropped",
            steps: [
                .snapshot(100, .changed), .perpetual(80, 99, 70, .stale),
                .perpetual(100, 105, 99, .changed),
            ],
            reached: 105
        ),
        Scenario(
            name: "an event behind the snapshot that does not join it loses the book",
            steps: [.snapshot(100, .changed), .perpetual(101, 110, 99, .lost(gap(100, 99)))],
            reached: nil,
            held: 1
        ),
        Scenario(
            name: "U that continues is no proof where pu does not",
            steps: [
                .snapshot(100, .changed), .perpetual(95, 110, 90, .changed),
                .perpetual(111, 120, 109, .lost(gap(110, 109))),
            ],
            reached: nil,
            held: 1
        ),
        Scenario(
            name: "events newer than the snapshot arrive before it",
            steps: [
                .perpetual(10, 20, 5, .held), .perpetual(30, 40, 20, .held),
                .perpetual(50, 60, 40, .held), .snapshot(35, .changed),
                .perpetual(70, 80, 60, .changed),
            ],
            reached: 80
        ),
        Scenario(
            name: "a snapshot older than the first event waits for a newer one",
            steps: [
                .perpetual(30, 40, 20, .held), .snapshot(15, .refused(tooOld(20, 15))),
                .perpetual(50, 60, 40, .held), .snapshot(40, .changed),
            ],
            reached: 60
        ),
        Scenario(
            name: "a gap loses the book until the next snapshot",
            steps: [
                .snapshot(100, .changed), .perpetual(95, 110, 90, .changed),
                .perpetual(130, 140, 120, .lost(gap(110, 120))),
                .perpetual(150, 160, 140, .held), .snapshot(155, .changed),
                .perpetual(170, 180, 160, .changed),
            ],
            reached: 180
        ),
        Scenario(
            name: "an event that is there twice is old the second time",
            steps: [
                .snapshot(100, .changed), .perpetual(95, 110, 90, .changed),
                .perpetual(95, 110, 90, .stale), .perpetual(150, 160, 110, .changed),
            ],
            reached: 160
        ),
        Scenario(
            name: "a gap among the events held is found",
            steps: [
                .perpetual(10, 20, 5, .held), .perpetual(40, 50, 30, .held),
                .snapshot(15, .refused(gap(20, 30))), .snapshot(45, .changed),
            ],
            reached: 50
        ),
    ]

    @Test(arguments: scenarios) func `the rules of USD-M hold`(scenario: Scenario) throws {
        try run(scenario, .perpetual)
    }
}

@Suite struct `What a book does with events` {
    @Test func `a book that an event leaves crossed is lost`() throws {
        var decoder = BinanceDecoder()
        var depth = DepthSynchronizer(market: .spot, capacity: 10)
        #expect(depth.take(snapshot: try decoder.decode(depthSnapshot(10))) == .changed)
        let crossing = try decoder.decode(depthEvent(11, 12, bids: #"["102.0","1"]"#, asks: ""))
        let fault = MarketFault(kind: .crossed, expected: 10, found: 12)
        #expect(depth.take(update: crossing) == .lost(fault))
        #expect(!depth.isInStep)
    }

    @Test func `a snapshot that is crossed is refused`() throws {
        var decoder = BinanceDecoder()
        var depth = DepthSynchronizer(market: .spot, capacity: 10)
        let crossed = try decoder.decode(depthSnapshot(10, bids: #"["102.0","5"]"#))
        let fault = MarketFault(kind: .crossed, expected: 0, found: 10)
        #expect(depth.take(snapshot: crossed) == .refused(fault))
        #expect(!depth.isInStep)
    }

    @Test func `events replace, add and remove levels`() throws {
        var decoder = BinanceDecoder()
        var depth = DepthSynchronizer(market: .spot, capacity: 10)
        _ = depth.take(snapshot: try decoder.decode(depthSnapshot(10)))
        let event = depthEvent(
            11,
            12,
            bids: #"["99.0","0"],["98.5","7"],["50.0","0"]"#,
            asks: #"["102.0","8"]"#
        )
        #expect(depth.take(update: try decoder.decode(event)) == .changed)
        #expect(depth.book.count(.buy) == 2)
        #expect(
            depth.book.bestBid == BookLevel(price: try price("98.5"), quantity: try quantity("7"))
        )
        #expect(
            depth.book.bestAsk == BookLevel(price: try price("102"), quantity: try quantity("8"))
        )
    }

    @Test func `the events that wait are bounded and the newest are kept`() throws {
        var decoder = BinanceDecoder()
        var depth = DepthSynchronizer(
            market: .spot,
            capacity: 10,
            maximumEvents: 8,
            maximumLevels: 100
        )
        for update in 1...100 as ClosedRange<Int64> {
            _ = depth.take(update: try decoder.decode(depthEvent(update, update)))
            #expect(depth.heldEvents <= 8)
        }
        #expect(depth.take(snapshot: try decoder.decode(depthSnapshot(98))) == .changed)
        #expect(depth.reached == 100)
    }

    @Test func `a price that runs to where levels were let go loses the book`() throws {
        var decoder = BinanceDecoder()
        var depth = DepthSynchronizer(market: .spot, capacity: 2)
        let bids = #"["99","5"],["98","5"],["97","5"]"#
        _ = depth.take(snapshot: try decoder.decode(depthSnapshot(10, bids: bids)))
        #expect(depth.horizon(.buy) == (try price("97")))
        #expect(depth.certainLevels(.buy, atMost: 5) == 2)
        let first = depthEvent(11, 11, bids: #"["99","0"],["96","1"]"#, asks: "")
        #expect(depth.take(update: try decoder.decode(first)) == .changed)
        // 98 is certain; 96 is held, but 97 rests before it.
        #expect(depth.certainLevels(.buy, atMost: 5) == 1)
        let second = depthEvent(12, 12, bids: #"["98","0"]"#, asks: "")
        let fault = MarketFault(kind: .outOfSight, expected: 11, found: 12)
        #expect(depth.take(update: try decoder.decode(second)) == .lost(fault))
    }
}
