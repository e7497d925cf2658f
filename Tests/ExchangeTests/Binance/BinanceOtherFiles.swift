/// The files below `binance` that belong to no message that is supported, each with the reason.
enum BinanceOtherFiles {
    /// Why a file belongs to no message that is supported.
    enum Why: String {
        case part = "part of an answer, which is read within the whole"
        case socket = "calls of the WebSocket API, of which only the private stream is used"
        case request = "requests of subscriptions, which are not read"
        case empty = "streams that are not asked for, whose example is empty"
        case list = "order lists, several orders at once, changes in place on spot"
        case sliced = "orders that are only tested, or sliced by the venue"
        case margin = "loans, margin and portfolio margin"
        case wallet = "conversions, transfers and other products of the wallet"
        case account = "settings and histories of the account that we do not ask for"
        case state = "connectivity, and the state of the whole venue"
        case market = "public history, indices and prices that we do not ask for"
    }

    static let all: [(why: Why, folder: String, names: String)] = [
        (
            .part,
            "docs_examples",
            """
            filters__EXCHANGE_MAX_NUM_ALGO_ORDERS.json filters__EXCHANGE_MAX_NUM_ICEBERG_ORDERS.json
            filters__EXCHANGE_MAX_NUM_ORDERS.json filters__EXCHANGE_MAX_NUM_ORDER_LISTS.json
            filters__ICEBERG_PARTS.json filters__LOT_SIZE.json filters__MARKET_LOT_SIZE.json
            filters__MAX_ASSET.json filters__MAX_NUM_ALGO_ORDERS.json
            filters__MAX_NUM_ICEBERG_ORDERS.json filters__MAX_NUM_ORDERS.json
            filters__MAX_NUM_ORDER_AMENDS.json filters__MAX_NUM_ORDER_LISTS.json
            filters__MAX_POSITION.json filters__MIN_NOTIONAL.json filters__NOTIONAL.json
            filters__PERCENT_PRICE.json filters__PERCENT_PRICE_BY_SIDE.json
            filters__PRICE_FILTER.json filters__TRAILING_DELTA.json
            rest-api__Query_relevant_filters_USER_DATA.json
            stp_faq__How_do_I_know_which_symbol_uses_STP.json
            """
        ),
        (
            .socket,
            "jkorf/Socket/Spot/Account",
            """
            GetAccountInfo.txt GetOrderRateLimits.txt
            """
        ),
        (
            .socket,
            "jkorf/Socket/Spot/ExchangeData",
            """
            GetAggregatedTradeHistory.txt GetBookTickers.txt GetCurrentAvgPrice.txt GetOrderBook.txt
            GetRecentTrades.txt GetTradeHistory.txt GetUIKlines.txt
            """
        ),
        (
            .socket,
            "jkorf/Socket/Spot/Trading",
            """
            AmendOrder.txt CancelAllOrders.txt CancelOrder.txt GetOcoOrder.txt GetOpenOcoOrders.txt
            PlaceTestOrder.txt
            """
        ),
        (
            .socket,
            "jkorf/Socket/UsdFutures/ExchangeData",
            """
            GetBookPrice.txt GetBookPrices.txt GetOrderBook.txt GetPrice.txt GetPrices.txt
            """
        ),
        (
            .socket,
            "jkorf/Socket/UsdFutures/Trading",
            """
            CancelConditionalOrder.txt PlaceConditionalOrder.txt
            """
        ),
        (
            .request,
            "docs_examples",
            """
            web-socket-streams__Listing_Subscriptions.json
            web-socket-streams__Retrieving_Properties.json
            web-socket-streams__Setting_Properties.json
            web-socket-streams__Subscribe_to_a_stream.json
            web-socket-streams__Unsubscribe_to_a_stream.json
            """
        ),
        (
            .empty,
            "docs_examples",
            """
            web-socket-streams__All_Market_Mini_Tickers_Stream.json
            web-socket-streams__All_Market_Rolling_Window_Statistics_Streams.json
            """
        ),
        (
            .list,
            "docs_examples",
            """
            rest-api__Cancel_All_Open_Orders_on_a_Symbol_TRADE.json
            rest-api__Cancel_Order_list_TRADE.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_2.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_3.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_4.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_5.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_6.json
            rest-api__Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_7.json
            rest-api__New_OCO_Deprecated_TRADE.json rest-api__New_Order_List_OPOCO_TRADE.json
            rest-api__New_Order_List_OPO_TRADE.json rest-api__New_Order_list_OCO_TRADE.json
            rest-api__New_Order_list_OTOCO_TRADE.json rest-api__New_Order_list_OTO_TRADE.json
            rest-api__New_order_using_SOR_TRADE.json rest-api__Order_Amend_Keep_Priority_TRADE.json
            rest-api__Order_Amend_Keep_Priority_TRADE_2.json
            rest-api__Query_Allocations_USER_DATA.json
            rest-api__Query_Open_Order_lists_USER_DATA.json
            rest-api__Query_Order_Amendments_USER_DATA.json
            rest-api__Query_Order_list_USER_DATA.json
            rest-api__Query_Prevented_Matches_USER_DATA.json
            rest-api__Query_all_Order_lists_USER_DATA.json
            rest-api__Test_new_order_using_SOR_TRADE.json stp_faq__What_is_a_Prevented_Match.json
            stp_faq__What_is_prevented_quantity.json
            """
        ),
        (
            .list,
            "jkorf/Endpoints/Spot/Trading",
            """
            AmendOrder.txt CancelAllMarginOrders.txt CancelOcoOrder.txt GetMarginOcoOrder.txt
            GetMarginOcoOrders.txt GetMarginOpenOcoOrders.txt GetOcoOrders.txt GetOpenOcoOrders.txt
            GetPreventedTrades.txt PlaceMarginOCOOrder.txt PlaceOcoOrderList.txt
            PlaceOtoOrderList.txt PlaceOtocoOrderList.txt ReplaceOrder.txt
            """
        ),
        (
            .list,
            "jkorf/Endpoints/UsdFutures/Trading",
            """
            CancelAllConditionalOrders.txt CancelAllOrders.txt EditMultipleOrders.txt
            GetOrderEditHistory.txt
            """
        ),
        (
            .sliced,
            "docs_examples",
            """
            rest-api__Test_new_order_TRADE.json rest-api__Test_new_order_TRADE_2.json
            """
        ),
        (
            .sliced,
            "jkorf/Endpoints/Spot/Trading",
            """
            CancelAlgoOrder.txt GetAlgoSubOrders.txt GetClosedAlgoOrders.txt GetOpenAlgoOrders.txt
            PlaceTestOrder.txt PlaceTimeWeightedAveragePriceOrder.txt
            """
        ),
        (
            .sliced,
            "jkorf/Endpoints/UsdFutures/Trading",
            """
            CancelAlgoOrder.txt GetAlgoSubOrders.txt GetClosedAlgoOrders.txt GetOpenAlgoOrders.txt
            PlaceTimeWeightedAveragePriceOrder.txt PlaceVolumeParticipationOrder.txt
            """
        ),
        (
            .margin,
            "jkorf/Endpoints/Spot/Account",
            """
            CrossMarginAdjustMaxLeverage.txt GetCrossMarginSmallLiabilityExchangeAssets.txt
            GetDailyMarginAccountSnapshot.txt GetEnabledIsolatedMarginAccountLimit.txt
            GetInterestMarginData.txt GetIsolatedMarginAccount.txt GetIsolatedMarginFeeData.txt
            GetMarginAccountInfo.txt GetMarginCapitalFlowData.txt
            GetMarginForcedLiquidationHistory.txt GetMarginInterestHistory.txt
            GetMarginInterestRateHistory.txt GetMarginLevelInformation.txt GetMarginLoans.txt
            GetMarginMaxBorrowAmount.txt GetMarginMaxTransferAmount.txt
            GetMarginOrderRateLimitStatus.txt GetMarginTransferHistory.txt
            GetPortfolioMarginAccountInfo.txt GetPortfolioMarginBankruptcyLoan.txt
            GetPortfolioMarginCollateralRate.txt PortfolioMarginBankruptcyLoanRepay.txt
            """
        ),
        (
            .margin,
            "jkorf/Endpoints/Spot/ExchangeData",
            """
            GetCrossMarginCollateralRatio.txt GetFutureHourlyInterestRate.txt
            GetIsolatedMarginSymbols.txt GetIsolatedMarginTierData.txt GetMarginAssets.txt
            GetMarginDelistSchedule.txt GetMarginPriceIndex.txt GetMarginSymbols.txt
            """
        ),
        (
            .margin,
            "jkorf/Endpoints/Spot/Trading",
            """
            GetMarginOrder.txt GetMarginOrders.txt
            """
        ),
        (
            .margin,
            "jkorf/Endpoints/UsdFutures/Account",
            """
            GetMarginChangeHistory.txt ModifyPositionMargin.txt
            """
        ),
        (
            .wallet,
            "jkorf/Endpoints/Spot/Account",
            """
            GetAssetDividendRecords.txt GetAssetsForDustTransfer.txt GetBalances.txt
            GetBnbBurnStatus.txt GetBusdConvertHistory.txt GetCloudMiningHistory.txt
            GetDailyFutureAccountSnapshot.txt GetDailySpotAccountSnapshot.txt GetDepositAddress.txt
            GetDepositAddressesList.txt GetDepositHistory.txt GetDustLog.txt
            GetFiatDepositWithdrawHistory.txt GetFiatPaymentHistory.txt GetFundingWallet.txt
            GetLeveragedTokensUserLimit.txt GetRebateHistory.txt GetTransfers.txt
            GetTravelRuleWithdrawalHistory.txt GetUserAssets.txt GetWalletBalances.txt
            GetWithdrawalAddresses.txt GetWithdrawalHistory.txt SetAutoConvertStableCoinConfig.txt
            Transfer.txt Withdraw.txt
            """
        ),
        (
            .wallet,
            "jkorf/Endpoints/Spot/ExchangeData",
            """
            GetAssetDetails.txt GetConvertListAllPairs.txt GetConvertQuantityPrecisionPerAsset.txt
            GetLeveragedTokenInfo.txt
            """
        ),
        (
            .wallet,
            "jkorf/Endpoints/Spot/Trading",
            """
            ConvertAcceptQuote.txt ConvertQuoteRequest.txt GetC2CTradeHistory.txt
            GetConvertOrderStatus.txt GetConvertTradeHistory.txt
            GetLeveragedTokensRedemptionRecords.txt GetLeveragedTokensSubscriptionRecords.txt
            GetPayTradeHistory2.txt RedeemLeveragedToken.txt SubscribeLeveragedToken.txt
            """
        ),
        (
            .wallet,
            "jkorf/Endpoints/UsdFutures/Account",
            """
            SetBnbBurnStatus.txt
            """
        ),
        (
            .wallet,
            "jkorf/Endpoints/UsdFutures/Trading",
            """
            ConvertAcceptQuote.txt ConvertQuoteRequest.txt GetConvertOrderStatus.txt
            """
        ),
        (
            .wallet,
            "xchange",
            """
            asset-dividend-list.json dustlog.json withdraw-200.json
            """
        ),
        (
            .account,
            "docs_examples",
            """
            rest-api__Query_Unfilled_Order_Count_USER_DATA.json
            stp_faq__How_do_I_know_which_symbol_uses_STP_2.json
            """
        ),
        (
            .account,
            "jkorf/Endpoints/Spot/Account",
            """
            GetAccountStatus.txt GetAccountVipLevelAndStatus.txt GetOrderRateLimitStatus.txt
            GetTradeFee.txt GetTradingStatus.txt
            """
        ),
        (
            .account,
            "jkorf/Endpoints/UsdFutures/Account",
            """
            GetAccountConfiguration.txt GetAccountInfo.txt GetAccountInfoV3.txt GetBrackets.txt
            GetDownloadIdForOrderHistory.txt GetDownloadIdForTradeHistory.txt
            GetDownloadIdForTransactionHistory.txt GetDownloadLinkForOrderHistory.txt
            GetDownloadLinkForTradeHistory.txt GetDownloadLinkForTransactionHistory.txt
            GetIncomeHistory.txt GetMultiAssetsMode.txt GetOrderRateLimit.txt
            GetPositionAdlQuantileEstimation.txt GetSymbolConfiguration.txt GetTradingStatus.txt
            """
        ),
        (
            .account,
            "nautilus_py/http_responses",
            """
            http_wallet_trading_fee.json http_wallet_trading_fees.json
            """
        ),
        (
            .state,
            "docs_examples",
            """
            rest-api__Test_connectivity.json
            """
        ),
        (
            .state,
            "jkorf/Endpoints/Spot/ExchangeData",
            """
            GetSystemStatus.txt
            """
        ),
        (
            .state,
            "nautilus_py/http_responses",
            """
            http_spot_market_ping.json
            """
        ),
        (
            .state,
            "nautilus_rs/spot/http_json",
            """
            ping_response.json
            """
        ),
        (
            .market,
            "docs_examples",
            """
            rest-api__Compressed_Aggregate_trades_list.json rest-api__Current_average_price.json
            rest-api__Historical_Block_Trades.json rest-api__Kline_Candlestick_data.json
            rest-api__Old_trade_lookup.json rest-api__Query_Execution_Rules.json
            rest-api__Query_Reference_Price.json rest-api__Query_Reference_Price_2.json
            rest-api__Query_Reference_Price_3.json rest-api__Query_Reference_Price_Calculation.json
            rest-api__Query_Reference_Price_Calculation_2.json
            rest-api__Query_Reference_Price_Calculation_3.json rest-api__Recent_trades_list.json
            rest-api__Rolling_window_price_change_statistics.json
            rest-api__Rolling_window_price_change_statistics_2.json
            rest-api__Rolling_window_price_change_statistics_3.json
            rest-api__Rolling_window_price_change_statistics_4.json
            rest-api__Symbol_order_book_ticker.json rest-api__Symbol_order_book_ticker_2.json
            rest-api__Symbol_price_ticker.json rest-api__Symbol_price_ticker_2.json
            rest-api__Trading_Day_Ticker.json rest-api__Trading_Day_Ticker_2.json
            rest-api__Trading_Day_Ticker_3.json rest-api__Trading_Day_Ticker_4.json
            rest-api__UIKlines.json
            """
        ),
        (
            .market,
            "jkorf/Endpoints/Spot/ExchangeData",
            """
            GetAggregatedTradeHistory.txt GetAvgPrice.txt GetBookPrice.txt GetDelistSchedule.txt
            GetExecutionRules.txt GetKlines.txt GetPrice.txt GetRecentTrades.txt
            GetReferencePrice.txt GetReferencePriceCalculation.txt GetRollingWindowTicker.txt
            GetTradeHistory.txt GetTradingDayTicker.txt GetUiKlines.txt
            """
        ),
        (
            .market,
            "jkorf/Endpoints/UsdFutures/ExchangeData",
            """
            GetAggregatedTradeHistory.txt GetAssetIndexes.txt GetBasis.txt GetBookPrice.txt
            GetCompositeIndexInfo.txt GetContinuousContractKlines.txt GetFundingInfo.txt
            GetFundingRates.txt GetIndexPriceConstituents.txt GetIndexPriceKlines.txt
            GetInsuranceFundBalances.txt GetKlines.txt GetMarkPrice.txt GetMarkPriceKlines.txt
            GetOpenInterest.txt GetOpenInterestHistory.txt GetPremiumIndexKlines.txt GetPrice.txt
            GetRecentTrades.txt GetTakerBuySellVolumeRatio.txt GetTopLongShortPositionRatio.txt
            GetTradeHistory.txt
            """
        ),
        (
            .market,
            "nautilus_py/http_responses",
            """
            http_futures_market_agg_trades.json http_futures_market_asset_index.json
            http_futures_market_blvt_nav_kline.json http_futures_market_continuous_klines.json
            http_futures_market_funding_rate.json http_futures_market_index_info.json
            http_futures_market_klines.json http_futures_market_open_interest.json
            http_futures_market_open_interest_historical.json http_futures_market_premium_index.json
            http_futures_market_taker_long_short_ratio.json http_futures_market_ticker_price.json
            http_spot_market_avg_price.json http_spot_market_klines.json
            """
        ),
        (
            .market,
            "nautilus_rs/spot/http_json",
            """
            avg_price_response.json book_ticker_response.json
            """
        ),
    ]
}
