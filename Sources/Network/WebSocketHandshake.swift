/// The opening handshake of a WebSocket, as RFC 6455 section 4.2 says.
enum WebSocketHandshake {
    /// What a wrong handshake is answered with; `nil` for a right one.
    static func refusal(of request: HTTPRequest) -> HTTPResponse? {
        guard HTTPRequestParser.words(request, "connection").contains("upgrade") else {
            return .plain(400, "Connection does not say upgrade")
        }
        guard request.method == .get, request.body.isEmpty else {
            return .plain(400, "a WebSocket opens with a GET without a body")
        }
        guard request.header("sec-websocket-version") == "13" else {
            var response = HTTPResponse.plain(426, "only version 13 is spoken")
            response.headers.append(HTTPHeader("Sec-WebSocket-Version", "13"))
            return response
        }
        let keys = request.headers.filter { $0.isNamed("sec-websocket-key") }
        guard keys.count == 1, isKey(keys[0].value) else {
            return .plain(400, "the Sec-WebSocket-Key is not one of 16 bytes")
        }
        return nil
    }

    /// The least that the library needs to answer: what a client sent beyond it never reaches it.
    static func bytes(of request: HTTPRequest) -> [UInt8] {
        let key = request.header("sec-websocket-key") ?? ""
        return Array(
            """
            GET / HTTP/1.1\r
            Host: 127.0.0.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(key)\r
            Sec-WebSocket-Version: 13\r
            \r

            """.utf8
        )
    }

    /// Whether a text is the Base64 of 16 bytes.
    private static func isKey(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[22] == UInt8(ascii: "="), bytes[23] == UInt8(ascii: "=")
        else { return false }
        return bytes[..<22].allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "/"): true
            default: false
            }
        }
    }
}
