internal import JSON
internal import Trading

/// A WebSocket of a client.
struct BinanceSocket {
    /// What it is for.
    enum Role {
        /// Streams.
        case streams
        /// Requests and answers.
        case requests
    }

    let role: Role
    /// The part of the USD-M host it is at; `nil` for all parts at once.
    var category: String?
    /// Whether messages come in an envelope that names their stream.
    var isCombined = false
    let opened: Timestamp
    /// What it listens to, in order of subscription.
    var streams: [BinanceStream] = []
    /// The listen keys it was subscribed with.
    var keys: [String] = []
    /// The accounts whose events it was subscribed to by signature, by the number of subscription.
    var accounts: [(id: Int, account: Int)] = []
    var lastSubscription = -1
    private var second: Int64 = 0
    private var messages = 0

    init(_ role: Role, at now: Timestamp) {
        self.role = role
        opened = now
    }

    /// Whether a stream reaches it.
    func hears(_ stream: BinanceStream) -> Bool {
        guard streams.contains(where: { $0.name == stream.name }) else { return false }
        return category == nil || category == stream.channel?.category
    }

    /// A message as it goes to this socket.
    func wrapped(_ payload: JSONText, of stream: String) -> JSONText {
        isCombined ? .object([("stream", .text(stream)), ("data", payload)]) : payload
    }

    /// Counts a message; `false` where there were too many in this second.
    mutating func count(at now: Timestamp, atMost limit: Int) -> Bool {
        let second = now.nanoseconds / TimeSpan.second.nanoseconds
        if second != self.second {
            self.second = second
            messages = 0
        }
        messages += 1
        return messages <= limit
    }

    /// How long a connection lasts.
    static var life: TimeSpan { .day }
    /// How many streams a connection has at most.
    static var maximumStreams: Int { 1024 }
}

/// The path of a WebSocket, in its parts.
///
/// In front of it may stand the host of the venue, as in `/stream.binance.com/ws`: clients that
/// tell markets apart by the address, as ccxt does, and both markets behind one port need that.
struct BinanceSocketPath {
    /// `public`, `market` or `private`, at USD-M.
    var category: String?
    /// `ws`, `stream` or another word.
    let root: String
    /// The names of streams behind it.
    let names: [String]
    let parameters: BinanceParameters
    /// The whole path without the host.
    let path: String
    /// Whether the host was named.
    let hasHost: Bool

    init(path: Substring, query: Substring, host: String, categories: [String]) {
        parameters = BinanceParameters(query: query, form: "")
        var parts = path.split(separator: "/").map(String.init)
        hasHost = parts.first == host
        if hasHost { parts.removeFirst() }
        self.path = "/" + parts.joined(separator: "/")
        if let first = parts.first, categories.contains(first) {
            category = first
            parts.removeFirst()
        }
        root = parts.first ?? ""
        let inQuery = parameters.text("streams")?.split(separator: "/").map(String.init) ?? []
        names = Array(parts.dropFirst()) + inQuery
    }
}

/// A message of a client: a method and what it is about.
struct BinanceMessage {
    /// The client's id of the message, as it came.
    let id: JSONText
    let method: String
    /// Where the parameters are a list of texts.
    let list: [String]
    /// Where the parameters are an object.
    let parameters: BinanceParameters

    /// How many parameters are read: no request has as many, and each number with a fraction is
    /// looked for in the whole message.
    static var mostParameters: Int { 64 }

    /// Reads a message; `nil` where it is none.
    init?(_ bytes: [UInt8]) {
        var parser = JSONParser(maximumBytes: 1 << 20)
        guard let root = try? parser.parse(bytes.span), root.isKind(.object),
            let method = root.member("method")?.text
        else { return nil }
        self.method = method
        if let id = root.member("id") {
            self.id = id.integer.map { .integer($0) } ?? id.text.map { .text($0) } ?? .null
        } else {
            id = .null
        }
        var list: [String] = []
        var pairs: [(name: String, value: String)] = []
        if let params = root.member("params") {
            var elements = params.elements
            while let element = elements.next() {
                if let text = Self.text(of: element) { list.append(text) }
            }
            var members = params.members
            while let member = members.next() {
                guard pairs.count < Self.mostParameters else { return nil }
                let name = Self.text(of: member.key)
                let value = member.value
                if value.isKind(.fraction) {
                    pairs.append((name, Self.number(of: name, in: bytes)))
                } else if value.isKind(.array) {
                    pairs.append((name, Self.list(value)))
                } else if let text = Self.text(of: value) {
                    pairs.append((name, text))
                }
            }
        }
        self.list = list
        parameters = BinanceParameters(pairs)
    }

    private static func text(of bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    private static func text(of value: borrowing JSONValue) -> String? {
        if let text = value.text { return text }
        if let number = value.unsigned { return String(number) }
        if let number = value.integer { return String(number) }
        return value.bool.map { $0 ? "true" : "false" }
    }

    private static func list(_ value: borrowing JSONValue) -> String {
        var texts: [String] = []
        var elements = value.elements
        while let element = elements.next() {
            if let text = text(of: element) { texts.append("\"\(text)\"") }
        }
        return "[" + texts.joined(separator: ",") + "]"
    }

    /// The digits of a number with a fraction, as they were sent: they are signed so, and a
    /// parsed one would have passed through floating point.
    ///
    /// A key between plain quotes is a key: within texts quotes are escaped.
    private static func number(of key: String, in bytes: [UInt8]) -> String {
        let pattern = Array("\"\(key)\"".utf8)
        guard bytes.count > pattern.count else { return "" }
        for start in 0..<bytes.count - pattern.count
        where bytes[start..<start + pattern.count].elementsEqual(pattern) {
            let rest = bytes[(start + pattern.count)...].drop { $0 <= 0x20 || $0 == 0x3A }
            let digits = rest.prefix { byte in
                switch byte {
                case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
                default: false
                }
            }
            return String(decoding: digits, as: UTF8.self)
        }
        return ""
    }
}
