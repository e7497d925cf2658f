import Trading

/// Client order ids, as a venue sends them back.
final class OrderIDDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let id = ClientOrderID(text) else { return }
        try require(id.description == text, "an id is written as it was read")
        try require(text.utf8.count <= 36, "an id has at most 36 characters")
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F
        }
        try require(isPlain, "an id is made of letters, digits, - and _")
    }
}
