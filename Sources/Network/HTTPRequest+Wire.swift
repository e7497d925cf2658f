extension HTTPRequest {
    /// Why it cannot be sent byte for byte as it is; `nil` where it can.
    ///
    /// Nothing is mended: what was signed is what is sent, or nothing is.
    var wireFault: String? {
        guard target.hasPrefix("/") else { return "the target does not begin with a slash" }
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else {
            return "the target holds a byte that must be percent-encoded"
        }
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isToken) else {
                return "a header's name is no token"
            }
            guard header.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
                return "the header \(header.name) holds a byte that would break the line"
            }
            guard !Self.ofConnection.contains(header.name.lowercased()) else {
                return "the header \(header.name) belongs to the connection"
            }
        }
        return nil
    }

    /// The header lines as libcurl wants them, without those of its own that nobody asked for.
    var wireLines: [String] {
        // With nothing behind its colon libcurl drops a line; a semicolon sends it empty.
        let asked = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let names = Set(headers.map { $0.name.lowercased() })
        // Waiting for a "100 Continue" would cost a round trip, or a second where none comes.
        return asked + ["Expect:"] + (names.contains("content-type") ? [] : ["Content-Type:"])
    }

    private static let ofConnection: Set = [
        "accept-encoding", "connection", "content-length", "expect", "host", "http2-settings",
        "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Whether a header's name may hold this byte (RFC 9110, 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
