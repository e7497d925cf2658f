import Exchange
import Platform
import Runtime
import TestSupport
import Testing

/// A line that a tape should not have, and what is said of it.
struct BadLine: CustomTestStringConvertible, Sendable {
    var name: String
    var line: [UInt8]
    var says: String
    var code: Int32 = 1
    var testDescription: String { name }

    init(_ name: String, _ message: String, says: String, code: Int32 = 1) {
        self.init(name, bytes: GeneratedLines.line(message), says: says, code: code)
    }

    init(_ name: String, bytes: [UInt8], says: String, code: Int32 = 1) {
        self.name = name
        line = bytes
        self.says = says
        self.code = code
    }

    static func depth(_ bids: String, first: Int = 1, last: Int = 2) -> String {
        #"{"stream":"genusdt@depth@100ms","data":{"e":"depthUpdate","E":1704067200100,"#
            + #""s":"GENUSDT","U":\#(first),"u":\#(last),"b":\#(bids),"a":[]}}"#
    }

    static func quote(_ price: String) -> String {
        #"{"stream":"genusdt@bookTicker","data":{"u":7,"s":"GENUSDT","b":"\#(price)","#
            + #""B":"1","a":"\#(price)","A":"1"}}"#
    }

    static let foreign =
        #"{"stream":"ethusdt@trade","data":{"e":"trade","E":1,"s":"ETHUSDT","t":1,"#
        + #""p":"1","q":"1","T":1,"m":true}}"#

    static let all = [
        BadLine("17 digits", bytes: Array("12345678901234567 {}".utf8), says: "19 digits"),
        BadLine("no space", bytes: Array("1704067200003642133{}".utf8), says: "one space"),
        BadLine("no time", bytes: Array("{}".utf8), says: "receive time"),
        BadLine("the year 2262", bytes: Array("9223372036854775807 {}".utf8), says: "year 2100"),
        BadLine("an empty line", bytes: [], says: "receive time"),
        BadLine("zeros", bytes: [UInt8](repeating: 0, count: 5000), says: "receive time"),
        BadLine("no JSON", "hello", says: "not JSON"),
        BadLine("an array", "[1,2]", says: "expected an object and found an array"),
        BadLine("half a message", #"{"stream":"genusdt@depth","da"#, says: "not JSON"),
        BadLine(
            "bytes that are no text",
            bytes: GeneratedLines.line(#"{"a":""#) + [0xFF, 0x22],
            says: "not JSON"
        ),
        BadLine("deep JSON", #"{"a":"# + String(repeating: "[", count: 999), says: "16 levels"),
        BadLine("a number as price", depth(#"[[1.5,"2"]]"#), says: "decimal in a string"),
        BadLine("an exponent", depth(#"[["1e5","2"]]"#), says: "its character 2 has no place"),
        BadLine(
            "30 digits",
            depth(#"[["\#(String(repeating: "9", count: 30))","2"]]"#),
            says: "too large"
        ),
        BadLine("less than nothing", depth(#"[["99.5","-2"]]"#), says: "zero or more"),
        BadLine(
            "10¹⁹ units",
            depth(#"[["99.5","10000000000000000000"]]"#),
            says: "a million billions"
        ),
        BadLine("a price of 10¹³", depth(#"[["10000000000000","1"]]"#), says: "0.000000000001 to"),
        BadLine(
            "a price of 10⁻¹⁵",
            depth(#"[["0.000000000000001","1"]]"#),
            says: "0.000000000001 to"
        ),
        BadLine("a price beyond counting", quote("999999999999999"), says: "maximumQuantity"),
        BadLine("U above u", depth("[]", first: 9, last: 8), says: #"at least "U", 9"#),
        BadLine(
            "another symbol inside",
            depth("[]").replacing("GENUSDT", with: "ETHUSDT"),
            says: "symbol"
        ),
        BadLine("another symbol", foreign, says: "another symbol or market: 1", code: 0),
        BadLine("a time before", bytes: GeneratedLines.all[3], says: "", code: 0),
    ]
}

@Suite(.temporaryDirectory)
struct `A bad line on a tape` {
    let program = Program()
    var tape: String { program.root + "/market.tape" }

    @Test(arguments: BadLine.all)
    func `is named with its place, and what was traded before is kept`(bad: BadLine) throws {
        try program.configure()
        try program.put(GeneratedLines.spoiled(by: bad.line), at: tape)
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(bad.code))
        #expect(ended.messages.contains(bad.says), "\(ended.messages)")
        #expect(!ended.messages.contains("Fatal"))
        if bad.code != 0 {
            #expect(ended.messages.contains("market.tape, line 1501 (byte "))
            #expect(ended.messages.contains("what was traded before it is in the journal"))
            #expect(ended.messages.split(separator: "\n").count == 1)
        }
        #expect(try program.requireSoundJournal())
    }

    @Test func `of 40 MB is refused before it fills the memory`() throws {
        try program.configure()
        let long = GeneratedLines.line(#"{"a":""#) + [UInt8](repeating: 0x78, count: 40 << 20)
        try program.put(GeneratedLines.joined(GeneratedLines.all[..<1500] + [long]), at: tape)
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(1))
        #expect(ended.messages.contains("longer than 33554432 bytes"))
        #expect(try program.requireSoundJournal())
    }

    @Test func `of another symbol, again and again, is told once`() throws {
        try program.configure()
        let foreign = GeneratedLines.line(BadLine.foreign)
        let mixed = GeneratedLines.all[..<1000].flatMap { [$0, foreign] }
        try program.put(GeneratedLines.joined(mixed), at: tape)
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(0))
        #expect(ended.messages.contains("1000 messages") || ended.messages.contains(": 1000"))
        let events = Program.value("events", of: ended.output).flatMap { Int($0) }
        #expect(try #require(events) < 200)
    }

    @Test func `a month later costs no month of ticks`() throws {
        try program.configure()
        let month: Int64 = 30 * 86_400_000_000_000
        let later = GeneratedLines.all[1500...].map { line in
            let text = String(decoding: line.prefix(19), as: UTF8.self)
            return Array("\((Int64(text) ?? 0) + month)".utf8) + line[19...]
        }
        try program.put(GeneratedLines.joined(GeneratedLines.all[..<1500] + later), at: tape)
        let ended = try program.trade(tape)
        #expect(ended.ending == .exited(0))
        let events = Program.value("events", of: ended.output).flatMap { Int($0) }
        #expect(try #require(events) < 5000)
        let again = try program.trade(tape)
        #expect(again.ending == .exited(0))
        let outcome = Program.value("outcomeHash", of: ended.output)
        #expect(Program.value("outcomeHash", of: again.output) == outcome)
    }
}

@Suite(.temporaryDirectory)
struct `A tape that cannot be played` {
    let program = Program()

    @Test(arguments: [
        ("missing", "No such file"), ("empty", "is empty"), ("directory", "Is a directory"),
        ("empty/below", "Not a directory"), ("foreign", "none of the first 3 lines"),
        ("other", "holds ETHUSDT spot, which the configuration does not list"),
    ])
    func `is told with exit 2 before a journal is made`(name: String, says: String) throws {
        try program.configure()
        try program.put([], at: program.root + "/empty")
        try FileSystem.createDirectory(program.root + "/directory")
        let words = GeneratedLines.line(#"{"hello":"world"}"#)
        try program.put(
            GeneratedLines.joined([words, words, words]),
            at: program.root + "/foreign"
        )
        let other = GeneratedLines.line(BadLine.foreign)
        try program.put(GeneratedLines.joined([other]), at: program.root + "/other")
        let ended = try program.trade(program.root + "/" + name)
        #expect(ended.ending == .exited(2))
        #expect(ended.messages.contains(says), "\(ended.messages)")
        #expect(ended.messages.contains("/" + name))
        #expect(try FileSystem.status(program.journal) == nil)
    }

    @Test(arguments: [1, 9, 17, 1000, -20_000, -8, -1, 0])
    func `because gzip ends early, or goes on with garbage, says so`(cut: Int) throws {
        try program.configure()
        let path = program.root + "/market.gz"
        _ = try GeneratedTape.write(to: path, seed: 1, minutes: 1)
        let whole = try FileSystem.read(path)
        let part =
            cut == 0
            ? whole + Array("garbage".utf8)
            : Array(cut > 0 ? whole.prefix(cut) : whole.dropLast(-cut))
        try program.put(part, at: path)
        let ended = try program.trade(path)
        #expect(ended.ending == .exited(1))
        #expect(ended.messages.contains("market.gz"))
        let says = cut == 0 ? "is corrupt" : cut == 1 ? "line 1" : "ends early"
        #expect(ended.messages.contains(says), "\(ended.messages)")
        #expect(try program.requireSoundJournal() == (cut > 100 || cut <= 0))
    }
}
