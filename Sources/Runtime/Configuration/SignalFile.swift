public import Engine
import Trading

/// Scored signals from a file of JSON Lines.
///
/// Each line is an object with `id`, `symbol`, `side` (`"buy"` or `"sell"`), `score` (0 to 100, a
/// decimal in quotes or a whole number) and `time` (ISO 8601 in UTC, or whole nanoseconds since
/// 1970). Times never decrease. Empty lines are passed over.
public enum SignalFile {
    /// Reads a file.
    ///
    /// - Throws: Every line that is not a signal, in one failure.
    public static func read(_ file: String) throws(ConfigurationFailure) -> [ScoredSignal] {
        try parse(try TextFile.bytes(of: file), file: file)
    }

    /// Reads the text of a file.
    ///
    /// - Parameters:
    ///   - text: JSON Lines in UTF-8.
    ///   - file: Its name, for messages.
    /// - Returns: The signals, in the order of the file.
    /// - Throws: Every line that is not a signal, in one failure.
    public static func parse(
        _ text: [UInt8],
        file: String
    ) throws(ConfigurationFailure) -> [ScoredSignal] {
        var signals: [ScoredSignal] = []
        let problems = ConfigurationProblems()
        var latest: (time: Timestamp, line: Int)?
        var number = 0
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy({ byte in byte == 0x20 || byte == 0x09 || byte == 0x0D }) {
                continue
            }
            guard let signal = signal(Array(line), number, problems) else { continue }
            if let latest, signal.time < latest.time {
                let message =
                    "\(signal.time) is before line \(latest.line); times never decrease"
                problems.add(
                    ConfigurationProblem(
                        path: "time",
                        message: message,
                        place: TextPlace(line: number, column: 1)
                    )
                )
            } else {
                latest = (signal.time, number)
            }
            signals.append(signal)
        }
        guard problems.inOrder.isEmpty else {
            throw ConfigurationFailure(file: file, problems: problems.inOrder)
        }
        return signals
    }

    /// The signal of one line; `nil` where it is none, which is reported.
    private static func signal(
        _ line: [UInt8],
        _ number: Int,
        _ problems: ConfigurationProblems
    ) -> ScoredSignal? {
        let start = TextPlace(line: number, column: 1)
        let node: ConfigurationNode
        do {
            node = try ConfigurationParser.parse(line)
        } catch {
            let place = TextPlace(line: number, column: error.place?.column ?? 1)
            problems.add(ConfigurationProblem(path: "", message: error.message, place: place))
            return nil
        }
        guard case .table(let members) = node.value else {
            let message = "expected an object, found \(node.value.kind)"
            problems.add(ConfigurationProblem(path: "", message: message, place: start))
            return nil
        }
        let section = ConfigurationSection(
            path: "",
            place: start,
            members: members.map { member in member.moved(toLine: number) },
            problems: problems
        )
        defer { section.finish() }
        let id = section.text("id")
        let symbol = section.text("symbol")
        let side = section.choice("side", of: Side.allCases.map { ($0.name, $0) })
        let score = section.score("score")
        let time = section.timestamp("time")
        guard let id, let symbol, let side, let score, let time else { return nil }
        return ScoredSignal(id: id, symbol: symbol, side: side, score: score, time: time)
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
