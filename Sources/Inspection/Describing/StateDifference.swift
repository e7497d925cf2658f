/// What changed from one state to another, in a fixed order.
struct StateDifference {
    /// What happened to one thing.
    enum Kind: String {
        case added
        case removed
        case changed
    }

    /// One value of a thing that is there before and after.
    struct FieldChange: Hashable {
        /// Its key; a dot leads into an object.
        let field: String
        let before: Document
        let after: Document
    }

    /// One thing that changed.
    struct Change {
        let kind: Kind
        /// The key of ``StateDocument`` it stands under.
        let section: String
        /// What tells it from others there; `nil` where there is only one.
        let key: String?
        /// The whole thing, where it was added or removed.
        let value: Document
        let fields: [FieldChange]
    }

    private(set) var changes: [Change] = []

    /// Where things are listed, the field that tells them apart, and their name in words.
    static let lists: [(section: String, key: String, name: String)] = [
        ("balances", "asset", "balance"), ("instruments", "name", "instrument"),
        ("deals", "id", "deal"), ("orders", "id", "order"), ("marks", "source", "mark"),
        ("errors", "sequence", "error"), ("signals", "id", "signal"),
        ("epochs", "epoch", "epoch"), ("scans", "id", "scan"), ("blocks", "id", "case"),
    ]

    private static let singles = [
        "mode", "tag", "epoch", "stoppedCleanly", "status", "statusReason", "configurationHash",
        "inputs", "lastReport",
    ]

    init(from before: Document, to after: Document) {
        let old = Self.joiningOrders(before)
        let new = Self.joiningOrders(after)
        let fields = Self.singles.compactMap { name -> FieldChange? in
            guard let left = old[name], let right = new[name], left != right else { return nil }
            return FieldChange(field: name, before: left, after: right)
        }
        add(.changed, "engine", nil, .null, fields)
        for list in Self.lists { compare(list.section, list.key, old, new) }
        for section in ["risk", "metrics"] {
            let fields = Self.fields(old[section] ?? .null, new[section] ?? .null, prefix: "")
            add(.changed, section, nil, .null, fields)
        }
    }

    /// Orders are one list here: an order that ended is changed, not removed.
    private static func joiningOrders(_ state: Document) -> Document {
        guard case .object(let fields) = state, case .list(let closed)? = state["closedOrders"]
        else { return state }
        return .object(
            fields.map { field in
                guard field.name == "orders", case .list(let open) = field.value else {
                    return field
                }
                return Document.Field(name: field.name, value: .list(closed + open))
            }
        )
    }

    private mutating func compare(
        _ section: String,
        _ keyName: String,
        _ before: Document,
        _ after: Document
    ) {
        let old = Self.entries(before[section], keyName)
        let new = Self.entries(after[section], keyName)
        let oldValues = Dictionary(old, uniquingKeysWith: { $1 })
        let newKeys = Set(new.map(\.0))
        for (key, value) in old where !newKeys.contains(key) {
            add(.removed, section, key, value, [])
        }
        for (key, value) in new {
            guard let earlier = oldValues[key] else {
                add(.added, section, key, value, [])
                continue
            }
            add(.changed, section, key, .null, Self.fields(earlier, value, prefix: ""))
        }
    }

    private static func entries(_ list: Document?, _ keyName: String) -> [(String, Document)] {
        guard case .list(let values)? = list else { return [] }
        return values.map { ($0[keyName]?.plain ?? "", $0) }
    }

    private mutating func add(
        _ kind: Kind,
        _ section: String,
        _ key: String?,
        _ value: Document,
        _ fields: [FieldChange]
    ) {
        if kind == .changed && fields.isEmpty { return }
        changes.append(
            Change(kind: kind, section: section, key: key, value: value, fields: fields)
        )
    }

    private static func fields(
        _ before: Document,
        _ after: Document,
        prefix: String
    ) -> [FieldChange] {
        if before == after { return [] }
        guard case .object(let old) = before, case .object(let new) = after else {
            return [FieldChange(field: prefix, before: before, after: after)]
        }
        var names = old.map(\.name)
        for field in new where before[field.name] == nil { names.append(field.name) }
        return names.flatMap { name in
            fields(
                before[name] ?? .null,
                after[name] ?? .null,
                prefix: prefix.isEmpty ? name : prefix + "." + name
            )
        }
    }
}

extension StateDifference {
    /// The changes as a list of objects.
    var document: Document {
        .list(
            changes.map { change in
                [
                    "change": .text(change.kind.rawValue), "section": .text(change.section),
                    "key": .optional(change.key), "value": change.value,
                    "fields": .list(
                        change.fields.map { field in
                            [
                                "field": .text(field.field), "before": field.before,
                                "after": field.after,
                            ]
                        }
                    ),
                ]
            }
        )
    }

    /// The changes for people.
    var lines: [String] {
        changes.flatMap { change -> [String] in
            let name = Self.lists.first { $0.section == change.section }?.name ?? change.section
            let title = change.key.map { "\(name) \($0)" } ?? name
            switch change.kind {
            case .added: return ["+ \(title): \(Self.summary(of: change.value))"]
            case .removed: return ["- \(title): \(Self.summary(of: change.value))"]
            case .changed:
                let fields = change.fields.map { field in
                    "    \(field.field): \(Self.words(field.before)) → \(Self.words(field.after))"
                }
                return ["~ \(title)"] + fields
            }
        }
    }

    private static func words(_ value: Document) -> String {
        value == .text("") ? "none" : value.plain
    }

    /// The plain values of a thing, without what is empty or itself an object.
    private static func summary(of value: Document) -> String {
        guard case .object(let fields) = value else { return value.plain }
        let told: Set = [
            "asset", "total", "locked", "name", "symbol", "side", "type", "role", "quantity",
            "price", "status", "held", "entryPrice", "line", "time", "severity", "text",
            "verdict", "draw", "lost", "clientOrderId", "filled", "case", "scope", "subject",
            "seen",
            "releasedBy",
        ]
        let empty: [Document] = [.null, .text(""), .flag(false)]
        return fields.filter { told.contains($0.name) && !empty.contains($0.value) }
            .map { $0.value == .flag(true) ? $0.name : "\($0.name) \($0.value.plain)" }
            .joined(separator: ", ")
    }
}
