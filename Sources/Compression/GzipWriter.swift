internal import CZlib

/// Writes a new gzip file.
///
/// The file is complete only after ``finish()``; one that is dropped before ends early, and reads
/// so. Owns the open file and a buffer; not for sharing between threads.
@safe public struct GzipWriter: ~Copyable {
    /// The file that is written.
    public var path: String { file.path }

    private let file: File
    private let output: UnsafeMutableBufferPointer<UInt8>
    /// zlib keeps a pointer to its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    private static var bufferBytes: Int { 1 << 16 }

    /// Makes the file, which must not exist yet.
    ///
    /// - Parameters:
    ///   - path: Where to make it.
    ///   - level: 1, fast, to 9, small.
    /// - Throws: ``CompressionError/system(action:path:code:)`` where the file cannot be made.
    public init(creating path: String, level: Int = 6) throws(CompressionError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe deflateInit2_(
            stream,
            Int32(max(1, min(level, 9))),
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw .outOfMemory(path: path)
        }
        do throws(CompressionError) {
            file = try File(creating: path)
        } catch {
            _ = unsafe deflateEnd(stream)
            unsafe stream.deallocate()
            throw error
        }
        unsafe self.stream = stream
        unsafe output = .allocate(capacity: Self.bufferBytes)
    }

    /// Appends `bytes`.
    ///
    /// - Throws: ``CompressionError/system(action:path:code:)`` where the disk refuses.
    public mutating func write(_ bytes: Span<UInt8>) throws(CompressionError) {
        try deflate(bytes, Z_NO_FLUSH)
    }

    /// Makes all that was written so far readable to others; costs some compression.
    ///
    /// - Throws: ``CompressionError/system(action:path:code:)`` where the disk refuses.
    public mutating func flush() throws(CompressionError) {
        try deflate(Span<UInt8>(), Z_SYNC_FLUSH)
    }

    /// Ends the file and puts it on disk.
    ///
    /// - Throws: ``CompressionError/system(action:path:code:)`` where the disk refuses.
    public consuming func finish() throws(CompressionError) {
        try deflate(Span<UInt8>(), Z_FINISH)
        try file.synchronize()
    }

    private mutating func deflate(
        _ bytes: Span<UInt8>,
        _ mode: Int32
    ) throws(CompressionError) {
        let outcome = unsafe bytes.withUnsafeBufferPointer { input in
            do throws(CompressionError) {
                try unsafe deflate(input, mode)
                return Result<Void, CompressionError>.success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func deflate(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ mode: Int32
    ) throws(CompressionError) {
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(bytes.count)
        var isFull = true
        while isFull {
            unsafe stream.pointee.next_out = output.baseAddress
            unsafe stream.pointee.avail_out = UInt32(output.count)
            _ = unsafe CZlib.deflate(stream, mode)
            isFull = unsafe stream.pointee.avail_out == 0
            let count = unsafe output.count - Int(stream.pointee.avail_out)
            let part = unsafe UnsafeBufferPointer(rebasing: output[..<count])
            try unsafe file.write(part)
        }
    }

    deinit {
        _ = unsafe deflateEnd(stream)
        unsafe stream.deallocate()
        unsafe output.deallocate()
    }
}
