internal import Compression
public import Trading

/// Writes a new tape, compressed.
///
/// The tape is whole only after ``finish()``; one that is dropped before reads up to the last
/// ``flush()`` and then ends early, which a reader says. Owns the open file.
public struct TapeWriter: ~Copyable {
    /// The tape's path.
    public let path: String
    /// How many lines were written.
    public private(set) var lines = 0

    private var file: GzipWriter

    /// Makes the tape, which must not exist yet.
    ///
    /// - Throws: ``TapeError/unwritable(tape:_:)``.
    public init(creating path: String) throws(TapeError) {
        self.path = path
        do throws(CompressionError) {
            file = try GzipWriter(creating: path)
        } catch {
            throw .unwritable(tape: path, error)
        }
    }

    /// Appends a line.
    ///
    /// - Parameters:
    ///   - message: JSON text in one line.
    ///   - received: When it was received, from 2001-09-09 on: earlier moments have fewer than
    ///     the 19 digits of a tape.
    /// - Throws: ``TapeError/notALine(tape:line:)`` where this would not read back as one line,
    ///   and ``TapeError/unwritable(tape:_:)``.
    public mutating func append(
        _ message: Span<UInt8>,
        received: Timestamp
    ) throws(TapeError) {
        guard received.nanoseconds >= 1_000_000_000_000_000_000, !message.isEmpty,
            message[0] != 0x20, message.firstLineFeed(in: message.indices) == nil
        else { throw .notALine(tape: path, line: lines + 1) }
        let prefix = Array("\(received.nanoseconds) ".utf8)
        let lineFeed: [UInt8] = [0x0A]
        do throws(CompressionError) {
            try file.write(prefix.span)
            try file.write(message)
            try file.write(lineFeed.span)
        } catch {
            throw .unwritable(tape: path, error)
        }
        lines += 1
    }

    /// Makes all lines so far readable to others.
    ///
    /// - Throws: ``TapeError/unwritable(tape:_:)``.
    public mutating func flush() throws(TapeError) {
        do throws(CompressionError) {
            try file.flush()
        } catch {
            throw .unwritable(tape: path, error)
        }
    }

    /// Ends the tape and puts it on disk.
    ///
    /// - Throws: ``TapeError/unwritable(tape:_:)``.
    public consuming func finish() throws(TapeError) {
        let path = path
        do throws(CompressionError) {
            try file.finish()
        } catch {
            throw .unwritable(tape: path, error)
        }
    }
}
