import Exchange
import Network
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `A reader of a public stream` {
    private func reader(_ market: VenueMarket) throws -> (reader: MarketReader, HTTPClient) {
        let address = try HTTPAddress("http://127.0.0.1:9")
        let client = try HTTPClient(HTTPOptions(address))
        let plan = MarketStreamPlan(
            name: "market",
            address: "",
            greeting: [],
            ping: nil,
            carriesBooks: true,
            market: market,
            instruments: [.init(instrument: InstrumentID(3), symbol: "BTCUSDT")],
            rest: address,
            source: SourceID(1),
            bookCapacity: 100,
            depth: 5
        )
        return (MarketReader(plan, client), client)
    }

    private func told(_ reader: MarketReader, _ texts: [String]) -> [String] {
        var words: [String] = []
        for text in texts {
            reader.received(text) { news in
                switch news {
                case .changed(_, let changes): words.append("changed \(changes.rawValue)")
                case .fault(let fault): words.append("fault: \(fault.text)")
                case .trouble(let text): words.append("trouble: \(text)")
                }
            }
        }
        return words
    }

    private static func book(_ kind: String, _ update: Int, bid: String) -> String {
        #"{"topic":"orderbook.200.BTCUSDT","type":"\#(kind)","ts":1700000000000,"data":"#
            + #"{"s":"BTCUSDT","b":[["\#(bid)","1"]],"a":[["101","1"]],"u":\#(update),"seq":1},"#
            + #""cts":1700000000000}"#
    }

    @Test func `keeps Bybit's book in step without asking for one`() throws {
        let (reader, client) = try reader(.bybitLinear)
        defer { client.stop() }
        let told = told(
            reader,
            [Self.book("snapshot", 5, bid: "100"), Self.book("delta", 6, bid: "99")]
        )
        #expect(told.count == 2 && told.allSatisfy { $0.hasPrefix("changed") })
        #expect(reader.feeds[0].isInStep && reader.tend { _ in } == nil)
    }

    /// Answers every request at once with this.
    private final class Answering: HTTPSender {
        private(set) var targets: [String] = []
        private let answer: HTTPResponse?

        init(_ answer: HTTPResponse?) { self.answer = answer }

        func dispatch(
            _ request: HTTPRequest,
            completion: @escaping @Sendable (HTTPOutcome) -> Void
        ) {
            targets.append(request.target)
            if let answer {
                completion(
                    HTTPOutcome(result: .success(answer), moments: HTTPMoments(asked: 0, ended: 0))
                )
            }
        }

        func stop() {}
    }

    private func reader(_ sender: Answering, symbols: Int) throws -> MarketReader {
        let listed = (0..<symbols).map { number in
            MarketStreamPlan.Listed(
                instrument: InstrumentID(UInt16(number)),
                symbol: "S\(number)USDT"
            )
        }
        let plan = MarketStreamPlan(
            name: "market",
            address: "",
            greeting: [],
            ping: nil,
            carriesBooks: true,
            market: .binanceSpot,
            instruments: listed,
            rest: try HTTPAddress("http://127.0.0.1:9"),
            source: SourceID(1),
            bookCapacity: 100,
            depth: 5
        )
        return MarketReader(plan, sender)
    }

    @Test func `asks for books while its stream is open, a few at a time`() throws {
        let sender = Answering(nil)
        let reader = try reader(sender, symbols: 60)
        #expect(reader.tend { _ in } == nil && sender.targets.isEmpty)
        reader.opened()
        for _ in 0..<3 { _ = reader.tend { _ in } }
        #expect(sender.targets.count == 8)
        #expect(sender.targets.first == "/api/v3/depth?symbol=S0USDT&limit=100")
        reader.lost()
        _ = reader.tend { _ in }
        #expect(sender.targets.count == 8)
    }

    /// The same address asks for much else, and a ban would meet stops.
    @Test func `asks for no more books than the venue's count lets pass`() throws {
        let headers = [HTTPHeader("X-MBX-USED-WEIGHT-1M", "5398")]
        let sender = Answering(HTTPResponse(status: 200, headers: headers, body: []))
        let reader = try reader(sender, symbols: 60)
        reader.opened()
        _ = reader.tend { _ in }
        #expect(sender.targets.count == 8)
        for _ in 0..<3 { _ = reader.tend { _ in } }
        #expect(sender.targets.count == 8)
    }

    @Test(arguments: [403, 418, 429])
    func `asks for no book while the venue wants to be left alone`(status: Int) throws {
        let headers = [HTTPHeader("Retry-After", "600")]
        let sender = Answering(HTTPResponse(status: status, headers: headers))
        let reader = try reader(sender, symbols: 60)
        reader.opened()
        var told: [String] = []
        for _ in 0..<5 {
            _ = reader.tend { news in
                if case .trouble(let text) = news { told.append(text) }
            }
        }
        #expect(sender.targets.count == 8)
        #expect(told == ["market: too many books were asked for; on in 600 s"])
    }

    @Test func `tells a trouble once, and again after it was over`() throws {
        let (reader, client) = try reader(.bybitLinear)
        defer { client.stop() }
        let gaps = (0..<50).map { Self.book("delta", 10 + 2 * $0, bid: "99") }
        let first = told(reader, [Self.book("snapshot", 5, bid: "100")] + gaps)
        #expect(first.filter { $0.hasPrefix("fault") }.count == 1)
        let second = told(reader, [Self.book("snapshot", 500, bid: "100")] + gaps)
        #expect(second.filter { $0.hasPrefix("fault") }.count == 1)
    }

    @Test func `tells of what belongs elsewhere once`() throws {
        let (reader, client) = try reader(.binanceFutures)
        defer { client.stop() }
        let spot = (0..<20).map { number in
            #"{"stream":"btcusdt@trade","data":{"e":"trade","E":1700000000000,"s":"BTCUSDT","#
                + #""t":\#(number),"p":"100","q":"1","T":1700000000000,"m":true,"M":true}}"#
        }
        #expect(told(reader, spot).count == 1)
    }

    @Test func `counts what cannot be read, and does not flood the log`() throws {
        let (reader, client) = try reader(.binanceSpot)
        defer { client.stop() }
        let told = told(reader, (0..<1000).map { _ in "{" })
        #expect(!told.isEmpty && told.count < 20)
        #expect(told[0].hasPrefix("trouble: market: message 1 that cannot be read"))
    }
}
