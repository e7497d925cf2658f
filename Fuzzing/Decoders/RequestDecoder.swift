@testable import Network

/// What clients send to a server, whole and in pieces; see ``HTTPRequestParser``.
///
/// The low bits of the first byte say how many bytes with lengths of pieces follow; what is behind
/// them is the stream. The limits are small, so that short inputs reach them.
final class RequestDecoder: Decoder {
    private let limits: NetworkLimits

    init(scratch: String) {
        var limits = NetworkLimits()
        limits.headBytes = 256
        limits.headerLines = 6
        limits.bodyBytes = 64
        self.limits = limits
    }

    func take(_ bytes: [UInt8]) throws {
        guard let choice = bytes.first else { return }
        let lengths = bytes.dropFirst().prefix(Int(choice & 7)).map { Int($0) + 1 }
        let stream = bytes.dropFirst(1 + lengths.count)
        let whole = try read([stream])
        try require(whole == read(pieces(of: stream, lengths)), "pieces are read as the whole")
        try require(whole == read(pieces(of: stream, [1])), "single bytes are read as the whole")
        for case .request(let request, _) in whole { try check(request) }
    }

    private func pieces(of stream: ArraySlice<UInt8>, _ lengths: [Int]) -> [ArraySlice<UInt8>] {
        guard !lengths.isEmpty else { return [stream] }
        var rest = stream
        var pieces: [ArraySlice<UInt8>] = []
        while !rest.isEmpty {
            let length = lengths[pieces.count % lengths.count]
            pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    /// What is read of some pieces, but whether a body had to be asked for.
    private func read(
        _ pieces: [ArraySlice<UInt8>]
    ) throws(Contradiction) -> [HTTPRequestParser.Step] {
        var parser = HTTPRequestParser(limits: limits)
        var steps: [HTTPRequestParser.Step] = []
        for piece in pieces {
            parser.append(piece)
            var isAsked = false
            reading: while true {
                let before = parser.waiting
                let step = parser.next()
                switch step {
                case .needsMore: break reading
                case .wantsToBeContinued:
                    try require(!isAsked, "a body is asked for once")
                    isAsked = true
                case .request:
                    // The body may be empty, and its head may have been read before.
                    try require(parser.waiting <= before, "a request takes bytes")
                    steps.append(step)
                case .refused(let status, let reason):
                    try require((400...505).contains(status), "a refusal is an error")
                    try require(!reason.isEmpty, "a refusal has words")
                    try require(parser.next() == step, "nothing follows a refusal")
                    return steps + [step]
                }
            }
            let most = max(limits.headBytes, limits.bodyBytes)
            try require(parser.waiting < most, "no more waits than the limits allow")
        }
        return steps
    }

    private func check(_ request: HTTPRequest) throws(Contradiction) {
        try require(request.body.count <= limits.bodyBytes, "a body is within its limit")
        try require(request.headers.count <= limits.headerLines, "so are the lines")
        try require(request.target.utf8.first == 0x2F, "a target is a path")
        let isPlain = request.target.utf8.allSatisfy { (33...126).contains($0) && $0 != 0x23 }
        try require(isPlain, "a target has neither spaces nor fragment nor foreign letters")
        var text = "\(request.method.rawValue) \(request.target) HTTP/1.0\r\n"
        for header in request.headers {
            try require(HTTPHeader.isName(header.name), "a name is a token")
            try require(HTTPHeader.isValue(header.value), "a value is one line")
            text += "\(header.name):\(header.value)\r\n"
        }
        var parser = HTTPRequestParser(limits: limits)
        parser.append((Array("\(text)\r\n".utf8) + request.body)[...])
        guard case .request(let again, _) = parser.next(), parser.waiting == 0 else {
            throw Contradiction("a request that is written is read")
        }
        try require(again == request, "a request is read as it was written")
    }
}

/// Requests that ask for a WebSocket.
final class HandshakeDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        guard let request = request(bytes) else { return }
        if let refusal = WebSocketHandshake.refusal(of: request) {
            try require([400, 426].contains(refusal.status), "a refusal is an error")
            try require(refusal.isSendable && !refusal.body.isEmpty, "a refusal has words")
            return
        }
        try require(request.method == .get && request.body.isEmpty, "a handshake is a GET")
        guard let again = self.request(WebSocketHandshake.bytes(of: request)) else {
            throw Contradiction("what the library gets is a request")
        }
        let isRight = WebSocketHandshake.refusal(of: again) == nil
        try require(isRight, "what the library gets is a handshake")
        let key = "sec-websocket-key"
        try require(again.header(key) == request.header(key), "the key stays")
        try require(again.headers.count == 5, "nothing else reaches the library")
    }

    private func request(_ bytes: [UInt8]) -> HTTPRequest? {
        var parser = HTTPRequestParser(limits: NetworkLimits())
        parser.append(bytes[...])
        guard case .request(let request, _) = parser.next() else { return nil }
        return request
    }
}
