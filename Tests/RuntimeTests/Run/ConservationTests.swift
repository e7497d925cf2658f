import Engine
import Exchange
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

/// What the engine believes against what the venue has.
@Suite(.temporaryDirectory)
struct `The account of the engine and the account of the venue` {
    @Test(arguments: [UInt64(1), 5])
    func `are the same to the last unit after a generated market`(seed: UInt64) throws {
        let tape = TemporaryDirectory.path + "/tape.gz"
        _ = try GeneratedTape.write(to: tape, seed: seed, minutes: 6)
        let run = try trade("generated-market", tape)
        #expect(run.turn.state.metrics.fills > 10)
        expectSameAccount(run)
    }

    @Test(
        .enabled(if: RecordedMarket.isPresent, "no recorded markets here"),
        arguments: [
            ("btcusdt-imbalance", "hftbacktest/spot_btcusdt_20240808.gz"),
            ("btcusdt-perpetual", "hftbacktest/usdm_btcusdt_20240808.gz"),
        ]
    )
    func `are the same to the last unit after a recorded market`(
        example: String,
        name: String
    ) throws {
        let tape = try #require(RecordedMarket.path(name))
        expectSameAccount(try trade(example, tape, batches: 40))
    }

    @Test func `are the same when the venue has to bear a loss`() throws {
        var turn = CoreFixture.begun([CoreFixture.listing(.perpetual)], usdt: "20")
        var engine = Engine(plans: [CoreFixture.plan])
        let report = VenueReport(
            id: 1,
            order: OrderID(0),
            time: turn.time,
            body: .covered(instrument: InstrumentID(0), amount: money("36.402"))
        )
        engine.decide(.report(report), &turn)
        engine.decide(.report(report), &turn)
        #expect(turn.state.balance(AssetID(1)) == money("56.402"))
        #expect(turn.state.metrics.totalProfit == .zero)
        #expect(turn.state.errors.ordered.last?.severity == .alarm)
    }

    /// Trades a tape, or a part of it, with an example of the repository.
    private func trade(_ example: String, _ tape: String, batches: Int = .max) throws -> EngineRun<
        TapeWorld
    > {
        let root = TemporaryDirectory.path
        var path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        path += ["examples", "\(example).json5"]
        let file = path.joined(separator: "/")
        var plan = try RunPlan(
            Configuration(readingFrom: file),
            journal: root + "/journal",
            tapes: [tape],
            program: "test"
        )
        plan.stateDirectory = root + "/state"
        plan.diskReserve = 0
        plan.killSwitch = nil
        var asked = 0
        let observer = RunObserver(
            log: { _ in },
            progress: { _ in },
            isStopWanted: {
                asked += 1
                return asked > batches
            }
        )
        return try TapeRun.play(plan, observer).run
    }

    private func expectSameAccount(_ run: EngineRun<TapeWorld>) {
        // What is under way from the venue belongs to its account already.
        var turn = run.turn
        var engine = run.engine
        for (_, report) in run.world.reports.waiting { engine.decide(.report(report), &turn) }
        let state = turn.state
        for (place, asset) in state.assets.enumerated() {
            let total = run.world.venue.balance(AssetID(UInt16(place))).total
            #expect(asset.balance == total, "of \(asset.name)")
        }
        for held in state.instruments {
            let instrument = held.instrument
            var traded = Quantity.zero
            var feesInBase = Money.zero
            for done in run.world.venue.executions where done.instrument == instrument.id {
                traded += done.side.signed(done.execution.quantity)
                if done.execution.feeAsset == instrument.base { feesInBase += done.execution.fee }
            }
            #expect(held.position.quantity == traded - Quantity(feesInBase.value))
            guard instrument.market == .perpetual else { continue }
            let position = run.world.venue.position(instrument.id)
            #expect(held.position.quantity == position?.quantity ?? .zero)
            #expect(held.position.cost == position?.entryCost ?? .zero)
        }
    }
}

/// The recorded markets, which a clone of the repository does not have.
private enum RecordedMarket {
    static var isPresent: Bool { path("hftbacktest/spot_btcusdt_20240808.gz") != nil }

    static func path(_ name: String) -> String? {
        var directory = FileSystem.parent(of: #filePath)
        while directory != "/" {
            directory = FileSystem.parent(of: directory)
            let path = directory + "/shared/fixtures/market/" + name
            if (try? FileSystem.status(path)) != nil { return path }
        }
        return nil
    }
}
