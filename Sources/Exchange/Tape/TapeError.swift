public import Compression

/// Why a tape cannot be played.
public enum TapeError: Error, Hashable, Sendable {
    /// A place on a tape.
    public struct Place: Hashable, Sendable {
        /// The tape's path.
        public var tape: String
        /// The line, from 1.
        public var line: Int
        /// Where the line begins in the uncompressed text, in bytes.
        public var byte: Int

        /// Makes a place.
        public init(tape: String, line: Int, byte: Int) {
            self.tape = tape
            self.line = line
            self.byte = byte
        }
    }

    /// The file cannot be read on.
    case unreadable(at: Place, CompressionError)
    /// The file cannot be written on.
    case unwritable(tape: String, CompressionError)
    /// What should become a line would not read back as one.
    case notALine(tape: String, line: Int)
    /// A line is longer than `limit` bytes.
    case lineTooLong(at: Place, limit: Int)
    /// A line does not begin with 16 or 19 digits, a space and a message.
    case noReceiveTime(at: Place)
    /// The message of a line is not what the venue sends.
    case message(at: Place, MessageError)
    /// The tape is of a coin-margined contract, which is not supported.
    case coinMargined(at: Place, stream: String)
    /// The tape holds messages of two instruments.
    case mixed(at: Place, first: String, second: String)
    /// Nothing on the tape tells its instrument.
    case unidentified(tape: String, lines: Int)
}

extension TapeError.Place: CustomStringConvertible {
    /// The tape, the line and the byte.
    public var description: String { "\(tape), line \(line) (byte \(byte))" }
}

extension TapeError {
    /// Whether there is nothing to play: the file cannot be opened, or is no tape at all.
    public var isNothingReadable: Bool {
        switch self {
        case .unreadable(let place, .system): place.byte == 0
        case .unidentified: true
        default: false
        }
    }
}

extension TapeError: CustomStringConvertible {
    /// A sentence for people: the place, what was expected there, and what to try.
    public var description: String {
        switch self {
        case .unreadable(let place, let cause):
            if place.byte == 0 { return "cannot play the tape: \(cause)" }
            return "\(cause); its last whole line is \(place.line - 1)"
        case .unwritable(let tape, let cause):
            return "cannot write the tape \(tape): \(cause)"
        case .notALine(let tape, let line):
            return "\(tape): line \(line) would not read back; expected a receive time after"
                + " 2001 and a message in one line that does not begin with a space"
        case .lineTooLong(let place, let limit):
            return "\(place): a line is longer than \(limit) bytes; is this a recorded market?"
        case .noReceiveTime(let place):
            return "\(place): expected a receive time of 19 digits (nanoseconds) or 16 digits"
                + " (microseconds) before the year 2100, one space and a JSON message"
        case .message(let place, let cause):
            return "\(place): \(cause)"
        case .coinMargined(let place, let stream):
            return "\(place): \(stream) is a coin-margined contract, which is not supported;"
                + " use a spot or USD-margined tape"
        case .mixed(let place, let first, let second):
            return "\(place): the tape holds \(first) and \(second); split it by instrument"
        case .unidentified(let tape, 0):
            return "\(tape) is empty: there is not one line to trade"
        case .unidentified(let tape, let lines):
            return "\(tape): none of the first \(lines) lines tells the symbol and the market;"
                + " is this a tape of Binance streams?"
        }
    }
}
