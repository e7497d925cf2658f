import Digests
import Exchange
import Network
import Testing
import Trading

@Suite struct `Signing for Bybit` {
    /// RFC 2104 by hand over SHA-256: not the code under test.
    private func code(_ key: String, _ message: String) -> String {
        var block = Array(key.utf8)
        block += Array(repeating: 0, count: 64 - block.count)
        let sha = SHA256()
        let inner = sha.digest(of: (block.map { $0 ^ 0x36 } + Array(message.utf8)).span)
        return sha.digest(of: (block.map { $0 ^ 0x5C } + inner.bytes).span).description
    }

    @Test func `a GET signs time, key, window and the query as it is sent`() throws {
        let request = try bybit().request(for: .order(name()), at: bybitNow)
        #expect(request.header("X-BAPI-API-KEY") == "key-of-a-test")
        #expect(request.header("X-BAPI-TIMESTAMP") == "1700000000123")
        #expect(request.header("X-BAPI-RECV-WINDOW") == "5000")
        let signature = request.header("X-BAPI-SIGN")
        #expect(
            signature
                == code("secret-of-a-test", "1700000000123key-of-a-test5000\(request.query)")
        )
        // The same code by Python's module hmac.
        #expect(signature == "7dbc372196fbbf1ee7d75455e5ec4e28bf5561f35a2b84bf3f883a5245481104")
    }

    @Test func `a POST signs time, key, window and the body as it is sent`() throws {
        let adapter = BybitAdapter(
            market: .bybitSpot,
            credentials: VenueCredentials(key: "k", secret: secret("s")),
            receiveWindow: TimeSpan(milliseconds: 2500)
        )
        let request = try adapter.request(for: .cancel(name()), at: bybitNow)
        #expect(request.header("X-BAPI-RECV-WINDOW") == "2500")
        let message = "1700000000123k2500" + request.bodyText
        #expect(request.header("X-BAPI-SIGN") == code("s", message))
    }

    @Test func `a query without parameters is signed as an empty text`() throws {
        let request = try bybit().request(for: .keyPermissions, at: bybitNow)
        let message = "1700000000123key-of-a-test5000"
        #expect(request.header("X-BAPI-SIGN") == code("secret-of-a-test", message))
    }

    @Test func `a stream is opened with a code over the path and the time`() throws {
        let text = try bybit().streamAuthentication(
            expires: Timestamp(nanoseconds: 1_700_000_010_000_000_000)
        )
        let signature = "aa7b7ceded6d735bd86d1d58ffe9f0d19366abce1bce862d6a4111fa6167ecaf"
        #expect(
            text == #"{"op":"auth","args":["key-of-a-test",1700000010000,"\#(signature)"]}"#
        )
        #expect(signature == code("secret-of-a-test", "GET/realtime1700000010000"))
        #expect(throws: VenueCallFault.needsKey) {
            try bybit(hasKey: false).streamAuthentication(expires: bybitNow)
        }
    }

    @Test func `a key that would end its header line is refused`() {
        let adapter = BybitAdapter(
            market: .bybitSpot,
            credentials: VenueCredentials(key: "k\r\nX: 1", secret: secret("s"))
        )
        #expect(throws: VenueCallFault.self) {
            try adapter.request(for: .balances, at: bybitNow)
        }
    }
}
