import Exchange
import Testing
import Trading

private let py = "nautilus_py/ws_messages/ws_"
private let rsFutures = "nautilus_rs/futures/user_data_json/"
private let rsSpot = "nautilus_rs/spot/user_data_json/"
private let docs = "docs_examples/user-data-stream__"
private let pushed = "jkorf/Subscriptions/"

/// The messages of the private streams among the files, and what a person reads in each.
///
/// An empty list: a message that tells nothing to us, as an order list's, a deposit's, a loan's,
/// and `TRADE_LITE`, whose fill comes again whole.
let binancePrivateFiles: [BinanceReading] =
    binanceLives + binanceSpotMessages + binanceFuturesMessages

/// Whole lives of real orders, recorded in March 2026.
private let binanceLives = [
    BinanceReading(
        "lean/WebSocketFutureLimitSubmittedCancelled.json",
        "order 4904480369 IUr9FxyKX4OEVPViHRlfyI ACHUSDT buy limit GTC 900 at 0.00668 trigger 0"
            + " filled 0 worth - placed changed 1772478721737",
        "order 4904480369 IUr9FxyKX4OEVPViHRlfyI ACHUSDT buy limit GTC 900 at 0.00668 trigger 0"
            + " filled 0 worth - cancelled changed 1772478741495"
    ),
    BinanceReading(
        "lean/WebSocketFutureLimitSubmittedFilled.json",
        "order 4903999096 WgLUfog03IeNEactrAJNDS ACHUSDT buy limit GTC 800 at 0.006628 trigger 0"
            + " filled 0 worth - placed changed 1772461923867",
        "trade 258307413 of 4903999096 WgLUfog03IeNEactrAJNDS ACHUSDT buy 800 at 0.00661"
            + " fee 0.002644 USDT taker 1772461923867",
        "order 4903999096 WgLUfog03IeNEactrAJNDS ACHUSDT buy limit GTC 800 at 0.006628 trigger 0"
            + " filled 800 worth - filled changed 1772461923867"
    ),
    // A stop of the kind that was there before algo orders.
    BinanceReading(
        "lean/WebSocketFutureStopLimitSubmittedExpired.json",
        "order 2046679736 web_W9xQi4drFSYJ85Xvn9pC 1000CATUSDT buy stop-market FOK 2981"
            + " at 0.001702 trigger 0.00171 filled 0 worth - placed waiting changed 1772546796337",
        "order 2046679736 web_W9xQi4drFSYJ85Xvn9pC 1000CATUSDT buy stop-market FOK 2981"
            + " at 0.001702 trigger 0.00171 filled 0 worth - expired because no liquidity"
            + " changed 1772546945605"
    ),
    BinanceReading(
        "lean/WebSocketFutureStopMarketSubmitPartiallyFilledFilled.json",
        stopped + "placed waiting changed 1772462043356",
        stopped + "placed changed 1772462050337",
        became + "0 worth - placed changed 1772462050738",
        "trade 258307945 of 4904005884 3q6MTOEHBSe4E80HLqoeq1 ACHUSDT buy 760 at 0.00666"
            + " fee 0.0025308 USDT taker 1772462050738",
        became + "760 worth - partially filled changed 1772462050738",
        "trade 258307946 of 4904005884 3q6MTOEHBSe4E80HLqoeq1 ACHUSDT buy 40 at 0.00666"
            + " fee 0.0001332 USDT taker 1772462050738",
        became + "800 worth - filled changed 1772462050738",
        stopped + "placed became 4904005884 changed 1772462050745",
        stopped + "placed became 4904005884 changed 1772462050745"
    ),
    BinanceReading(
        "lean/WebSocketFutureStopMarketSubmittedCanceled.json",
        "order 2000000548906329 LIw9d2o1etTkTwhR7lHGwa ACHUSDT buy stop-market GTC 800 at 0"
            + " trigger 0.006847 filled 0 worth - placed waiting changed 1772477117723",
        "order 2000000548906329 LIw9d2o1etTkTwhR7lHGwa ACHUSDT buy stop-market GTC 800 at 0"
            + " trigger 0.006847 filled 0 worth - cancelled changed 1772477130697"
    ),
    BinanceReading(
        "lean/WebSocketGlobalSpotMarketSubmitPartiallyFilledFilled.json",
        sold + "0 worth 0 placed changed 1772459280089",
        "trade 65044223 of 1281722113 ovBwCdYvGKctMzMnkEYt2s ACHUSDT sell 765 at 0.00655"
            + " fee 0.00000603 BNB taker 1772459280089",
        sold + "765 worth 5.01075 partially filled changed 1772459280089",
        "trade 65044224 of 1281722113 ovBwCdYvGKctMzMnkEYt2s ACHUSDT sell 35 at 0.00654"
            + " fee 0.00000027 BNB taker 1772459280089",
        sold + "800 worth 5.23965 filled changed 1772459280089"
    ),
    BinanceReading(
        "lean/WebSocketGlobalSpotStopLimitSubmittedTriggerFilled.json",
        reserved + "0 worth 0 placed waiting changed 1772460942650",
        reserved + "0 worth 0 placed changed 1772461101480",
        "trade 50769479 of 661452585 Ix6NPXsv1gWMe5T7ZES6R2 PHAUSDT buy 200 at 0.026"
            + " fee 0.00000627 BNB maker 1772461262838",
        reserved + "200 worth 5.2 filled changed 1772461262838"
    ),
    BinanceReading(
        "lean/WebSocketSpotLimitFillOrKillSubmittedExpired.json",
        "order 1013028749 web_cb55efd1634c4a4689a5f67f99c15906 ACTUSDT buy limit FOK 384.6"
            + " at 0.013 trigger 0 filled 0 worth 0 placed changed 1772547504877",
        "order 1013028749 web_cb55efd1634c4a4689a5f67f99c15906 ACTUSDT buy limit FOK 384.6"
            + " at 0.013 trigger 0 filled 0 worth 0 expired because fill-or-kill would not fill"
            + " changed 1772547504877"
    ),
]

private let stopped =
    "order 2000000547321628 3q6MTOEHBSe4E80HLqoeq1 ACHUSDT buy stop-market GTC 800 at 0"
    + " trigger 0.006659 filled 0 worth - "
private let became =
    "order 4904005884 3q6MTOEHBSe4E80HLqoeq1 ACHUSDT buy market GTC 800 at 0 trigger 0 filled "
private let sold =
    "order 1281722113 ovBwCdYvGKctMzMnkEYt2s ACHUSDT sell market GTC 800 at 0 trigger 0 filled "
private let reserved =
    "order 661452585 Ix6NPXsv1gWMe5T7ZES6R2 PHAUSDT buy stop-market GTC 200 at 0.026"
    + " trigger 0.0262 filled "

private let binanceSpotMessages = [
    BinanceReading(
        docs + "Order_Update.json",
        "order 4293153 mUvoqJxFIILMdfAW5iGSOW ETHBTC buy limit GTC 1 at 0.1026441 trigger 0"
            + " filled 0 worth 0 placed changed 1499405658657"
    ),
    BinanceReading(docs + "Account_Update.json", "balance ETH 10000 locked 0"),
    BinanceReading(docs + "Balance_Update.json"),
    BinanceReading(docs + "External_Lock_Update.json"),
    BinanceReading(docs + "Order_Reject_Reason.json"),
    BinanceReading(docs + "Event_Stream_Terminated.json", "ends"),
    BinanceReading("docs_examples/web-socket-streams__Server_Shutdown.json", "ends"),
    BinanceReading("docs_examples/web-socket-streams__Server_Shutdown_2.json", "ends"),
    BinanceReading(
        py + "spot_execution_report_new.json",
        "order 1234567890 O-12345-test-new ETHUSDT buy limit GTC 1 at 2500 trigger 0 filled 0"
            + " worth 0 placed changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_new_limit_if_touched_price_match.json",
        "order 1234567892 O-12345-test-limit-if-touched-price-match ETHUSDT buy - GTC 1"
            + " at 2505.25 trigger 2500 filled 0 worth 0 placed changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_new_stop_limit_price_match.json",
        "order 1234567891 O-12345-test-stop-limit-price-match ETHUSDT sell stop-market GTC 1"
            + " at 2405.75 trigger 2400 filled 0 worth 0 placed changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_trade.json",
        "trade 98765432 of 1234567890 O-12345-test-trade ETHUSDT buy 0.5 at 2499.5 fee 0.0005 ETH"
            + " maker 1759347763167",
        "order 1234567890 O-12345-test-trade ETHUSDT buy limit GTC 1 at 2500 trigger 0 filled 0.5"
            + " worth 1249.75 partially filled changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_custom_client_id.json",
        "trade 98765432 of 1234567890 INIT-BTC-1234567890 ETHUSDT buy 0.5 at 2499.5"
            + " fee 0.0005 ETH maker 1759347763167",
        "order 1234567890 INIT-BTC-1234567890 ETHUSDT buy limit GTC 1 at 2500 trigger 0"
            + " filled 0.5 worth 1249.75 partially filled changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_binance_us.json",
        "trade 88685053 of 2281896601 T0ESHzso0banw0QiPFZYgj BTCUSD sell 0.00042 at 117290.77"
            + " fee 0.00492621 USD taker 1759347763167",
        "order 2281896601 T0ESHzso0banw0QiPFZYgj BTCUSD sell limit GTC 0.00042 at 117290.77"
            + " trigger 0 filled 0.00042 worth 49.2621234 filled changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_calculated.json",
        "liquidation 98765432 of 1234567890 autoclose-123456789 BTCUSDT sell 0.01 at 49500"
            + " fee 2.475 USDT taker 1759347763167",
        "order 1234567890 autoclose-123456789 BTCUSDT sell limit GTC 0.01 at 50000 trigger 0"
            + " filled 0.01 worth 495 filled changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_pending_cancel.json",
        "order 9876543210 O-12345-test-cancel ETHUSDT sell limit GTC 0.5 at 2500 trigger 0"
            + " filled 0.1 worth 250 placed changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_rejected.json",
        "order 1234567890 O-12345-test-reject BTCUSDT buy limit post-only 0.001 at 50000"
            + " trigger 0 filled 0 worth 0 rejected because other (GTX_ORDER_REJECT)"
            + " changed 1759347763167"
    ),
    // Called a trade, but nothing was traded, and its id is -1.
    BinanceReading(
        py + "spot_execution_report_trade_l_zero_canceled.json",
        "order 1234567890 O-12345-test-l-zero-canceled ETHUSDT buy limit GTC 0.001 at 2500"
            + " trigger 0 filled 0 worth 0 cancelled changed 1759347763167"
    ),
    BinanceReading(
        py + "spot_execution_report_trade_prevention.json",
        "order 1234567890 O-12345-test-stp ETHUSDT buy limit GTC 1 at 2500 trigger 0 filled 0"
            + " worth 0 expired because other (SELF_TRADE_PREVENTION) changed 1759347763167"
    ),
    BinanceReading(rsSpot + "account_position_wrapped.json", "balance ETH 10000 locked 0"),
    BinanceReading(rsSpot + "list_status_wrapped.json"),
    BinanceReading(
        rsSpot + "execution_report_expired.json",
        "order 12345678 x-TD67BGP9-T0000000000000 ETHUSDT buy limit IOC 1 at 2500 trigger 0"
            + " filled 0 worth 0 expired because no liquidity changed 1709654403000"
    ),
    BinanceReading(
        rsSpot + "execution_report_stop_loss.json",
        "order 12345679 x-TD67BGP9-T0000000000001 ETHUSDT sell stop-market GTC 1 at 2400"
            + " trigger 2450 filled 0 worth 0 placed changed 1709654400000"
    ),
    BinanceReading(
        rsSpot + "execution_report_trade.json",
        "trade 98765432 of 12345678 x-TD67BGP9-T0000000000000 ETHUSDT buy 1 at 2500 fee 0.001 ETH"
            + " maker 1709654401000",
        "order 12345678 x-TD67BGP9-T0000000000000 ETHUSDT buy limit GTC 1 at 2500 trigger 0"
            + " filled 1 worth 2500 filled changed 1709654401000"
    ),
    BinanceReading(pushed + "Spot/Account/Liability.txt"),
    BinanceReading(pushed + "Spot/Account/MarginCall.txt"),
    BinanceReading(pushed + "Spot/Account/OcoOrder.txt"),
]

private let binanceFuturesMessages = [
    BinanceReading(
        py + "futures_algo_update_finished.json",
        "order 1000000033225453 O-20251211-053131-TEST-000-1 DOGEUSDT buy stop-market GTC 38 at 0"
            + " trigger 0.13855 filled 0 worth - placed became 88937381063 changed 1765431097031"
    ),
    BinanceReading(
        py + "futures_order_update_new_price_match.json",
        "order 8765432100 O-12345-test-price-match ETHUSDT buy limit GTC 1 at 2495.5 trigger 0"
            + " filled 0 worth - placed changed 1759347763167".replacing("167", with: "200")
    ),
    BinanceReading(
        py + "futures_order_update_adl_filled.json",
        "deleveraging 2233445566 of 8765432109 adl_autoclose-123 ETHUSDT buy 1 at 2500"
            + " fee 2.5 USDT taker 1759347763200",
        "order 8765432109 adl_autoclose-123 ETHUSDT buy market GTC 1 at 0 trigger 0 filled 1"
            + " worth - filled changed 1759347763200"
    ),
    BinanceReading(
        py + "futures_order_update_settlement.json",
        "other 4455667788 of 6543210987 settlement_autoclose-1111222233334444 BTCUSDT buy 0.05"
            + " at 51000 fee 2.55 USDT taker 1759347763300",
        "order 6543210987 settlement_autoclose-1111222233334444 BTCUSDT buy market GTC 0.05 at 0"
            + " trigger 0 filled 0.05 worth - filled changed 1759347763300"
    ),
    BinanceReading(
        rsFutures + "order_update_adl.json",
        "deleveraging 12346001 of 8887001 adl_autoclose_12345 BTCUSDT buy 0.005 at 42000"
            + " fee 0.105 USDT taker 1568879465651",
        "order 8887001 adl_autoclose_12345 BTCUSDT buy limit IOC 0.005 at 42000 trigger 0"
            + " filled 0.005 worth - filled reduce-only changed 1568879465651"
    ),
    BinanceReading(
        rsFutures + "order_update_insurance.json",
        "liquidation 12346003 of 8887003 autoclose-insurance-5678 BTCUSDT sell 0.02 at 45000"
            + " fee 0.45 USDT taker 1568879465651",
        "order 8887003 autoclose-insurance-5678 BTCUSDT sell limit IOC 0.02 at 45000 trigger 0"
            + " filled 0.02 worth - filled reduce-only changed 1568879465651"
    ),
    BinanceReading(
        rsFutures + "order_update_delivery.json",
        "other 12346003 of 8887003 delivery_autoclose-12345 BTCUSD_240329 sell 1 at 70000"
            + " fee 0 - taker 1711929600000",
        "order 8887003 delivery_autoclose-12345 BTCUSD_240329 sell limit IOC 1 at 70000 trigger 0"
            + " filled 1 worth - filled reduce-only changed 1711929600000"
    ),
    BinanceReading(
        rsFutures + "account_update.json",
        "balance USDT 122624.12345678 locked -",
        "position BTCUSDT 0 from 0 isolated at 1564745798939",
        "position BTCUSDT 20 from 6563.6 hedge isolated at 1564745798939",
        "position BTCUSDT -10 from 6563.8 hedge isolated at 1564745798939"
    ),
    // A take-profit order of another client is no stop.
    BinanceReading(
        rsFutures + "algo_update_canceled.json",
        "order 2148719 Q5xaq5EGKgXXa0fD7fs0Ip BNBUSDT sell - GTC 0.01 at 750 trigger 750 filled 0"
            + " worth - cancelled (Reduce Only reject) changed 1750515742297"
    ),
    BinanceReading(rsFutures + "trade_lite.json"),
    BinanceReading(
        pushed + "UsdFutures/OrderUpdate.txt",
        "order 8886774 TEST BTCUSDT sell - GTC 0.001 at 0 trigger 7103.04 filled 0 worth - placed"
            + " changed 1568879465650"
    ),
    BinanceReading(pushed + "UsdFutures/GridUpdate.txt"),
    BinanceReading(pushed + "UsdFutures/MarginUpdate.txt"),
    BinanceReading(pushed + "UsdFutures/MultiAssetMode.txt"),
    BinanceReading(pushed + "UsdFutures/StrategyUpdate.txt"),
]

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `A private message of Binance` {
    @Test(arguments: binancePrivateFiles)
    func `is what a person reads`(reading: BinanceReading) throws {
        let isFutures =
            reading.path.contains("Futures") || reading.path.contains("/ws_futures")
            || reading.path.contains("Future") || reading.path.contains("/futures/")
        let adapter = BinanceAdapter.test(isFutures ? .binanceFutures : .binanceSpot)
        var messages = Fixtures.objects("binance/" + reading.path)
        // What was sent and what answered it stand before what was pushed.
        if reading.path.hasPrefix(pushed) { messages = messages.suffix(1) }
        #expect(!messages.isEmpty)
        let events = try messages.flatMap { try adapter.events(in: $0.span) }
        #expect(events.map(\.words) == reading.words)
    }

    /// The files write a number that counts up as `|1|`.
    @Test func `asks for the spot stream as another client does, and knows the answer`() throws {
        let text = try BinanceFixtures.text("binance/jkorf/Subscriptions/Spot/Account/OcoOrder.txt")
            .replacing("|1|", with: "1")
        let lines = text.split(separator: "\n")
        let adapter = BinanceAdapter.test(.binanceSpot)
        let stream = try #require(
            try adapter.privateStream(at: AdapterFixture.time, listenKey: nil)
        )
        let greeting = try #require(stream.greeting.first)
        let sent = try #require(lines.first { $0.hasPrefix(">") }).dropFirst()
        #expect(try members(greeting)["method"] == (try members(String(sent))["method"]))
        #expect(
            Set(try members(greeting, of: "params").keys)
                == Set(try members(String(sent), of: "params").keys).union(["recvWindow"])
        )
        let answer = try #require(lines.first { $0.hasPrefix("<") }).dropFirst()
        #expect(try adapter.events(String(answer)) == [.subscribed])
    }

    /// No file has one; the letters are the documentation's.
    @Test func `tells a leverage that was changed`() throws {
        let adapter = BinanceAdapter.test(.binanceFutures)
        let message = #"{"e":"ACCOUNT_CONFIG_UPDATE","E":2,"T":1,"ac":{"s":"BTCUSDT","l":25}}"#
        #expect(
            try adapter.events(message).map(\.words) == ["BTCUSDT mode hedge - - leverage 25"]
        )
        for wrong in [#""25""#, "null", "2.5"] {
            #expect(throws: MessageError.self) {
                try adapter.events(message.replacing("25", with: wrong))
            }
        }
    }
}
