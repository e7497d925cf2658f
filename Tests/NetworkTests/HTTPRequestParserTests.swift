import TestSupport
import Testing

@testable import Network

@Suite struct `Cutting bytes into requests` {
    private typealias Step = HTTPRequestParser.Step

    /// Two requests; behind the body of the first is a line end that some clients send.
    private static let stream = Array(
        """
        POST /v5/order/create?a=%7B&b=+ HTTP/1.1\r
        Host: 127.0.0.1\r
        X-BAPI-SIGN:\t 00ff \t\r
        Content-Length: 11\r
        \r
        {"q": "\u{e9}"}\r
        GET /v5/market/time? HTTP/1.1\r
        host: x\r
        connection: Keep-Alive, CLOSE\r
        \r

        """.utf8
    )

    private static let requests: [Step] = [
        .request(
            HTTPRequest(
                .post,
                "/v5/order/create?a=%7B&b=+",
                headers: [
                    HTTPHeader("Host", "127.0.0.1"), HTTPHeader("X-BAPI-SIGN", "00ff"),
                    HTTPHeader("Content-Length", "11"),
                ],
                body: Array("{\"q\": \"\u{e9}\"}".utf8)
            ),
            isKept: true
        ),
        .request(
            HTTPRequest(
                .get,
                "/v5/market/time?",
                headers: [HTTPHeader("host", "x"), HTTPHeader("connection", "Keep-Alive, CLOSE")]
            ),
            isKept: false
        ),
    ]

    private func steps(_ pieces: [ArraySlice<UInt8>]) -> [Step] {
        var parser = HTTPRequestParser(limits: NetworkLimits())
        var steps: [Step] = []
        for piece in pieces {
            parser.append(piece)
            var step = parser.next()
            while step != .needsMore {
                steps.append(step)
                if case .refused = step { return steps }
                step = parser.next()
            }
        }
        return steps
    }

    @Test func `gives the same requests, however the bytes come`() {
        let all = Self.stream
        #expect(steps([all[...]]) == Self.requests)
        #expect(steps(all.indices.map { all[$0...$0] }) == Self.requests)
        for cut in all.indices { #expect(steps([all[..<cut], all[cut...]]) == Self.requests) }
    }

    @Test(arguments: ["/a \u{301}b", "/a#\u{301}b", "/a\tb", "/a#b", "/\u{e9}", "/a\u{a0}b"])
    func `refuses a target that others may cut elsewhere`(target: String) {
        let bytes = Array("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        #expect(steps([bytes[...]]) == [.refused(status: 400, reason: "the target is not a path")])
    }

    /// Taken one by one, each would move all that follow: 15 seconds for a megabyte.
    @Test func `passes over many line ends at once`() {
        let ends = Array(repeatElement([13, 10] as [UInt8], count: 1 << 19).joined())
        let clock = ContinuousClock()
        let start = clock.now
        #expect(steps([(ends + Self.stream)[...]]) == Self.requests)
        #expect(clock.now - start < .seconds(8))
    }

    @Test(arguments: 1...4) func `answers any bytes the same, however they come`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            var bytes = Self.stream
            for _ in 0..<random.int(1...4) {
                let place = random.int(0...bytes.count - 1)
                switch random.int(0...2) {
                case 0: bytes[place] = UInt8(random.int(0...255))
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("\r\n: %?\t".utf8)[random.int(0...6)], at: place)
                }
            }
            let cut = random.int(0...bytes.count)
            let isSame = steps([bytes[...]]) == steps([bytes[..<cut], bytes[cut...]])
            #expect(isSame, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
