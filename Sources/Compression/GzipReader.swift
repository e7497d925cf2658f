internal import CZlib

/// Reads a file from its beginning to its end, decompressing it where it is gzip.
///
/// A file that does not begin with gzip's two magic bytes is handed through as it is. Several
/// gzip members one after the other, as `cat a.gz b.gz` makes them, read as one. Owns the open
/// file and two buffers; not for sharing between threads.
@safe public struct GzipReader: ~Copyable {
    /// What the file is, as its first bytes tell.
    public enum Format: Hashable, Sendable {
        /// Compressed.
        case gzip
        /// Anything else.
        case plain
    }

    /// The file that is read.
    public var path: String { file.path }
    /// Whether the file is compressed.
    public let format: Format
    /// How many bytes of the file have been used up.
    public private(set) var fileOffset = 0

    private let file: File
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// The part of `input` that is not used up.
    private var start = 0
    private var end = 0
    /// zlib keeps a pointer to its stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInsideMember = false
    private var hasEnded = false

    private static var bufferBytes: Int { 1 << 16 }

    /// Opens a file.
    ///
    /// - Throws: ``CompressionError/system(action:path:code:)`` where the file cannot be opened.
    public init(path: String) throws(CompressionError) {
        let file = try File(reading: path)
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Self.bufferBytes)
        unsafe input.initialize(repeating: 0)
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        do throws(CompressionError) {
            var end = 0
            // The two magic bytes decide, and a pipe may give them one at a time.
            while end < 2 {
                let room = unsafe UnsafeMutableBufferPointer(rebasing: input[end...])
                let count = try unsafe file.read(into: room)
                if count == 0 { break }
                end += count
            }
            let isGzip = unsafe end >= 2 && input[0] == 0x1F && input[1] == 0x8B
            if isGzip {
                let status = unsafe inflateInit2_(
                    stream,
                    15 + 16,
                    ZLIB_VERSION,
                    Int32(MemoryLayout<z_stream>.size)
                )
                guard status == Z_OK else { throw .outOfMemory(path: path) }
            }
            format = isGzip ? .gzip : .plain
            self.end = end
        } catch {
            unsafe input.deallocate()
            unsafe stream.deallocate()
            throw error
        }
        isInsideMember = format == .gzip
        self.file = file
        unsafe self.input = input
        unsafe self.stream = stream
    }

    /// Fills `bytes` from `index` on, at most to its end, with what comes next.
    ///
    /// - Returns: How many bytes were written; 0 only at the end of the file or without room.
    /// - Throws: ``CompressionError`` where the file cannot be read, ends within a gzip member,
    ///   or is corrupt. What was returned before stands.
    public mutating func read(
        into bytes: inout [UInt8],
        from index: Int = 0
    ) throws(CompressionError) -> Int {
        if hasEnded || index >= bytes.count { return 0 }
        let outcome = unsafe bytes.withUnsafeMutableBufferPointer { whole in
            let output = unsafe UnsafeMutableBufferPointer(rebasing: whole[index...])
            do throws(CompressionError) {
                let count =
                    format == .gzip ? try unsafe inflate(into: output) : try unsafe copy(output)
                return Result<Int, CompressionError>.success(count)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private mutating func copy(
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> Int {
        guard try refill() else {
            hasEnded = true
            return 0
        }
        let count = min(output.count, end - start)
        for index in 0..<count { unsafe output[index] = input[start + index] }
        advance(count)
        return count
    }

    private mutating func advance(_ count: Int) {
        start += count
        fileOffset += count
    }

    /// Makes sure that input is there; `false` at the end of the file.
    private mutating func refill() throws(CompressionError) -> Bool {
        if start < end { return true }
        start = 0
        end = 0
        end = try unsafe file.read(into: input)
        return end > 0
    }

    private mutating func inflate(
        into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> Int {
        var written = 0
        while written == 0 {
            guard try refill() else {
                guard !isInsideMember else { throw .endsEarly(path: path, byte: fileOffset) }
                hasEnded = true
                return 0
            }
            if !isInsideMember {
                guard unsafe inflateReset(stream) == Z_OK else { throw .outOfMemory(path: path) }
                isInsideMember = true
            }
            written = try unsafe step(into: output)
        }
        return written
    }

    /// One call of zlib with the input at hand.
    private mutating func step(
        into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> Int {
        let offered = end - start
        guard let first = unsafe input.baseAddress else { return 0 }
        unsafe stream.pointee.next_in = unsafe first + start
        unsafe stream.pointee.avail_in = UInt32(offered)
        unsafe stream.pointee.next_out = output.baseAddress
        let room = UInt32(clamping: output.count)
        unsafe stream.pointee.avail_out = room
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        advance(unsafe offered - Int(stream.pointee.avail_in))
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isInsideMember = false
        case Z_MEM_ERROR: throw .outOfMemory(path: path)
        default:
            let detail = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            throw .corrupt(
                path: path,
                byte: fileOffset,
                detail: detail ?? "zlib status \(status)"
            )
        }
        return unsafe Int(room - stream.pointee.avail_out)
    }

    deinit {
        if format == .gzip { _ = unsafe inflateEnd(stream) }
        unsafe stream.deallocate()
        unsafe input.deallocate()
    }
}
