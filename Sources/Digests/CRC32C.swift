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
}
