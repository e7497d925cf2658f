/// What of a contract's account can be set.
public enum AccountSettingName: UInt8, Sendable, CaseIterable {
    /// One position per contract, or two.
    case positionMode = 1
    /// How margin is held.
    case marginMode = 2
    /// Notional for one unit of margin.
    case leverage = 3

    /// The word used in output.
    public var name: String {
        switch self {
        case .positionMode: "position mode"
        case .marginMode: "margin mode"
        case .leverage: "leverage"
        }
    }
}

/// How far a change of a setting is.
public enum AccountSettingPhase: UInt8, Sendable, CaseIterable {
    /// It leaves only after this is durable.
    case intended = 1
    /// The venue did it, or had it so.
    case done = 2
    /// The venue did not do it and will not.
    case refused = 3
    /// Nothing is proven.
    case unknown = 4

    /// The word used in output.
    public var name: String { "\(self)" }
}

/// An operator has a setting of the account changed: the intent, and then what came of it.
///
/// An intent that nothing follows was cut off by a kill: whether it was done, the venue tells.
public struct AccountSetting: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.accountSetting
    /// The market of the venue, as `binance-futures`.
    public var market: String
    /// The contract; where the setting is the whole account's, the one it was changed for.
    public var symbol: String
    /// What is set.
    public var setting: AccountSettingName
    /// What it is to be.
    public var value: String
    /// How far it is.
    public var phase: AccountSettingPhase
    /// What it was, in an intent; the venue's words, where it refused or nothing is proven.
    public var detail: String

    /// Makes the payload.
    public init(
        market: String,
        symbol: String,
        setting: AccountSettingName,
        value: String,
        phase: AccountSettingPhase,
        detail: String = ""
    ) {
        self.market = market
        self.symbol = symbol
        self.setting = setting
        self.value = value
        self.phase = phase
        self.detail = detail
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(market)
        writer.text(symbol)
        writer.choice(setting)
        writer.text(value)
        writer.choice(phase)
        writer.text(detail)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        market = reader.text()
        symbol = reader.text()
        setting = reader.choice(.positionMode)
        value = reader.text()
        phase = reader.choice(.unknown)
        detail = reader.text()
    }
}
