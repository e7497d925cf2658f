import Compression
import Exchange
import FoundationEssentials
import JSON
import TestSupport
import Testing
import Trading

@Suite(.temporaryDirectory) struct `Reading a tape` {
    @Test func `lines come with their time, number and place`() throws {
        let path = try save("1700000000000000001 {\"a\":1}\n1700000000000002 {}\r\n", "t")
        var reader = try TapeReader(path: path)
        #expect(try reader.advance())
        #expect(reader.received == Timestamp(nanoseconds: 1_700_000_000_000_000_001))
        #expect(text(reader.line.message) == "{\"a\":1}")
        #expect(reader.line.number == 1)
        #expect(try reader.advance())
        #expect(reader.received == Timestamp(nanoseconds: 1_700_000_000_000_002_000))
        #expect(text(reader.line.message) == "{}")
        #expect(reader.place == TapeError.Place(tape: path, line: 2, byte: 28))
        #expect(try !reader.advance())
        #expect(try !reader.advance())
    }

    @Test func `the last line needs no line feed`() throws {
        var reader = try TapeReader(path: try save("1700000000000000001 {}", "t"))
        #expect(try reader.advance())
        #expect(text(reader.line.message) == "{}")
        #expect(try !reader.advance())
    }

    @Test func `an empty tape has no lines`() throws {
        var reader = try TapeReader(path: try save("", "t"))
        #expect(try !reader.advance())
    }

    @Test func `lines of every length survive the edges of the buffer`() throws {
        var all = ""
        let lengths = [1, 7, 8, 9, 1000, 262_100, 262_144, 300_000, 3, 1_100_000, 2]
        for length in lengths {
            all += "1700000000000000001 " + String(repeating: "x", count: length) + "\n"
        }
        var reader = try TapeReader(path: try save(all, "t", compressed: true))
        for length in lengths {
            #expect(try reader.advance())
            #expect(reader.line.message.count == length)
        }
        #expect(try !reader.advance())
    }

    @Test(arguments: [
        "{}", "170000000000000000 {}", "17000000000000000011 {}", "1700000000000000001",
        "1700000000000000001 ", "1700000000000000001{}", "1700000000000000001  {}", " {}", "",
        "170000000000000000a {}", "-700000000000000001 {}", "9999999999999999999 {}",
        "9999992725298164 {}",
    ])
    func `a line without a receive time is refused by its place`(line: String) throws {
        let path = try save("1700000000000000001 {}\n\(line)\n", "t")
        var reader = try TapeReader(path: path)
        #expect(try reader.advance())
        let place = TapeError.Place(tape: path, line: 2, byte: 23)
        #expect(throws: TapeError.noReceiveTime(at: place)) { try advance(&reader) }
    }

    @Test func `a tape that breaks off gives its lines and then says so`() throws {
        let line = "1700000000000000001 " + depthEvent(1, 2) + "\n"
        let whole = try save(String(repeating: line, count: 2000), "whole", compressed: true)
        let bytes = try Data(contentsOf: URL(filePath: whole))
        let path = TemporaryDirectory.path + "/cut"
        try bytes.prefix(bytes.count - 20).write(to: URL(filePath: path))
        var reader = try TapeReader(path: path)
        do {
            while try reader.advance() {}
            Issue.record("expected an error")
        } catch TapeError.unreadable(let place, .endsEarly) {
            #expect(place.line > 1000)
        }
    }
}

@Suite(.temporaryDirectory) struct `Writing a tape` {
    @Test func `lines read back with their times`() throws {
        let path = TemporaryDirectory.path + "/t.gz"
        var writer = try TapeWriter(creating: path)
        for number in 0..<1000 as Range<Int64> {
            let message = Array(depthEvent(number, number).utf8)
            let received = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + number)
            try writer.append(message.span, received: received)
        }
        try writer.finish()
        var reader = try TapeReader(path: path)
        for number in 0..<1000 as Range<Int64> {
            #expect(try reader.advance())
            #expect(reader.received.nanoseconds == 1_700_000_000_000_000_000 + number)
            #expect(text(reader.line.message) == depthEvent(number, number))
        }
        #expect(try !reader.advance())
    }

    @Test(arguments: [("{}", 999_999_999_999_999_999), ("", 1_700_000_000_000_000_000)])
    func `what would not read back is refused`(message: String, received: Int64) throws {
        let path = TemporaryDirectory.path + "/t.gz"
        let error = TapeError.notALine(tape: path, line: 1)
        #expect(throws: error) { try write(message, received, to: path) }
    }

    @Test(arguments: ["{}\n", " {}", "\n"])
    func `a message that is no line is refused`(message: String) throws {
        let path = TemporaryDirectory.path + "/t.gz"
        let error = TapeError.notALine(tape: path, line: 1)
        #expect(throws: error) { try write(message, 1_700_000_000_000_000_000, to: path) }
    }

    private func write(_ message: String, _ received: Int64, to path: String) throws {
        var writer = try TapeWriter(creating: path)
        let bytes = Array(message.utf8)
        try writer.append(bytes.span, received: Timestamp(nanoseconds: received))
    }
}

@Suite(.temporaryDirectory) struct `Finding out what a tape is` {
    @Test func `symbol and market are told by the messages`() throws {
        let spot = try tape([depthSnapshot(1), depthEvent(1, 2)], "spot")
        #expect(
            try TapeIdentity(reading: spot) == TapeIdentity(symbol: "BTCUSDT", market: .spot)
        )
        let perpetual = try tape([depthEvent(1, 2, pu: 0, symbol: "ETHUSDT")], "perpetual")
        #expect(
            try TapeIdentity(reading: perpetual)
                == TapeIdentity(symbol: "ETHUSDT", market: .perpetual)
        )
    }

    @Test func `a coin-margined tape is refused`() throws {
        let path = try tape([depthEvent(1, 2, pu: 0, symbol: "BTCUSD_PERP")], "t")
        let place = TapeError.Place(tape: path, line: 1, byte: 0)
        let error = TapeError.coinMargined(at: place, stream: "btcusd_perp@depth@100ms")
        #expect(throws: error) { try TapeIdentity(reading: path) }
    }

    @Test func `a tape of two markets is refused`() throws {
        let path = try tape([depthSnapshot(1, .perpetual), depthEvent(1, 2)], "t")
        #expect(throws: TapeError.self) { try TapeIdentity(reading: path) }
    }

    @Test func `a tape that tells nothing is refused`() throws {
        let path = try tape(["{}", #"{"id":1}"#], "t")
        #expect(throws: TapeError.unidentified(tape: path, lines: 2)) {
            try TapeIdentity(reading: path)
        }
    }

    @Test func `a message that is wrong is named by its place`() throws {
        let path = try tape(["{}", "{"], "t")
        let place = TapeError.Place(tape: path, line: 2, byte: 23)
        #expect(throws: TapeError.message(at: place, .notJSON(.malformed(.structure, offset: 1)))) {
            try TapeIdentity(reading: path)
        }
    }
}

@Suite(.temporaryDirectory) struct `Playing several tapes` {
    @Test func `lines come by time, then tape, then line`() throws {
        let first = try tape([(10, 1), (30, 2), (30, 3)], "a")
        let second = try tape([(10, 4), (20, 5), (30, 6)], "b")
        #expect(try order([first, second]) == [1, 4, 5, 2, 3, 6])
        #expect(try order([second, first]) == [4, 1, 5, 6, 2, 3])
    }

    @Test func `time that steps back is held at the latest`() throws {
        let path = try tape([(10, 1), (30, 2), (20, 3), (40, 4)], "a")
        let other = try tape([(25, 5), (35, 6)], "b")
        #expect(try order([path, other]) == [1, 5, 2, 3, 6, 4])
        var tapes = try TapeSet(paths: [path, other])
        var before = Timestamp.never
        while try tapes.advance() {
            #expect(tapes.received >= before)
            before = tapes.received
        }
    }

    @Test func `no tapes have no lines`() throws {
        var tapes = try TapeSet(paths: [])
        #expect(try !tapes.advance())
        #expect(try !tapes.advance())
    }

    private func order(_ paths: [String]) throws -> [Int64] {
        var tapes = try TapeSet(paths: paths)
        var decoder = BinanceDecoder()
        var updates: [Int64] = []
        while try tapes.advance() {
            try decoder.decode(tapes)
            updates.append(decoder.message.lastUpdate)
        }
        return updates
    }

    private func tape(_ lines: [(time: Int, update: Int64)], _ name: String) throws -> String {
        let text = lines.map {
            "17000000000000000\($0.time) \(depthEvent($0.update, $0.update))\n"
        }
        return try save(text.joined(), name)
    }
}

private func advance(_ reader: inout TapeReader) throws(TapeError) {
    _ = try reader.advance()
}

private func tape(_ messages: [String], _ name: String) throws -> String {
    try save(messages.map { "1700000000000000001 \($0)\n" }.joined(), name)
}

private func save(_ text: String, _ name: String, compressed: Bool = false) throws -> String {
    let path = TemporaryDirectory.path + "/" + name
    let bytes = Array(text.utf8)
    if compressed {
        var writer = try GzipWriter(creating: path)
        try writer.write(bytes.span)
        try writer.finish()
    } else {
        try Data(bytes).write(to: URL(filePath: path))
    }
    return path
}

private func text(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
}
