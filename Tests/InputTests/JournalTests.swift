import Platform
import Runtime
import TestSupport
import Testing

@Suite(.temporaryDirectory)
struct `A journal that cannot be used` {
    let program = Program()
    var tape: String { program.root + "/market.tape" }

    private func prepare() throws {
        try program.configure()
        try program.put(GeneratedLines.joined(GeneratedLines.all), at: tape)
    }

    /// To trade there is refused; to the tool, asked to look at it, there is nothing to read.
    private func expect(_ says: String...) throws {
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(1))
        let look = ["journal", "--journal", program.journal, "show"]
        let shown = try program.run([try Program.executable()] + look)
        #expect(shown.ending == .exited(2), "\(shown.messages)")
        for words in says { #expect(ended.messages.contains(words), "\(ended.messages)") }
        #expect(ended.messages.split(separator: "\n").count == 1)
    }

    @Test func `because its path is a file`() throws {
        try prepare()
        try program.put([1, 2], at: program.journal)
        try expect("it is a file", "name another path")
        #expect(try FileSystem.read(program.journal) == [1, 2])
    }

    @Test func `because its path is below a file`() throws {
        try prepare()
        let words = [
            try Program.executable(), "run", "--config", program.configuration, "--tape", tape,
            "--journal", tape + "/below/journal",
        ]
        let ended = try program.run(words)
        #expect(ended.ending == .exited(1))
        #expect(ended.messages.contains("market.tape is a file"), "\(ended.messages)")
    }

    @Test func `because the directory is empty`() throws {
        try prepare()
        try FileSystem.createDirectory(program.journal)
        try expect("the directory is empty", "rmdir " + program.journal)
    }

    @Test func `because the directory is somebody else's`() throws {
        try prepare()
        try FileSystem.createDirectory(program.journal)
        try program.put([1], at: program.journal + "/notes.txt")
        try expect("other things (notes.txt)", "left as it is")
        #expect(try FileSystem.list(program.journal) == ["notes.txt"])
    }

    @Test func `because an engine is using it, and that one goes on`() throws {
        try prepare()
        // Stopped while it holds the lock, whenever that is; the second is refused at once.
        let line = #"""
            "$@" >/dev/null 2>&1 & first=$!
            until [ -s "${0%/*}/journal/writer.lock" ]; do sleep 0.01; done
            kill -STOP $first
            "$@" 2>"$0"; code=$?
            kill -CONT $first; wait $first || exit 99
            exit $code
            """#
        let ended = try program.trade(tape, line)
        #expect(ended.ending == .exited(1))
        #expect(ended.messages.contains("is writing it"), "\(ended.messages)")
        #expect(ended.messages.contains("stop process "))
        #expect(try program.requireSoundJournal())
    }

    @Test func `because the disk ends, and goes on from there when there is room`() throws {
        try prepare()
        let reference = try outcome()
        try FileSystem.removeTree(program.journal)
        // A limit of the file size is what a full disk is where nobody may mount one.
        let ended = try program.trade(tape, #"ulimit -f 60; exec "$@" 2>"$0""#)
        #expect(ended.ending == .exited(1))
        #expect(ended.messages.contains("what was committed is kept"), "\(ended.messages)")
        #expect(try program.requireSoundJournal())
        #expect(try outcome() == reference)
        #expect(try program.requireSoundJournal())
    }

    private func outcome() throws -> String {
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(0), "\(ended.messages)")
        return try #require(Program.value("outcomeHash", of: ended.output))
    }
}
