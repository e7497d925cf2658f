internal import Digests
internal import JSON
internal import Trading

/// A line of a side journal: JSON that ends with a checksum of what stands before it.
struct SideLine {
    /// Its number, counted from 1 without gaps.
    var number: Int64
    var time: Timestamp
    var kind: String
    var version: Int64
    var order = ""
    var feeAsset = ""
    var words = ""
    var payload: String?
    var beginning: SideBeginning?

    /// The longest line, in bytes.
    static let longest = 64 << 10
    /// What stands around the checksum: `,"crc":"` and `"}`.
    private static let sealLength = 18

    /// Closes a line with its checksum.
    static func sealed(_ number: Int, _ members: [(key: String, value: JSONText?)]) -> String {
        let all = [("n", JSONText?.some(.integer(Int64(number))))] + members
        let open = String(JSONText.object(all).compact.dropLast())
        return open + ",\"crc\":\"\(checksum(Array(open.utf8)))\"}"
    }

    private static func checksum(_ bytes: [UInt8]) -> String {
        let digits = String(CRC32C.checksum(bytes.span), radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// Reads a line without its line feed.
    init(_ bytes: [UInt8]) throws(SideFault) {
        guard bytes.count > Self.sealLength, bytes.count <= Self.longest else {
            throw SideFault("it has \(bytes.count) bytes")
        }
        let open = Array(bytes.dropLast(Self.sealLength))
        let seal = ",\"crc\":\"\(Self.checksum(open))\"}"
        guard bytes.suffix(Self.sealLength).elementsEqual(seal.utf8) else {
            throw SideFault("its checksum is wrong")
        }
        do {
            var parser = JSONParser(maximumBytes: Self.longest)
            let value = try parser.parse(bytes.span)
            func text(_ key: StaticString) -> String { value.member(key)?.text ?? "" }
            guard let number = value.member("n")?.integer, let nanoseconds = Int64(text("time")),
                nanoseconds >= 0
            else { throw SideFault("it has no number or no time") }
            self.number = number
            time = Timestamp(nanoseconds: nanoseconds)
            kind = text("kind")
            version = value.member("version")?.integer ?? 0
            order = text("order")
            feeAsset = text("feeAsset")
            words = text("words")
            payload = value.member("payload")?.text
            if kind == "begin" {
                beginning = SideBeginning(
                    journal: text("journal"),
                    tag: text("tag"),
                    draw: text("draw"),
                    start: UInt32(clamping: value.member("start")?.integer ?? 0),
                    head: UInt64(text("head")) ?? 0,
                    program: text("program")
                )
            }
        } catch let error as SideFault {
            throw error
        } catch {
            throw SideFault("\(error)")
        }
    }
}

/// What a side journal begins with.
public struct SideBeginning: Hashable, Sendable {
    /// The id of the journal it stands beside, in hexadecimal.
    public var journal: String
    /// The journal's four characters.
    public var tag: String
    /// Four characters of its own.
    public var draw: String
    /// When it began, in seconds since 1970.
    public var start: UInt32
    /// The journal's last event that was known then.
    public var head: UInt64
    /// The version of the program.
    public var program: String

    /// Its name, which no other has: `draw-start`, the second in base 36.
    public var name: String { "\(draw)-\(String(start, radix: 36))" }

    /// The name of an order of it.
    func orderID(_ number: UInt32) -> RescueOrderID {
        RescueOrderID(tag: tag, draw: draw, start: start, number: number)
    }

    /// Its members in a line.
    func members(at time: Timestamp) -> [(key: String, value: JSONText?)] {
        [
            ("time", .text("\(time.nanoseconds)")), ("kind", .text("begin")),
            ("version", .integer(Int64(SideJournal.version))), ("journal", .text(journal)),
            ("tag", .text(tag)), ("draw", .text(draw)), ("start", .integer(Int64(start))),
            ("head", .text("\(head)")), ("program", .text(program)),
        ]
    }

    /// Whether names can be made of it.
    var isSound: Bool {
        RescueOrderID.prefix.utf8.count + tag.utf8.count == 6
            && RescueOrderID("hr-\(tag)-\(draw)-\(String(start, radix: 36))-1") != nil
            && journal.utf8.count == 32 && start > 0
    }
}
