import Network
import Testing

@Suite struct `An address` {
    @Test(arguments: [
        ("https://api.bybit.com", "https://api.bybit.com", 443),
        ("HTTPS://API.Binance.com:443/", "https://api.binance.com", 443),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443", 8443),
        ("https://[2001:db8::1]:9", "https://[2001:db8::1]:9", 9),
        ("http://localhost:80", "http://localhost", 80),
        ("http://127.8.9.255:81/", "http://127.8.9.255:81", 81),
        ("http://[::1]", "http://[::1]", 80),
    ])
    func `is read and told`(text: String, told: String, port: Int) throws {
        let address = try HTTPAddress(text)
        #expect(address.description == told)
        #expect(address.port == port)
    }

    @Test(arguments: [
        "http://api.bybit.com", "http://10.0.0.1", "http://128.0.0.1", "http://127.1",
        "http://0x7f.0.0.1", "http://127.0.0.01", "http://127.0.0.1.example.com",
        "http://localhost.example.com", "http://[::2]", "http://[::ffff:10.0.0.1]",
        "http://0.0.0.0", "http://2130706433",
    ])
    func `is plain on this machine only`(text: String) {
        #expect { try HTTPAddress(text) } throws: { error in
            if case .plain? = error as? HTTPAddressFault { true } else { false }
        }
    }

    @Test(arguments: [
        "", "api.bybit.com", "ftp://localhost", "https://", "https://a b", "https://a/b",
        "https://user@host", "https://user:secret@host", "http://127.0.0.1@example.com",
        "https://host?x", "https://host#x", "https://host:0", "https://host:65536", "https://host:",
        "https://host:8x", "https://host:+80", "https://-a.com", "https://a..b", "https://a\r\nb",
        "https://bücher.example", "https://\u{212A}raken.com", "https://[::1", "https://[]",
        "https://host\\x", "https://a%2e",
        "http://localhost:80:80", "https://host//",
    ])
    func `is refused where it could be read in two ways`(text: String) {
        #expect(throws: HTTPAddressFault.malformed) { try HTTPAddress(text) }
    }

    @Test func `of a proxy names its port and holds no user`() throws {
        for text in ["http://me:secret@proxy:1", "http://proxy.example", "proxy.example:3128"] {
            #expect(throws: HTTPAddressFault.malformed) { try HTTPProxy(text) }
        }
        _ = try HTTPProxy("http://proxy.example:3128")
    }
}
