import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory)
struct `What pauses a run from outside` {
    private let fixture = RunFixture()

    @Test func `is looked at before anything trades`() throws {
        var settings = RunFixture.Settings()
        settings.killSwitch = "stop"
        _ = try File(path: fixture.root + "/stop", mode: .create)
        let tape = try fixture.tape(RunFixture.lines(minutes: 1))
        let summary = try fixture.run(try fixture.plan([tape], settings))
        #expect(summary.state.metrics.orders == 0)
        #expect(summary.state.status == .paused)
        #expect(summary.state.statusReason == "kill switch")
    }

    @Test func `ends even where it ended while no engine ran`() throws {
        var settings = RunFixture.Settings()
        settings.killSwitch = "stop"
        let file = fixture.root + "/stop"
        let plan = try fixture.plan([try fixture.tape(RunFixture.lines())], settings)
        let before = try fixture.run(plan, stopAfter: 30).state.metrics.openedDeals
        #expect(before > 0)
        _ = try File(path: file, mode: .create)
        let paused = try fixture.run(plan, stopAfter: 30)
        #expect(paused.state.status == .paused)
        #expect(paused.state.metrics.openedDeals == before)
        try FileSystem.removeFile(file)
        let after = try fixture.run(plan)
        #expect(after.state.status == .running)
        #expect(after.state.metrics.openedDeals > before)
    }

    @Test func `goes on while one of two conditions holds`() throws {
        var settings = RunFixture.Settings()
        settings.killSwitch = "stop"
        let file = fixture.root + "/stop"
        _ = try File(path: file, mode: .create)
        var plan = try fixture.plan([try fixture.tape(RunFixture.lines(minutes: 1))], settings)
        plan.diskReserve = .max
        try fixture.run(plan, stopAfter: 5)
        try FileSystem.removeFile(file)
        let summary = try fixture.run(plan)
        #expect(summary.state.status == .paused)
        #expect(summary.state.statusReason == "disk space below the reserve")
        #expect(summary.state.metrics.orders == 0)
    }
}
