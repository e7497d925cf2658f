import Engine
import Exchange
import Network
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `A private stream that tells nothing` {
    private static let newKey = (200, #"{"listenKey":"another"}"#)

    @Test func `has every order that works looked up again and again`() throws {
        let scene = try LiveScene(.binanceFutures, isStop: true)
        defer { scene.close() }
        scene.accept()
        scene.turn { !scene.venue.requests.isEmpty }
        #expect(scene.venue.requests.first == "GET /fapi/v1/algoOrder")
        let next = scene.world.nextDeafLook
        #expect(next > scene.world.time && next <= scene.world.time + TimeSpan(seconds: 6))
    }

    @Test func `has nothing new opened after five seconds, until it tells everything`() throws {
        let scene = try LiveScene()
        defer { scene.close() }
        let world = scene.world
        world.hearings[0] = Hearing(at: world.time - Hearing.longestPause + .second)
        world.tendHearing()
        #expect(world.conditions.isEmpty)
        world.hearings[0] = Hearing(at: world.time - Hearing.longestPause)
        for _ in 0..<2 { world.tendHearing() }
        #expect(world.conditions.map(\.condition) == [.privateStream])
        #expect(world.conditions.map(\.isActive) == [true])
        world.hear(0)
        for _ in 0..<2 { world.tendHearing() }
        #expect(world.conditions.map(\.isActive) == [true, false])
    }

    @Test func `is one whose listen key may have ended`() throws {
        var keys = 0
        let scene = try LiveScene(.binanceFutures) { request in
            guard request.path.hasSuffix("listenKey") else { return nil }
            keys += 1
            return keys < 3 ? (503, "{}") : Self.newKey
        }
        defer { scene.close() }
        let world = scene.world
        world.hear(0)
        world.take(.lost(desk: 0, "closed"))
        world.take(.opened(desk: 0, isSubscribed: true))
        #expect(world.hearings[0].deafSince != nil)
        scene.turn { world.hearings[0].deafSince == nil }
        #expect(keys == 3 && world.hearings[0].deafSince == nil)
    }

    /// The venue takes a stream with a key that has ended, and tells nothing on it.
    @Test func `is opened anew with a key that is new`() throws {
        let scene = try LiveScene(.binanceFutures) { _ in Self.newKey }
        defer { scene.close() }
        let desk = scene.world.desks[0]
        #expect(!desk.hasNewListenKey)
        scene.world.take(.lost(desk: 0, "closed"))
        scene.turn { desk.listenKey != nil }
        #expect(!desk.hasNewListenKey, "none was opened with another one")
        #expect(desk.privateStream() != nil && !desk.hasNewListenKey)
    }

    @Test func `is one whose listen key cannot be renewed`() throws {
        let scene = try LiveScene(.binanceFutures) { _ in
            (400, #"{"code":-1125,"msg":"This listenKey does not exist."}"#)
        }
        defer { scene.close() }
        let world = scene.world
        world.hear(0)
        world.desks[0].ask(.listenKey(.renew("key")), for: .listenKey)
        scene.turn { world.hearings[0].awaitsKey }
        #expect(world.hearings[0].awaitsKey && world.hearings[0].deafSince != nil)
    }

    /// What it told is asked for.
    @Test func `is one with a message that cannot be read, for once`() throws {
        let scene = try LiveScene(.binanceFutures, isStop: true)
        defer { scene.close() }
        scene.accept()
        scene.world.hear(0)
        let before = scene.world.desks[0].load
        scene.turn { scene.world.desks[0].load < before }
        let load = scene.world.desks[0].load
        for _ in 0..<3 { scene.world.take(Array("{".utf8), 0) }
        #expect(scene.world.desks[0].load > load)
        let after = scene.world.desks[0].load
        scene.world.take(Array("{".utf8), 0)
        #expect(scene.world.desks[0].load == after)
    }
}

@Suite struct `An order that has to end by itself` {
    private static let working =
        #"{"symbol":"BTCUSDT","orderId":28,"clientOrderId":"NAME","price":"0","origQty":"1","#
        + #""executedQty":"0","status":"NEW","timeInForce":"GTC","type":"MARKET","side":"BUY","#
        + #""time":1700000000000,"updateTime":1700000000000,"cummulativeQuoteQty":"0"}"#

    /// The message with its end may be lost, and what it filled has no stop.
    @Test func `is looked up until it has`() throws {
        var name = ""
        let scene = try LiveScene { _ in
            (200, Self.working.replacing("NAME", with: name))
        }
        defer { scene.close() }
        name = scene.clientID
        scene.accept()
        scene.world.hear(0)
        scene.turn { scene.venue.requests.count { $0 == "GET /api/v3/order" } > 3 }
        #expect(scene.venue.requests.count { $0 == "GET /api/v3/order" } > 3)
    }

    /// What the rest bought has no stop, and only a person can find out why nothing tells it.
    @Test func `calls a person where its fills are not told, once`() throws {
        let scene = try LiveScene()
        defer { scene.close() }
        scene.accept()
        scene.world.track(scene.order, .none, lookAfter: TimeSpan(seconds: 60))
        scene.world.tracked[scene.order]?.filled = quantity("1")
        scene.world.lookUp(scene.turn.state)
        let since = try #require(scene.world.tracked[scene.order]?.lacksSince)
        scene.take()
        #expect(scene.alarms.isEmpty)
        scene.world.tracked[scene.order]?.lacksSince = since - TimeSpan(seconds: 10)
        for _ in 0..<2 { scene.world.lookUp(scene.turn.state) }
        scene.take()
        #expect(scene.alarms.count == 1 && scene.alarms[0].contains("no stop"))
    }

    @Test func `is no unknown one where a stream has told of it before its answer failed`() throws {
        let scene = try LiveScene()
        defer { scene.close() }
        scene.accept()
        let doubt = VenueDoubt(cause: .silence, code: 0, text: "no answer")
        scene.world.add(.change(scene.order, .place, .unknown(doubt)))
        scene.take()
        #expect(scene.events.isEmpty)
    }
}
