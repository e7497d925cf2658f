internal import Digests
internal import JSON
internal import Network
internal import Trading

/// Signs requests and streams with HMAC-SHA256, as docs/v5/guide says.
struct BybitSigner {
    let key: String
    private let code: HMAC
    private let window: String

    init(credentials: VenueCredentials, receiveWindow: TimeSpan) {
        key = credentials.key
        code = HMAC(key: credentials.secret)
        window = String(max(1, receiveWindow.nanoseconds / 1_000_000))
    }

    /// The request with its signature: over time, key, window, and the query of a GET or the
    /// body of a POST, exactly as they are sent.
    func signed(_ request: HTTPRequest, at time: Timestamp) throws(VenueCallFault) -> HTTPRequest {
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .notOffered("the key has characters that a header cannot carry")
        }
        let moment = String(time.milliseconds)
        var message = Array((moment + key + window).utf8)
        if request.method == .get {
            message += Array(request.query.utf8)
        } else {
            message += request.body
        }
        var signed = request
        signed.headers += [
            HTTPHeader("X-BAPI-API-KEY", key),
            HTTPHeader("X-BAPI-TIMESTAMP", moment),
            HTTPHeader("X-BAPI-RECV-WINDOW", window),
            HTTPHeader("X-BAPI-SIGN", code.code(of: message.span).description),
        ]
        return signed
    }

    /// `{"op":"auth","args":[key,expires,signature]}`: the signature is over `GET/realtime` and
    /// the milliseconds.
    func streamAuthentication(expires: Timestamp) -> String {
        let moment = expires.milliseconds
        let message = Array("GET/realtime\(moment)".utf8)
        let signature = code.code(of: message.span).description
        return JSONText.object([
            ("op", .text("auth")),
            ("args", .list([.text(key), .integer(moment), .text(signature)])),
        ]).compact
    }
}
