import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `What a survey reads of a venue's records` {
    private var scene = ReconcileScene()
    private static let hour = TimeSpan(seconds: 3600)
    private static let day = TimeSpan(seconds: 86_400)
    private let now = Timestamp(nanoseconds: 1_795_000_000_000_000_000)

    private func window(comparedAgo ago: TimeSpan?, bookedAgo: TimeSpan? = nil) -> SurveyWindow {
        var turn = scene.turn
        if let bookedAgo {
            turn.begin(at: now - bookedAgo)
            var booked = scene
            booked.turn = turn
            booked.fill(booked.intend("entry buy 2"), "1")
            turn = booked.turn
        }
        if let ago {
            turn.emit(.comparisonCompleted(ComparisonCompleted(until: now - ago)))
        }
        return SurveyWindow(turn.state, at: now)
    }

    @Test func `is the last hours where it was compared lately`() {
        let window = window(comparedAgo: TimeSpan(seconds: 600))
        #expect(window.from == now - SurveyWindow.usual)
        #expect(!window.isLong && !window.isLate && !window.isCut)
        for market in VenueMarket.allCases {
            #expect(window.records(of: market).count == 1)
            #expect(window.fills(of: market) == window.records(of: market))
        }
    }

    @Test func `goes back to the last complete comparison after a weekend`() throws {
        let ago = TimeSpan(seconds: 60 * 3600)
        let window = window(comparedAgo: ago)
        #expect(window.from == now - ago - Self.hour)
        #expect(window.isLong && window.isLate && !window.isCut)
        let longest: [VenueMarket: TimeSpan] = [
            .binanceSpot: Self.day, .binanceFutures: TimeSpan(seconds: 7 * 86_400),
            .bybitSpot: TimeSpan(seconds: 7 * 86_400),
            .bybitLinear: TimeSpan(seconds: 7 * 86_400),
        ]
        for market in VenueMarket.allCases {
            let stretches = window.records(of: market)
            #expect(stretches.count == (market == .binanceSpot ? 3 : 1))
            #expect(stretches.first?.from == window.from)
            #expect(try #require(stretches.last).to > now)
            for (one, next) in zip(stretches, stretches.dropFirst()) {
                #expect(one.to == next.from)
            }
            let most = try #require(longest[market])
            #expect(stretches.allSatisfy { $0.to - $0.from < most })
        }
    }

    /// Bybit tells fifty entries a page, and no more pages are read than mean well.
    @Test func `is a day of Bybit's log at once`() {
        let window = window(comparedAgo: TimeSpan(seconds: 100 * 3600))
        for market in [VenueMarket.bybitLinear, .bybitSpot] {
            let stretches = window.entries(of: market)
            #expect(stretches.count == 5 && stretches.first?.from == window.from)
            #expect(stretches.allSatisfy { $0.to - $0.from <= Self.day })
            #expect(stretches.last?.to == window.records(of: market).last?.to)
        }
        #expect(window.entries(of: .binanceFutures) == window.records(of: .binanceFutures))
    }

    /// One that has taken nothing in yet has nothing behind it.
    @Test func `is the last hours where a journal has no beginning yet`() {
        #expect(scene.turn.state.sources.isEmpty)
        let window = window(comparedAgo: nil)
        #expect(window.comparedUntil == now && !window.isLong && !window.isLate)
    }

    @Test func `tells where a venue is not asked for all of it`() {
        let window = window(comparedAgo: TimeSpan(seconds: 90 * 86_400))
        #expect(window.isCut && window.isLong)
        #expect(window.from == now - TimeSpan(seconds: 80 * 86_400))
        var survey = scene.survey
        survey.window = window
        #expect(Comparison(scene.turn.state, survey).found.map(\.kind) == [.tooLongAgo])
    }

    /// What was booked last carries a time that is hours ahead: what is kept is aged by it.
    @Test func `and booked of fills is none that a clock set forward may have had forgotten`() {
        let ahead = TimeSpan(seconds: 5 * 3600)
        let window = window(
            comparedAgo: TimeSpan(seconds: 600),
            bookedAgo: TimeSpan(nanoseconds: -ahead.nanoseconds)
        )
        let kept = now + ahead - SurveyWindow.usual
        #expect(window.fillsFrom == kept && window.from < kept)
        var turn = scene.turn
        turn.begin(at: now + ahead)
        var booked = scene
        booked.turn = turn
        let order = booked.intend("entry buy 2")
        booked.fill(order, "1")
        let known = booked.turn.state.order(order)
        for (time, isBooked) in [(kept - .second, false), (kept + .second, true)] {
            var fill = booked.row(99, of: 7)
            fill.time = time
            let evidence = known.flatMap {
                FillEvidence(fill, of: $0, at: .bybitLinear, booked.turn.state)
            }
            #expect((evidence != nil) == isBooked)
        }
        // Of an order of which nothing is booked nothing is forgotten.
        let other = booked.intend("entry buy 2")
        var fill = booked.row(98, of: 8)
        fill.time = kept - .second
        let unfilled = booked.turn.state.order(other).flatMap {
            FillEvidence(fill, of: $0, at: .bybitLinear, booked.turn.state)
        }
        #expect(unfilled != nil)
    }

    /// An id of a fill is kept since the last complete comparison, and else forgotten after a day:
    /// it must not be booked again.
    @Test func `never reads fills that may be booked and forgotten`() {
        let kept = window(comparedAgo: TimeSpan(seconds: 3 * 86_400), bookedAgo: Self.day)
        #expect(kept.from == now - TimeSpan(seconds: 3 * 86_400) - Self.hour)
        #expect(kept.fillsFrom == kept.from)
        var turn = CoreFixture.begun([CoreFixture.listing(.perpetual)])
        let attached = SourceAttached(
            source: SourceID(UInt16(turn.state.sources.count)),
            sourceKind: .live,
            name: "bybit-linear",
            contentHash: "",
            firstTime: now - TimeSpan(seconds: 5 * 86_400)
        )
        turn.emit(.sourceAttached(attached))
        var booked = ReconcileScene()
        booked.turn = turn
        booked.turn.begin(at: now - Self.day)
        booked.fill(booked.intend("entry buy 2"), "1")
        let window = SurveyWindow(booked.turn.state, at: now)
        #expect(window.isLong && window.comparedUntil == attached.firstTime)
        #expect(window.fillsFrom == now - Self.day - SurveyWindow.usual)
        #expect(window.fills(of: .binanceSpot).first?.from == window.fillsFrom)
        // Ids of entries are forgotten with those of fills.
        var surveyed = SurveyedScene(["BTCUSDT"])
        surveyed.scene.turn = booked.turn
        surveyed.now = now
        let entries = surveyed.surveyed().calls.compactMap { call -> Timestamp? in
            if case .entries(let from, _, _) = call { from } else { nil }
        }
        #expect(entries.min() == window.fillsFrom)
    }
}
