internal import CCrypto

/// Signs requests with HMAC-SHA256 under one key, as RFC 2104 says.
///
/// Not for use from two threads at once.
@safe public final class HMAC {
    private let algorithm: OpaquePointer
    private let keyed: OpaquePointer

    /// Takes a key of any length; a copy of it stays within libcrypto until this object goes.
    public init(key: SecretBytes) {
        guard let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil),
            let keyed = unsafe EVP_MAC_CTX_new(algorithm)
        else { fatalError("Invariant broken: libcrypto provides HMAC") }
        unsafe self.algorithm = algorithm
        unsafe self.keyed = keyed
        var digest = Array("SHA256\0".utf8.map { CChar($0) })
        key.withSpan { key in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                unsafe key.withUnsafeBytes { key in
                    // An empty key has no address, and no address would mean "the key of before".
                    var none: UInt8 = 0
                    unsafe withUnsafePointer(to: &none) { none in
                        let parameters = unsafe [
                            OSSL_PARAM_construct_utf8_string("digest", digest.baseAddress, 0),
                            OSSL_PARAM_construct_end(),
                        ]
                        let start = unsafe key.bindMemory(to: UInt8.self).baseAddress
                        unsafe Self.require(
                            EVP_MAC_init(keyed, start ?? none, key.count, parameters)
                        )
                    }
                }
            }
        }
    }

    deinit {
        unsafe EVP_MAC_CTX_free(keyed)
        unsafe EVP_MAC_free(algorithm)
    }

    /// The code of `message`.
    public func code(of message: Span<UInt8>) -> SHA256Digest {
        guard let context = unsafe EVP_MAC_CTX_dup(keyed) else {
            fatalError("Invariant broken: a context of HMAC can be copied")
        }
        defer { unsafe EVP_MAC_CTX_free(context) }
        var bytes = [UInt8](repeating: 0, count: 32)
        unsafe message.withUnsafeBytes { message in
            let start = unsafe message.bindMemory(to: UInt8.self).baseAddress
            unsafe Self.require(EVP_MAC_update(context, start, message.count))
        }
        var count = 0
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe Self.require(EVP_MAC_final(context, bytes.baseAddress, &count, bytes.count))
        }
        guard count == 32, let digest = SHA256Digest(bytes: bytes.span) else {
            fatalError("Invariant broken: HMAC-SHA256 has 32 bytes")
        }
        return digest
    }

    private static func require(_ status: Int32) {
        if status != 1 { fatalError("Invariant broken: HMAC does not fail") }
    }
}
