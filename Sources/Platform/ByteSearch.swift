internal import CPlatform

extension Span<UInt8> {
    /// Where `needle` begins first at or behind `start`; `nil` where it does not.
    ///
    /// - Complexity: linear, at some gigabytes a second.
    public func firstOffset(of needle: Span<UInt8>, from start: Int) -> Int? {
        guard start >= 0, start < count, needle.count > 0 else { return nil }
        return unsafe withUnsafeBytes { haystack in
            unsafe needle.withUnsafeBytes { needle in
                guard let base = haystack.baseAddress, let wanted = needle.baseAddress,
                    let found = unsafe memmem(
                        base + start,
                        haystack.count - start,
                        wanted,
                        needle.count
                    )
                else { return nil }
                return unsafe UnsafeRawPointer(found) - base
            }
        }
    }
}
