internal import Engine
internal import JSON
public import Trading

/// One scored signal as its sender writes it: a line of a file, or a request to a running engine.
public struct SignalLine: Hashable, Sendable {
    /// Unique for its sender; at most 200 bytes.
    public var id: String
    /// The instrument's symbol or name; at most 64 bytes.
    public var symbol: String
    /// Whether to buy or to sell.
    public var side: Side
    /// 0 to 100.
    public var score: Decimal
    /// When it was made; `nil` where the engine is to say when it came.
    public var time: Timestamp?
    /// What its sender says of it; at most 500 bytes.
    public var note: String

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - line: One JSON object in UTF-8.
    ///   - source: What it is from, for messages.
    /// - Throws: Everything that is wrong with it, in one failure.
    public init(_ line: [UInt8], from source: String) throws(ConfigurationFailure) {
        let problems = ConfigurationProblems()
        let read = Self.read(line, number: 1, problems)
        guard let read, problems.inOrder.isEmpty else {
            throw ConfigurationFailure(file: source, problems: problems.inOrder)
        }
        self = read
    }

    private init(_ section: ConfigurationSection) throws(Missing) {
        defer { section.finish() }
        let id = section.text("id", atMost: 200)
        let symbol = section.text("symbol", atMost: 64)
        let side = section.choice("side", of: Side.allCases.map { ($0.name, $0) })
        let score = section.score("score")
        let time = section.has("time") ? section.timestamp("time") : nil
        let note = section.has("note") ? section.text("note", atMost: 500) : ""
        guard let id, let symbol, let side, let score, let note else { throw Missing() }
        self.id = id
        self.symbol = symbol
        self.side = side
        self.score = score
        self.time = time
        self.note = note
    }

    private struct Missing: Error {}

    /// Reads a line; `nil` where it is no signal, which is reported.
    static func read(
        _ line: [UInt8],
        number: Int,
        _ problems: ConfigurationProblems
    ) -> SignalLine? {
        func report(_ message: String, column: Int = 1) {
            let place = TextPlace(line: number, column: column)
            problems.add(ConfigurationProblem(path: "", message: message, place: place))
        }
        let node: ConfigurationNode
        do {
            node = try ConfigurationParser.parse(line)
        } catch {
            report(error.message, column: error.place?.column ?? 1)
            return nil
        }
        guard case .table(let members) = node.value else {
            report("expected an object, found \(node.value.kind)")
            return nil
        }
        let section = ConfigurationSection(
            path: "",
            place: TextPlace(line: number, column: 1),
            members: members.map { member in member.moved(toLine: number) },
            problems: problems
        )
        do throws(Missing) {
            return try SignalLine(section)
        } catch {
            return nil
        }
    }

    /// The signal, made now where it does not say when.
    func signal(now: Timestamp) -> ScoredSignal {
        ScoredSignal(
            id: id,
            symbol: symbol,
            side: side,
            score: score,
            time: time ?? now,
            note: note
        )
    }
}

extension SignalLine {
    /// Makes a signal of texts, as they stand on a command line.
    ///
    /// - Parameters:
    ///   - texts: The fields that are there, by key; decimals as text.
    ///   - source: What they are from, for messages.
    /// - Throws: Everything that is wrong with them, in one failure.
    public init(
        _ texts: [(key: String, text: String)],
        from source: String
    ) throws(ConfigurationFailure) {
        let fields = texts.map { (key: $0.key, value: Optional(JSONText.text($0.text))) }
        try self.init(Array(JSONText.object(fields).compact.utf8), from: source)
    }

    /// The request that hands it to a running engine.
    public var request: ControlMessage {
        var fields: [(key: String, value: ControlMessage.Value)] = [
            ("request", .text("signal")), ("id", .text(id)), ("symbol", .text(symbol)),
            ("side", .text(side.name)), ("score", .text("\(score)")),
        ]
        if let time { fields.append(("time", .text("\(time)"))) }
        if !note.isEmpty { fields.append(("note", .text(note))) }
        return ControlMessage(fields)
    }

    /// What such a request says.
    ///
    /// - Throws: Everything that is wrong with it, in one failure.
    init(_ request: ControlMessage) throws(ConfigurationFailure) {
        let line = request.without("request").json
        try self.init(Array(line.utf8), from: "the request")
    }
}

extension ConfigurationMember {
    /// The same, on a line of a larger file.
    fileprivate func moved(toLine line: Int) -> ConfigurationMember {
        ConfigurationMember(
            key: key,
            place: TextPlace(line: line, column: place.column),
            node: ConfigurationNode(
                value: node.value,
                place: TextPlace(line: line, column: node.place.column)
            )
        )
    }
}

extension ConfigurationSection {
    /// A text of some bytes, but not of too many.
    fileprivate func text(_ key: String, atMost limit: Int) -> String? {
        guard let text = text(key) else { return nil }
        guard (1...limit).contains(text.utf8.count) else {
            report(key, "must have 1 to \(limit) bytes, not \(text.utf8.count)")
            return nil
        }
        return text
    }

    /// A score from 0 to 100: a decimal in quotes, or a whole number, which is exact as it stands.
    fileprivate func score(_ key: String) -> Decimal? {
        let range = DecimalRange.within(.zero, Decimal(100))
        guard let number = wholeNumber(key) else { return decimal(key, range) }
        guard (0...100).contains(number) else {
            report(key, "must be \(range.words), not \(number)")
            return nil
        }
        return Decimal(Int(number))
    }

    /// A moment: ISO 8601 in UTC, or whole nanoseconds since 1970.
    fileprivate func timestamp(_ key: String) -> Timestamp? {
        let time: Timestamp
        if let nanoseconds = wholeNumber(key) {
            time = Timestamp(nanoseconds: nanoseconds)
        } else {
            guard let text = text(key) else { return nil }
            guard let parsed = Timestamp(text) else {
                report(key, "expected a time as \"2024-07-23T15:45:00Z\", found \"\(text)\"")
                return nil
            }
            time = parsed
        }
        // Days from 1970 to 2100: whatever is subtracted from such a time cannot overflow.
        guard (0..<47_482).contains(time.day) else {
            report(key, "must lie between 1970 and 2100, not at \(time)")
            return nil
        }
        return time
    }
}
