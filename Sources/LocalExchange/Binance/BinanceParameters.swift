internal import Digests
internal import Network
internal import Trading

/// The parameters of a request: query and body, as they came and decoded.
struct BinanceParameters {
    private let values: [(name: String, value: String)]
    /// What the signature is over: query and body, one behind the other, without the signature.
    private let signed: String

    init(_ request: HTTPRequest) {
        let query = String(request.query)
        let body = String(decoding: request.body, as: UTF8.self)
        values = (query.split(separator: "&") + body.split(separator: "&")).map { part in
            let name = part.prefix { $0 != "=" }
            let value = part.dropFirst(name.count).dropFirst()
            return (Self.decoded(name), Self.decoded(value))
        }
        signed = Self.withoutSignature(query) + Self.withoutSignature(body)
    }

    private static func withoutSignature(_ text: String) -> String {
        text.split(separator: "&", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("signature=") }
            .joined(separator: "&")
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A parameter; `nil` where it is absent or empty.
    func text(_ name: String) -> String? {
        values.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    func required(_ name: String) throws(BinanceError) -> String {
        guard let value = text(name) else { throw .missing(name) }
        return value
    }

    func decimal(_ name: String) throws(BinanceError) -> Decimal? {
        guard let text = text(name) else { return nil }
        guard let value = try? Decimal(text), !value.isNegative else { throw .illegal(name) }
        return value
    }

    func integer(_ name: String) throws(BinanceError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let value = Int64(text) else { throw .illegal(name) }
        return value
    }

    /// Checks time and signature, time first, as the venue does.
    func requireSignature(by signer: HMAC, at now: Timestamp) throws(BinanceError) {
        guard let stamp = try integer("timestamp") else { throw .missing("timestamp") }
        let window = try integer("recvWindow") ?? 5000
        let clock = now.nanoseconds / 1_000_000
        guard stamp < clock + 1000 else { throw .early }
        guard clock - stamp <= window else { throw .late }
        let given = try required("signature")
        let bytes = Array(signed.utf8)
        guard given.lowercased() == "\(signer.code(of: bytes.span))" else { throw .signature }
    }
}
