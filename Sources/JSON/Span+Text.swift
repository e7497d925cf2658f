extension Span<UInt8> {
    /// Whether these are the bytes of `text`.
    @inlinable
    public func equals(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count == length else { return false }
        let bytes = unsafe UnsafeBufferPointer(start: text.utf8Start, count: length)
        for index in 0..<length where unsafe self[index] != bytes[index] { return false }
        return true
    }
}
