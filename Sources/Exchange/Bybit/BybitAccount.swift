internal import JSON
internal import Trading

// Positions, balances, the key and the mode of the account (docs/v5/position/position,
// account/wallet-balance, user/apikey-info, account/account-info).

extension VenuePosition {
    /// Reads a position; `price` is the key of its price of entry, which REST and stream name
    /// differently.
    init(bybit row: JSONValue, price: StaticString) throws(MessageError) {
        let size = Quantity(try row.decimal(at: "size", .notNegative))
        let index = try row.required("positionIdx").count("positionIdx")
        guard index <= 2 else {
            throw .outOfRange(key: "positionIdx", rule: "expected 0, 1 or 2")
        }
        var quantity = Quantity.zero
        var entry = Price.zero
        if size.isPositive {
            quantity = try row.bybitSide().signed(size)
            entry = Price(try row.decimal(at: price, .positive))
        }
        self.init(
            symbol: try row.name(at: "symbol"),
            quantity: quantity,
            entryPrice: entry,
            isHedge: index != 0
        )
        leverage = try row.optionalDecimal(at: "leverage", .notNegative)
        let liquidation = Price(try row.optionalDecimal(at: "liqPrice", .notNegative) ?? .zero)
        liquidationPrice = liquidation.isPositive ? liquidation : nil
        time = try row.optionalMilliseconds(at: "updatedTime")
        // `tradeMode` is always 0 on a unified account: the account tells the margin mode.
    }
}

enum BybitAccount {
    /// Every coin of `{"list":[{"coin":[…]}]}`.
    static func balances(_ result: JSONValue) throws(MessageError) -> [VenueBalance] {
        var balances: [VenueBalance] = []
        var accounts = try result.array(at: "list").elements
        while let account = accounts.next() { balances += try coins(account) }
        return balances
    }

    /// The coins of one account; the wallet stream tells them in the same form.
    static func coins(_ account: JSONValue) throws(MessageError) -> [VenueBalance] {
        var balances: [VenueBalance] = []
        var coins = try account.array(at: "coin").elements
        while let coin = coins.next() {
            balances.append(
                VenueBalance(
                    asset: try coin.name(at: "coin"),
                    total: try coin.money(at: "walletBalance"),
                    locked: try locked(coin)
                )
            )
        }
        return balances
    }

    /// What spot orders lock, and the margin of contract orders and positions as far as told.
    private static func locked(_ coin: JSONValue) throws(MessageError) -> Money? {
        let orders = try coin.optionalMoney(at: "locked")
        let contractOrders = try coin.optionalMoney(at: "totalOrderIM")
        let positions = try coin.optionalMoney(at: "totalPositionIM")
        guard orders != nil || contractOrders != nil || positions != nil else { return nil }
        return try (orders ?? .zero)
            .adding(contractOrders ?? .zero, at: "totalOrderIM")
            .adding(positions ?? .zero, at: "totalPositionIM")
    }

    /// What the key may do.
    static func key(_ result: JSONValue, isSpot: Bool) throws(MessageError) -> VenueKey {
        let isReadOnly = try result.required("readOnly").count("readOnly") != 0
        let permissions = try result.object(at: "permissions")
        let spot = try has("SpotTrade", in: permissions, "Spot")
        let orders = try has("Order", in: permissions, "ContractTrade")
        let contracts = try has("DerivativesTrade", in: permissions, "Derivatives")
        var key = VenueKey()
        key.mayTrade = !isReadOnly && (isSpot ? spot : orders || contracts)
        key.mayWithdraw = try has("Withdraw", in: permissions, "Wallet")
        let isOpen = try has("*", in: result, "ips")
        key.isBoundToAddresses = try count(of: result, "ips") > 0 && !isOpen
        key.expires = try expiry(result)
        return key
    }

    private static func has(
        _ word: StaticString,
        in object: JSONValue,
        _ key: StaticString
    ) throws(MessageError) -> Bool {
        var words = try object.array(at: key).elements
        while let element = words.next() {
            guard let text = element.string else {
                throw element.isNot("a string", at: "\(key)")
            }
            if text.equals(word) { return true }
        }
        return false
    }

    private static func count(
        of object: JSONValue,
        _ key: StaticString
    ) throws(MessageError) -> Int {
        var count = 0
        var elements = try object.array(at: key).elements
        while elements.next() != nil { count += 1 }
        return count
    }

    /// Keys that are bound to addresses do not end, which is told as the year 1970.
    private static func expiry(_ result: JSONValue) throws(MessageError) -> Timestamp? {
        let text = try result.optionalText(at: "expiredAt")
        guard !text.isEmpty else { return nil }
        guard let moment = Timestamp(text) else {
            throw .outOfRange(key: "expiredAt", rule: "expected a date and a time")
        }
        return moment == .never ? nil : moment
    }

    /// How the account holds margin; of position mode and leverage it says nothing.
    static func marginMode(_ result: JSONValue) throws(MessageError) -> VenueAccountMode {
        var mode = VenueAccountMode()
        switch try result.name(at: "marginMode") {
        case "ISOLATED_MARGIN": mode.marginMode = .isolated
        case "REGULAR_MARGIN": mode.marginMode = .cross
        default:
            throw .outOfRange(
                key: "marginMode",
                rule: "expected ISOLATED_MARGIN or REGULAR_MARGIN; other modes are not supported"
            )
        }
        return mode
    }
}
