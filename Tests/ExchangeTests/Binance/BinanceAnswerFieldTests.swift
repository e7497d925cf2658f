import Exchange
import Testing
import Trading

/// A file and what a person reads in it, a line a row.
struct BinanceReading: CustomTestStringConvertible {
    var path: String
    var words: [String]
    var testDescription: String { path }

    init(_ path: String, _ words: String...) {
        self.path = path
        self.words = words
    }
}

private let docs = "docs_examples/rest-api__"
private let spot = "jkorf/Endpoints/Spot/"
private let futures = "jkorf/Endpoints/UsdFutures/"
private let py = "nautilus_py/http_responses/http_"

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `An answer of Binance, field by field` {
    static let orders = [
        BinanceReading(docs + "New_order_TRADE.json", "accepted 28 6gCrw2kRUAF9CvJDGP16IP"),
        BinanceReading(docs + "Cancel_order_TRADE.json", "done"),
        BinanceReading(
            docs + "Query_order_USER_DATA.json",
            "order 1 myOrder1 LTCBTC buy limit GTC 1 at 0.1 trigger 0 filled 0 worth 0 placed"
                + " made 1499827319559 changed 1499827319559"
        ),
        BinanceReading(
            "xchange/filled-market-order.json",
            "order 460498247 gzcLIkn86ag3FycOCEl6Vi ETHBTC sell market GTC 0.107 at 0 trigger 0"
                + " filled 0.107 worth 0.00198847 filled made 1566249504234 changed 1566249504234"
        ),
        BinanceReading(
            "docs_examples/stp_faq__STP_Examples_3.json",
            "order 2 wpNzhSclc16pV8g5THIOR3 BTCUSDT buy limit GTC 1.2 at 1.2 trigger 0 filled 0"
                + " worth 0 expired because other made 1670217957437 changed 1670217957498"
        ),
        // The two clients' own order types are no stops.
        BinanceReading(
            futures + "Trading/GetOrder.txt",
            "order 1917641 abc BTCUSDT buy - GTC 0.4 at 0 trigger 9300 filled 0 worth 0 placed"
                + " made 1579276756075 changed 1579276756075"
        ),
        BinanceReading(
            futures + "Trading/GetOpenConditionalOrders.txt",
            "order 2148627 MRumok0dkhrP4kCm12AHaB BNBUSDT sell - GTC 0.01 at 750 trigger 750"
                + " filled 0 worth - placed waiting made 1750514941540 changed 1750514941540"
        ),
        BinanceReading(
            futures + "Trading/GetConditionalOrders.txt",
            "order 1000001270850379 x-yHjDKm8h7cd1bf4f-9ce3-4d55-b9f BTCUSDT buy stop-market GTC"
                + " 0.002 at 0 trigger 69080.2 filled 0 worth - placed reduce-only"
                + " became 974828356187 made 1775461924247 changed 1775461936135"
        ),
        BinanceReading(
            "nautilus_rs/futures/http_json/open_algo_orders.json",
            "order 123456789 test-algo-order-1 BTCUSDT buy stop-market GTC 0.001 at 0 trigger 45000"
                + " filled 0 worth - placed waiting made 1625474304765 changed 1625474304765"
        ),
        BinanceReading(
            futures + "Trading/GetForcedOrders.txt",
            "order 6071832819 autoclose-1596107620040000020 BTCUSDT sell limit IOC 0.001"
                + " at 10871.09 trigger 0 filled 0.001 worth 10.91321 filled made 1596107620044"
                + " changed 1596107620087",
            "order 6072734303 adl_autoclose BTCUSDT buy limit GTC 0.001 at 11023.14 trigger 0"
                + " filled 0.001 worth 10.97982 filled made 1596110725059 changed 1596110725071"
        ),
    ]

    static let account = [
        BinanceReading(
            docs + "Account_trade_list_USER_DATA.json",
            "trade 28457 of 100234 - BNBBTC buy 12 at 4.000001 fee 10.1 BNB taker 1499865549590"
        ),
        BinanceReading(
            py + "futures_account_trades.json",
            "trade 82357626 of 831238666 - ETHUSDT sell 0.005 at 2778.35 fee 0.0055567 USDT taker"
                + " 1645930322371",
            "trade 82357629 of 831238690 - ETHUSDT buy 0.005 at 2779 fee 0.005558 USDT taker"
                + " 1645930333910"
        ),
        BinanceReading(
            futures + "Trading/GetUserTrades.txt",
            "trade 698759 of 25851813 - BTCUSDT sell 0.002 at 7819.01 fee -0.0781901 USDT taker"
                + " 1569514978020"
        ),
        BinanceReading(
            futures + "Trading/GetPositions.txt",
            "position BTCUSDT 0.001 from 22185.2 hedge liquidated at 19731.45529116"
                + " at 1655217461579",
            "position BTCUSDT 0 from 0 hedge"
        ),
        BinanceReading(
            py + "futures_account_positions_hedge.json",
            "position BTCUSDT 20 from 6563.665 hedge liquidated at 5930.78 at 1625474304765",
            "position BTCUSDT -10 from 0 hedge liquidated at 7189.95"
        ),
        BinanceReading(
            futures + "Account/GetPositionInformation.txt",
            "mode hedge false isolated leverage 10"
        ),
        BinanceReading(
            docs + "Account_information_USER_DATA.json",
            "balance BTC 4723846.89208129 locked 0",
            "balance LTC 4763368.68006011 locked 0"
        ),
        BinanceReading(
            futures + "Account/GetBalances.txt",
            "balance USDT 122607.35137903 locked -"
        ),
        BinanceReading(
            spot + "Account/GetAPIKeyPermissions.txt",
            "trade false contracts false withdraw false bound false until -"
        ),
        // Three parts, and on each what the dearer side adds.
        BinanceReading(
            docs + "Query_Commission_Rates_USER_DATA.json",
            "maker 0.0500028 taker 0.06000292"
        ),
        BinanceReading(
            spot + "Account/GetCommissionRates.txt",
            "maker 0.0000028 taker 0.00000292"
        ),
        BinanceReading(
            futures + "Account/GetUserCommissionRate.txt",
            "maker 0.0002 taker 0.0004"
        ),
        BinanceReading(
            futures + "Account/KeepAliveUserStream.txt",
            "listen key the-listen-key"
        ),
    ]

    static let market = [
        BinanceReading(
            py + "spot_market_exchange_info.json",
            "BTCUSDT BTC/USDT in USDT trading tick 0.01 step 0.00001 quantity 0.00001 to 9000"
                + " worth 10 at market to 112.2110882 stops limit at most 5",
            "ETHUSDT ETH/USDT in USDT trading tick 0.01 step 0.0001 quantity 0.0001 to 9000"
                + " worth 10 at market to 1630.44517663 stops limit at most 5"
        ),
        BinanceReading(
            py + "futures_market_exchange_info.json",
            "BTCUSDT BTC/USDT in USDT trading perpetual tick 0.1 step 0.001 quantity 0.001 to 1000"
                + " worth 10 at market to 1000 stops market at most 10",
            "ETHUSDT ETH/USDT in USDT trading perpetual tick 0.01 step 0.001 quantity 0.001"
                + " to 10000 worth 10 at market to 10000 stops market at most 10",
            "BTCUSDT_220325 BTC/USDT in USDT trading tick 0.1 step 0.001 quantity 0.001 to 500"
                + " worth 10 at market to 500 stops market at most 10"
        ),
        BinanceReading(
            docs + "24hr_ticker_price_change_statistics.json",
            "BNBBTC 4.000002 bid 4 ask 4.000002 turnover 15.3"
        ),
        BinanceReading(
            futures + "ExchangeData/GetTicker.txt",
            "BTCUSDT 4.000002 bid 0 ask 0 turnover 15.3"
        ),
        BinanceReading(
            docs + "Order_book.json",
            "LTCBTC 1027024 at -",
            "4 431",
            "4.000002 12"
        ),
        BinanceReading(
            futures + "ExchangeData/GetOrderBook.txt",
            "BTCUSDT 1027024 at 1589436922959",
            "4 431",
            "4.000002 12"
        ),
        BinanceReading(docs + "Check_server_time.json", "1499827319559"),
        BinanceReading(futures + "ExchangeData/GetServerTime.txt", "1499827319559"),
    ]

    @Test(arguments: orders + account + market)
    func `is what a person reads`(reading: BinanceReading) throws {
        let file = try #require(binanceAnswers.first { $0.path == reading.path })
        guard case .yes(let facts) = try file.answer() else {
            Issue.record("\(try file.answer())")
            return
        }
        #expect(facts.words == reading.words)
    }

    /// There is no file of most statuses: the one that there is, with another.
    @Test(arguments: [
        ("NEW", "placed"), ("PENDING_NEW", "placed"), ("PENDING_CANCEL", "placed"),
        ("PARTIALLY_FILLED", "partially filled"), ("FILLED", "filled"),
        ("CANCELED", "cancelled"), ("REJECTED", "rejected because other"),
        ("EXPIRED", "expired because other"), ("EXPIRED_IN_MATCH", "expired because other"),
    ])
    func `an order stands where its status says`(status: String, words: String) throws {
        let body = try BinanceFixtures.body(docs + "Query_order_USER_DATA.json")
        let name = VenueOrderName(symbol: "LTCBTC", clientID: "myOrder1", isConditional: false)
        let answer = BinanceAdapter.test(.binanceSpot)
            .answer(to: .order(name), body.replacing("\"NEW\"", with: "\"\(status)\""))
        guard case .yes(let facts) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(facts.words.first?.contains(" worth 0 \(words) made ") == true)
    }

    @Test(arguments: [
        ("NEW", "placed waiting"), ("TRIGGERING", "placed"), ("TRIGGERED", "placed"),
        ("FINISHED", "placed"), ("CANCELED", "cancelled"), ("EXPIRED", "expired because other"),
        ("REJECTED", "rejected because other"),
    ])
    func `an algo order stands where its status says`(status: String, words: String) throws {
        let body = try BinanceFixtures.body("nautilus_rs/futures/http_json/open_algo_orders.json")
        let answer = BinanceAdapter.test(.binanceFutures)
            .answer(
                to: .openOrders(symbol: nil, page: .after("algo")),
                body.replacing("\"NEW\"", with: "\"\(status)\"")
            )
        guard case .yes(let facts) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(facts.words.first?.contains(" worth - \(words) made ") == true)
    }

    /// No file has the answer that makes a key; it is the one that keeps it, with the key.
    @Test func `a listen key is told when it is made`() {
        let adapter = BinanceAdapter.test(.binanceFutures)
        let body =
            #"{"listenKey":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"}"#
        guard case .yes(.listenKey(let key)) = adapter.answer(to: .listenKey(.make), body) else {
            Issue.record("not read")
            return
        }
        #expect(key.hasPrefix("pqia91ma") && key.count == 64)
        for body in ["{}", #"{"listenKey":""}"#, #"{"listenKey":5}"#] {
            #expect(
                Proof(adapter.answer(to: .listenKey(.make), body)) == .unknown(.unreadable)
            )
        }
    }
}
