import Platform
import SuiteSupport
import TestSupport
import Testing

@testable import CrashSuite

@Suite(.temporaryDirectory)
struct `A disk that takes no more` {
    private let root = TemporaryDirectory.path

    /// Starts the engine so that no file of its grows beyond `kilobytes`, and waits.
    ///
    /// To the engine it is a write that fails; unlike a full file system it needs no privilege.
    private func run(_ place: Place, kilobytes: Int) throws -> ChildProcess.Ending {
        let words =
            [
                try Program.beside().engine, "run", "--config", place.configuration, "--journal",
                place.journal, "--json",
            ] + place.scene.tapes.flatMap { ["--tape", $0] }
        let script = """
            trap '' XFSZ; err=$1; shift; ulimit -f \(kilobytes * 2); exec "$@" 2>"$err"
            """
        return try ChildProcess.start(
            "/bin/sh",
            arguments: ["-c", script, "sh", place.messages] + words
        ).wait()
    }

    @Test func `ends the engine, with a copy elsewhere from which it goes on`() throws {
        let program = try Program.beside()
        let market = try Scene.generated(in: root, seed: 4, minutes: 2)
        let scene = Scene(
            name: market.name,
            tapes: market.tapes,
            configuration: market.configuration.replacing(
                "stateDirectory: \"state\",",
                with: "stateDirectory: \"state\", emergencyBackup: \"copy\","
            )
        )
        let reference = try program.finish(try Place(root + "/reference", scene))
        let place = try Place(root + "/full", scene)
        #expect(try run(place, kilobytes: 40) == .exited(1))
        #expect(place.lastMessages.contains("the journal was copied to"), "\(place.lastMessages)")

        let autopsy = try Autopsy(of: place, program, epochsBefore: 0)
        #expect(autopsy.phase == .live)
        // The copy takes the place of what could not be written.
        try FileSystem.removeTree(place.journal)
        try FileSystem.rename(place.directory + "/copy/epoch-1", to: place.journal)
        try Comparison(program: program).finish(place, reference)
    }

    @Test func `is never to be copied into the journal itself`() throws {
        let program = try Program.beside()
        let market = try Scene.generated(in: root, seed: 4, minutes: 1)
        let scene = Scene(
            name: market.name,
            tapes: market.tapes,
            configuration: market.configuration.replacing(
                "stateDirectory: \"state\",",
                with: "stateDirectory: \"state\", emergencyBackup: \"journal/a/copy\","
            )
        )
        let place = try Place(root + "/inside", scene)
        #expect(try program.start(place).wait() == .exited(1))
        #expect(place.lastMessages.contains("lies in the journal"), "\(place.lastMessages)")
    }

    @Test func `is said where there is nowhere to copy to`() throws {
        let scene = try Scene.generated(in: root, seed: 4, minutes: 2)
        let place = try Place(root + "/full", scene)
        #expect(try run(place, kilobytes: 40) == .exited(1))
        #expect(place.lastMessages.contains("commit"), "\(place.lastMessages)")
        #expect(!place.lastMessages.contains("copied"), "\(place.lastMessages)")
        let program = try Program.beside()
        let reference = try program.finish(try Place(root + "/reference", scene))
        try Comparison(program: program).finish(place, reference)
    }

    @Test func `lets the engine go on when there is room again, on a real file system`() throws {
        let full = try FullFileSystem(try Program.beside(), seed: 3, in: root + "/full")
        let lines = try full.run(stride: 16)
        // Without the right to mount there is nothing to fill, and the lines say so.
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.contains("skipped") || !$0.hasSuffix(": 0") }, "\(lines)")
    }
}
