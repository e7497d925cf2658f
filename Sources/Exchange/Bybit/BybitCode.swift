internal import Trading

/// What one of Bybit's numbers means: a row of the table of ``BybitCode/table``.
///
/// Words and numbers are those of docs/v5/error. A number that no row names proves nothing.
public struct BybitCode: Hashable, Sendable {
    /// The venue's number, `retCode`.
    public let code: Int
    /// The markets it is known from.
    public let markets: Markets
    /// What it means to us.
    public let meaning: Meaning
    /// The venue's words for it.
    public let words: String

    /// The markets of a row.
    public enum Markets: Hashable, Sendable {
        case both, spot, linear

        /// Whether one of Bybit's markets is among them.
        public func contains(_ market: VenueMarket) -> Bool {
            switch self {
            case .both: market.isBybit
            case .spot: market == .bybitSpot
            case .linear: market == .bybitLinear
            }
        }
    }

    /// What a number means.
    public enum Meaning: Hashable, Sendable {
        /// Refused.
        case no(CallRefusal.Meaning)
        /// Not looked at; the headers tell until when to wait.
        case wait
        /// Nothing is proven.
        case unknown(VenueDoubt.Cause)
        /// What was asked holds already, where the call asked for that; else refused.
        case already(Change, CallRefusal.Meaning)

        /// The calls that a number can prove to be done.
        public enum Change: UInt8, Sendable, CaseIterable {
            case cancel, amend, setLeverage, setOneWayMode, setMarginMode

            /// Whether `call` asked for it.
            public func isAsked(by call: VenueCall) -> Bool {
                switch call {
                case .cancel: self == .cancel
                case .amend: self == .amend
                case .setLeverage: self == .setLeverage
                case .setOneWayMode: self == .setOneWayMode
                case .setMarginMode: self == .setMarginMode
                default: false
                }
            }
        }
    }

    /// Makes a row.
    init(_ code: Int, _ markets: Markets, _ meaning: Meaning, _ words: String) {
        self.code = code
        self.markets = markets
        self.meaning = meaning
        self.words = words
    }

    /// The row of a number in a market; `nil` where the table has none.
    public static func row(_ code: Int, in market: VenueMarket) -> BybitCode? {
        rows[code].flatMap { $0.markets.contains(market) ? $0 : nil }
    }

    private static let rows = Dictionary(
        table.map { ($0.code, $0) },
        uniquingKeysWith: { first, _ in first }
    )
}
