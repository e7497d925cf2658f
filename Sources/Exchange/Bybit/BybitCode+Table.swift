internal import Trading

extension BybitCode {
    /// Every number that we know the meaning of; source: docs/v5/error.
    ///
    /// A number is here where it can answer a call of ours and its words leave no doubt. Whatever
    /// says of itself that it timed out or failed within the venue proves nothing.
    public static let table: [BybitCode] = common + contracts + spot

    private static let common: [BybitCode] = [
        BybitCode(-2015, .both, .no(.access), "Your api key has expired"),
        BybitCode(429, .both, .unknown(.venue), "The trading service is experiencing a high load"),
        BybitCode(10000, .both, .unknown(.venue), "Server Timeout"),
        BybitCode(10001, .both, .no(.malformed), "Request parameter error"),
        BybitCode(10002, .both, .no(.clock), "The request time exceeds the time window range"),
        BybitCode(10003, .both, .no(.access), "API key is invalid"),
        BybitCode(10004, .both, .no(.access), "Error sign"),
        BybitCode(10005, .both, .no(.access), "Permission denied"),
        BybitCode(10006, .both, .wait, "Too many visits. Exceeded the API Rate Limit"),
        BybitCode(10007, .both, .no(.access), "User authentication failed"),
        BybitCode(10008, .both, .no(.access), "Common banned, please check your account mode"),
        BybitCode(10009, .both, .no(.access), "Service Restricted"),
        BybitCode(10010, .both, .no(.access), "Unmatched IP"),
        BybitCode(10014, .both, .unknown(.duplicate), "Invalid duplicate request"),
        BybitCode(10016, .both, .unknown(.venue), "Server error"),
        BybitCode(10017, .both, .no(.malformed), "Route not found"),
        BybitCode(10024, .both, .no(.access), "Compliance rules triggered"),
        BybitCode(10027, .both, .no(.access), "Transactions are banned"),
        BybitCode(10028, .both, .no(.access), "Only for unified account users"),
        BybitCode(10029, .both, .no(.access), "The requested symbol is invalid, check whitelist"),
        BybitCode(10032, .both, .no(.access), "Demo trading are not supported"),
        BybitCode(33004, .both, .no(.access), "Your api key has expired"),
        BybitCode(34040, .both, .already(.amend, .order(.other)), "Not modified"),
        BybitCode(100_028, .both, .no(.access), "Not for unified account users"),
        BybitCode(3_400_045, .both, .no(.order(.other)), "Set margin mode failed"),
    ]

    private static let contracts: [BybitCode] = [
        BybitCode(110_001, .linear, .no(.order(.unknownOrder)), "Order does not exist"),
        BybitCode(110_003, .linear, .no(.order(.other)), "Order price exceeds allowable range"),
        BybitCode(110_004, .linear, .no(.order(.insufficientBalance)), "Balance is insufficient"),
        BybitCode(110_006, .linear, .no(.order(.insufficientBalance)), "Unable to cover margin"),
        BybitCode(110_007, .linear, .no(.order(.insufficientBalance)), "Available balance is low"),
        BybitCode(110_008, .linear, .no(.order(.alreadyEnded)), "Completed or cancelled"),
        BybitCode(110_009, .linear, .no(.order(.aboveMaximum)), "Too many stop orders"),
        BybitCode(
            110_010,
            .linear,
            .already(.cancel, .order(.alreadyEnded)),
            "The order has been cancelled"
        ),
        BybitCode(110_012, .linear, .no(.order(.insufficientBalance)), "Insufficient balance"),
        BybitCode(110_013, .linear, .no(.order(.other)), "Cannot set leverage: risk limit level"),
        BybitCode(110_017, .linear, .no(.order(.reduceOnly)), "Quantity truncated to zero"),
        BybitCode(110_020, .linear, .no(.order(.aboveMaximum)), "More than 500 active orders"),
        BybitCode(110_021, .linear, .no(.order(.aboveMaximum)), "Position limits, open interest"),
        BybitCode(110_024, .linear, .no(.order(.other)), "Position mode: existing position"),
        BybitCode(
            110_025,
            .linear,
            .already(.setOneWayMode, .order(.other)),
            "Position mode has not been modified"
        ),
        BybitCode(
            110_026,
            .linear,
            .already(.setMarginMode, .order(.other)),
            "Cross/isolated margin mode has not been modified"
        ),
        BybitCode(110_028, .linear, .no(.order(.other)), "Position mode: existing open orders"),
        BybitCode(110_034, .linear, .no(.order(.reduceOnly)), "There is no net position"),
        BybitCode(
            110_043,
            .linear,
            .already(.setLeverage, .order(.other)),
            "Set leverage has not been modified"
        ),
        BybitCode(110_044, .linear, .no(.order(.insufficientBalance)), "Margin is insufficient"),
        BybitCode(110_045, .linear, .no(.order(.insufficientBalance)), "Wallet is insufficient"),
        BybitCode(110_061, .linear, .no(.order(.aboveMaximum)), "More than 20 TP/SLs"),
        BybitCode(110_063, .linear, .no(.maintenance), "Settlement in progress"),
        BybitCode(110_066, .linear, .no(.maintenance), "Trading is currently not allowed"),
        BybitCode(110_072, .linear, .unknown(.duplicate), "OrderLinkedID is duplicate"),
        BybitCode(110_074, .linear, .no(.order(.unknownInstrument)), "This contract is not live"),
        BybitCode(110_079, .linear, .no(.order(.other)), "The order is processing, try later"),
        BybitCode(110_090, .linear, .no(.order(.aboveMaximum)), "Position may exceed max limit"),
        BybitCode(110_092, .linear, .no(.order(.wouldTrigger)), "expect Rising, but"),
        BybitCode(110_093, .linear, .no(.order(.wouldTrigger)), "expect Falling, but"),
        BybitCode(110_094, .linear, .no(.order(.belowMinimum)), "Notional below the lower limit"),
        BybitCode(110_118, .linear, .no(.order(.noLiquidity)), "No price: low liquidity"),
    ]

    private static let spot: [BybitCode] = [
        BybitCode(170_001, .spot, .unknown(.venue), "Internal error"),
        BybitCode(170_005, .spot, .wait, "Too many new orders"),
        BybitCode(170_007, .spot, .unknown(.venue), "Timeout waiting for backend server"),
        BybitCode(170_032, .spot, .unknown(.venue), "Network error. Please try again later"),
        BybitCode(170_033, .spot, .no(.order(.insufficientBalance)), "Insufficient balance"),
        BybitCode(170_035, .spot, .unknown(.venue), "Submitted to the system for processing!"),
        BybitCode(170_121, .spot, .no(.order(.unknownInstrument)), "Invalid symbol"),
        BybitCode(170_124, .spot, .no(.order(.aboveMaximum)), "Order amount too large"),
        BybitCode(170_130, .spot, .no(.malformed), "Data sent for parameter is not valid"),
        BybitCode(170_131, .spot, .no(.order(.insufficientBalance)), "Balance insufficient"),
        BybitCode(170_132, .spot, .no(.order(.other)), "Order price too high"),
        BybitCode(170_133, .spot, .no(.order(.other)), "Order price lower than the minimum"),
        BybitCode(170_134, .spot, .no(.order(.offGrid)), "Order price decimal too long"),
        BybitCode(170_136, .spot, .no(.order(.belowMinimum)), "Order quantity below the minimum"),
        BybitCode(170_137, .spot, .no(.order(.offGrid)), "Order volume decimal too long"),
        BybitCode(170_139, .spot, .no(.order(.alreadyEnded)), "Order has been filled"),
        BybitCode(170_140, .spot, .no(.order(.belowMinimum)), "Order value below lower limit"),
        BybitCode(170_141, .spot, .unknown(.duplicate), "Duplicate clientOrderId"),
        BybitCode(
            170_142,
            .spot,
            .already(.cancel, .order(.alreadyEnded)),
            "Order has been cancelled"
        ),
        BybitCode(170_143, .spot, .no(.order(.unknownOrder)), "Cannot be found on order book"),
        BybitCode(170_146, .spot, .unknown(.venue), "Order creation timeout"),
        BybitCode(170_147, .spot, .unknown(.venue), "Order cancellation timeout"),
        BybitCode(170_148, .spot, .no(.order(.offGrid)), "Market order amount decimal too long"),
        BybitCode(170_151, .spot, .no(.order(.unknownInstrument)), "Pair is not open yet"),
        BybitCode(170_213, .spot, .no(.order(.unknownOrder)), "Order does not exist"),
        BybitCode(170_218, .spot, .no(.order(.wouldTake)), "LIMIT-MAKER rejected: invalid price"),
        BybitCode(170_222, .spot, .wait, "Too many requests in this time frame"),
        BybitCode(170_234, .spot, .unknown(.venue), "System Error"),
        BybitCode(170_310, .spot, .unknown(.venue), "Order modification timeout"),
        BybitCode(170_381, .spot, .no(.order(.aboveMaximum)), "Order quantity too large"),
        BybitCode(170_382, .spot, .no(.order(.aboveMaximum)), "Order quantity too large"),
        BybitCode(170_810, .spot, .no(.order(.aboveMaximum)), "More than 500 orders"),
    ]
}
