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
    /// - Throws: ``MessageError`` where money cannot be read; other unknown messages tell nothing.
    func events(in message: Span<UInt8>) throws(MessageError) -> [VenueEvent]
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
