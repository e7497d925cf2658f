import Exchange
import Network
import Testing
import Trading

@testable import Runtime

@Suite struct `An order that a venue does not know` {
    private static func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

    @Test(arguments: [(5, 10), (1, 10), (30, 60)])
    func `is proven absent by a question asked after the receive window has closed for certain`(
        window: Int64,
        proof: Int64
    ) throws {
        let scene = try LiveScene(receiveWindow: TimeSpan(seconds: window))
        defer { scene.close() }
        try scene.place()
        let left = try #require(scene.leftAt)
        for second in (Int64(1)...4).reversed() {
            scene.findAbsent(askedAt: left + Self.seconds(proof - second) - 1)
        }
        #expect(scene.reports.isEmpty)
        scene.findAbsent(askedAt: left + Self.seconds(proof))
        #expect(scene.reports == [.rejected(.other)])
    }

    @Test func `is not proven absent by being missed once or twice`() throws {
        let scene = try LiveScene()
        defer { scene.close() }
        try scene.place()
        let left = try #require(scene.leftAt)
        for (second, expected) in [(20, 0), (21, 0), (22, 1)] {
            scene.findAbsent(askedAt: left + Self.seconds(Int64(second)))
            #expect(scene.reports.count == expected)
        }
    }

    /// What waited while nothing passed leaves all at once.
    @Test func `is not proven absent by questions that left together`() throws {
        let scene = try LiveScene()
        defer { scene.close() }
        try scene.place()
        let left = try #require(scene.leftAt)
        for millisecond in Int64(0)..<9 {
            scene.findAbsent(askedAt: left + Self.seconds(20) + millisecond * 1_000_000)
        }
        #expect(scene.reports.isEmpty)
    }

    /// Its position may be waiting for it; the pauses alone would ask after 8 and 16 seconds.
    @Test func `is asked for again as soon as its absence proves something`() {
        let begin = Timestamp(nanoseconds: 0)
        var entry = LiveWorld.Tracked(
            request: .place,
            nextLook: begin,
            pause: TimeSpan(milliseconds: 500),
            leftAt: Self.seconds(1_000)
        )
        var asked: [Int64] = []
        for second in Int64(0)...20 {
            let time = begin + TimeSpan(seconds: second)
            guard time >= entry.nextLook else { continue }
            asked.append(second)
            entry.ask(
                at: time,
                monotonic: Self.seconds(1_000 + second),
                proof: TimeSpan(seconds: 10)
            )
            entry.absences += 1
        }
        #expect(asked == [0, 1, 2, 4, 8, 10, 18])
    }

    /// The venue turned it away and forgot it; what left again a second later may yet arrive.
    @Test func `is looked for anew when it leaves again`() throws {
        var placements = 0
        let scene = try LiveScene {
            guard $0.method == .post else { return nil }
            placements += 1
            return placements == 1 ? LiveScene.turnedAway() : nil
        }
        defer { scene.close() }
        try scene.place()
        let first = try #require(scene.leftAt)
        for second in Int64(7)...9 { scene.findAbsent(askedAt: first + Self.seconds(second)) }
        scene.turn { placements == 2 }
        let second = try #require(scene.leftAt)
        #expect(second > first)
        scene.findAbsent(askedAt: first + Self.seconds(10))
        #expect(scene.reports.isEmpty)
        // What was missed before is not counted.
        scene.findAbsent(askedAt: second + Self.seconds(12))
        #expect(scene.reports.isEmpty)
        scene.findAbsent(askedAt: second + Self.seconds(14))
        #expect(scene.reports == [.rejected(.other)])
    }

    /// A stop that is believed to work protects nothing once the venue has forgotten it.
    @Test func `counts as cancelled when it worked before, and a person is called`() throws {
        let scene = try missed { $0.path.contains("pen") ? (200, "[]") : nil }
        defer { scene.close() }
        scene.turn { !scene.reports.isEmpty }
        #expect(scene.reports == [.cancelled])
        #expect(scene.alarms.count == 1)
    }

    /// USD-M tells of no single order that was placed 90 days ago.
    @Test func `works where it is among what works`() throws {
        var name = ""
        let scene = try missed {
            let stop =
                #"{"algoId":1,"clientAlgoId":"\#(name)","algoType":"CONDITIONAL","#
                + #""orderType":"STOP_MARKET","symbol":"BTCUSDT","side":"SELL","#
                + #""algoStatus":"NEW","quantity":"1","price":"0","triggerPrice":"90","#
                + #""actualOrderId":"","createTime":1700000000000,"updateTime":1700000000000}"#
            return switch $0.path {
            case "/fapi/v1/openOrders": (200, "[]")
            case "/fapi/v1/openAlgoOrders": (200, "[\(stop)]")
            default: nil
            }
        }
        defer { scene.close() }
        name = scene.clientID
        scene.turn { scene.world.tracked[scene.order]?.absences ?? 0 == 0 }
        #expect(scene.venue.requests.contains("GET /fapi/v1/openAlgoOrders"))
        #expect(scene.reports.isEmpty && scene.alarms.isEmpty)
        #expect(scene.world.tracked[scene.order]?.absences ?? 0 == 0)
    }

    /// A stop that worked and was missed three times.
    private func missed(_ answers: @escaping ScriptedVenue.Answers) throws -> LiveScene {
        let scene = try LiveScene(.binanceFutures, isStop: true, answers: answers)
        scene.accept()
        scene.findAbsent(askedAt: 0)
        let since = try #require(scene.leftAt)
        scene.findAbsent(askedAt: since + Self.seconds(9))
        scene.findAbsent(askedAt: since + Self.seconds(10))
        #expect(scene.reports.isEmpty && scene.alarms.isEmpty)
        return scene
    }
}

/// One that is still under way would undo what is asked for next.
@Suite struct `An amendment that a venue does not show` {
    private static func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

    /// A stop of which an amendment was handed in just now.
    private func amending() throws -> LiveScene {
        let scene = try LiveScene(.bybitLinear, isStop: true)
        scene.accept()
        let intended = AmendIntended(
            order: scene.order,
            quantity: Quantity(.one),
            price: .zero,
            trigger: Price(Decimal(95))
        )
        scene.emit(.amendIntended(intended))
        scene.world.track(scene.order, .amend, lookAfter: .zero)
        scene.world.tracked[scene.order]?.looks = 2
        return scene
    }

    @Test func `did not happen where it is not there after the receive window has closed`() throws {
        let scene = try amending()
        defer { scene.close() }
        let left = try #require(scene.leftAt)
        scene.findAsItWas(askedAt: left + Self.seconds(10) - 1)
        #expect(scene.reports.isEmpty)
        scene.findAsItWas(askedAt: left + Self.seconds(10))
        #expect(scene.reports == [.amendRejected(.other)])
    }

    @Test func `did not happen by what a stream tells, however late`() throws {
        let scene = try amending()
        defer { scene.close() }
        scene.findAsItWas(askedAt: nil)
        #expect(scene.reports.isEmpty)
    }

    /// The pauses alone would ask after 8 and 16 seconds.
    @Test func `is looked for again as soon as that proves something`() {
        var entry = LiveWorld.Tracked(
            request: .amend,
            nextLook: Timestamp(nanoseconds: 0),
            pause: TimeSpan(seconds: 8),
            leftAt: 0
        )
        let now = Timestamp(nanoseconds: Self.seconds(7))
        entry.ask(at: now, monotonic: Self.seconds(7), proof: TimeSpan(seconds: 10))
        #expect(entry.nextLook == Timestamp(nanoseconds: Self.seconds(10)))
    }
}

extension LiveScene {
    /// Lets the venue show the stop as it was before an amendment, asked for at a moment or told
    /// by a stream.
    fileprivate func findAsItWas(askedAt: Int64?) {
        var found = VenueOrder(
            symbol: "BTCUSDT",
            venueOrder: VenueID(28),
            clientID: clientID,
            side: .sell
        )
        found.quantity = terms.quantity
        found.trigger = terms.trigger
        found.status = .placed
        found.isUntriggered = true
        world.add(.order(found, order, askedAt: askedAt))
        take()
    }

    /// Lets the venue say that it does not know the order.
    fileprivate func findAbsent(askedAt: Int64) {
        world.add(.absence(order, askedAt: askedAt))
        take()
    }
}
