internal import CZstd

/// Writes a new zstd file, in as many frames as its caller wants, each with a checksum.
///
/// The file is complete only after ``finish()``; one that is dropped before ends early, and reads
/// so. Owns the open file and a buffer; not for sharing between threads.
@safe public struct ZstdWriter: ~Copyable {
    /// The file that is written.
    public var path: String { file.path }
    /// The size of the file so far in bytes; after ``endFrame()`` where the next frame begins.
    public private(set) var fileBytes = 0
    /// How many bytes the frame at hand holds, before compression.
    public private(set) var frameBytes = 0

    private let file: File
    private let output: UnsafeMutableBufferPointer<UInt8>
    private let context: OpaquePointer

    /// The window of a frame: more would find no more in a frame of a megabyte.
    private static var windowLog: Int32 { 21 }
    private static var bufferBytes: Int { 1 << 17 }

    /// Makes the file, which must not exist yet.
    ///
    /// - Parameters:
    ///   - path: Where to make it.
    ///   - level: 1, fast, to 19, small.
    /// - Throws: ``CompressionError`` where the file cannot be made or memory is short.
    public init(creating path: String, level: Int = 3) throws(CompressionError) {
        guard let context = unsafe ZSTD_createCCtx() else { throw .outOfMemory(path: path) }
        let settings = [
            (ZSTD_c_compressionLevel, Int32(max(1, min(level, 19)))),
            (ZSTD_c_windowLog, Self.windowLog), (ZSTD_c_checksumFlag, 1),
        ]
        do throws(CompressionError) {
            for (name, value) in settings {
                let status = unsafe ZSTD_CCtx_setParameter(context, name, value)
                guard ZSTD_isError(status) == 0 else { throw .outOfMemory(path: path) }
            }
            file = try File(creating: path)
        } catch {
            _ = unsafe ZSTD_freeCCtx(context)
            throw error
        }
        unsafe self.context = unsafe context
        unsafe output = .allocate(capacity: Self.bufferBytes)
    }

    /// Appends `bytes` to the frame at hand.
    ///
    /// - Throws: ``CompressionError`` where the disk refuses or memory is short.
    public mutating func write(_ bytes: Span<UInt8>) throws(CompressionError) {
        try compress(bytes, ZSTD_e_continue)
        frameBytes += bytes.count
    }

    /// Ends the frame at hand; what is written next begins another.
    ///
    /// An empty frame is not written.
    ///
    /// - Throws: ``CompressionError`` where the disk refuses or memory is short.
    public mutating func endFrame() throws(CompressionError) {
        if frameBytes == 0 { return }
        try compress(Span<UInt8>(), ZSTD_e_end)
        frameBytes = 0
    }

    /// Ends the frame at hand and appends one that decompression passes over.
    ///
    /// - Parameters:
    ///   - bytes: What it holds, below 4 GiB.
    ///   - variant: 0 to 15, the last digit of its magic number.
    /// - Throws: ``CompressionError`` where the disk refuses or memory is short.
    public mutating func writeSkippable(
        _ bytes: Span<UInt8>,
        variant: UInt32 = 0
    ) throws(CompressionError) {
        try endFrame()
        let words = [0x184D_2A50 | (variant & 15), UInt32(bytes.count)]
        let front = words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        try append(front.span)
        try append(bytes)
    }

    /// Ends the file and puts it on disk; one without a byte holds an empty frame.
    ///
    /// - Throws: ``CompressionError`` where the disk refuses or memory is short.
    public consuming func finish() throws(CompressionError) {
        if frameBytes > 0 || fileBytes == 0 { try compress(Span<UInt8>(), ZSTD_e_end) }
        try file.synchronize()
    }

    private mutating func append(_ bytes: Span<UInt8>) throws(CompressionError) {
        let outcome = unsafe bytes.withUnsafeBufferPointer { buffer in
            do throws(CompressionError) {
                return Result<Void, CompressionError>.success(try unsafe file.write(buffer))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        fileBytes += bytes.count
    }

    private mutating func compress(
        _ bytes: Span<UInt8>,
        _ mode: ZSTD_EndDirective
    ) throws(CompressionError) {
        let outcome = unsafe bytes.withUnsafeBufferPointer { buffer in
            do throws(CompressionError) {
                try unsafe compress(buffer, mode)
                return Result<Void, CompressionError>.success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func compress(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ mode: ZSTD_EndDirective
    ) throws(CompressionError) {
        var from = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var isDone = false
        while !isDone {
            var into = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            let left = unsafe ZSTD_compressStream2(context, &into, &from, mode)
            guard ZSTD_isError(left) == 0 else { throw .outOfMemory(path: path) }
            let part = unsafe UnsafeBufferPointer(rebasing: output[..<into.pos])
            try unsafe file.write(part)
            fileBytes += part.count
            isDone = unsafe mode == ZSTD_e_end ? left == 0 : from.pos == bytes.count
        }
    }

    deinit {
        _ = unsafe ZSTD_freeCCtx(context)
        unsafe output.deallocate()
    }
}
