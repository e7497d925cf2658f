import Digests
import Testing

/// The first, second and sixth test case of RFC 4231, and the example of Binance's documentation.
@Suite struct `Message authentication` {
    @Test(arguments: [
        (
            String(repeating: "\u{0B}", count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "Jefe", "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
                + "&recvWindow=5000&timestamp=1499827319559",
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
        ),
        ("", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `gives the published codes`(key: String, message: String, code: String) {
        let signer = HMAC(key: secret(Array(key.utf8)))
        let bytes = Array(message.utf8)
        #expect(signer.code(of: bytes.span).description == code)
        // The key stays, whatever was signed before.
        #expect(signer.code(of: bytes.span).description == code)
    }

    @Test func `hashes a key longer than a block`() {
        let signer = HMAC(key: secret([UInt8](repeating: 0xAA, count: 131)))
        let bytes = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        #expect(
            signer.code(of: bytes.span).description
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        )
    }

    private func secret(_ bytes: [UInt8]) -> SecretBytes {
        let secret = SecretBytes(count: bytes.count)
        secret.withMutableSpan { span in
            for index in bytes.indices { span[index] = bytes[index] }
        }
        return secret
    }
}
