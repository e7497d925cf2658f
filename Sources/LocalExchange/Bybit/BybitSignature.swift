internal import Digests
internal import Network
internal import Trading

/// Who asks and how it is proven, checked over the very bytes that came.
struct BybitSignature {
    private let key: String
    private let timestamp: Int64
    private let timestampText: String
    private let windowText: String
    private let signature: String

    /// Reads the header lines; `nil` where one of them is missing: the venue answers that with 401.
    init?(_ request: HTTPRequest) {
        guard let key = request.header("X-BAPI-API-KEY"),
            let timestampText = request.header("X-BAPI-TIMESTAMP"),
            let timestamp = Int64(timestampText),
            let signature = request.header("X-BAPI-SIGN")
        else { return nil }
        self.key = key
        self.timestamp = timestamp
        self.timestampText = timestampText
        self.signature = signature
        windowText = request.header("X-BAPI-RECV-WINDOW") ?? ""
    }

    /// The account that signed the request.
    func account(
        _ request: HTTPRequest,
        in house: LocalHouse,
        at now: Timestamp
    ) throws(BybitError) -> Int {
        guard let account = house.account(key: key) else {
            throw BybitError(10003, "API key is invalid.")
        }
        try Self.check(timestamp, window: windowText, at: now)
        var message = Array((timestampText + key + windowText).utf8)
        message += request.method == .get ? Array(request.query.utf8) : request.body
        guard house.accounts[account].accepts(signature, of: message) else {
            let origin = String(decoding: message, as: UTF8.self)
            throw BybitError(10004, "error sign! origin_string[\(origin)]")
        }
        return account
    }

    /// Whether a request is of now: not older than its window, and less than a second ahead.
    static func check(
        _ timestamp: Int64,
        window text: String,
        at now: Timestamp
    ) throws(BybitError) {
        let window = text.isEmpty ? 5000 : Int64(text)
        guard let window, (0...60_000).contains(window) else { throw .parameter("recv_window") }
        let server = now.milliseconds
        guard server - window <= timestamp, timestamp < server + 1000 else {
            throw BybitError(
                10002,
                "invalid request, please check your server timestamp or recv_window param. "
                    + "req_timestamp[\(timestamp)],server_timestamp[\(server)],"
                    + "recv_window[\(window)]"
            )
        }
    }
}

extension LocalAccount {
    /// Whether a code in hexadecimal digits is that of these bytes.
    func accepts(_ signature: String, of message: [UInt8]) -> Bool {
        signer.code(of: message.span).description == signature.lowercased()
    }
}
