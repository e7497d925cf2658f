internal import Digests

/// What a request signs, and the signature it came with.
///
/// The payload of an HTTP request is the bytes of its query and of its body as they came, one
/// behind the other without anything between, less the signature, wherever that stands. Of a
/// request over a WebSocket it is all parameters but the signature, by name.
struct BinanceSignature {
    /// What is signed.
    let payload: String
    /// In hexadecimal; `nil` where there is none.
    let signature: String?

    init(query: Substring, body: Substring) {
        let (head, first) = Self.parts(of: query)
        let (tail, second) = Self.parts(of: body)
        payload = head + tail
        signature = first ?? second
    }

    init(_ parameters: BinanceParameters) {
        payload = parameters.pairs
            .filter { $0.name != "signature" }
            .sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
        signature = parameters.text("signature")
    }

    /// Whether it is the signature of the payload.
    func isValid(by signer: HMAC) -> Bool {
        guard let signature, let digest = SHA256Digest(hexadecimal: signature.lowercased()) else {
            return false
        }
        return digest == signer.code(of: Array(payload.utf8).span)
    }

    private static func parts(of text: Substring) -> (rest: String, signature: String?) {
        let name = "signature="
        let pairs = text.split(separator: "&", omittingEmptySubsequences: false)
        let rest = pairs.filter { !$0.hasPrefix(name) }.joined(separator: "&")
        let signature = pairs.first { $0.hasPrefix(name) }?.dropFirst(name.count)
        return (rest, signature.map(String.init))
    }
}
