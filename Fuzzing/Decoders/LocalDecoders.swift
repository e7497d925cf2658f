import Exchange
import JSON
import Network
import Trading

@testable import LocalExchange

/// Requests to the fronts of the local exchange, signed and not; see ``LocalScript``.
final class LocalRequestDecoder: Decoder {
    private let clients = LocalClients()

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws { try LocalScript.play(bytes, clients, sockets: false) }
}

/// Messages to the sockets of the local exchange, signed and not; see ``LocalScript``.
final class LocalSocketDecoder: Decoder {
    private let clients = LocalClients()

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws { try LocalScript.play(bytes, clients, sockets: true) }
}

/// What clients do with the local exchange, a line each; the first byte of all chooses the book.
///
/// | line | does |
/// |---|---|
/// | `1 METHOD PATH PAYLOAD` | a request that the first client signs; `2` the second |
/// | `k METHOD PATH` | a request with a key alone |
/// | `u METHOD TARGET BODY` | a request of nobody |
/// | `w MILLISECONDS` | time passes |
/// | `o TARGET` | opens a socket; `$KEY` in it is a listen key |
/// | `m TEXT` | a message, as it is, to the socket that was opened last |
/// | `a` | the first client proves to that socket who it is; `b` the second |
/// | `s METHOD PARAMETERS` | a request of Binance's WebSocket API, signed by the first client |
/// | `t OPERATION OBJECT` | a message of Bybit's trade socket |
/// | `c` | closes the socket |
enum LocalScript {
    /// How long an input may let pass in all: a book that moves by itself takes its time.
    private static func most(isGenerated: Bool) -> Int64 { isGenerated ? 2000 : 100_000_000 }

    static func play(_ bytes: [UInt8], _ clients: LocalClients, sockets: Bool) throws {
        guard let choice = bytes.first else { return }
        let isGenerated = choice & 7 == 7
        let scene = try LocalScene(clients, isGenerated: isGenerated)
        var left = most(isGenerated: isGenerated)
        for line in bytes.dropFirst().split(separator: 0x0A) {
            let text = String(decoding: line.dropFirst(2), as: UTF8.self)
            switch line.first {
            case UInt8(ascii: "w"):
                let span = min(Int64(text).map { max($0, 0) } ?? 0, left)
                left -= span
                try scene.pass(milliseconds: span)
            case UInt8(ascii: "o") where sockets: try scene.open(text)
            case UInt8(ascii: "m") where sockets: try scene.say(Array(line.dropFirst(2)))
            case UInt8(ascii: "a") where sockets: try prove(scene, LocalClients.names[0])
            case UInt8(ascii: "b") where sockets: try prove(scene, LocalClients.names[1])
            case UInt8(ascii: "s") where sockets: try ask(scene, text)
            case UInt8(ascii: "t") where sockets: try trade(scene, text)
            case UInt8(ascii: "c") where sockets: scene.close()
            case let word?: try request(scene, word, text)
            case nil: break
            }
        }
        try scene.pass(milliseconds: 1000)
    }

    private static func request(_ scene: LocalScene, _ word: UInt8, _ text: String) throws {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 2, let method = HTTPMethod(rawValue: parts[0]) else { return }
        let payload = parts.count > 2 ? parts[2] : ""
        switch word {
        case UInt8(ascii: "1"), UInt8(ascii: "2"):
            let client = word == UInt8(ascii: "1") ? 0 : 1
            _ = try scene.ask(scene.signed(method, parts[1], payload, by: client))
        case UInt8(ascii: "k"):
            let headers = [HTTPHeader("X-MBX-APIKEY", "key-ann")]
            _ = try scene.ask(HTTPRequest(method, parts[1], headers: headers))
        case UInt8(ascii: "u"):
            _ = try scene.ask(HTTPRequest(method, parts[1], body: Array(payload.utf8)))
        default: break
        }
    }

    // MARK: Sockets

    static func prove(_ scene: LocalScene, _ name: String) throws {
        guard let path = scene.socket?.path else { return }
        let stamp = scene.now.milliseconds
        if path.hasPrefix("/v5/") {
            let expires = stamp + 1000
            let code = scene.code("GET/realtime\(expires)", name)
            try scene.say(#"{"op":"auth","args":["key-\#(name)",\#(expires),"\#(code)"]}"#)
            return
        }
        let code = scene.code("apiKey=key-\(name)&timestamp=\(stamp)", name)
        try scene.say(
            #"{"id":1,"method":"userDataStream.subscribe.signature","params":{"apiKey":"#
                + #""key-\#(name)","timestamp":\#(stamp),"signature":"\#(code)"}}"#
        )
    }

    /// Signs the parameters in the order of their names, as the WebSocket API wants it.
    private static func ask(_ scene: LocalScene, _ text: String) throws {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard let method = parts.first else { return }
        var pairs = BinanceParameters(query: (parts.count > 1 ? parts[1] : "")[...], form: "").pairs
        pairs += [("apiKey", "key-ann"), ("timestamp", "\(scene.now.milliseconds)")]
        let payload = BinanceSignature(BinanceParameters(pairs)).payload
        pairs.append(("signature", scene.code(payload, "ann")))
        let members = pairs.map { quoted($0.name) + ":" + quoted($0.value) }
        try scene.say(
            #"{"id":"s","method":\#(quoted(method)),"params":{\#(members.joined(separator: ","))}}"#
        )
    }

    private static func trade(_ scene: LocalScene, _ text: String) throws {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return }
        try scene.say(
            #"{"header":{"X-BAPI-TIMESTAMP":"\#(scene.now.milliseconds)"},"op":"#
                + #"\#(quoted(parts[0])),"args":[\#(parts[1])]}"#
        )
    }

    private static func quoted(_ text: String) -> String {
        JSONText.text(text).compact
    }
}

extension LocalScene {
    fileprivate func say(_ text: String) throws { try say(Array(text.utf8)) }
}
