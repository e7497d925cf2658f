internal import Platform

/// Bytes that can be read anywhere: a file, or what a test makes of one.
protocol ByteSource {
    /// Fills `buffer`, or its first `limit` bytes, from `offset`; fewer mean the end.
    func read(
        into buffer: inout MutableSpan<UInt8>,
        at offset: Int,
        limit: Int
    ) throws(PlatformError) -> Int

    /// The first byte at or behind `offset` that lies in no hole.
    func nextData(from offset: Int) throws(PlatformError) -> Int
}

extension File: ByteSource {}

/// A part of a file in memory, which moves and grows as it is asked to.
///
/// Where the disk gives no bytes, or the file became shorter, zeros stand for them.
struct ByteWindow {
    private let source: any ByteSource
    private let size: Int
    private let step: Int
    private let slack: Int
    private var start = 0
    private var count = 0
    private var buffer: [UInt8] = []

    /// Bytes that could not be read, as ranges of whole pieces, in the order they were met.
    private(set) var unreadable: [Range<Int>] = []

    /// Looks at the first `size` bytes of `source`.
    ///
    /// - Parameters:
    ///   - source: the bytes.
    ///   - size: how many there are.
    ///   - step: bytes read at once, at least.
    ///   - slack: how many bytes before what is asked for are read too.
    init(_ source: any ByteSource, size: Int, step: Int, slack: Int = 0) {
        self.source = source
        self.size = size
        self.step = step
        self.slack = slack
    }

    /// Has some bytes from `offset` on in memory: at least `least`, or all to the file's end.
    ///
    /// - Returns: all that are in memory, beginning with `offset`.
    mutating func forward(
        from offset: Int,
        least: Int
    ) throws(PlatformError) -> Range<Int> {
        try cover(offset, min(least, size - offset))
        return offset..<(start + count)
    }

    /// Has the `length` bytes from `offset` on in memory, or all to the file's end.
    mutating func exactly(_ offset: Int, _ length: Int) throws(PlatformError) -> Range<Int> {
        let wanted = min(length, size - offset)
        try cover(offset, wanted)
        return offset..<(offset + wanted)
    }

    /// Bytes that were put into memory.
    @_lifetime(borrow self)
    borrowing func bytes(_ range: Range<Int>) -> Span<UInt8> {
        buffer.span.extracting((range.lowerBound - start)..<(range.upperBound - start))
    }

    /// Where bytes other than zeros may come next, at or behind `offset`.
    func nextData(from offset: Int) throws(PlatformError) -> Int {
        try source.nextData(from: offset)
    }

    private mutating func cover(_ offset: Int, _ wanted: Int) throws(PlatformError) {
        if offset >= start, offset + wanted <= start + count { return }
        let begin = max(0, offset - slack)
        let length = min(max(offset - begin + wanted, step), size - begin)
        // One long batch must not keep its room for ever.
        if buffer.count < length || buffer.count > 4 * max(length, step) {
            buffer = [UInt8](repeating: 0, count: length)
        }
        start = begin
        count = length
        let source = source
        var done = 0
        do throws(PlatformError) {
            var span = buffer.mutableSpan
            done = try source.read(into: &span, at: begin, limit: length)
        } catch {
            guard error.isDiskFailure else { throw error }
            try loadPieces(begin, length)
            done = length
        }
        clear(done..<length)
    }

    /// Reads piece by piece around what the disk does not give.
    private mutating func loadPieces(_ begin: Int, _ length: Int) throws(PlatformError) {
        var piece = [UInt8](repeating: 0, count: 4096)
        for place in stride(from: 0, to: length, by: piece.count) {
            let limit = min(piece.count, length - place)
            var done = 0
            do throws(PlatformError) {
                var span = piece.mutableSpan
                done = try source.read(into: &span, at: begin + place, limit: limit)
            } catch {
                guard error.isDiskFailure else { throw error }
                note((begin + place)..<(begin + place + limit))
            }
            buffer.replaceSubrange(place..<(place + done), with: piece[..<done])
            clear((place + done)..<(place + limit))
        }
    }

    private mutating func clear(_ range: Range<Int>) {
        for index in range { buffer[index] = 0 }
    }

    private mutating func note(_ range: Range<Int>) {
        if unreadable.contains(where: { $0.contains(range.lowerBound) }) { return }
        guard let last = unreadable.last, last.upperBound == range.lowerBound else {
            unreadable.append(range)
            return
        }
        unreadable[unreadable.count - 1] = last.lowerBound..<range.upperBound
    }
}
