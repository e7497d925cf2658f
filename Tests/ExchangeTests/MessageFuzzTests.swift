import Exchange
import Testing
import Trading

/// Random numbers that a seed brings back: SplitMix64.
struct Mutations {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) >> 1) % max(bound, 1)
    }

    /// Changes a message in one to four places.
    mutating func mutate(_ bytes: inout [UInt8]) {
        let marks = Array("\"{}[],:-.0189eE\\ \u{0}tn".utf8)
        for _ in 0...next(4) where !bytes.isEmpty {
            let place = next(bytes.count)
            switch next(7) {
            case 0: bytes[place] = marks[next(marks.count)]
            case 1: bytes[place] = UInt8(next(256))
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(marks[next(marks.count)], at: place)
            case 4: bytes.removeLast(next(min(bytes.count, 20)))
            case 5:
                let end = min(bytes.count, place + next(40))
                bytes.insert(contentsOf: bytes[place..<end], at: next(bytes.count))
            default:
                let digit = bytes[place] &- 0x30
                if digit <= 9 { bytes[place] = 0x30 + UInt8(next(10)) }
            }
        }
    }
}

@Suite struct `Messages that are damaged` {
    /// Real lines where there are any, and lines made up like them otherwise.
    private static func lines(_ market: Market) throws -> [[UInt8]] {
        let name =
            market == .spot
            ? "hftbacktest/spot_btcusdt_20240808.gz" : "hftbacktest/usdm_btcusdt_20240808.gz"
        guard let path = Fixtures.tapes([name]).first else {
            var made = [Array(depthSnapshot(10, market).utf8)]
            for update in 11...400 as ClosedRange<Int64> {
                let previous = market == .perpetual ? update - 1 : nil
                made.append(Array(depthEvent(update, update, pu: previous).utf8))
                made.append(Array(tradeEvent(buyerIsMaker: true).utf8))
            }
            return made
        }
        var reader = try TapeReader(path: path)
        var lines: [[UInt8]] = []
        while lines.count < 1500, try reader.advance() {
            let message = reader.line.message
            lines.append(message.indices.map { message[$0] })
        }
        return lines
    }

    @Test(arguments: [Market.spot, .perpetual])
    func `never crash, and never leave a crossed book in step`(market: Market) throws {
        let lines = try Self.lines(market)
        let seed = UInt64.random(in: 0...UInt64.max)
        var mutations = Mutations(state: seed)
        var decoder = BinanceDecoder()
        var feed = feed(market)
        var refused = 0
        var wrong = 0
        for round in 0..<10_000 {
            // A good message now and then keeps the book going.
            var line = lines[round % lines.count]
            if round % 4 != 0 { mutations.mutate(&line) }
            do throws(MessageError) {
                try decoder.decode(line.span)
                feed.take(decoder.message)
            } catch {
                refused += 1
                if decoder.message.kind != .other { wrong += 1 }
            }
            if feed.book.isCrossed || !feed.isInStep && feed.book.bestBid != nil { wrong += 1 }
        }
        #expect(wrong == 0, "seed \(seed)")
        #expect(refused > 1000, "seed \(seed)")
    }
}
