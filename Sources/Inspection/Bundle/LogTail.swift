internal import Platform
internal import Trading

/// The last minutes of a log, by the times that its lines say.
struct LogTail {
    /// The lines, each with its end.
    let bytes: [UInt8]
    /// Whether lines of these minutes did not fit.
    let isCut: Bool

    /// Reads the end of a log.
    ///
    /// Times are compared with the newest line's: on a tape they are the tape's. A line without a
    /// time belongs to the one before it.
    ///
    /// - Parameters:
    ///   - paths: The files of the log, the newest last.
    ///   - span: How much of it is wanted.
    ///   - limit: The most bytes that are taken.
    /// - Throws: `PlatformError` where it cannot be read.
    init(_ paths: [String], last span: TimeSpan, limit: Int = 4 << 20) throws(PlatformError) {
        var text: [UInt8] = []
        var start = 0
        for path in paths.reversed() where start == 0 {
            let file = try File(path: path, mode: .read)
            let size = try file.size()
            start = max(0, size - (limit - text.count))
            text = try file.read(at: start, count: size - start) + text
        }
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: true)
        if start > 0, !lines.isEmpty { lines.removeFirst() }
        let times = lines.map(Self.time)
        guard let newest = times.lazy.compactMap(\.self).max() else {
            bytes = lines.flatMap { $0 + [0x0A] }
            isCut = start > 0
            return
        }
        let (moment, isTooEarly) =
            newest.nanoseconds.subtractingReportingOverflow(span.nanoseconds)
        let begin = Timestamp(nanoseconds: isTooEarly ? .min : moment)
        let first = times.firstIndex { $0.map { $0 >= begin } ?? false } ?? 0
        bytes = lines[first...].flatMap { $0 + [0x0A] }
        isCut = start > 0 && first == 0
    }

    /// The time that a line says: at its beginning, or under the key "time".
    private static func time(_ line: ArraySlice<UInt8>) -> Timestamp? {
        let key = Array("\"time\":\"".utf8)
        let front = Array(line.prefix(4096))
        let start = front.span.firstOffset(of: key.span, from: 0).map { $0 + key.count } ?? 0
        let text = front[start...].prefix { $0 != 0x22 && $0 != 0x20 }
        return Timestamp(String(decoding: text, as: UTF8.self))
    }
}
