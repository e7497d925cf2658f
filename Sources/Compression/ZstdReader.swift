internal import CZstd

/// Reads the zstd frames of a file, one after the other, as one run of bytes.
///
/// Skippable frames are passed over. Memory is bounded whatever the file says: a frame that needs
/// a window above ``windowLimit`` bytes is refused as corrupt, and a call never gives more than
/// its caller has room for. Owns the open file and two buffers; not for sharing between threads.
@safe public struct ZstdReader: ~Copyable {
    /// The file that is read.
    public var path: String { file.path }
    /// How many bytes of the file have been used up, those before the start included.
    public private(set) var fileOffset: Int

    /// The largest window that a frame may ask for, in bytes: what every decoder has to support.
    public static var windowLimit: Int { 1 << windowLog }

    private let file: File
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// The part of `input` that is not used up.
    private var start = 0
    private var end = 0
    private let context: OpaquePointer
    private var isInsideFrame = true
    private var hasEnded = false

    private static var windowLog: Int { 23 }
    private static var bufferBytes: Int { 1 << 17 }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - offset: The byte at which a frame begins; reading goes from there to the file's end.
    /// - Throws: ``CompressionError`` where the file cannot be opened or memory is short.
    public init(path: String, from offset: Int = 0) throws(CompressionError) {
        let file = try File(reading: path, from: offset)
        guard let context = unsafe ZSTD_createDCtx() else { throw .outOfMemory(path: path) }
        let status = unsafe ZSTD_DCtx_setParameter(
            context,
            ZSTD_d_windowLogMax,
            Int32(Self.windowLog)
        )
        guard ZSTD_isError(status) == 0 else {
            _ = unsafe ZSTD_freeDCtx(context)
            throw .outOfMemory(path: path)
        }
        fileOffset = offset
        self.file = file
        unsafe self.context = unsafe context
        unsafe input = .allocate(capacity: Self.bufferBytes)
        unsafe input.initialize(repeating: 0)
    }

    /// Fills `bytes` from `index` on, at most to its end, with what comes next.
    ///
    /// - Returns: How many bytes were written; 0 only at the end of the file or without room.
    /// - Throws: ``CompressionError`` where the file cannot be read, ends within a frame, holds
    ///   no frame at all, or is corrupt. What was returned before stands.
    public mutating func read(
        into bytes: inout [UInt8],
        from index: Int = 0
    ) throws(CompressionError) -> Int {
        if hasEnded || index >= bytes.count { return 0 }
        let outcome = unsafe bytes.withUnsafeMutableBufferPointer { whole in
            let output = unsafe UnsafeMutableBufferPointer(rebasing: whole[index...])
            do throws(CompressionError) {
                return Result<Int, CompressionError>.success(try unsafe decompress(into: output))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Makes sure that input is there; `false` at the end of the file.
    private mutating func refill() throws(CompressionError) -> Bool {
        if start < end { return true }
        start = 0
        end = 0
        end = try unsafe file.read(into: input)
        return end > 0
    }

    private mutating func decompress(
        into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> Int {
        while true {
            let before = fileOffset
            let written = try unsafe step(into: output)
            if written > 0 { return written }
            // What the codec holds back is out; only more input helps.
            guard fileOffset == before, try !refill() else { continue }
            guard !isInsideFrame else { throw .endsEarly(path: path, byte: fileOffset) }
            hasEnded = true
            return 0
        }
    }

    /// One call of zstd with the input at hand, which may be none.
    private mutating func step(
        into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> Int {
        if start == end && !isInsideFrame { return 0 }
        var from = unsafe ZSTD_inBuffer(src: input.baseAddress, size: end, pos: start)
        var into = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = unsafe ZSTD_decompressStream(context, &into, &from)
        let used = unsafe from.pos - start
        start += used
        fileOffset += used
        guard ZSTD_isError(status) == 0 else {
            if ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation {
                throw .outOfMemory(path: path)
            }
            let detail = unsafe String(cString: ZSTD_getErrorName(status))
            throw .corrupt(path: path, byte: fileOffset, detail: detail)
        }
        // A call that had nothing to do says how much a new frame would want.
        if unsafe used > 0 || into.pos > 0 { isInsideFrame = status != 0 }
        return unsafe into.pos
    }

    deinit {
        _ = unsafe ZSTD_freeDCtx(context)
        unsafe input.deallocate()
    }
}
