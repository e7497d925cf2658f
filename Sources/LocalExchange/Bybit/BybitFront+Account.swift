internal import Exchange
internal import JSON
internal import Trading

// What belongs to the account and its key.
extension BybitFront {
    func wallet(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let type = try call.parameters.required("accountType")
        guard type == "UNIFIED" else {
            throw BybitError(10001, "accountType only support UNIFIED.")
        }
        let coins = try call.parameters.text("coin")?.split(separator: ",").map(String.init)
        return BybitAnswer(
            .object([("list", .list([walletRow(call.account, only: coins)]))])
        )
    }

    /// The whole wallet of an account, as lists and the stream have it.
    func walletRow(_ account: Int, only coins: [String]? = nil) -> JSONText {
        var sums = BybitWalletSums()
        var rows: [JSONText] = []
        for (asset, balance) in house.balances(of: account) {
            let coin = BybitCoin(asset, balance, of: account, in: house)
            sums.add(coin)
            if coins?.contains(asset) ?? true { rows.append(coin.row(cumulative(coin, account))) }
        }
        return sums.row(rows)
    }

    /// What closing has brought in the contracts that are settled in a coin.
    private func cumulative(_ coin: BybitCoin, _ account: Int) -> Money {
        house.markets.indices.reduce(.zero) { sum, market in
            house.markets[market].listing.settle == coin.code
                && house.markets[market].venue == .bybitLinear
                ? sum + desks[account].realised[market] : sum
        }
    }

    func accountInfo(_ call: BybitCall) -> BybitAnswer {
        let window = desks[call.account].disconnectWindow
        return BybitAnswer(
            .object([
                ("marginMode", .text("ISOLATED_MARGIN")), ("updatedTime", .text("1697078946000")),
                ("unifiedMarginStatus", .integer(5)),
                ("dcpStatus", .text(window == nil ? "OFF" : "ON")),
                ("timeWindow", .integer((window?.nanoseconds ?? 0) / 1_000_000_000)),
                ("smpGroup", .integer(0)), ("isMasterTrader", .flag(false)),
                ("spotHedgingStatus", .text("OFF")),
            ])
        )
    }

    /// Positions here have margin of their own, and nothing else can be set.
    func setMarginMode(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        guard try call.parameters.required("setMarginMode") == "ISOLATED_MARGIN" else {
            throw BybitError(3_400_045, "Set margin mode failed")
        }
        return BybitAnswer(.object([("reasons", .list([]))]))
    }

    func feeRates(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let category = try call.parameters.category()
        let base = try call.parameters.text("baseCoin")
        let found = try markets(category, try call.parameters.text("symbol"))
        let list = found.compactMap { market -> JSONText? in
            let place = house.markets[market]
            guard base == nil || base == place.listing.base else { return nil }
            return .object([
                ("symbol", .text(place.listing.symbol)),
                ("takerFeeRate", .text(place.instrument.fees.taker.description)),
                ("makerFeeRate", .text(place.instrument.fees.maker.description)),
            ])
        }
        return BybitAnswer(.object([("list", .list(list))]))
    }

    func key(_ call: BybitCall) -> BybitAnswer {
        let account = house.accounts[call.account]
        func words(_ words: [String], _ isAllowed: Bool = true) -> JSONText {
            .list(isAllowed ? words.map { .text($0) } : [])
        }
        let transfers = ["AccountTransfer", "SubMemberTransfer"]
        let wallet = account.mayWithdraw ? transfers + ["Withdraw"] : transfers
        let none = words([])
        let permissions: [(key: String, value: JSONText?)] =
            [
                ("ContractTrade", words(["Order", "Position"], account.mayTrade)),
                ("Spot", words(["SpotTrade"], account.mayTrade)), ("Wallet", words(wallet)),
                ("Options", none), ("Derivatives", words(["DerivativesTrade"], account.mayTrade)),
                ("CopyTrading", none), ("BlockTrade", none),
                ("Exchange", words(["ExchangeHistory"])),
            ]
            + [
                "NFT", "Affiliate", "Earn", "FiatP2P", "FiatConvertBroker", "FiatGlobalPay",
                "FiatBitPay", "BitCard", "ByXPost",
            ].map { ($0, none) }
        let number = Int64(call.account) + 1
        var answer = BybitAnswer(
            .object([
                ("id", .text(String(2_208_368 + number))), ("note", .text(account.name)),
                ("apiKey", .text(account.key)),
                ("readOnly", .integer(account.mayTrade ? 0 : 1)), ("secret", .text("")),
                ("permissions", .object(permissions)), ("ips", .list([.text("*")])),
                ("type", .integer(1)), ("deadlineDay", .integer(83)),
                ("expiredAt", .text("2100-01-01T00:00:00Z")),
                ("createdAt", .text("2025-10-13T03:20:45Z")), ("unified", .integer(0)),
                ("uta", .integer(1)), ("userID", .integer(1_448_938 + number)),
                ("inviterID", .integer(0)), ("vipLevel", .text("No VIP")),
                ("mktMakerLevel", .text("0")), ("affiliateID", .integer(0)),
                ("rsaPublicKey", .text("")), ("isMaster", .flag(true)),
                ("parentUid", .text("0")), ("kycLevel", .text("LEVEL_DEFAULT")),
                ("kycRegion", .text("")), ("userIDInt64", .text(String(1_448_938 + number))),
                ("inviterIDInt64", .text("0")), ("affiliateIDInt64", .text("0")),
            ])
        )
        answer.message = ""
        return answer
    }

    func coins(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let only = try call.parameters.text("coin")
        let rows = house.assets.codes.filter { only == nil || only == $0 }.map { code in
            JSONText.object([
                ("name", .text(code)), ("coin", .text(code)), ("remainAmount", .text("1000000")),
                (
                    "chains",
                    .list([
                        .object([
                            ("chainType", .text(code)), ("confirmation", .text("6")),
                            ("withdrawFee", .text("0")), ("depositMin", .text("0")),
                            ("withdrawMin", .text("0")), ("chain", .text(code)),
                            ("chainDeposit", .text("0")), ("chainWithdraw", .text("0")),
                            ("minAccuracy", .text("8")), ("withdrawPercentageFee", .text("0")),
                            ("contractAddress", .text("")), ("safeConfirmNumber", .text("65")),
                        ])
                    ])
                ),
            ])
        }
        var answer = BybitAnswer(.object([("rows", .list(rows))]))
        answer.message = ""
        return answer
    }

    /// Sets how long after its last private stream an account's orders are cancelled.
    func setDisconnectWindow(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        guard let seconds = try call.parameters.integer("timeWindow"), (3...300).contains(seconds)
        else { throw .parameter("timeWindow") }
        desks[call.account].disconnectWindow = TimeSpan(seconds: seconds)
        var answer = BybitAnswer(.object([]))
        answer.message = "success"
        return answer
    }

    /// What trades and fundings did to the wallet, newest first.
    func transactions(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let limit = try call.parameters.integer("limit", in: 1...50, default: 20)
        let behind = try BybitCursor.number(of: call.parameters.text("cursor"))
        let category = try call.parameters.text("category")
        var found: [BybitExecutionRow] = []
        for row in rows.reversed() where found.count < limit {
            let isWanted =
                row.account == call.account && (behind.map { row.number < $0 } ?? true)
                && (category == nil || category == row.category.rawValue)
            if isWanted { found.append(row) }
        }
        return BybitAnswer(
            .object([
                ("nextPageCursor", .text(BybitCursor.afterExecution(found.last?.number))),
                ("list", .list(found.map(\.logged))),
            ])
        )
    }
}
