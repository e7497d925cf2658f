import Platform
import Projections
import TestSupport
import Testing
import Trading

@Suite(.temporaryDirectory)
struct `A run that is stopped or not listened to` {
    let program = Program()
    var tape: String { program.root + "/market.tape" }

    private func prepare() throws {
        try program.configure()
        try program.put(GeneratedLines.joined(GeneratedLines.all), at: tape)
    }

    private func outcome() throws -> String {
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(0), "\(ended.messages)")
        return try #require(Program.value("outcomeHash", of: ended.output))
    }

    @Test(arguments: ["TERM", "INT", "TERM $!; kill -TERM"], ["0.01", "0.1", "0.3"])
    func `ends in order and goes on to the same outcome`(signal: String, after: String) throws {
        try prepare()
        let reference = try outcome()
        try FileSystem.removeTree(program.journal)
        // A shell makes background programs deaf to SIGINT; the engine listens all the same.
        let line = #"""
            "$@" 2>"$0" & until [ -e "${0%/*}/journal/writer.lock" ]; do sleep 0.01; done
            sleep \#(after); kill -\#(signal) $! 2>/dev/null; wait $!
            """#
        let ended = try program.trade(tape, line)
        #expect(ended.ending == .exited(0), "\(ended.messages)")
        let reason = Program.value("reason", of: ended.output)
        #expect(reason == "signalled" || reason == "tapeEnded")
        #expect(try program.requireSoundJournal())
        #expect(try outcome() == reference)
        #expect(try program.requireSoundJournal())
    }

    @Test(arguments: [
        #""$@" >&- 2>"$0""#, #""$@" 2>&-"#, #""$@" <&- >&- 2>&-"#,
        #"{ "$@"; echo $? >"$0"; } 2>&1 | head -n 1 >/dev/null; exit "$(cat "$0")""#,
    ])
    func `trades the same with closed streams`(line: String) throws {
        try prepare()
        let reference = try outcome()
        try FileSystem.removeTree(program.journal)
        #expect(try program.trade(tape, line).ending == .exited(0))
        #expect(try program.requireSoundJournal())
        #expect(try outcome() == reference)
    }

    @Test(arguments: [["--help"], ["run", "--help"], ["--version"]])
    func `says so when help meets a full disk, and minds no broken pipe`(words: [String]) throws {
        let words = [try Program.executable()] + words
        let full = try program.run(words, #"exec "$@" >/dev/full 2>"$0""#)
        #expect(full.ending == .exited(2))
        #expect(full.messages.contains("standard output: No space left"))
        let pipe = #"{ "$@"; echo $? >"$0"; } | true; exit "$(cat "$0")""#
        #expect(try program.run(words, pipe).ending == .exited(0))
    }

    @Test func `leaves a pause whose cause ended while it was down`() throws {
        try prepare()
        try program.put([], at: program.root + "/kill-switch")
        let paused = try program.trade(tape)
        #expect(Program.value("orders", of: paused.output) == "0")
        #expect(try program.replayed().status == .paused)
        try FileSystem.removeFile(program.root + "/kill-switch")
        _ = try outcome()
        #expect(try program.replayed().status == .running)
    }
}
