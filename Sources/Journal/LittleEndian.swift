extension Span<UInt8> {
    // Constant indices into a slice of known length compile to one load; a loop would not.

    @inlinable @inline(__always)
    func uint16(at offset: Int) -> UInt16 {
        let part = extracting(offset..<(offset + 2))
        return UInt16(part[0]) | UInt16(part[1]) << 8
    }

    @inlinable @inline(__always)
    func uint32(at offset: Int) -> UInt32 {
        let part = extracting(offset..<(offset + 4))
        return UInt32(part[0]) | UInt32(part[1]) << 8 | UInt32(part[2]) << 16
            | UInt32(part[3]) << 24
    }

    @inlinable @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        let part = extracting(offset..<(offset + 8))
        let low =
            UInt64(part[0]) | UInt64(part[1]) << 8 | UInt64(part[2]) << 16
            | UInt64(part[3]) << 24
        let high =
            UInt64(part[4]) | UInt64(part[5]) << 8 | UInt64(part[6]) << 16
            | UInt64(part[7]) << 24
        return low | high << 32
    }

    @inlinable @inline(__always)
    func int64(at offset: Int) -> Int64 { Int64(bitPattern: uint64(at: offset)) }
}
