import Exchange
import Platform
import Runtime
import Trading

/// A market of a scene: the generated one, or a part of it, under any symbol, spot or perpetual.
struct SceneMarket: Sendable {
    var seed: UInt64 = 1
    /// Which minutes of the generated market it is.
    var minutes: Range<Int> = 0..<1
    var symbol = GeneratedMarket.symbol
    var isPerpetual = false

    /// The name of its tape, which tells one market from another.
    private var name: String {
        let kind = isPerpetual ? "perpetual" : "spot"
        return "\(symbol)-\(kind)-\(seed)-\(minutes.lowerBound)-\(minutes.upperBound).gz"
    }

    /// Writes its tape into a directory, unless it is there, and returns the path.
    func tape(in directory: String) throws -> String {
        let path = "\(directory)/\(name)"
        if try FileSystem.status(path) != nil { return path }
        var market = GeneratedMarket(seed: seed, minutes: minutes.upperBound)
        var tape = try TapeWriter(creating: path)
        var line: [UInt8] = []
        var writer = PerpetualLines()
        var skipped = GeneratedMarket(seed: seed, minutes: minutes.lowerBound)
        while skipped.nextLine(into: &line) { _ = market.nextLine(into: &line) }
        while market.nextLine(into: &line) {
            // A line is nineteen digits of nanoseconds, a space and the message.
            let text = String(decoding: line, as: UTF8.self)
            let time = Int64(text.prefix(19)) ?? 0
            let message = String(text.dropFirst(20))
            for converted in isPerpetual ? writer.convert(message, at: time) : [message] {
                let renamed = Array(named(converted).utf8)
                try tape.append(renamed.span, received: Timestamp(nanoseconds: time))
            }
        }
        try tape.finish()
        return path
    }

    private func named(_ message: String) -> String {
        let generated = GeneratedMarket.symbol
        if symbol == generated { return message }
        return message.replacing(generated, with: symbol)
            .replacing(generated.lowercased(), with: symbol.lowercased())
    }
}

/// Says the lines of a spot market as a perpetual one would, with mark prices between them.
private struct PerpetualLines {
    private var price = "100.00"
    private var markedAt: Int64 = 0

    mutating func convert(_ message: String, at time: Int64) -> [String] {
        let milliseconds = time / 1_000_000
        var lines: [String] = []
        if time - markedAt >= 3_000_000_000 {
            markedAt = time
            lines.append(mark(milliseconds))
        }
        if message.contains("\"depthUpdate\"") {
            // The event before ends where this one begins.
            let first = number("\"U\":", in: message)
            lines.append(message.replacing("\"b\":", with: "\"pu\":\(first - 1),\"b\":"))
        } else if message.contains("\"trade\"") {
            if let begin = message.firstRange(of: "\"p\":\"") {
                price = String(message[begin.upperBound...].prefix { $0 != "\"" })
            }
            lines.append(message.replacing(",\"M\":true", with: ",\"X\":\"MARKET\""))
        } else if message.contains("\"lastUpdateId\"") {
            let times = "\"E\":\(milliseconds),\"T\":\(milliseconds),"
            lines.append(message.replacing("\"bids\"", with: times + "\"bids\""))
        } else {
            lines.append(message.replacing("\"data\":{", with: "\"data\":{\"e\":\"bookTicker\","))
        }
        return lines
    }

    /// A mark price; funding is due half a minute after the market's start, and then far away.
    private func mark(_ milliseconds: Int64) -> String {
        let start = GeneratedMarket.startNanoseconds / 1_000_000
        let first = start + 30_000
        let funding = milliseconds < first ? first : start + 28_800_000
        return "{\"stream\":\"genusdt@markPrice\",\"data\":{\"e\":\"markPriceUpdate\","
            + "\"E\":\(milliseconds),\"s\":\"GENUSDT\",\"p\":\"\(price)\",\"i\":\"\(price)\","
            + "\"P\":\"\(price)\",\"r\":\"0.0001\",\"T\":\(funding)}}"
    }

    private func number(_ key: String, in message: String) -> Int64 {
        guard let begin = message.firstRange(of: key) else { return 0 }
        return Int64(message[begin.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}
