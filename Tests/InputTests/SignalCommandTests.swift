import Platform
import TestSupport
import Testing

@Suite(.temporaryDirectory)
struct `The command that hands over signals` {
    let program = Program()

    private func signal(_ words: String..., input: String = "") throws -> Ended {
        let command = [try Program.executable(), "signal", "--journal", program.journal] + words
        return try program.run(command, #"printf '\#(input)' | "$@" 2>"$0""#)
    }

    @Test(arguments: [
        (["--symbol", "GENUSDT", "--side", "buy", "--score", "80"], "id: missing"),
        (["--id", "a", "--symbol", "GENUSDT", "--side", "up", "--score", "80"], "side: expected"),
        (
            ["--id", "a", "--symbol", "GENUSDT", "--side", "buy", "--score", "8,0"],
            "score: expected"
        ),
        (
            ["--id", "a", "--symbol", "GENUSDT", "--side", "buy", "--score", "101"],
            "score: must be"
        ),
        (
            [
                "--id", "a", "--symbol", "G", "--side", "buy", "--score", "9", "--time", "now",
            ], "time: expected"
        ), (["--id", "a", "--from", "-"], "--id and --from exclude each other"),
    ])
    func `says what is no signal, and ends with 2`(words: [String], expected: String) throws {
        let command = [try Program.executable(), "signal"] + words
        let ended = try program.run(command, #""$@" 2>"$0" </dev/null"#)
        #expect(ended.ending == .exited(2))
        #expect(ended.messages.contains(expected), "\(ended.messages)")
    }

    @Test func `ends with 2 where no engine runs`() throws {
        let ended = try signal("--id", "a", "--symbol", "G", "--side", "buy", "--score", "80")
        #expect(ended.ending == .exited(2))
        #expect(ended.messages.contains("nobody listens"), "\(ended.messages)")
    }

    @Test func `names the lines that are no signals, and ends with 1`() throws {
        let lines = #"{"id":"a","symbol":"G","side":"buy","score":"101"}\n\nnonsense"#
        let ended = try signal("--from", "-", input: lines)
        #expect(ended.ending == .exited(1))
        #expect(
            ended.output == """
                line 1: score: must be from 0 to 100, not 101
                line 3: expected a value, found the word nonsense; text stands in quotes

                """,
            "\(ended.output)"
        )
    }

    /// On tapes the inputs are those of the tapes alone: a replay could not have them.
    @Test func `is refused by a run on tapes, and ends with 1`() throws {
        try program.configure()
        let tape = program.root + "/market.gz"
        // Long enough to be asked while it is traded.
        let made = try program.run(
            [try Program.executable(), "generate", "--minutes", "60", "--to", tape]
        )
        #expect(made.ending == .exited(0), "\(made.messages)")
        let line = #"""
            "$@" >/dev/null 2>&1 &
            until [ -e "${0%/*}/journal/control" ]; do sleep 0.005; done
            "$1" signal --journal "${0%/*}/journal" --id a --symbol GENUSDT --side buy \
                --score 80 2>"$0"
            status=$?; kill $!; wait $!; exit $status
            """#
        let ended = try program.trade(tape, line)
        #expect(ended.ending == .exited(1))
        #expect(ended.output.contains("a: on tapes the signals are those of the file"))
    }
}
