import Platform
import TestSupport
import Testing

@Suite(.temporaryDirectory)
struct `A configuration that cannot be used` {
    let program = Program()

    private func expect(_ says: String, with line: String = #"exec "$@" 2>"$0""#) throws {
        let ended = try program.trade(program.root + "/none.gz", line)
        #expect(ended.ending == .exited(2))
        #expect(ended.messages.contains(says), "\(ended.messages)")
        #expect(ended.messages.contains("configuration.json5"))
        #expect(try FileSystem.status(program.journal) == nil)
    }

    @Test func `because it is missing`() throws { try expect("there is no such file") }

    @Test func `because it is a directory`() throws {
        try FileSystem.createDirectory(program.configuration)
        try expect("cannot be read")
    }

    @Test(arguments: [
        ("", "found the end"), ("hello {", "found the word hello"), ("[]", "found a list"),
    ])
    func `because it is no object`(text: String, says: String) throws {
        try program.put(Array(text.utf8), at: program.configuration)
        try expect(says)
    }

    @Test(arguments: [
        ("cooldown:", "cooldwon:", #"unknown key; did you mean "cooldown"?"#),
        (#"stopLoss: "0.002""#, #"stopLoss: "2""#, "between 0 and 1"),
        ("depth: 10,", "depth: -1,", "from 1 to 5000, not -1"),
        (#"notional: "1000""#, "notional: 1000", #"write "1000" instead"#),
        (#"latency: "20ms""#, #"latency: "soon""#, "expected a time"),
    ])
    func `names the key`(found: String, replaced: String, says: String) throws {
        try program.configure(found, replaced: replaced)
        try expect(says)
    }
}
