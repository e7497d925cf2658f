/// What an input of the decoders of the local exchange may begin with: every endpoint, a line each.
enum LocalSeeds {
    static func requests() -> [[UInt8]] { (bybit + spot + futures + market).map(script) }

    static func messages() -> [[UInt8]] { sockets.map(script) }

    /// An input whose first byte chooses the book that only clients make.
    private static func script(_ lines: String) -> [UInt8] { [0x30] + Array(lines.utf8) }

    private static let linear = #""category":"linear","symbol":"BTCUSDT""#
    private static let cash = #""category":"spot","symbol":"BTCUSDT""#
    private static let limit = #""orderType":"Limit","qty":"1","price":"100""#

    private static let bybit = [
        """
        2 POST /v5/order/create {\(linear),"side":"Sell",\(limit),"timeInForce":"PostOnly"}
        1 POST /v5/order/create {\(linear),"side":"Buy","orderType":"Market","qty":"0.5","stopLoss":"80","tpslMode":"Full"}
        1 GET /v5/position/list category=linear&symbol=BTCUSDT&settleCoin=USDT&limit=20
        1 POST /v5/position/trading-stop {\(linear),"takeProfit":"120","stopLoss":"90","positionIdx":0}
        1 POST /v5/order/create {\(linear),"side":"Sell","orderType":"Market","qty":"0","reduceOnly":true,"closeOnTrigger":true}
        1 GET /v5/execution/list category=linear&symbol=BTCUSDT&limit=50
        1 GET /v5/account/transaction-log limit=20
        1 GET /v5/account/wallet-balance accountType=UNIFIED
        """,
        """
        1 POST /v5/order/create {\(cash),"side":"Sell",\(limit),"orderLinkId":"a"}
        2 POST /v5/order/create {\(cash),"side":"Buy","orderType":"Market","qty":"50","marketUnit":"quoteCoin"}
        1 POST /v5/order/amend {\(cash),"orderLinkId":"a","qty":"2","price":"101"}
        1 POST /v5/order/cancel {\(cash),"orderLinkId":"a"}
        1 GET /v5/order/history category=spot&orderLinkId=a
        1 POST /v5/order/create {\(cash),"side":"Sell","orderType":"Market","qty":"1","triggerPrice":"90","orderFilter":"tpslOrder"}
        1 GET /v5/order/realtime category=spot&orderFilter=tpslOrder&openOnly=0&limit=5
        1 POST /v5/order/cancel-all {"category":"spot"}
        """,
        """
        1 POST /v5/order/create-batch {"category":"linear","request":[{"symbol":"BTCUSDT","side":"Buy",\(limit),"orderLinkId":"b"}]}
        1 POST /v5/order/amend-batch {"category":"linear","request":[{"symbol":"BTCUSDT","orderLinkId":"b","price":"99"}]}
        1 GET /v5/order/realtime category=linear&settleCoin=USDT&cursor=page_token%3D9%26
        1 POST /v5/order/cancel-batch {"category":"linear","request":[{"symbol":"BTCUSDT","orderLinkId":"b"}]}
        1 GET /v5/order/history category=linear&startTime=1790000000000&endTime=1790000001000
        1 POST /v5/position/set-leverage {\(linear),"buyLeverage":"5","sellLeverage":"5"}
        1 POST /v5/position/switch-mode {"category":"linear","symbol":"BTCUSDT","mode":0}
        1 POST /v5/position/switch-isolated {\(linear),"tradeMode":1,"buyLeverage":"5","sellLeverage":"5"}
        1 POST /v5/account/set-margin-mode {"setMarginMode":"ISOLATED_MARGIN"}
        1 POST /v5/order/disconnected-cancel-all {"timeWindow":40}
        """,
        """
        1 GET /v5/account/info
        1 GET /v5/account/fee-rate category=linear&symbol=BTCUSDT
        1 GET /v5/user/query-api
        1 GET /v5/asset/coin/query-info coin=BTC
        1 POST /v5/order/create {"category":"linear","symbol":"PEPEUSDT","side":"Buy","orderType":"Limit","qty":"50000000000","price":"0.000000000001"}
        2 POST /v5/order/create {"category":"linear","symbol":"PEPEUSDT","side":"Sell","orderType":"Limit","qty":"50000000000","price":"0.000000000001"}
        w 30000000
        """,
    ]

    private static let order = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1"

    private static let spot = [
        """
        2 POST /api/v3/order \(order)&price=100&newClientOrderId=a
        1 POST /api/v3/order symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=50&newOrderRespType=FULL
        2 GET /api/v3/order symbol=BTCUSDT&origClientOrderId=a
        2 PUT /api/v3/order/amend/keepPriority symbol=BTCUSDT&origClientOrderId=a&newQty=0.8
        2 GET /api/v3/openOrders symbol=BTCUSDT
        2 DELETE /api/v3/order symbol=BTCUSDT&orderId=1
        1 GET /api/v3/myTrades symbol=BTCUSDT&fromId=0&limit=5
        1 GET /api/v3/account omitZeroBalances=true
        """,
        """
        1 POST /api/v3/order symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=89&stopPrice=90
        1 POST /api/v3/order symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90
        2 POST /api/v3/order symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=IOC&quantity=0.1&price=90
        1 POST /api/v3/order/cancelReplace \(order)&price=101&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=1
        1 POST /api/v3/order/test \(order)&price=101&computeCommissionRates=true
        1 GET /api/v3/allOrders symbol=BTCUSDT&orderId=1&startTime=0&endTime=1890000000000
        1 DELETE /api/v3/openOrders symbol=BTCUSDT
        """,
        """
        1 GET /api/v3/account/commission symbol=BTCUSDT
        1 GET /api/v3/rateLimit/order
        1 GET /sapi/v1/account/apiRestrictions
        1 GET /sapi/v1/capital/config/getall
        1 GET /sapi/v1/asset/tradeFee symbol=BTCUSDT
        1 POST /api/v3/order symbol=PEPEUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=50000000000&price=1000000
        2 POST /api/v3/order symbol=PEPEUSDT&side=BUY&type=MARKET&quoteOrderQty=170000000000000000000
        """,
    ]

    private static let futures = [
        """
        2 POST /fapi/v1/order \(order)&price=100
        1 POST /fapi/v1/order symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5&newOrderRespType=RESULT
        1 POST /fapi/v1/algoOrder algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&quantity=0.5&triggerPrice=90&reduceOnly=true&clientAlgoId=s
        1 GET /fapi/v1/algoOrder clientAlgoId=s
        1 GET /fapi/v1/openAlgoOrders symbol=BTCUSDT
        1 GET /fapi/v3/positionRisk symbol=BTCUSDT
        1 DELETE /fapi/v1/algoOrder clientAlgoId=s
        1 GET /fapi/v1/income incomeType=REALIZED_PNL&limit=5
        1 GET /fapi/v2/account
        """,
        """
        1 POST /fapi/v1/order \(order)&price=100&newClientOrderId=a&positionSide=BOTH
        1 PUT /fapi/v1/order symbol=BTCUSDT&side=SELL&origClientOrderId=a&quantity=2&price=101
        1 GET /fapi/v1/openOrder symbol=BTCUSDT&origClientOrderId=a
        1 POST /fapi/v1/countdownCancelAll symbol=BTCUSDT&countdownTime=1000
        w 2000
        1 GET /fapi/v1/allOrders symbol=BTCUSDT&orderId=1
        1 GET /fapi/v1/userTrades symbol=BTCUSDT&fromId=1
        1 DELETE /fapi/v1/allOpenOrders symbol=BTCUSDT
        """,
        """
        1 POST /fapi/v1/leverage symbol=BTCUSDT&leverage=20
        1 POST /fapi/v1/marginType symbol=BTCUSDT&marginType=ISOLATED
        1 GET /fapi/v1/positionSide/dual
        1 POST /fapi/v1/positionSide/dual dualSidePosition=false
        1 POST /fapi/v1/multiAssetsMargin multiAssetsMargin=false
        k POST /fapi/v1/listenKey
        k PUT /fapi/v1/listenKey
        k DELETE /fapi/v1/listenKey
        1 GET /fapi/v1/symbolConfig
        1 GET /fapi/v1/leverageBracket
        1 GET /fapi/v1/commissionRate symbol=BTCUSDT
        """,
        """
        2 POST /fapi/v1/order symbol=PEPEUSDT&side=SELL&type=LIMIT&timeInForce=GTX&quantity=40&price=1000000
        1 POST /fapi/v1/order symbol=PEPEUSDT&side=BUY&type=LIMIT&timeInForce=FOK&quantity=40&price=1000000
        1 POST /fapi/v1/algoOrder algoType=CONDITIONAL&symbol=PEPEUSDT&side=SELL&type=STOP_MARKET&closePosition=true&triggerPrice=0.000000000001
        w 30000000
        1 GET /fapi/v3/account
        """,
    ]

    private static let market = [
        """
        u GET /v5/market/instruments-info?category=linear&limit=1&cursor=first%3D1%26
        u GET /v5/market/orderbook?category=spot&symbol=BTCUSDT&limit=5
        u GET /v5/market/tickers?category=linear&symbol=BTCUSDT
        u GET /v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&start=0&end=9000000000000
        u GET /v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=5
        u GET /v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=0
        u GET /v5/market/time
        """,
        """
        u GET /api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22%5D
        u GET /api/v3/depth?symbol=BTCUSDT&limit=5
        u GET /api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=0&endTime=9000000000000&limit=5
        u GET /api/v3/ticker/24hr?symbol=BTCUSDT&type=MINI
        u GET /api/v3/aggTrades?symbol=BTCUSDT&fromId=1
        u GET /api/v3/avgPrice?symbol=BTCUSDT
        u GET /fapi/v1/premiumIndex?symbol=BTCUSDT
        u GET /fapi/v1/fundingRate?symbol=BTCUSDT&startTime=0&limit=5
        """,
    ]

    private static let sockets = [
        """
        o /v5/public/linear
        m {"op":"subscribe","args":["orderbook.50.BTCUSDT","publicTrade.BTCUSDT","tickers.BTCUSDT"],"req_id":"1"}
        2 POST /v5/order/create {\(linear),"side":"Sell",\(limit)}
        1 POST /v5/order/create {\(linear),"side":"Buy","orderType":"Market","qty":"1"}
        w 300
        m {"op":"unsubscribe","args":["tickers.BTCUSDT"]}
        m {"op":"ping","req_id":"p"}
        """,
        """
        o /v5/private
        a
        m {"op":"subscribe","args":["order","execution","position","wallet"]}
        1 POST /v5/order/create {\(cash),"side":"Sell",\(limit)}
        2 POST /v5/order/create {\(cash),"side":"Buy",\(limit)}
        w 700000
        """,
        """
        o /v5/trade
        a
        t order.create {\(linear),"side":"Buy",\(limit),"orderLinkId":"a"}
        t order.amend {\(linear),"orderLinkId":"a","qty":"2"}
        t order.cancel {\(linear),"orderLinkId":"a"}
        t order.create-batch {"category":"linear","request":[{"symbol":"BTCUSDT","side":"Buy",\(limit)}]}
        m {"op":"ping"}
        c
        """,
        """
        o /ws-api/v3
        a
        m {"id":7,"method":"time"}
        s order.place \(order)&price=100
        s order.cancel symbol=BTCUSDT&orderId=1
        s account.status omitZeroBalances=true
        m {"id":"x","method":"depth","params":{"symbol":"BTCUSDT","limit":5.5}}
        m {"id":"y","method":"session.status"}
        m {"id":"z","method":"userDataStream.unsubscribe","params":{"subscriptionId":0}}
        """,
        """
        o /stream?streams=btcusdt@depth@100ms/btcusdt@trade/!miniTicker@arr
        m {"method":"SUBSCRIBE","params":["btcusdt@kline_1m","btcusdt@depth5@100ms"],"id":1}
        m {"method":"LIST_SUBSCRIPTIONS","id":2}
        m {"method":"SET_PROPERTY","params":["combined",true],"id":3}
        2 POST /api/v3/order \(order)&price=100
        1 POST /api/v3/order symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1
        w 2000
        m {"method":"UNSUBSCRIBE","params":["btcusdt@depth5@100ms"],"id":"4"}
        """,
        """
        k POST /fapi/v1/listenKey
        o /private/ws?listenKey=$KEY
        2 POST /fapi/v1/order \(order)&price=100
        1 POST /fapi/v1/order symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1
        1 POST /fapi/v1/leverage symbol=BTCUSDT&leverage=5
        o /market/stream?streams=btcusdt@markPrice@1s/btcusdt@aggTrade
        w 3700000
        """,
        """
        o /ws-fapi/v1
        s order.place \(order)&price=100
        s order.modify symbol=BTCUSDT&side=SELL&orderId=1&quantity=2&price=101
        s v2/account.status
        s algoOrder.place algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=STOP_MARKET&quantity=1&triggerPrice=200
        m {"id":9,"method":"userDataStream.start","params":{"apiKey":"key-ann"}}
        """,
    ]
}
