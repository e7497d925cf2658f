public import Digests
public import Trading

/// One who may trade at the local exchange.
public struct LocalAccount {
    /// The name in the accounts file.
    public let name: String
    /// The key, as it comes in headers.
    public let key: String
    /// Checks signatures.
    public let signer: HMAC
    /// What it starts with, by asset code.
    public let balances: [(asset: String, total: Money)]
    /// Whether the key may trade.
    public let mayTrade: Bool
    /// Whether the key may trade contracts, as Binance's spot tells it.
    public let mayTradeFutures: Bool
    /// Whether the key may withdraw: engines must refuse such keys.
    public let mayWithdraw: Bool

    /// Makes an account.
    ///
    /// - Parameters:
    ///   - name: The name in the accounts file.
    ///   - key: The key, as it comes in headers.
    ///   - secret: What signatures are checked with.
    ///   - balances: What it starts with.
    ///   - mayTrade: Whether the key may trade.
    ///   - mayTradeFutures: Whether the key may trade contracts, as Binance's spot tells it; as
    ///     `mayTrade` where it is `nil`.
    ///   - mayWithdraw: Whether the key may withdraw.
    public init(
        name: String,
        key: String,
        secret: SecretBytes,
        balances: [(asset: String, total: Money)],
        mayTrade: Bool = true,
        mayTradeFutures: Bool? = nil,
        mayWithdraw: Bool = false
    ) {
        self.name = name
        self.key = key
        signer = HMAC(key: secret)
        self.balances = balances
        self.mayTrade = mayTrade
        self.mayTradeFutures = mayTradeFutures ?? mayTrade
        self.mayWithdraw = mayWithdraw
    }
}
