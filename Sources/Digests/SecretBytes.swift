internal import CCrypto

/// Bytes that nobody may see: wiped when they go, and printed as one word.
///
/// Design note: an object of its own rather than an array, because an array is copied without a
/// word and prints what it holds. Use it from one thread.
@safe public final class SecretBytes: CustomStringConvertible, CustomReflectable {
    /// How many there are.
    public let count: Int
    private let memory: UnsafeMutableRawBufferPointer

    /// Makes room for `count` bytes, all zero.
    public init(count: Int) {
        self.count = count
        unsafe memory = .allocate(byteCount: max(count, 1), alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        // Unlike a plain fill, the compiler may not leave this one out.
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }

    /// Lets `body` see them; it must not keep them.
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
        return try unsafe body(Span<UInt8>(_unsafeBytes: bytes))
    }

    /// Lets `body` fill them.
    public func withMutableSpan<Result, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
        var span = unsafe MutableSpan<UInt8>(_unsafeBytes: bytes)
        return try body(&span)
    }

    /// One word for whatever is in it.
    public var description: String { "secret" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
