/// Where a server is reached: scheme, host and port.
///
/// Plain http exists for addresses of this machine only, so that nothing built on an address can
/// send a key or an order over a wire that others read.
public struct HTTPAddress: Hashable, Sendable {
    /// Whether it is https.
    public let isEncrypted: Bool
    /// The host in lower case; an IPv6 address in brackets.
    public let host: String
    /// The port, the scheme's own where the text named none.
    public let port: UInt16

    /// Reads `https://host[:port]`, or `http://` with `localhost`, `127.x.y.z` or `[::1]`.
    ///
    /// One `/` may follow; a user, a path, a query and a fragment may not.
    ///
    /// - Throws: ``HTTPAddressFault``.
    public init(_ text: String) throws(HTTPAddressFault) {
        let parts = try Self.parts(of: text)
        isEncrypted = parts.isEncrypted
        host = parts.host
        port = parts.port ?? (parts.isEncrypted ? 443 : 80)
        guard isEncrypted || Self.isLoopback(host) else {
            throw .plain(host: host)
        }
    }

    /// Scheme, host and port of an address of either scheme, wherever it lies.
    static func parts(
        of text: String
    ) throws(HTTPAddressFault) -> (isEncrypted: Bool, host: String, port: UInt16?) {
        // Some foreign letters have an ASCII one as their lower case, and would name another host.
        guard text.utf8.allSatisfy({ $0 < 128 }) else { throw .malformed }
        let lower = text.lowercased()
        let isEncrypted = lower.hasPrefix("https://")
        guard isEncrypted || lower.hasPrefix("http://") else { throw .malformed }
        var rest = lower.dropFirst(isEncrypted ? 8 : 7)
        if rest.hasSuffix("/") { rest.removeLast() }
        var host = rest
        var port: UInt16?
        if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
            host = rest[..<colon]
            let digits = rest[rest.index(after: colon)...]
            guard digits.utf8.allSatisfy(isDigit), let number = UInt16(digits), number > 0 else {
                throw .malformed
            }
            port = number
        }
        guard isName(host) || isBracketed(host) else { throw .malformed }
        return (isEncrypted, String(host), port)
    }

    /// Whether a plain connection to it stays on this machine, however it is resolved.
    ///
    /// libcurl itself takes `localhost` for the loopback addresses and asks no resolver.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        // The short, octal and hexadecimal forms that a resolver may take are not among these.
        let numbers = parts.map { part in UInt8(part).map(String.init) == String(part) }
        return parts.count == 4 && parts[0] == "127" && !numbers.contains(false)
    }

    private static func isName(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { isDigit($0) || isLetter($0) || $0 == 0x2D }
            }
    }

    private static func isBracketed(_ host: Substring) -> Bool {
        guard host.hasPrefix("["), host.hasSuffix("]"), host.utf8.count > 3 else { return false }
        return host.utf8.dropFirst().dropLast().allSatisfy {
            isDigit($0) || (0x61...0x66).contains($0) || $0 == 0x3A || $0 == 0x2E
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
}

extension HTTPAddress: CustomStringConvertible {
    /// The address as a URL, with the port where it is not the scheme's own.
    public var description: String {
        let scheme = isEncrypted ? "https" : "http"
        return port == (isEncrypted ? 443 : 80)
            ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }
}

/// Why a text is no address to send to.
public enum HTTPAddressFault: Error, Hashable, Sendable {
    /// It is not `scheme://host[:port]`.
    case malformed
    /// It is plain http to a host that is not this machine.
    case plain(host: String)
}

extension HTTPAddressFault: CustomStringConvertible {
    /// What is wrong, and what to write instead.
    public var description: String {
        switch self {
        case .malformed: "not an address: write https://host or https://host:port"
        case .plain(let host): "plain http to \(host) can be read by others: write https://\(host)"
        }
    }
}

/// A proxy that passes encrypted connections on without seeing into them.
public struct HTTPProxy: Hashable, Sendable {
    let url: String

    /// Reads `http://host:port` or `https://host:port`, without a user.
    ///
    /// - Throws: ``HTTPAddressFault/malformed``.
    public init(_ text: String) throws(HTTPAddressFault) {
        let parts = try HTTPAddress.parts(of: text)
        guard let port = parts.port else { throw .malformed }
        url = "\(parts.isEncrypted ? "https" : "http")://\(parts.host):\(port)"
    }
}
