package import Trading

/// Collects what is wrong while a configuration is read.
package final class ConfigurationProblems {
    private var found: [ConfigurationProblem] = []

    /// Nothing found yet.
    package init() {}

    /// All problems in the order of the file.
    package var inOrder: [ConfigurationProblem] {
        let origin = TextPlace(line: 0, column: 0)
        return found.enumerated()
            .sorted { left, right in
                let places = (left.element.place ?? origin, right.element.place ?? origin)
                return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
            }
            .map(\.element)
    }

    func add(_ problem: ConfigurationProblem) { found.append(problem) }
}

/// One object of the configuration, read key by key.
///
/// Every reader returns a value, or reports what is wrong and returns `nil`. A key that no reader
/// asked for is unknown; ``finish()`` says so.
package final class ConfigurationSection {
    package let path: String
    package let place: TextPlace
    private let members: [ConfigurationMember]
    private let problems: ConfigurationProblems
    private var known: [String] = []

    init(
        path: String,
        place: TextPlace,
        members: [ConfigurationMember],
        problems: ConfigurationProblems
    ) {
        self.path = path
        self.place = place
        self.members = members
        self.problems = problems
    }

    /// The keys as they stand in the file.
    package var keys: [String] { members.map(\.key) }

    /// Whether the file has the key; makes it a known one.
    package func has(_ key: String) -> Bool { member(key) != nil }

    /// Reports a problem with a key of this object.
    package func report(_ key: String, _ message: String) {
        let place = members.first { member in member.key == key }?.node.place ?? self.place
        report(message, at: path(of: key), place)
    }

    /// Reports every key that nothing asked for.
    package func finish() {
        for member in members where !known.contains(member.key) {
            let path = path(of: member.key)
            if Self.looksSecret(member.key) {
                report(
                    "secrets never stand in the configuration; keep it in an environment variable "
                        + "or in a file with mode 0600, and name that instead",
                    at: path,
                    member.place
                )
            } else if let nearest = NearestName.to(member.key, among: known) {
                report("unknown key; did you mean \"\(nearest)\"?", at: path, member.place)
            } else {
                let list = known.sorted().joined(separator: ", ")
                report("unknown key; known here: \(list)", at: path, member.place)
            }
        }
    }

    /// Whether a key looks as if its value were to be kept from others.
    private static func looksSecret(_ key: String) -> Bool {
        let name = key.lowercased()
        return name.hasSuffix("key")
            || ["secret", "password", "passphrase", "token"].contains { name.contains($0) }
    }
}

// MARK: Readers

extension ConfigurationSection {
    /// A text; with no `default` it must be there.
    package func text(_ key: String, default standard: String? = nil) -> String? {
        guard let node = node(key, isRequired: standard == nil) else { return standard }
        guard case .text(let text) = node.value else {
            return wrong(key, node, "expected a text in quotes, found \(node.value.kind)")
        }
        guard !text.isEmpty else { return wrong(key, node, "must not be empty") }
        return text
    }

    /// A text that may be missing.
    package func optionalText(_ key: String) -> String? { has(key) ? text(key) : nil }

    /// An exact decimal, which stands in quotes.
    package func decimal(
        _ key: String,
        _ range: DecimalRange = .any,
        default standard: Decimal? = nil
    ) -> Decimal? {
        guard let node = node(key, isRequired: standard == nil) else { return standard }
        switch node.value {
        case .text(let text):
            guard let value = try? Decimal(text) else {
                return wrong(key, node, "expected a decimal as \"0.5\", found \"\(text)\"")
            }
            guard range.contains(value) else {
                return wrong(key, node, "must be \(range.words), not \(value)")
            }
            return value
        case .number(let number):
            return wrong(
                key,
                node,
                "decimals are exact and stand in quotes: write \"\(number)\" instead of \(number)"
            )
        default:
            return wrong(key, node, "expected a decimal in quotes, found \(node.value.kind)")
        }
    }

    /// A whole number, which stands without quotes.
    package func integer(
        _ key: String,
        in range: ClosedRange<Int>,
        default standard: Int? = nil
    ) -> Int? {
        guard let node = node(key, isRequired: standard == nil) else { return standard }
        guard case .number(let text) = node.value, let value = Int(text) else {
            return wrong(key, node, "expected a whole number, found \(node.value.kind)")
        }
        guard range.contains(value) else {
            let words = "from \(range.lowerBound) to \(range.upperBound)"
            return wrong(key, node, "must be \(words), not \(value)")
        }
        return value
    }

    /// The value of a key that holds a whole number; `nil`, unreported, for all else.
    func wholeNumber(_ key: String) -> Int64? {
        guard case .number(let text) = member(key)?.node.value else { return nil }
        return Int64(text)
    }

    /// `true` or `false`.
    package func flag(_ key: String, default standard: Bool) -> Bool {
        guard let node = node(key, isRequired: false) else { return standard }
        guard case .flag(let flag) = node.value else {
            return wrong(key, node, "expected true or false, found \(node.value.kind)") ?? standard
        }
        return flag
    }

    /// A length of time, as `"20ms"`.
    package func timeSpan(
        _ key: String,
        atLeast least: TimeSpan,
        atMost most: TimeSpan = UnitText.longest,
        default standard: TimeSpan? = nil
    ) -> TimeSpan? {
        guard let node = node(key, isRequired: standard == nil) else { return standard }
        guard case .text(let text) = node.value, let span = UnitText.timeSpan(text) else {
            let form = "a time as \"250ms\", \"2s\", \"5m\", \"1h\" or \"1d\""
            return wrong(key, node, "expected \(form), found \(node.value.kind)")
        }
        guard span >= least else {
            return wrong(key, node, "must be at least \(UnitText.text(least)), not \(text)")
        }
        guard span <= most else {
            return wrong(key, node, "must be at most \(UnitText.text(most)), not \(text)")
        }
        return span
    }

    /// A size, as `"1GiB"`.
    func byteCount(_ key: String, in range: ClosedRange<Int>, default standard: Int) -> Int {
        guard let node = node(key, isRequired: false) else { return standard }
        guard case .text(let text) = node.value, let count = UnitText.byteCount(text) else {
            let form = "a size as \"256MiB\" or \"1GiB\""
            return wrong(key, node, "expected \(form), found \(node.value.kind)") ?? standard
        }
        guard range.contains(count) else {
            let least = UnitText.text(byteCount: range.lowerBound)
            let most = UnitText.text(byteCount: range.upperBound)
            return wrong(key, node, "must be from \(least) to \(most), not \(text)") ?? standard
        }
        return count
    }

    /// One of a few words.
    package func choice<Value>(
        _ key: String,
        of choices: [(word: String, value: Value)],
        default standard: Value? = nil
    ) -> Value? {
        guard let node = node(key, isRequired: standard == nil) else { return standard }
        if case .text(let text) = node.value,
            let choice = choices.first(where: { choice in choice.word == text })
        {
            return choice.value
        }
        let words = choices.map { choice in "\"\(choice.word)\"" }.joined(separator: ", ")
        let expected = choices.count == 1 ? words : "one of \(words)"
        return wrong(key, node, "expected \(expected), found \(node.value.kind)")
    }

    /// An object; `nil` where it is missing, which is a problem only where it is required.
    package func section(_ key: String, isRequired: Bool) -> ConfigurationSection? {
        guard let node = node(key, isRequired: isRequired) else { return nil }
        return section(at: path(of: key), node)
    }

    /// An object that may be left out: an empty one then.
    func sectionOrDefaults(_ key: String) -> ConfigurationSection {
        section(key, isRequired: false)
            ?? ConfigurationSection(
                path: path(of: key),
                place: place,
                members: [],
                problems: problems
            )
    }

    /// A list of objects with at least one.
    package func sections(_ key: String) -> [ConfigurationSection] {
        guard let node = node(key, isRequired: true) else { return [] }
        guard case .list(let nodes) = node.value, !nodes.isEmpty else {
            _ = wrong(key, node, "expected a list with at least one object") as Never?
            return []
        }
        return nodes.enumerated().compactMap { index, node in
            section(at: "\(path(of: key))[\(index)]", node)
        }
    }
}

extension ConfigurationSection {
    private func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func member(_ key: String) -> ConfigurationMember? {
        if !known.contains(key) { known.append(key) }
        return members.first { member in member.key == key }
    }

    private func node(_ key: String, isRequired: Bool) -> ConfigurationNode? {
        if let member = member(key) { return member.node }
        if isRequired { report("missing", at: path(of: key), place) }
        return nil
    }

    private func section(at path: String, _ node: ConfigurationNode) -> ConfigurationSection? {
        guard case .table(let members) = node.value else {
            report("expected an object, found \(node.value.kind)", at: path, node.place)
            return nil
        }
        return ConfigurationSection(
            path: path,
            place: node.place,
            members: members,
            problems: problems
        )
    }

    private func wrong<Value>(
        _ key: String,
        _ node: ConfigurationNode,
        _ message: String
    ) -> Value? {
        report(message, at: path(of: key), node.place)
        return nil
    }

    private func report(_ message: String, at path: String, _ place: TextPlace) {
        problems.add(ConfigurationProblem(path: path, message: message, place: place))
    }
}

/// What a decimal of the configuration may be.
package struct DecimalRange {
    package let words: String
    package let contains: (Decimal) -> Bool

    package static var any: DecimalRange { DecimalRange(words: "a decimal") { _ in true } }
    /// Some, and not so much that a product of two such numbers could overflow.
    package static func positive(upTo most: Decimal = billion) -> DecimalRange {
        DecimalRange(words: "above 0 and at most \(most)") { $0 > .zero && $0 <= most }
    }
    /// A billion.
    package static let billion = Decimal(1_000_000_000)
    /// A million billions: more money than any account holds, far from overflow.
    package static let largestAmount = Decimal(1_000_000_000_000_000)
    /// A part of a whole that is neither nothing nor all.
    static var fraction: DecimalRange {
        DecimalRange(words: "between 0 and 1, both excluded") { $0 > .zero && $0 < .one }
    }
    /// A part of a whole that may be nothing.
    static var fractionOrZero: DecimalRange {
        DecimalRange(words: "at least 0 and below 1") { $0 >= .zero && $0 < .one }
    }
    /// From `least` to `most`.
    package static func within(_ least: Decimal, _ most: Decimal) -> DecimalRange {
        DecimalRange(words: "from \(least) to \(most)") { $0 >= least && $0 <= most }
    }
}
