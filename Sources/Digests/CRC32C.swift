internal import CISAL

/// CRC-32C (Castagnoli), the checksum of headers and events.
///
/// The check value for the ASCII digits "123456789" is E3069283.
public enum CRC32C {
    /// The checksum of `bytes`; 0 for none.
    public static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBytes { bytes in
            if bytes.count <= 256, let base = bytes.baseAddress {
                let words = unsafe base.assumingMemoryBound(to: UInt8.self)
                return unsafe ~hf_crc32c_short(words, bytes.count, ~0)
            }
            var state = ~UInt32(0)
            var done = 0
            while done < bytes.count {
                // The length is a C int, so what is longer goes in pieces.
                let count = min(bytes.count - done, 1 << 30)
                let start = unsafe bytes.baseAddress?.advanced(by: done)
                let words = unsafe UnsafeMutableRawPointer(mutating: start)
                state = unsafe crc32_iscsi(
                    words?.assumingMemoryBound(to: UInt8.self),
                    Int32(count),
                    state
                )
                done += count
            }
            return ~state
        }
    }

    /// Passes over frames that are sound, as fast as this processor can.
    ///
    /// A frame begins with its own length and the checksum of what follows these two, four bytes
    /// each, little-endian.
    ///
    /// - Parameters:
    ///   - bytes: The frames.
    ///   - offset: Where the first one begins; not beyond the end.
    ///   - smallest: Bytes that a frame has at least; at least 8.
    /// - Returns: Where the first frame begins that was not passed, because it is not sound or has
    ///   to be looked at otherwise, or the end; and how many were passed.
    public static func passFrames(
        _ bytes: Span<UInt8>,
        from offset: Int,
        smallest: Int
    ) -> (offset: Int, count: UInt64) {
        guard offset >= 0, offset <= bytes.count, smallest >= 8 else { return (offset, 0) }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return (offset, 0) }
            var count: UInt64 = 0
            let words = unsafe base.assumingMemoryBound(to: UInt8.self)
            let end = unsafe hf_frames(words, offset, bytes.count, smallest, &count)
            return (end, count)
        }
    }
}
