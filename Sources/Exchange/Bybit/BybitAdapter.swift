internal import Digests
internal import JSON
public import Network
public import Trading

/// Speaks Bybit's v5 language for one of its markets, on a unified trading account.
///
/// Bybit acknowledges a change before the matching engine has seen it: a yes to a placement, a
/// cancel or an amendment is ``VenueFacts/accepted(venueOrder:clientID:)``, and the private stream
/// or a query tells what came of it. ``VenueCall/order(_:)`` finds working orders and the last 500
/// that ended, fewer after a restart of the venue: an order that it does not find may still stand
/// in ``VenueCall/orderHistory(symbol:from:to:page:)``.
///
/// Source of the rules: bybit-exchange.github.io/docs/v5.
public final class BybitAdapter: VenueAdapter {
    /// The market: Bybit's spot or linear.
    public let market: VenueMarket
    /// The asset that contracts are settled in, where a call names no symbol.
    public let settleAsset: String

    private let signer: BybitSigner?
    private var parser = JSONParser(maximumBytes: 32 << 20, maximumDepth: 32)
    private var pairs = BybitPairs()

    /// Makes the adapter of one market.
    ///
    /// - Parameters:
    ///   - market: Bybit's spot or linear.
    ///   - credentials: The key; `nil` for public questions only.
    ///   - receiveWindow: How long after its time a request is still taken, in whole
    ///     milliseconds, at least 1.
    ///   - settleAsset: The asset of the contracts that are traded, USDT or USDC: Bybit tells
    ///     open orders and positions of one settlement asset at a time.
    public init(
        market: VenueMarket,
        credentials: VenueCredentials? = nil,
        receiveWindow: TimeSpan = TimeSpan(milliseconds: 5000),
        settleAsset: String = "USDT"
    ) {
        invariant(market.isBybit, "Bybit's adapter speaks for Bybit's markets")
        self.market = market
        self.settleAsset = settleAsset
        signer = credentials.map { BybitSigner(credentials: $0, receiveWindow: receiveWindow) }
    }

    /// The request that asks `call`, signed unless it is a public question.
    public func request(
        for call: VenueCall,
        at time: Timestamp
    ) throws(VenueCallFault) -> HTTPRequest {
        let form = BybitForm(isSpot: market == .bybitSpot, settleAsset: settleAsset)
        let asked = try form.request(for: call)
        guard !asked.isPublic else { return asked.request }
        guard let signer else { throw .needsKey }
        return try signer.signed(asked.request, at: time)
    }

    /// What the answer to `call` proves; see ``BybitCode`` for the venue's numbers.
    public func answer(
        to call: VenueCall,
        _ response: HTTPResponse?,
        at time: Timestamp
    ) -> VenueAnswer {
        reading(of: response, to: call, at: time).withHarmlessWords(hiding: signer?.key)
    }

    private func reading(
        of response: HTTPResponse?,
        to call: VenueCall,
        at time: Timestamp
    ) -> VenueAnswer {
        guard let response else {
            return .unknown(VenueDoubt(cause: .silence, code: 0, text: "there was no answer"))
        }
        if let answer = BybitStatus.answer(response, at: time) { return answer }
        let reading = BybitReading(market: market, call: call, pairs: pairs, time: time)
        do throws(MessageError) {
            let answer = try reading.answer(response, with: &parser)
            if case .yes(.instruments(let listed, _)) = answer { pairs.learn(listed) }
            return answer
        } catch {
            return .unknown(
                VenueDoubt(cause: .unreadable, code: response.status, text: "\(error)")
            )
        }
    }

    /// The private stream, with the proof of who we are and the topics that are asked for.
    public func privateStream(
        at time: Timestamp,
        listenKey: String?
    ) throws(VenueCallFault) -> PrivateStream? {
        // The proof holds for ten seconds: a slow connection must not outlast it.
        let proof = try streamAuthentication(expires: time + TimeSpan(seconds: 10))
        return PrivateStream(
            target: "/v5/private",
            greeting: [proof] + BybitStream.subscriptions(to: BybitStream.privateTopics),
            ping: BybitStream.ping
        )
    }

    /// What a message of the private stream tells of this market, and of the wallet.
    public func events(in message: Span<UInt8>) throws(MessageError) -> [VenueEvent] {
        switch try streamMessage(message) {
        case .events(let events): return events
        case .reply(.subscription(isAccepted: true, _)): return [.subscribed]
        case .reply(.subscription(isAccepted: false, let text)),
            .reply(.authentication(isAccepted: false, let text)):
            return [.refused(text)]
        case .reply(.authentication(isAccepted: true, _)), .reply(.pong), .other: return []
        }
    }

    /// A message of the private stream, answers to what was sent included.
    ///
    /// - Throws: ``MessageError`` where the message is of no shape that can be read, or a wallet.
    public func streamMessage(
        _ message: Span<UInt8>
    ) throws(MessageError) -> BybitStreamMessage {
        try BybitStreamReading(market: market, pairs: pairs).message(message, with: &parser)
    }

    /// The message that proves who we are to the private stream.
    ///
    /// It holds until `expires` by the venue's clock: a few seconds from now will do.
    ///
    /// - Throws: ``VenueCallFault/needsKey``.
    public func streamAuthentication(expires: Timestamp) throws(VenueCallFault) -> String {
        guard let signer else { throw .needsKey }
        return signer.streamAuthentication(expires: expires)
    }
}

extension VenueMarket {
    /// Bybit's word for the market.
    var bybitCategory: String { self == .bybitSpot ? "spot" : "linear" }
}
