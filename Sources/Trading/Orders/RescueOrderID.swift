/// The name of an order that rescue placed beside the journal: ours, and of no start of the engine.
///
/// `hr-tag-draw-start-number`: the journal's tag; four characters and the second drawn when the
/// recording began, which no other recording has; and the order's number in it. At most 36 of
/// `[A-Za-z0-9-_]`. It proves neither a rollback nor a second engine.
public struct RescueOrderID: Hashable, Sendable, CustomStringConvertible {
    /// The mark of every order of rescue.
    public static let prefix = "hr"

    /// The journal's four characters.
    public let tag: String
    /// Four characters of the recording.
    public let draw: String
    /// When the recording began, in seconds since 1970.
    public let start: UInt32
    /// The order's number in its recording, counted from 1.
    public let number: UInt32

    /// Makes the name of an order.
    public init(tag: String, draw: String, start: UInt32, number: UInt32) {
        invariant(tag.utf8.count == 4 && draw.utf8.count == 4, "tag and draw have four characters")
        self.tag = tag
        self.draw = draw
        self.start = start
        self.number = number
    }

    /// Reads a name; `nil` where it is none of rescue's.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == Self.prefix,
            parts[1].utf8.count == 4, parts[2].utf8.count == 4,
            text.utf8.allSatisfy(ClientOrderID.isAllowed),
            let start = UInt32(parts[3], radix: 36), let number = UInt32(parts[4], radix: 36)
        else { return nil }
        self.init(tag: String(parts[1]), draw: String(parts[2]), start: start, number: number)
        guard description == text else { return nil }
    }

    /// The name as it is sent.
    public var description: String {
        let second = String(start, radix: 36)
        return "\(Self.prefix)-\(tag)-\(draw)-\(second)-\(String(number, radix: 36))"
    }
}
