internal import CCrypto

/// Computes SHA-256 over many inputs, one after the other, with one reused context.
///
/// Making a context costs more than hashing a small batch, so keep the object. Not for use from
/// two threads at once.
@safe public final class SHA256 {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    /// Creates a hasher with nothing hashed yet.
    public init() {
        guard let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil),
            let context = unsafe EVP_MD_CTX_new()
        else { fatalError("Invariant broken: libcrypto provides SHA-256") }
        unsafe self.algorithm = algorithm
        unsafe self.context = context
        unsafe Self.require(EVP_DigestInit_ex(context, algorithm, nil))
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_free(algorithm)
    }

    /// Takes in more bytes.
    public func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe Self.require(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
        }
    }

    /// The digest of all bytes since the last call; starts anew.
    public func finish() -> SHA256Digest {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { bytes in
            let start = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            unsafe Self.require(EVP_DigestFinal_ex(context, start, nil))
        }
        unsafe Self.require(EVP_DigestInit_ex(context, nil, nil))
        return SHA256Digest(
            words.0.littleEndian,
            words.1.littleEndian,
            words.2.littleEndian,
            words.3.littleEndian
        )
    }

    /// The digest of `bytes` alone.
    public func digest(of bytes: Span<UInt8>) -> SHA256Digest {
        update(bytes)
        return finish()
    }

    private static func require(_ status: Int32) {
        if status != 1 { fatalError("Invariant broken: SHA-256 does not fail") }
    }
}

/// The 32 bytes of a SHA-256.
public struct SHA256Digest: Hashable, Sendable {
    /// The first eight bytes, the first of them lowest; the other words likewise.
    public let word0: UInt64
    /// Bytes 8 to 15.
    public let word1: UInt64
    /// Bytes 16 to 23.
    public let word2: UInt64
    /// Bytes 24 to 31.
    public let word3: UInt64

    /// Creates a digest from four little-endian words.
    @inlinable public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Thirty-two zero bytes, which stand for "nothing before".
    public static let zero = SHA256Digest(0, 0, 0, 0)

    /// The digest in `bytes`; `nil` unless there are 32.
    public init?(bytes: Span<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for index in 0..<32 { words[index / 8] |= UInt64(bytes[index]) << (8 * (index % 8)) }
        self.init(words[0], words[1], words[2], words[3])
    }

    /// The digest written as 64 hexadecimal digits; `nil` for other text.
    public init?(hexadecimal text: String) {
        guard let bytes = Hexadecimal.bytes(text) else { return nil }
        self.init(bytes: bytes.span)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [word0, word1, word2, word3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }
}

extension SHA256Digest: CustomStringConvertible {
    /// Sixty-four lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes.span) }
}

/// Bytes as hexadecimal text.
public enum Hexadecimal {
    /// Two lower-case digits for each byte.
    public static func text(_ bytes: Span<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for index in bytes.indices {
            text.append(digits[Int(bytes[index] >> 4)])
            text.append(digits[Int(bytes[index] & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that pairs of digits stand for; `nil` for other text.
    public static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { UInt8(hexadecimalDigit: $0) }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        return (0..<(digits.count / 2)).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }
}

extension UInt8 {
    fileprivate init?(hexadecimalDigit digit: UInt8) {
        switch digit {
        case 0x30...0x39: self = digit - 0x30
        case 0x41...0x46: self = digit - 0x41 + 10
        case 0x61...0x66: self = digit - 0x61 + 10
        default: return nil
        }
    }
}
