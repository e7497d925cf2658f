import Exchange
import Testing
import Trading

/// Files about calls and streams that we do not make and do not ask for: batches, candles, loans,
/// transfers, options, spreads, subaccounts, the trade stream, and the stop of a position, which
/// takes no id of ours.
private let notOurs: [(folder: String, names: String)] = [
    (
        "docs_examples",
        """
        account__batch-set-collateral.json account__borrow-history.json account__borrow.json
        account__coin-greeks.json account__collateral-info.json account__dcp-info.json
        account__get-mmp-state.json account__get-user-setting-config.json
        account__no-convert-repay.json account__option-asset-info.json account__pay-info.json
        account__repay-liability.json account__repay.json account__reset-mmp.json
        account__set-collateral.json account__set-delta-mode.json account__set-mmp.json
        account__set-price-limit.json account__set-spot-hedge.json account__smp-group.json
        account__trade-info-for-analysis.json account__transaction-log.json
        account__unified-trans-amnt.json account__upgrade-unified-account.json
        market__adl-alert.json market__delivery-price.json market__fee-group-info.json
        market__history-fund-rate.json market__index-components.json market__index-kline.json
        market__insurance.json market__iv.json market__kline.json
        market__long-short-ratio.json market__mark-kline.json market__new-delivery-price.json
        market__open-interest.json market__order-price-limit.json
        market__premium-index-kline.json market__recent-trade.json market__rpi-orderbook.json
        order__batch-amend.json order__batch-cancel.json order__batch-place.json
        order__cancel-all.json order__pre-check-order.json order__spot-borrow-quota.json
        position__auto-add-margin.json position__batch-lvg.json position__close-pnl.json
        position__close-position.json position__confirm-mmr.json
        position__manual-add-margin.json position__move-position-history.json
        position__move-position.json position__trading-stop.json user__list-sub-apikeys.json
        user__modify-master-apikey.json user__modify-sub-apikey.json user__page-subuid.json
        user__subuid-list.json user__wallet-type.json websocket__trade__guideline_2.json
        websocket__trade__guideline_3.json websocket__trade__guideline_4.json
        websocket__trade__guideline_5.json websocket__trade__guideline_6.json
        websocket__wss-authentication_4.json
        """
    ),
    (
        "jkorf/Endpoints/V5Api/Account",
        """
        ConvertConfirmQuote.txt EditApiKey.txt GetAnalysisTradeInfo.txt GetAssetGreeks.txt
        GetAssetInfo.txt GetAssetOverview.txt GetBorrowHistory.txt GetCollateralInfo.txt
        GetConvertStatus.txt GetSpotMarginData.txt GetTransactionHistory.txt
        GetWithdrawals.txt SetMultipleCollateralAssets.txt SetPriceLimitBehavior.txt
        SetSpotMarginAutoRepayMode.txt SetTakeProfitStopLossMode.txt Withdraw.txt
        """
    ),
    (
        "jkorf/Endpoints/V5Api/ExchangeData",
        """
        GetFundingRateHistory.txt GetLeverageTokenMarket.txt GetLeverageTokens.txt
        GetPremiumIndexPriceKlines.txt GetSystemStatus.txt GetTradeHistory.txt
        """
    ),
    (
        "jkorf/Endpoints/V5Api/Trading",
        """
        GetClosedProfitLoss.txt GetDeliveryHistory.txt GetSpreadUserTrades.txt
        PreCheckOrder.txt RedeemLeverageToken.txt SetTradingStop.txt
        """
    ),
    (
        "jkorf/JsonResponses/V5/Account",
        """
        GetBrokerAccountInfoAsync.txt GetBrokerEarningsAsync.txt GetInternalDepositsAsync.txt
        """
    ),
    (
        "jkorf/JsonResponses/V5/Trading",
        """
        GetLeverageTokenOrderHistoryAsync.txt PurchaseLeverageTokenAsync.txt
        """
    ),
    (
        "nautilus",
        """
        http_get_funding_history.json http_get_user_escrow_sub_members.json
        http_get_user_sub_apikeys.json http_get_user_sub_members_paged.json
        http_post_user_update_sub_api.json
        """
    ),
    (
        "xchange",
        """
        getAllCoinsBalance.json5
        """
    ),
]

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `All files about Bybit` {
    @Test func `each is read, refused with a reason, or not ours`() throws {
        let files = try Fixtures.files("bybit")
        var known = Set(bybitAnswers.map(\.path))
        known.formUnion(bybitUnreadable.map(\.file.path))
        known.formUnion(bybitStreamFiles.map(\.path))
        known.formUnion(bybitMadeUp)
        known.formUnion(bybitReplies.map(\.0))
        known.formUnion(`Bybit's recorded public streams`.files.map(\.path))
        known.formUnion(Self.exchanges.map(\.path))
        known.formUnion(Self.publicExchanges.map(\.path))
        known.formUnion(Self.asked.map(\.path))
        for (folder, names) in notOurs {
            for name in Fixtures.names(names) { known.insert(folder + "/" + name) }
        }
        #expect(files.count > 200)
        #expect(files.subtracting(known).isEmpty)
        #expect(known.subtracting(files).isEmpty)
    }

    /// What was sent, answered and pushed on the private stream; how many events the push brings
    /// on linear, `nil` where it is of no use.
    static let exchanges: [(path: String, events: Int?)] = [
        ("jkorf/Subscriptions/V5/Private/Balance.txt", 1),
        ("jkorf/Subscriptions/V5/Private/Position.txt", 1),
        ("jkorf/Subscriptions/V5/Private/MinimalUserTrades.txt", nil),
        ("jkorf/Subscriptions/V5/Private/SpreadUserTrade.txt", nil),
    ]

    @Test(arguments: exchanges)
    func `answers and pushes of a subscription are told apart`(
        path: String,
        events: Int?
    ) throws {
        let (answers, push) = try Self.parts(path)
        for answer in answers {
            guard case .reply(let reply) = try bybit().streamMessage(answer) else {
                Issue.record("\(answer)")
                continue
            }
            switch reply {
            case .authentication(let isAccepted, _), .subscription(let isAccepted, _):
                #expect(isAccepted)
            case .pong: Issue.record("no ping was sent")
            }
        }
        let pushed = try bybit().streamMessage(push)
        guard let events else { return #expect(pushed == .other) }
        guard case .events(let found) = pushed else { return #expect(Bool(false)) }
        #expect(found.count == events)
    }

    /// The same on the public stream of spot; the trade as a person reads it.
    static let publicExchanges: [(path: String, kinds: [MarketMessage.Kind], trade: PublicTrade?)] =
        [
            ("jkorf/Subscriptions/V5/Spot/PriceLimit.txt", [.other], nil),
            ("jkorf/Subscriptions/V5/Spot/SystemStatus.txt", [.other], nil),
            (
                "jkorf/Subscriptions/V5/Spot/Trades.txt", [.trade],
                PublicTrade(
                    price: Price(decimal("16578.5")),
                    quantity: Quantity(decimal("0.001")),
                    taker: .buy,
                    time: Timestamp(nanoseconds: 1_672_304_486_865_000_000)
                )
            ),
        ]

    @Test(arguments: publicExchanges)
    func `answers and pushes of a public subscription are told apart`(
        path: String,
        kinds: [MarketMessage.Kind],
        trade: PublicTrade?
    ) throws {
        let (answers, push) = try Self.parts(path)
        var decoder = BybitDecoder(market: .spot)
        for answer in answers {
            #expect(try decoder.decode(answer).kind == .other)
            guard case .subscription(isAccepted: true, _)? = decoder.reply else {
                Issue.record("\(answer)")
                continue
            }
        }
        var found = [try decoder.decode(push).kind]
        #expect(decoder.reply == nil)
        if let trade {
            #expect(String(decoding: decoder.message.symbol, as: UTF8.self) == "BTCUSDT")
            #expect(decoder.message.market == .spot && decoder.message.trade == trade)
        }
        while decoder.next() { found.append(decoder.message.kind) }
        #expect(found == kinds)
    }

    /// What the venue answered in a file, and what it pushed then.
    private static func parts(_ path: String) throws -> (answers: [String], push: String) {
        let content = try #require(BybitFixtures.text("bybit/" + path))
        let answers = content.split(separator: "\n").filter { $0.hasPrefix("< ") }
        #expect(!answers.isEmpty)
        let start = try #require(content.firstRange(of: "\n=")).upperBound
        return (answers.map { String($0.dropFirst(2)) }, String(content[start...]))
    }

    static let asked: [(path: String, topic: String)] = [
        "order", "execution", "position", "wallet", "execution.fast", "greeks", "strategy",
    ].map { topic in
        let file =
            switch topic {
            case "execution.fast": "fast-execution"
            case "greeks": "greek"
            default: topic
            }
        return ("docs_examples/websocket__private__\(file).json", topic)
    }

    @Test(arguments: asked)
    func `a topic is asked for as the documents show`(path: String, topic: String) throws {
        let documented = try BybitFixtures.body(path).filter { $0 != " " && $0 != "\n" }
        #expect(BybitStream.subscriptions(to: [topic]) == [documented])
    }
}
