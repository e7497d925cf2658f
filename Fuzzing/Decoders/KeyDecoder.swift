import Digests

/// Files of keys.
final class KeyDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        try readPublic(bytes)
        let secret = SecretBytes(count: bytes.count)
        secret.withMutableSpan { span in
            for index in bytes.indices { span[index] = bytes[index] }
        }
        do {
            let key = try SigningKey(pem: secret)
            let message = Array("message".utf8)
            let signature = key.sign(message.span)
            try require(
                key.publicKey.verifies(signature.span, of: message.span),
                "a key verifies what it signed"
            )
            try readPublic(key.publicKey.pem)
        } catch let error as KeyFault {
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }

    private func readPublic(_ bytes: [UInt8]) throws {
        do {
            let key = try VerifyingKey(pem: bytes.span)
            try require(key.bytes.count == VerifyingKey.length, "a public key has its length")
            let again = try VerifyingKey(pem: key.pem.span)
            try require(again.bytes == key.bytes, "a key is read as it was written")
            let junk = [UInt8](repeating: 7, count: VerifyingKey.signatureLength)
            try require(!key.verifies(junk.span, of: bytes.span), "junk is no signature")
        } catch let error as KeyFault {
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }
}
