/// Growing memory for encoding little-endian integers and byte runs at full speed.
///
/// Every access is checked against ``count``; there is no allocation except for growth.
@safe public struct ByteBuffer: ~Copyable {
    @usableFromInline var start: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int

    @usableFromInline var filled = 0

    /// How many bytes are filled.
    @inlinable public var count: Int { filled }

    /// Creates an empty buffer with room for `capacity` bytes.
    public init(capacity: Int) {
        self.capacity = max(capacity, 64)
        unsafe start = .allocate(byteCount: self.capacity, alignment: 64)
    }

    deinit { unsafe start.deallocate() }

    /// The filled bytes.
    @inlinable public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            let filled = unsafe UnsafeRawBufferPointer(start: start, count: count)
            let span = unsafe Span<UInt8>(_unsafeBytes: filled)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Runs `body` over some of the filled bytes.
    @inlinable
    public borrowing func withBytes<Result, Failure: Error>(
        _ range: Range<Int>,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        check(range.upperBound <= count)
        return try body(bytes.extracting(range))
    }

    /// Forgets the bytes from `count` on, which must not be above the bytes filled.
    public mutating func truncate(to count: Int) {
        check(count >= 0 && count <= self.count)
        filled = count
    }

    /// Adds `count` bytes with no meaning yet.
    @inlinable @inline(__always)
    public mutating func extend(by count: Int) {
        check(count >= 0)
        if count > capacity - self.count { grow(count) }
        filled += count
    }

    /// Adds a run of bytes.
    @inlinable public mutating func append(_ bytes: Span<UInt8>) {
        let place = count
        extend(by: bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (start + place).copyMemory(from: base, byteCount: source.count)
        }
    }

    /// Adds the little-endian bytes of an integer.
    @inlinable @inline(__always)
    public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let place = count
        extend(by: MemoryLayout<Value>.size)
        store(value, at: place)
    }

    /// Overwrites filled bytes with the little-endian bytes of an integer.
    @inlinable @inline(__always)
    public mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value,
        at place: Int
    ) {
        check(place >= 0 && place <= count - MemoryLayout<Value>.size)
        unsafe start.storeBytes(of: value.littleEndian, toByteOffset: place, as: Value.self)
    }

    /// Overwrites filled bytes.
    public mutating func store(_ bytes: Span<UInt8>, at place: Int) {
        check(place >= 0 && place <= count - bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (start + place).copyMemory(from: base, byteCount: source.count)
        }
    }

    @inlinable @inline(__always)
    func check(_ condition: Bool) {
        if !condition { fatalError("Invariant broken: access stays within the filled bytes") }
    }

    @usableFromInline @inline(never)
    mutating func grow(_ needed: Int) {
        let capacity = max(self.capacity * 2, count + needed)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        unsafe larger.copyMemory(from: start, byteCount: count)
        unsafe start.deallocate()
        unsafe start = larger
        self.capacity = capacity
    }
}
