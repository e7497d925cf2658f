internal import Digests
public import Trading

extension CorrectionMade {
    /// The longest name of an operator, in bytes.
    public static let longestName = 200
    /// The longest reason, in bytes.
    public static let longestReason = 2000

    /// The request that lets a running engine make the correction: the payload of the event, in
    /// hexadecimal.
    public var request: ControlMessage {
        var writer = ByteWriter()
        encode(into: &writer)
        return .request("correct", ["payload": .text(Hexadecimal.text(writer.span))])
    }

    /// What such a request says; `nil` where it is none.
    init?(_ request: ControlMessage) {
        guard let digits = request.text("payload").map({ Array($0.utf8) }), digits.count % 2 == 0
        else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[place...(place + 1)], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        var reader = ByteReader(bytes.span)
        self.init(from: &reader)
        guard !reader.isDamaged, reader.remaining == 0, !by.isEmpty, !reason.isEmpty,
            by.utf8.count <= Self.longestName, reason.utf8.count <= Self.longestReason
        else { return nil }
    }
}
