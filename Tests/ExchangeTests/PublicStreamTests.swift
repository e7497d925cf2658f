import Exchange
import Testing

@Suite struct `Public streams` {
    private static let symbols = (0..<200).map { "SYMBOL\($0)USDT" }

    @Test(arguments: VenueMarket.allCases)
    func `of many symbols have targets that arrive whole`(market: VenueMarket) {
        let streams = PublicStream.streams(of: market, Self.symbols)
        #expect(streams.allSatisfy { $0.target.utf8.count <= 1_900 })
        let books = streams.filter(\.carriesBooks).flatMap(\.symbols)
        #expect(books == Self.symbols)
        for stream in streams {
            let said = stream.target + stream.greeting.joined()
            let all = stream.symbols.allSatisfy { symbol in
                said.contains(market.isBybit ? symbol : symbol.lowercased() + "@")
            }
            #expect(all)
        }
    }

    @Test func `of a few symbols are one`() {
        let streams = PublicStream.streams(of: .binanceSpot, ["BTCUSDT", "ETHUSDT"])
        #expect(
            streams.map(\.target) == [
                "/stream?streams=btcusdt@depth@100ms/btcusdt@trade/btcusdt@bookTicker/"
                    + "ethusdt@depth@100ms/ethusdt@trade/ethusdt@bookTicker"
            ]
        )
    }
}
