import Exchange
import Platform
import Trading

/// Recorded markets, compressed or plain.
final class TapeDecoder: Decoder {
    private let path: String

    init(scratch: String) { path = scratch + "/market.tape" }

    func take(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        do {
            var reader = try TapeReader(path: path)
            var lines = 0
            var end = 0
            // What is packed tighter than this is no market.
            while lines < 1000, try reader.advance() {
                lines += 1
                let line = reader.line
                try require(line.number == lines, "lines are counted from 1")
                try require(line.offset >= end, "a line lies behind the one before")
                try require(line.message.count > 0, "a line has a message")
                try require(line.received >= .never, "a receive time is not before 1970")
                end = line.offset + line.message.count
            }
        } catch let error as TapeError {
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }
}
