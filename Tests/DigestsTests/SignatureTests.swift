import Digests
import Testing

/// A test of RFC 8032, section 7.1.
struct KnownSignature: Sendable, CustomTestStringConvertible {
    let name: String
    let seed: String
    let key: String
    let message: String
    let signature: String

    var testDescription: String { name }
}

private let known = [
    KnownSignature(
        name: "TEST 1",
        seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        message: "",
        signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    KnownSignature(
        name: "TEST 2",
        seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        message: "72",
        signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
    KnownSignature(
        name: "TEST 3",
        seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        message: "af82",
        signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ),
    KnownSignature(
        name: "TEST SHA(abc)",
        seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        key: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        signature: "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
    ),
]

@Suite struct `A signature` {
    @Test(arguments: known) func `is the one of the standard`(example: KnownSignature) throws {
        let key = try #require(SigningKey(seed: secret(bytes(example.seed))))
        #expect(key.publicKey.bytes == bytes(example.key))
        let message = bytes(example.message)
        let signature = key.sign(message.span)
        #expect(signature == bytes(example.signature))
        #expect(verifies(key.publicKey, signature, message))
        let raw = bytes(example.key)
        let made = VerifyingKey(bytes: raw.span)
        let other = try #require(made)
        #expect(verifies(other, signature, message))
    }

    @Test func `is no other's, nor over anything else`() throws {
        let key = SigningKey.generate()
        let message = Array("holdfast".utf8)
        let signature = key.sign(message.span)
        for bit in 0..<(signature.count * 8) {
            var flipped = signature
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!verifies(key.publicKey, flipped, message), "bit \(bit)")
        }
        for bit in 0..<(message.count * 8) {
            var flipped = message
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!verifies(key.publicKey, signature, flipped), "bit \(bit)")
        }
        #expect(!verifies(SigningKey.generate().publicKey, signature, message))
        for count in [0, 1, 63, 65] {
            let wrong = [UInt8](repeating: 1, count: count)
            #expect(!verifies(key.publicKey, wrong, message))
        }
    }

    @Test func `with the order of the group added to it is refused`() throws {
        // Adding L to the second half keeps the equation; RFC 8032 demands that it is below L.
        let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        let key = SigningKey.generate()
        let message: [UInt8] = [1, 2, 3]
        var signature = key.sign(message.span)
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(sum & 255)
            carry = sum >> 8
        }
        #expect(!verifies(key.publicKey, signature, message))
    }
}

@Suite struct `A key` {
    @Test func `survives its own PEM`() throws {
        let key = SigningKey.generate()
        let again = try SigningKey(pem: key.pem)
        #expect(again.publicKey.bytes == key.publicKey.bytes)
        let pem = key.publicKey.pem
        let read = try VerifyingKey(pem: pem.span)
        #expect(read.bytes == key.publicKey.bytes)
        #expect(read.fingerprint == key.publicKey.fingerprint)
        #expect(SigningKey.generate().publicKey.bytes != key.publicKey.bytes)
    }

    @Test func `is read as openssl writes it`() throws {
        // openssl genpkey -algorithm ed25519; openssl pkey -pubout
        let pair = try SigningKey(
            pem: secret(
                Array(
                    """
                    -----BEGIN PRIVATE KEY-----
                    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
                    -----END PRIVATE KEY-----

                    """.utf8
                )
            )
        )
        #expect(pair.publicKey.bytes == bytes(known[0].key))
        let pem = pair.publicKey.pem
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PUBLIC KEY-----\nMCow"))
    }

    @Test(arguments: [
        ("", KeyFault.noPrivateKey), ("-----BEGIN PRIVATE KEY-----\nAAAA\n", .noPrivateKey),
        (
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VuBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----

            """, .notEd25519
        ),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMC4=\n", .encrypted),
    ])
    func `that is none is named as what it is`(text: String, fault: KeyFault) {
        #expect(throws: fault) { try SigningKey(pem: secret(Array(text.utf8))) }
    }

    @Test func `that is private is not taken for a public one`() {
        let pem = SigningKey.generate().pem.withSpan { span in span.indices.map { span[$0] } }
        #expect(throws: KeyFault.noPublicKey) { _ = try VerifyingKey(pem: pem.span) }
    }

    @Test func `does not show itself`() {
        let seed = secret([UInt8](repeating: 0x5A, count: 32))
        guard let key = SigningKey(seed: seed) else { return }
        for printed in ["\(key)", "\(seed)", String(reflecting: key), String(reflecting: seed)] {
            #expect(printed == "secret")
        }
        var dumped = ""
        dump(key, to: &dumped)
        dump(seed, to: &dumped)
        #expect(!dumped.contains("90") && !dumped.lowercased().contains("5a"))
    }
}

/// Spans cannot pass through the macro.
private func verifies(_ key: VerifyingKey, _ signature: [UInt8], _ message: [UInt8]) -> Bool {
    key.verifies(signature.span, of: message.span)
}

private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

private func secret(_ bytes: [UInt8]) -> SecretBytes {
    let secret = SecretBytes(count: bytes.count)
    secret.withMutableSpan { span in for index in bytes.indices { span[index] = bytes[index] } }
    return secret
}
