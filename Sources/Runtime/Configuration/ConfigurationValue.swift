/// A value of a JSON5 file and where it stands.
struct ConfigurationNode: Hashable, Sendable {
    let value: ConfigurationValue
    let place: TextPlace
}

/// A value of a JSON5 file.
///
/// Numbers stay text: nothing here passes through floating point.
enum ConfigurationValue: Hashable, Sendable {
    case null
    case flag(Bool)
    /// As it was written.
    case number(String)
    case text(String)
    case list([ConfigurationNode])
    /// In the order of the file; no key occurs twice.
    case table([ConfigurationMember])

    /// What it is, for a message.
    var kind: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let text): "the number \(text)"
        case .text(let text): "\"\(text)\""
        case .list: "a list"
        case .table: "an object"
        }
    }
}

/// A key and its value.
struct ConfigurationMember: Hashable, Sendable {
    let key: String
    let place: TextPlace
    let node: ConfigurationNode
}
