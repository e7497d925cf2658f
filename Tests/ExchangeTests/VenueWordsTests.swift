import Digests
import Exchange
import Network
import Testing
import Trading

@Suite struct `Words of a venue` {
    private static let key = "short-key-of-18"
    private static let signature = String(repeating: "0a9f", count: 16)

    private static var credentials: VenueCredentials {
        let hidden = Array("the hidden one".utf8)
        let secret = SecretBytes(count: hidden.count)
        secret.withMutableSpan { span in
            for index in hidden.indices { span[index] = hidden[index] }
        }
        return VenueCredentials(key: key, secret: secret)
    }

    @Test(arguments: [
        ("Order does not exist.", "Order does not exist."),
        ("key short-key-of-18, again short-key-of-18", "key [redacted], again [redacted]"),
        ("a=1&signature=\(signature)", "a=1&signature=[redacted]"),
        ("\(signature)\(signature)", "[redacted]"),
        ("hf-3x9k-1-ab12-3 of 36 letters stays", "hf-3x9k-1-ab12-3 of 36 letters stays"),
    ])
    func `hold no key and no signature`(said: String, told: String) {
        #expect(VenueWords.harmless(said, hiding: Self.key) == told)
    }

    @Test func `are a sentence at most, and no part of a key is left at its end`() {
        for padding in 0..<400 {
            let said = String(repeating: "- ", count: padding / 2) + Self.key + "&" + Self.signature
            let told = VenueWords.harmless(said, hiding: Self.key)
            #expect(told.count <= VenueWords.longest)
            #expect(!told.contains("short") && !told.contains("0a9f"))
        }
    }

    @Test(arguments: [400, 401, 403, 418, 429, 500, 502, 302])
    func `are harmless in every answer that is no success`(status: Int) {
        let echo = "X-MBX-APIKEY: \(Self.key) signature=\(Self.signature)"
        for body in ["{\"code\":-2014,\"msg\":\"\(echo)\"}", "<html>\(echo)"] {
            let response = HTTPResponse(status: status, headers: [], body: Array(body.utf8))
            let adapters: [any VenueAdapter] = [
                BinanceAdapter(.binanceSpot, Self.credentials),
                BybitAdapter(market: .bybitSpot, credentials: Self.credentials),
            ]
            for adapter in adapters {
                let time = Timestamp(nanoseconds: 1)
                let answer = "\(adapter.answer(to: .serverTime, response, at: time))"
                #expect(!answer.contains(Self.key) && !answer.contains("0a9f"), "\(answer)")
                #expect(answer.contains("[redacted]"), "\(answer)")
            }
        }
    }

    @Test func `are covered where they hold what only we know`() {
        let said = "the hidden onethe hidden one of short-key-of-18, the hidden o"
        #expect(
            Self.credentials.covered(said)
                == "[redacted][redacted] of [redacted], the hidden o"
        )
        #expect(Self.credentials.covered("") == "")
    }
}
