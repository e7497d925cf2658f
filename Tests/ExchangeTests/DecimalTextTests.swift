import Exchange
import JSON
import Testing
import Trading

@Suite struct `Decimals of market messages` {
    @Test func `the short way reads what the exact parser reads`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var decoder = BinanceDecoder()
        for _ in 0..<5000 {
            var text = ""
            for _ in 0...next(11) { text += String(next(10)) }
            if next(4) != 0 { text += "." }
            for _ in 0..<(next(2) == 0 ? 8 : next(19)) { text += String(next(10)) }
            // Some are no decimals at all.
            if next(5) == 0 {
                let place = text.index(text.startIndex, offsetBy: Int(next(UInt64(text.count))))
                text.insert("-.:/ae+ é"[next(9)], at: place)
            }
            let expected = try? Decimal(text)
            let event = depthEvent(1, 2, bids: #"["1","\#(text)"]"#, asks: "")
            let found = try? decoder.decode(event).bids.first?.quantity.value
            let most = Decimal(1_000_000_000_000_000)
            let isAllowed = expected.map { $0.units >= 0 && $0 <= most } ?? false
            #expect(found == (isAllowed ? expected : nil), "\(text), seed \(seed)")
        }
    }

    @Test(arguments: ["1.12345678", "0.00000001", "123456789.12345678", "99999999999.9999999"])
    func `every digit counts`(text: String) throws {
        var decoder = BinanceDecoder()
        let event = depthEvent(1, 2, bids: #"["\#(text)","1"]"#, asks: "")
        let expected = Price(try Decimal(text))
        #expect(try decoder.decode(event).bids.first?.price == expected)
    }

    @Test(arguments: ["1.1234567:", "1.1234567/", "1./2345678", "1.a2345678", "1.\u{e9}23456", "."])
    func `eight bytes that are not all digits are refused`(text: String) {
        var decoder = BinanceDecoder()
        let event = depthEvent(1, 2, bids: #"["\#(text)","1"]"#, asks: "")
        #expect(throws: MessageError.self) { try decoder.decode(event) }
    }

    @Test func `levels with more cells than two are read`() throws {
        var decoder = BinanceDecoder()
        let bids = #"["100.0","1",[]],["99.0","2"],["98.0","3",[]]"#
        let message = try decoder.decode(depthEvent(1, 2, bids: bids))
        #expect(message.bids.map(\.quantity.value) == [.one, try Decimal("2"), try Decimal("3")])
    }
}

extension String {
    fileprivate subscript(place: UInt64) -> Character {
        self[index(startIndex, offsetBy: Int(place))]
    }
}
