public import Engine
import Trading

/// Scored signals from a file of JSON Lines.
///
/// Each line is an object with `id`, `symbol`, `side` (`"buy"` or `"sell"`), `score` (0 to 100, a
/// decimal in quotes or a whole number), `time` (ISO 8601 in UTC, or whole nanoseconds since 1970)
/// and perhaps `note`. Times never decrease. Empty lines are passed over.
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
            guard let read = SignalLine.read(Array(line), number: number, problems) else {
                continue
            }
            func report(_ message: String) {
                let place = TextPlace(line: number, column: 1)
                problems.add(ConfigurationProblem(path: "time", message: message, place: place))
            }
            guard let time = read.time else {
                report("missing: on tapes a signal says when it was made")
                continue
            }
            if let latest, time < latest.time {
                report("\(time) is before line \(latest.line); times never decrease")
            } else {
                latest = (time, number)
            }
            signals.append(read.signal(now: time))
        }
        guard problems.inOrder.isEmpty else {
            throw ConfigurationFailure(file: file, problems: problems.inOrder)
        }
        return signals
    }
}
