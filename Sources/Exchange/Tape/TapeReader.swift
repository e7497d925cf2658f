internal import Compression
public import Trading

/// One line of a tape; borrowed from the reader until it moves on.
public struct TapeLine: ~Escapable {
    /// When the recorder received the message.
    public let received: Timestamp
    /// The JSON text as the venue sent it.
    public let message: Span<UInt8>
    /// The line, from 1.
    public let number: Int
    /// Where the line begins in the uncompressed text, in bytes.
    public let offset: Int

    @_lifetime(copy message)
    init(received: Timestamp, message: Span<UInt8>, number: Int, offset: Int) {
        self.received = received
        self.message = message
        self.number = number
        self.offset = offset
    }
}

/// Reads a tape line by line, compressed or plain.
///
/// A line is a receive time (19 digits are nanoseconds, 16 are microseconds, since 1970 in UTC),
/// one space and a message. The reader owns the open file and one buffer, which grows to the
/// longest line; no line is copied out of it.
public struct TapeReader: ~Copyable {
    /// The longest line that is read, in bytes.
    public static var maximumLineBytes: Int { 32 << 20 }

    /// The year 2100 in nanoseconds.
    private static let latest: Int64 = 4_102_444_800_000_000_000

    /// The tape's path.
    public let path: String
    /// When the line at hand was received; as written, even where it is before the line before.
    public private(set) var received = Timestamp.never
    /// The number of the line at hand, from 1; 0 before the first.
    public private(set) var number = 0
    /// Where the line at hand begins in the uncompressed text, in bytes.
    public private(set) var offset = 0

    private var file: GzipReader
    /// Handed to a ``TapeSet`` while it shows this reader's line.
    var buffer: [UInt8]
    /// The message of the line at hand.
    private(set) var message: Range<Int> = 0..<0
    /// Where the line after the one at hand begins, and where what was read ends.
    private var next = 0
    private var end = 0
    private var nextOffset = 0
    private var isAtEnd = false

    /// Opens a tape.
    ///
    /// - Throws: ``TapeError/unreadable(at:_:)``.
    public init(path: String) throws(TapeError) {
        self.path = path
        do throws(CompressionError) {
            file = try GzipReader(path: path)
        } catch {
            throw .unreadable(at: TapeError.Place(tape: path, line: 1, byte: 0), error)
        }
        buffer = [UInt8](repeating: 0, count: 1 << 18)
    }

    /// The line at hand; holds only after ``advance()`` returned `true`.
    public var line: TapeLine {
        @_lifetime(borrow self) get {
            let bytes = buffer.span.extracting(message)
            return TapeLine(received: received, message: bytes, number: number, offset: offset)
        }
    }

    /// Where the line at hand is.
    public var place: TapeError.Place {
        TapeError.Place(tape: path, line: max(number, 1), byte: offset)
    }

    /// Goes to the next line.
    ///
    /// - Returns: `false` at the end of the tape.
    /// - Throws: ``TapeError`` where the file cannot be read or the line has no receive time.
    ///   The line at hand is then the one in question.
    public mutating func advance() throws(TapeError) -> Bool {
        number += 1
        offset = nextOffset
        guard let length = try lineLength() else {
            number -= 1
            return false
        }
        let start = next
        let lineEnd = start + length
        next = min(lineEnd + 1, end)
        nextOffset += next - start
        let isReturn = length > 0 && buffer[lineEnd - 1] == 0x0D
        try readReceiveTime(start, isReturn ? lineEnd - 1 : lineEnd)
        return true
    }

    /// The length of the next line without its line feed; `nil` at the end of the tape.
    private mutating func lineLength() throws(TapeError) -> Int? {
        var searched = 0
        while true {
            if let found = buffer.span.firstLineFeed(in: next + searched..<end) {
                return found - next
            }
            searched = end - next
            if isAtEnd { return searched > 0 ? searched : nil }
            try readMore()
        }
    }

    private mutating func readMore() throws(TapeError) {
        if next > 0 {
            // What is left of the last line moves to the front.
            for index in next..<end { buffer[index - next] = buffer[index] }
            end -= next
            next = 0
        }
        if end == buffer.count {
            guard end < Self.maximumLineBytes else {
                throw .lineTooLong(at: place, limit: Self.maximumLineBytes)
            }
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        do throws(CompressionError) {
            let count = try file.read(into: &buffer, from: end)
            isAtEnd = count == 0
            end += count
        } catch {
            throw .unreadable(at: place, error)
        }
    }

    private mutating func readReceiveTime(_ start: Int, _ end: Int) throws(TapeError) {
        var index = start
        var value: Int64 = 0
        while index < end, index - start < 19, buffer[index] &- 0x30 <= 9 {
            // 19 digits may pass the largest number: 9,223,372,036,854,775,807 is in 2262.
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(buffer[index] &- 0x30))
            guard !overflow, !carry else { throw .noReceiveTime(at: place) }
            value = sum
            index += 1
        }
        let digits = index - start
        guard digits == 19 || digits == 16, index + 1 < end, buffer[index] == 0x20,
            buffer[index + 1] != 0x20
        else { throw .noReceiveTime(at: place) }
        let unit: Int64 = digits == 19 ? 1 : 1000
        // A later one is a slip of the recorder, and would let the clock of a run leap.
        guard value < Self.latest / unit else { throw .noReceiveTime(at: place) }
        received = Timestamp(nanoseconds: value * unit)
        message = index + 1..<end
    }
}

extension Span<UInt8> {
    /// The index of the first line feed in `range`, eight bytes at a time.
    func firstLineFeed(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = self.word(at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
            // The lowest byte that is zero has its highest bit set here.
            let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if zeros != 0 { return index &+ zeros.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < range.upperBound {
            if self[index] == 0x0A { return index }
            index &+= 1
        }
        return nil
    }

    /// Eight bytes as a little-endian word; one load.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        let part = extracting(index..<index &+ 8)
        let low =
            UInt64(part[0]) | UInt64(part[1]) &<< 8 | UInt64(part[2]) &<< 16
            | UInt64(part[3]) &<< 24
        let high =
            UInt64(part[4]) &<< 32 | UInt64(part[5]) &<< 40 | UInt64(part[6]) &<< 48
            | UInt64(part[7]) &<< 56
        return low | high
    }
}
