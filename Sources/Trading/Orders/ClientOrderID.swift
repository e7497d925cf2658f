/// The name an order carries at the venue: never used twice, and evidence of who made it.
///
/// `prefix-tag-epoch-draw-sequence`, with epoch and sequence number in base 36, at most 36 of
/// `[A-Za-z0-9-_]`, which both venues accept.
public struct ClientOrderID: Hashable, Sendable, CustomStringConvertible {
    /// The prefix of every Holdfast order.
    public static let prefix = "hf"

    /// The journal's four characters.
    public let tag: String
    /// The start of the engine that intended the order.
    public let epoch: Epoch
    /// Four characters drawn at the start of the epoch, which a copied journal cannot know.
    public let draw: String
    /// The sequence number of the intent.
    public let order: OrderID

    /// Makes the name of an order.
    public init(tag: String, epoch: Epoch, draw: String, order: OrderID) {
        invariant(tag.utf8.count == 4 && draw.utf8.count == 4, "tag and draw have four characters")
        self.tag = tag
        self.epoch = epoch
        self.draw = draw
        self.order = order
    }

    /// Reads a name; `nil` where it is not one of ours.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == Self.prefix, parts[1].utf8.count == 4,
            parts[3].utf8.count == 4, text.utf8.allSatisfy(Self.isAllowed),
            let epoch = UInt32(parts[2], radix: 36), let sequence = UInt64(parts[4], radix: 36)
        else { return nil }
        self.init(
            tag: String(parts[1]),
            epoch: Epoch(epoch),
            draw: String(parts[3]),
            order: OrderID(sequence)
        )
        guard description == text else { return nil }
    }

    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    /// The name as it is sent: at most 36 characters.
    public var description: String {
        let epoch = String(epoch.rawValue, radix: 36)
        return "\(Self.prefix)-\(tag)-\(epoch)-\(draw)-\(String(order.rawValue, radix: 36))"
    }
}
