internal import CCrypto

/// A private Ed25519 key.
///
/// It prints as one word, and its bytes leave it only as ``SecretBytes``. Use it from one thread.
@safe public final class SigningKey: CustomStringConvertible, CustomReflectable {
    /// The public half.
    public let publicKey: VerifyingKey
    private let key: OpaquePointer

    private init(owning key: OpaquePointer) {
        unsafe self.key = key
        unsafe EVP_PKEY_up_ref(key)
        publicKey = unsafe VerifyingKey(owning: key)
    }

    /// Makes a new pair.
    public static func generate() -> SigningKey {
        var key: OpaquePointer?
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else {
            fatalError("Invariant broken: libcrypto provides Ed25519")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_keygen(context, &key) == 1, let made = unsafe key
        else { fatalError("Invariant broken: libcrypto has randomness") }
        return unsafe SigningKey(owning: made)
    }

    /// Takes the pair that a seed of 32 bytes gives, as RFC 8032 says; `nil` for other lengths.
    public convenience init?(seed: SecretBytes) {
        guard seed.count == VerifyingKey.length else { return nil }
        let made = unsafe seed.withSpan { bytes in
            unsafe bytes.withUnsafeBytes { bytes in
                let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
                return unsafe EVP_PKEY_new_raw_private_key(
                    EVP_PKEY_ED25519,
                    nil,
                    start,
                    bytes.count
                )
            }
        }
        guard let made = unsafe made else { return nil }
        unsafe self.init(owning: made)
    }

    /// Takes a key from a PEM file, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// - Throws: ``KeyFault`` where there is none, one for something else, or a closed one.
    public convenience init(pem: SecretBytes) throws(KeyFault) {
        let isEncrypted = pem.withSpan { TextMemory.holds("ENCRYPTED", in: $0) }
        if isEncrypted { throw .encrypted }
        let read = unsafe pem.withSpan { bytes in
            unsafe TextMemory.reading(bytes) { text in
                // Without a callback libcrypto would ask the terminal for a passphrase.
                unsafe PEM_read_bio_PrivateKey(text, nil, { _, _, _, _ in 0 }, nil)
            }
        }
        guard let read = unsafe read else { throw .noPrivateKey }
        guard unsafe EVP_PKEY_get_id(read) == EVP_PKEY_ED25519 else {
            unsafe EVP_PKEY_free(read)
            throw .notEd25519
        }
        unsafe self.init(owning: read)
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// The key as a PEM file, PKCS #8 and not closed.
    public var pem: SecretBytes {
        unsafe TextMemory.writing { text in
            unsafe PEM_write_bio_PKCS8PrivateKey(text, key, nil, nil, 0, nil, nil)
        }
    }

    /// Signs `message`: 64 bytes, the same for the same message.
    public func sign(_ message: Span<UInt8>) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else {
            fatalError("Invariant broken: libcrypto gives a context")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: VerifyingKey.signatureLength)
        var count = signature.count
        var status = unsafe EVP_DigestSignInit(context, nil, nil, nil, key)
        if status == 1 {
            status = unsafe message.withUnsafeBytes { message in
                unsafe signature.withUnsafeMutableBufferPointer { signature in
                    unsafe EVP_DigestSign(
                        context,
                        signature.baseAddress,
                        &count,
                        message.assumingMemoryBound(to: UInt8.self).baseAddress,
                        message.count
                    )
                }
            }
        }
        guard status == 1, count == signature.count else {
            fatalError("Invariant broken: signing does not fail")
        }
        return signature
    }

    /// One word for whatever key it is.
    public var description: String { "secret" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
