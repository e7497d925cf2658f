internal import Exchange
internal import JSON
internal import Trading

// Modes, leverage, listen keys.
extension BinanceFuturesFront {
    private static let done = JSONText.object([("code", .integer(200)), ("msg", .text("success"))])

    func commissionRate(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let fees = desk.house.markets[market].instrument.fees
        return .object([
            ("symbol", .text(desk.symbol(market))),
            ("makerCommissionRate", .text(fees.maker.description)),
            ("takerCommissionRate", .text(fees.taker.description)),
        ])
    }

    func accountConfig(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let account = desk.house.accounts[ask.account]
        return .object([
            ("feeTier", .integer(0)),
            ("canTrade", .flag(account.mayTrade)),
            ("canDeposit", .flag(true)),
            ("canWithdraw", .flag(account.mayWithdraw)),
            ("dualSidePosition", .flag(false)),
            ("updateTime", .integer(0)),
            ("multiAssetsMargin", .flag(false)),
            ("tradeGroupId", .integer(-1)),
        ])
    }

    func symbolConfig(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        return .list(
            markets.map { market in
                .object([
                    ("symbol", .text(desk.symbol(market))),
                    ("marginType", .text("ISOLATED")),
                    ("isAutoAddMargin", .text("false")),
                    ("leverage", whole(desk.house.leverage(of: ask.account, in: market))),
                    ("maxNotionalValue", .text(Self.notionalCap)),
                ])
            }
        )
    }

    private func whole(_ number: Decimal) -> JSONText {
        .integer(Int64(number.units / Decimal.unitsPerOne))
    }

    /// One bracket: the model has one rate for any size.
    func leverageBrackets(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        return .list(
            markets.map { market in
                let held = desk.house.markets[market]
                let bracket = JSONText.object([
                    ("bracket", .integer(1)),
                    ("initialLeverage", whole(held.listing.maximumLeverage ?? .one)),
                    ("notionalCap", .number(Self.notionalCap)),
                    ("notionalFloor", .integer(0)),
                    (
                        "maintMarginRatio",
                        .number(held.instrument.margin.maintenanceRate.description)
                    ),
                    ("cum", .integer(0)),
                ])
                return .object([
                    ("symbol", .text(desk.symbol(market))),
                    ("notionalCoef", .number("1.00")),
                    ("brackets", .list([bracket])),
                ])
            }
        )
    }

    func setLeverage(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let text = try ask.parameters.required("leverage")
        guard let leverage = Int(text), leverage >= 1,
            desk.house.setLeverage(Decimal(leverage), of: ask.account, in: market)
        else { throw BinanceError(-4028, "Leverage \(text) is not valid") }
        let event = JSONText.object([
            ("e", .text("ACCOUNT_CONFIG_UPDATE")), ("E", .time(ask.now)), ("T", .time(ask.now)),
            (
                "ac",
                .object([("s", .text(desk.symbol(market))), ("l", .count(leverage))])
            ),
        ])
        send(event, toAccount: ask.account)
        return .object([
            ("leverage", .count(leverage)), ("maxNotionalValue", .text(Self.notionalCap)),
            ("symbol", .text(desk.symbol(market))),
        ])
    }

    func setMarginType(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        _ = try desk.market(ask)
        switch try ask.parameters.required("marginType") {
        case "ISOLATED": throw BinanceError(-4046, "No need to change margin type.")
        default: throw .invalid("marginType")
        }
    }

    func positionMode(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        .object([("dualSidePosition", .flag(false))])
    }

    func setPositionMode(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        switch try ask.parameters.flag("dualSidePosition") {
        case nil: throw .missing("dualSidePosition")
        case false: throw BinanceError(-4059, "No need to change position side.")
        default: throw .invalid("dualSidePosition")
        }
    }

    func assetMode(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        .object([("multiAssetsMargin", .flag(false))])
    }

    func setAssetMode(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        switch try ask.parameters.flag("multiAssetsMargin") {
        case nil: throw .missing("multiAssetsMargin")
        case false:
            throw BinanceError(
                -4171,
                "Adjusted asset mode is currently set and does not need to be adjusted repeatedly."
            )
        default:
            throw BinanceError(
                -4167,
                "Unable to adjust to Multi-Assets mode with symbols of USDⓈ-M Futures"
                    + " under isolated-margin mode."
            )
        }
    }

    // MARK: Listen keys

    func makeListenKey(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let key = listenKeys[ask.account]?.key ?? desk.names.next(64)
        return extend(key, of: ask.account, at: ask.now)
    }

    func keepListenKey(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        guard let key = listenKeys[ask.account]?.key else { throw .badListenKey }
        return extend(key, of: ask.account, at: ask.now)
    }

    private func extend(_ key: String, of account: Int, at now: Timestamp) -> JSONText {
        listenKeys[account] = ListenKey(key: key, expires: now + Self.listenKeyLife)
        return .object([("listenKey", .text(key))])
    }

    func closeListenKey(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        guard listenKeys.removeValue(forKey: ask.account) != nil else { throw .badListenKey }
        return .object([])
    }

    func expireKey(of account: Int, at now: Timestamp) {
        guard let key = listenKeys[account], key.expires <= now else { return }
        let event = JSONText.object([
            ("e", .text("listenKeyExpired")), ("E", .time(now)), ("listenKey", .text(key.key)),
        ])
        send(event, toAccount: account)
        listenKeys[account] = nil
    }
}
