/// Where a WebSocket is: `wss://`, or `ws://` on this machine.
struct WebSocketURL: Hashable {
    let isSecure: Bool
    /// The host's name or IPv4 address.
    let host: String
    let port: UInt16
    /// Path and query, as written.
    let target: String

    /// Reads a URL; what would have to be changed before it is sent is refused.
    ///
    /// - Throws: ``SocketError``, also for `ws://` to anywhere but this machine.
    init(_ text: String) throws(SocketError) {
        let rest: Substring
        if text.hasPrefix("wss://") {
            (isSecure, rest) = (true, text.dropFirst(6))
        } else if text.hasPrefix("ws://") {
            (isSecure, rest) = (false, text.dropFirst(5))
        } else {
            throw SocketError("the address begins with neither wss:// nor ws://")
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        // What is behind the host may be a key: it stands in no error.
        let place = "\(isSecure ? "wss" : "ws")://\(authority.prefix(253))"
        let target = rest[authority.endIndex...]
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
        guard target.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw SocketError("\(place) has characters that must be percent-encoded")
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        host = parts.first.map(String.init) ?? ""
        let isName = host.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: false
            }
        }
        guard !host.isEmpty, host.utf8.count <= 253, isName, parts.count <= 2 else {
            throw SocketError("\(place) does not name a host")
        }
        let usual: UInt16 = isSecure ? 443 : 80
        guard let port = parts.count == 2 ? UInt16(parts[1]) : usual, port > 0,
            parts.count == 1 || "\(port)" == parts[1]
        else {
            throw SocketError("\(place) has no port between 1 and 65535")
        }
        self.port = port
        guard isSecure || host == "localhost" || Self.isLoopback(host) else {
            throw SocketError("\(place) leaves this machine without TLS; use wss://")
        }
    }

    /// The host as its certificate names it, with a port that is not the usual one.
    var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }

    /// The address where no name has to be looked up.
    var address: String? {
        if !isSecure && host == "localhost" { return "127.0.0.1" }
        return Self.numbers(host) == nil ? nil : host
    }

    private static func isLoopback(_ host: String) -> Bool { numbers(host)?.first == 127 }

    private static func numbers(_ host: String) -> [UInt8]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        // "0177.0.0.1" would be an octal number to some.
        let numbers = parts.compactMap { part in UInt8(part).flatMap { "\($0)" == part ? $0 : nil }
        }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }
}
