internal import Digests
internal import JSON
public import Network
public import Trading

/// Speaks Binance's REST and user-data protocols: spot, or USD-M.
///
/// Every parameter stands in the query, percent-encoded before it is signed, and the very text that
/// is signed is the target that is sent. Sources: binance-spot-api-docs (rest-api.md,
/// user-data-stream.md), the USD-M documentation.
public final class BinanceAdapter: VenueAdapter {
    /// The market: spot or USD-M.
    public let market: VenueMarket
    private let key: String?
    private let signer: HMAC?
    private let window: TimeSpan
    /// Of messages of the private stream, which come while orders are under way.
    private var messages = JSONParser(maximumBytes: 1 << 20, maximumDepth: 16)

    /// Makes an adapter.
    ///
    /// - Parameters:
    ///   - market: ``VenueMarket/binanceSpot`` or ``VenueMarket/binanceFutures``.
    ///   - credentials: The key and its secret; `nil` for public questions alone.
    ///   - window: How long a signed request stays good, at most 60 seconds.
    public init(
        _ market: VenueMarket,
        _ credentials: VenueCredentials?,
        window: TimeSpan = TimeSpan(seconds: 5)
    ) {
        invariant(!market.isBybit, "a market of Binance")
        self.market = market
        key = credentials?.key
        signer = credentials.map { HMAC(key: $0.secret) }
        self.window = window
    }

    var isSpot: Bool { market == .binanceSpot }

    /// The request that asks `call`.
    public func request(
        for call: VenueCall,
        at time: Timestamp
    ) throws(VenueCallFault) -> HTTPRequest {
        let question = try isSpot ? spotQuestion(call) : futuresQuestion(call)
        var parameters = question.parameters
        var headers: [HTTPHeader] = []
        if question.access != .open {
            guard let key else { throw .needsKey }
            headers.append(HTTPHeader("X-MBX-APIKEY", key))
        }
        if question.access == .signed {
            parameters.append(("recvWindow", "\(window.nanoseconds / 1_000_000)"))
            parameters.append(("timestamp", "\(time.nanoseconds / 1_000_000)"))
        }
        var query = Self.query(parameters)
        if question.access == .signed {
            guard let signer else { throw .needsKey }
            let bytes = Array(query.utf8)
            query += "&signature=\(signer.code(of: bytes.span))"
        }
        let target = query.isEmpty ? question.path : "\(question.path)?\(query)"
        return HTTPRequest(question.method, target, headers: headers)
    }

    /// What the answer to `call` proves.
    public func answer(
        to call: VenueCall,
        _ response: HTTPResponse?,
        at time: Timestamp
    ) -> VenueAnswer {
        guard let response else {
            return .unknown(VenueDoubt(cause: .silence, code: 0, text: "no answer"))
        }
        guard (200..<300).contains(response.status) else {
            return refusal(response, call, at: time).withHarmlessWords(hiding: key)
        }
        do throws(MessageError) {
            return .yes(try facts(of: response.body, call))
        } catch {
            return .unknown(VenueDoubt(cause: .unreadable, code: 200, text: "\(error)"))
        }
    }

    /// The private stream: spot by signature on the WebSocket API, USD-M by listen key.
    public func privateStream(
        at time: Timestamp,
        listenKey: String?
    ) throws(VenueCallFault) -> PrivateStream? {
        guard let key, let signer else { throw .needsKey }
        if !isSpot {
            guard let listenKey else { return nil }
            return PrivateStream(
                target: "/private/ws?listenKey=\(listenKey)",
                greeting: [],
                ping: nil
            )
        }
        let milliseconds = "\(time.nanoseconds / 1_000_000)"
        let window = "\(window.nanoseconds / 1_000_000)"
        // The signature is over the parameters in alphabetical order.
        let signed = "apiKey=\(key)&recvWindow=\(window)&timestamp=\(milliseconds)"
        let bytes = Array(signed.utf8)
        let text: JSONText = .object([
            ("id", .text("1")),
            ("method", .text("userDataStream.subscribe.signature")),
            (
                "params",
                .object([
                    ("apiKey", .text(key)),
                    ("recvWindow", .integer(Int64(window) ?? 5000)),
                    ("timestamp", .integer(Int64(milliseconds) ?? 0)),
                    ("signature", .text("\(signer.code(of: bytes.span))")),
                ])
            ),
        ])
        return PrivateStream(
            target: "/ws-api/v3",
            greeting: [text.compact],
            ping: nil,
            isSocketAPI: true
        )
    }

    /// What a message of the private stream tells.
    public func events(in message: Span<UInt8>) throws(MessageError) -> [VenueEvent] {
        try BinanceEvents.read(message, with: &messages, isSpot: isSpot)
    }
}
