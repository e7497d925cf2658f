/// Writes the lines of a tape as Binance's combined streams send them: a receive time in
/// nanoseconds, a space, and the message.
struct TapeLineWriter {
    /// Ticks are hundredths of the quote asset.
    private static let ticksPerUnit: Int64 = 100
    /// Lots are thousandths of the base asset.
    private static let lotsPerUnit: Int64 = 1_000

    private(set) var bytes: [UInt8] = []
    /// Where each line ends in `bytes`.
    private(set) var lineEnds: [Int] = []
    private var lastReceived: Int64 = 0

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lineEnds.removeAll(keepingCapacity: true)
    }

    mutating func depth(
        received: Int64,
        milliseconds: Int64,
        ids: ClosedRange<UInt64>,
        bids: [GeneratedLevel],
        asks: [GeneratedLevel]
    ) {
        begin(received)
        put("{\"stream\":\"genusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":")
        put(number: UInt64(milliseconds))
        put(",\"s\":\"GENUSDT\",\"U\":")
        put(number: ids.lowerBound)
        put(",\"u\":")
        put(number: ids.upperBound)
        put(",\"b\":")
        put(levels: bids)
        put(",\"a\":")
        put(levels: asks)
        end("}}")
    }

    mutating func bookTicker(received: Int64, id: UInt64, bid: GeneratedLevel, ask: GeneratedLevel)
    {
        begin(received)
        put("{\"stream\":\"genusdt@bookTicker\",\"data\":{\"u\":")
        put(number: id)
        put(",\"s\":\"GENUSDT\",\"b\":")
        put(price: bid.tick)
        put(",\"B\":")
        put(quantity: bid.quantity)
        put(",\"a\":")
        put(price: ask.tick)
        put(",\"A\":")
        put(quantity: ask.quantity)
        end("}}")
    }

    mutating func trade(received: Int64, milliseconds: Int64, id: UInt64, trade: GeneratedTrade) {
        begin(received)
        put("{\"stream\":\"genusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":")
        put(number: UInt64(milliseconds))
        put(",\"s\":\"GENUSDT\",\"t\":")
        put(number: id)
        put(",\"p\":")
        put(price: trade.level.tick)
        put(",\"q\":")
        put(quantity: trade.level.quantity)
        put(",\"T\":")
        put(number: UInt64(milliseconds))
        put(trade.maker == .bid ? ",\"m\":true" : ",\"m\":false")
        end(",\"M\":true}}")
    }

    /// Writes the answer of the REST depth query that a recorder stores once per instrument.
    mutating func snapshot(
        received: Int64,
        id: UInt64,
        bids: [GeneratedLevel],
        asks: [GeneratedLevel]
    ) {
        begin(received)
        put("{\"lastUpdateId\":")
        put(number: id)
        put(",\"bids\":")
        put(levels: bids)
        put(",\"asks\":")
        put(levels: asks)
        end("}")
    }

    /// Keeps receive times strictly increasing whatever the jitter was.
    private mutating func begin(_ received: Int64) {
        lastReceived = max(received, lastReceived + 1)
        put(number: UInt64(lastReceived))
        put(" ")
    }

    private mutating func end(_ text: StaticString) {
        put(text)
        lineEnds.append(bytes.count)
    }

    private mutating func put(levels: [GeneratedLevel]) {
        put("[")
        for (index, level) in levels.enumerated() {
            put(index == 0 ? "[" : ",[")
            put(price: level.tick)
            put(",")
            put(quantity: level.quantity)
            put("]")
        }
        put("]")
    }

    private mutating func put(price tick: Int) {
        put(decimal: Int64(tick), unit: Self.ticksPerUnit)
    }

    private mutating func put(quantity: Int64) { put(decimal: quantity, unit: Self.lotsPerUnit) }

    /// Writes a quoted decimal with eight decimals, as the venue does.
    private mutating func put(decimal value: Int64, unit: Int64) {
        put("\"")
        put(number: UInt64(value / unit))
        put(".")
        let fraction = value % unit * (100_000_000 / unit)
        var divisor: Int64 = 10_000_000
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(fraction / divisor % 10))
            divisor /= 10
        }
        put("\"")
    }

    private mutating func put(number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func put(_ text: StaticString) {
        bytes.append(contentsOf: text.description.utf8)
    }
}
