internal import CCrypto

/// A public Ed25519 key: tells whether the one who holds the private key signed something.
///
/// Use it from one thread.
@safe public final class VerifyingKey {
    /// How many bytes a public key has.
    public static let length = 32
    /// How many bytes a signature has.
    public static let signatureLength = 64

    /// The key itself, as RFC 8032 encodes it.
    public let bytes: [UInt8]
    private let key: OpaquePointer

    /// Takes a key as RFC 8032 encodes it; `nil` unless there are 32 bytes.
    public init?(bytes: Span<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        let made = unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            return unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, start, bytes.count)
        }
        guard let made = unsafe made else { return nil }
        unsafe key = made
        self.bytes = bytes.indices.map { bytes[$0] }
    }

    /// Takes a key from a PEM file, as `openssl pkey -pubout` writes it.
    ///
    /// - Throws: ``KeyFault`` where there is none, or one for something else.
    public init(pem: Span<UInt8>) throws(KeyFault) {
        let read = unsafe TextMemory.reading(pem) { text in
            // Without a callback libcrypto would ask the terminal for a passphrase.
            unsafe PEM_read_bio_PUBKEY(text, nil, { _, _, _, _ in 0 }, nil)
        }
        guard let read = unsafe read else { throw .noPublicKey }
        guard unsafe EVP_PKEY_get_id(read) == EVP_PKEY_ED25519 else {
            unsafe EVP_PKEY_free(read)
            throw .notEd25519
        }
        unsafe key = read
        bytes = unsafe Self.rawBytes(of: read)
    }

    /// Takes the public half of a pair, which it then owns.
    init(owning key: OpaquePointer) {
        unsafe self.key = key
        bytes = unsafe Self.rawBytes(of: key)
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// SHA-256 of ``bytes``: what names the key.
    public var fingerprint: SHA256Digest {
        let bytes = bytes
        return SHA256().digest(of: bytes.span)
    }

    /// The key as a PEM file.
    public var pem: [UInt8] {
        let text = unsafe TextMemory.writing { text in unsafe PEM_write_bio_PUBKEY(text, key) }
        return text.withSpan { span in span.indices.map { span[$0] } }
    }

    /// Whether `signature` is one of this key over `message`.
    public func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        guard signature.count == Self.signatureLength else { return false }
        guard let context = unsafe EVP_MD_CTX_new() else {
            fatalError("Invariant broken: libcrypto gives a context")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return unsafe signature.withUnsafeBytes { signature in
            unsafe message.withUnsafeBytes { message in
                unsafe EVP_DigestVerify(
                    context,
                    signature.assumingMemoryBound(to: UInt8.self).baseAddress,
                    signature.count,
                    message.assumingMemoryBound(to: UInt8.self).baseAddress,
                    message.count
                ) == 1
            }
        }
    }

    private static func rawBytes(of key: OpaquePointer) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        var count = length
        let status = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe EVP_PKEY_get_raw_public_key(key, bytes.baseAddress, &count)
        }
        guard status == 1, count == length else {
            fatalError("Invariant broken: an Ed25519 key has a public half of 32 bytes")
        }
        return bytes
    }
}
