internal import JSON

/// One line of the control socket: a request to the running engine, or its answer.
///
/// On the wire it is a JSON object on one line, ended by a line feed.
public struct ControlMessage: Hashable, Sendable {
    /// What a field may hold.
    public enum Value: Hashable, Sendable {
        /// Text; decimals, times and hashes too.
        case text(String)
        /// A count or a sequence number.
        case number(UInt64)
        /// Yes or no.
        case flag(Bool)
    }

    private var fields: [(key: String, value: Value)]

    /// Longer lines are not read.
    static let longestLine = 1 << 16

    /// Makes a message of its fields, in their order.
    public init(_ fields: KeyValuePairs<String, Value>) {
        self.fields = fields.map { ($0.key, $0.value) }
    }

    /// Makes a message of any number of fields.
    init(_ fields: [(key: String, value: Value)]) { self.fields = fields }

    /// The same without the field under `key`.
    func without(_ key: String) -> ControlMessage {
        ControlMessage(fields.filter { $0.key != key })
    }

    /// Asks for `name`.
    public static func request(
        _ name: String,
        _ fields: KeyValuePairs<String, Value> = [:]
    ) -> ControlMessage {
        ControlMessage(["request": .text(name)]).adding(fields)
    }

    /// Says that what was asked for was done.
    public static func done(_ fields: KeyValuePairs<String, Value> = [:]) -> ControlMessage {
        ControlMessage(["ok": .flag(true)]).adding(fields)
    }

    /// Says that what was asked for was done, with fields of any number.
    static func done(_ fields: [(key: String, value: Value)]) -> ControlMessage {
        var message = done()
        message.fields += fields
        return message
    }

    /// The texts with their keys, in their order.
    public var texts: [(key: String, text: String)] {
        fields.compactMap { field in
            guard case .text(let text) = field.value else { return nil }
            return (field.key, text)
        }
    }

    /// Says why what was asked for was not done.
    public static func refusal(_ reason: String) -> ControlMessage {
        ControlMessage(["ok": .flag(false), "reason": .text(reason)])
    }

    private func adding(_ more: KeyValuePairs<String, Value>) -> ControlMessage {
        var message = self
        message.fields += more.map { ($0.key, $0.value) }
        return message
    }

    private subscript(key: String) -> Value? { fields.first { $0.key == key }?.value }

    /// The text under `key`; `nil` where there is none.
    public func text(_ key: String) -> String? {
        guard case .text(let text) = self[key] else { return nil }
        return text
    }

    /// The number under `key`; `nil` where there is none.
    public func number(_ key: String) -> UInt64? {
        guard case .number(let number) = self[key] else { return nil }
        return number
    }

    /// Whether it says that something was done.
    public var isDone: Bool { self["ok"] == .flag(true) }

    /// Whether all fields are the same, in the same order.
    public static func == (left: ControlMessage, right: ControlMessage) -> Bool {
        left.fields.map(\.key) == right.fields.map(\.key)
            && left.fields.map(\.value) == right.fields.map(\.value)
    }

    /// Mixes in the fields.
    public func hash(into hasher: inout Hasher) {
        for field in fields {
            hasher.combine(field.key)
            hasher.combine(field.value)
        }
    }
}

extension ControlMessage {
    /// The message as one line of JSON.
    public var json: String {
        let members = fields.map { field in (key: field.key, value: Optional(field.value.json)) }
        return JSONText.object(members).compact
    }

    /// The bytes on the wire.
    var line: [UInt8] {
        Array(json.utf8) + [0x0A]
    }

    /// Reads a line without its line feed; `nil` for what is no message.
    init?(line: [UInt8]) {
        var parser = JSONParser(maximumBytes: Self.longestLine, maximumDepth: 2)
        do throws(JSONError) {
            let root = try parser.parse(line.span)
            guard root.isKind(.object) else { return nil }
            fields = []
            var members = root.members
            while let member = members.next() {
                guard let value = Value(member.value) else { return nil }
                let key = member.key
                let bytes = key.indices.map { key[$0] }
                fields.append((String(decoding: bytes, as: UTF8.self), value))
            }
        } catch {
            return nil
        }
    }
}

extension ControlMessage.Value {
    fileprivate var json: JSONText {
        switch self {
        case .text(let text): .text(text)
        case .number(let number): .integer(Int64(clamping: number))
        case .flag(let flag): .flag(flag)
        }
    }

    fileprivate init?(_ value: borrowing JSONValue) {
        if let text = value.text {
            self = .text(text)
        } else if let number = value.unsigned {
            self = .number(number)
        } else if let flag = value.bool {
            self = .flag(flag)
        } else {
            return nil
        }
    }
}
