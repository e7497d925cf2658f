public import Digests
public import Network
public import Trading

/// Speaks one market's language: our words to requests, and what comes back to our words.
///
/// No socket, no thread, no clock: the caller sends, waits and tells the time. One thread uses it.
public protocol VenueAdapter: AnyObject {
    /// The market.
    var market: VenueMarket { get }

    /// The request that asks `call`, signed where the call needs it.
    ///
    /// The time is the venue's, as far as it is known: the signature tells it.
    ///
    /// - Throws: ``VenueCallFault`` where this market has no such call, or a key is needed and
    ///   there is none.
    func request(for call: VenueCall, at time: Timestamp) throws(VenueCallFault) -> HTTPRequest

    /// What the answer to `call` proves; no response is an answer that did not come.
    ///
    /// The time is that of its coming by the venue's clock: what a wait is counted from.
    func answer(to call: VenueCall, _ response: HTTPResponse?, at time: Timestamp) -> VenueAnswer

    /// The private stream, signed for an opening now.
    ///
    /// - Parameters:
    ///   - time: The venue's time as far as it is known.
    ///   - listenKey: What ``VenueCall/listenKey(_:)`` gave; `nil` before.
    /// - Returns: The stream; `nil` where it wants a listen key and there is none.
    /// - Throws: ``VenueCallFault/needsKey``.
    func privateStream(
        at time: Timestamp,
        listenKey: String?
    ) throws(VenueCallFault) -> PrivateStream?

    /// What a message of the private stream tells, in the order in which it tells it.
    ///
    /// - Throws: ``MessageError`` where it cannot be read. Of several rows one that cannot be read
    ///   is ``VenueEvent/unreadable(_:)`` behind what the others tell. Unknown messages tell
    ///   nothing.
    func events(in message: Span<UInt8>) throws(MessageError) -> [VenueEvent]
}

extension VenueMarket {
    /// The adapter that speaks the market's language.
    ///
    /// - Parameters:
    ///   - credentials: The key and its secret; `nil` for public questions alone.
    ///   - window: How long a signed request stays good.
    /// - Returns: One that belongs to the thread that asks.
    public func adapter(
        _ credentials: VenueCredentials?,
        window: TimeSpan
    ) -> any VenueAdapter {
        isBybit
            ? BybitAdapter(market: self, credentials: credentials, receiveWindow: window)
            : BinanceAdapter(self, credentials, window: window)
    }

    /// What a protective stop becomes there.
    ///
    /// Of Bybit's two kinds on spot the one that holds its assets is taken: the other protects
    /// only while they are free.
    public var protectiveStop: StopForm { self == .bybitSpot ? .reserving : .market }

    /// Whether a stop that waits can be given another trigger and quantity in place.
    public var amendsStops: Bool { self == .bybitLinear }
    /// Whether a stop's direction is taken from where the price is when it comes.
    ///
    /// Bybit's spot market has no `triggerDirection`.
    public var stopsFacePrice: Bool { self == .bybitSpot }

    /// Whether its private stream wants a listen key.
    public var wantsListenKey: Bool { self == .binanceFutures }

    /// The request that asks for a book to join to the stream of its changes; `nil` where the
    /// stream brings the book itself.
    ///
    /// - Parameters:
    ///   - symbol: The venue's symbol.
    ///   - levels: How many levels of each side are wanted; the venue's limits on requests count
    ///     up to 100, 500 and 1000 of them apart, and more are not asked for.
    /// - Returns: Path and query.
    public func bookTarget(of symbol: String, levels: Int = 1000) -> String? {
        let limit = levels <= 100 ? 100 : levels <= 500 ? 500 : 1000
        return switch self {
        case .bybitSpot, .bybitLinear: nil
        case .binanceSpot: "/api/v3/depth?symbol=\(symbol)&limit=\(limit)"
        case .binanceFutures: "/fapi/v1/depth?symbol=\(symbol)&limit=\(limit)"
        }
    }
}

/// Why a call cannot be asked.
public enum VenueCallFault: Error, Hashable, Sendable {
    /// The market has no such call, or not with these terms; a sentence says why.
    case notOffered(String)
    /// The call needs a key.
    case needsKey
}

/// A key and its secret.
///
/// Neither is ever printed: who holds the key alone may still be found by it.
public struct VenueCredentials: CustomStringConvertible, CustomReflectable {
    /// The key, which goes into headers.
    public let key: String
    /// The secret, which signs and goes nowhere.
    public let secret: SecretBytes

    /// Takes a key and its secret.
    public init(key: String, secret: SecretBytes) {
        self.key = key
        self.secret = secret
    }

    /// One word for whatever is in it.
    public var description: String { "credentials" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
