@testable import Network

/// Addresses of servers and of proxies, as configurations name them.
final class AddressDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let address = try HTTPAddress(text)
            try check(address, text)
            let again = try HTTPAddress(address.description)
            try require(again == address, "an address is read as it was written")
        } catch let fault as HTTPAddressFault {
            try require(!"\(fault)".isEmpty, "a refusal has words")
        }
        guard let proxy = try? HTTPProxy(text) else { return }
        try require((try? HTTPProxy(proxy.url)) == proxy, "a proxy is read as it was written")
    }

    private func check(_ address: HTTPAddress, _ text: String) throws(Contradiction) {
        let scheme = address.isEncrypted ? "https" : "http"
        let host = "\(scheme)://\(address.host)"
        let isKept = text.utf8.map(Self.lower).starts(with: host.utf8)
        try require(isKept, "an address begins with scheme and host as they were written")
        try require(address.port > 0, "a port is above zero")
        let isHere =
            ["localhost", "[::1]"].contains(address.host) || address.host.hasPrefix("127.")
        try require(address.isEncrypted || isHere, "plain http stays on this machine")
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte + 32 : byte
    }
}

/// Where WebSockets are, as configurations name them.
final class SocketURLDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let url: WebSocketURL
        do throws(SocketError) {
            url = try WebSocketURL(text)
        } catch {
            try require(!error.description.isEmpty, "a refusal has words")
            return
        }
        let scheme = url.isSecure ? "wss" : "ws"
        let short = "\(scheme)://\(url.authority)"
        let long = "\(scheme)://\(url.host):\(url.port)"
        let targets = url.target.hasPrefix("/") ? [url.target, "\(url.target.dropFirst())"] : []
        let spellings = targets.flatMap { [short + $0, long + $0] }
        try require(spellings.contains(text), "nothing is changed before it is sent")
        try require((try? WebSocketURL(short + url.target)) == url, "a URL is read as written")
        let isHere = url.host == "localhost" || url.address?.hasPrefix("127.") == true
        try require(url.isSecure || isHere, "plain ws stays on this machine")
    }
}
