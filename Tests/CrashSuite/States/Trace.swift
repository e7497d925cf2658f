import Platform
import SuiteSupport

/// What a recorded program did to its files, call by call; `Tests/CInterpose/record.c` has the
/// format.
struct Trace {
    /// One call.
    struct Record {
        /// What was called.
        enum Kind: UInt8 {
            case open = 0x4F
            case write = 0x57
            case sync = 0x53
            case truncate = 0x54
            case allocate = 0x41
            case makeDirectory = 0x4D
            case remove = 0x55
            case removeDirectory = 0x44
            case rename = 0x52
            case exchange = 0x58
            case map = 0x50
            case mark = 0x4B
        }

        let kind: Kind
        /// Whether a write was durable when it returned.
        let isDurable: Bool
        let descriptor: Int
        let path: String
        let target: String
        /// The offset of a write, the size of a truncation, the flags of an open.
        let number: Int
        /// Where in the trace the data lies.
        let data: Range<Int>
    }

    let bytes: [UInt8]
    let records: [Record]

    /// Reads the trace in a file.
    init(file: String) throws {
        bytes = try FileSystem.read(file)
        var records: [Record] = []
        var place = 0
        while place < bytes.count {
            guard place + 32 <= bytes.count,
                let kind = Record.Kind(rawValue: bytes[place + 4])
            else { throw SuiteFailure("\(file) holds no trace at byte \(place)") }
            let length = Self.number(bytes, place, 4)
            let first = place + 32
            let second = first + Self.number(bytes, place + 6, 2)
            let data = second + Self.number(bytes, place + 12, 4)
            let end = data + Self.number(bytes, place + 24, 8)
            guard length >= 32, end == place + length, end <= bytes.count else {
                throw SuiteFailure("\(file) ends within a record, at byte \(place)")
            }
            records.append(
                Record(
                    kind: kind,
                    isDurable: bytes[place + 5] == 1,
                    descriptor: Self.number(bytes, place + 8, 4),
                    path: String(decoding: bytes[first..<second], as: UTF8.self),
                    target: String(decoding: bytes[second..<data], as: UTF8.self),
                    number: Self.number(bytes, place + 16, 8),
                    data: data..<end
                )
            )
            place = end
        }
        self.records = records
    }

    /// A little-endian number of the trace.
    static func number(_ bytes: [UInt8], _ place: Int, _ width: Int) -> Int {
        var number: UInt64 = 0
        for index in 0..<width { number |= UInt64(bytes[place + index]) << UInt64(8 * index) }
        return Int(truncatingIfNeeded: number)
    }
}
