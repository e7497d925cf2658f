internal import Platform
internal import Trading

/// Log files by day: `2026-12-01.jsonl` for every record of a UTC day, `2026-12-01.errors.jsonl`
/// for its warnings and worse.
///
/// Bounded twice: a file takes so many bytes, and of the days that have files the newest are kept.
/// What cannot be written is counted and said in the next record that can; a log must not stop
/// trading. Belongs to one thread; several processes may share a directory.
final class DailyLog {
    /// Whose records a file takes.
    private enum Part: CaseIterable {
        case all
        case errors

        var ending: String { self == .all ? ".jsonl" : ".errors.jsonl" }
        func takes(_ level: LogLevel) -> Bool { self == .all || level >= .warning }
    }

    private struct Open {
        var file: File
        var size: Int
        /// Records that found no room.
        var turnedAway = 0
    }

    /// A file's end of the name, for those who look for the files of all records.
    static let ending = Part.all.ending

    private let directory: String
    private let days: Int
    private let dayLimit: Int
    private var day = ""
    private var files: [Part: Open] = [:]
    /// Records that could not be written, since the last one that could.
    private var lost = 0

    /// Makes the directory, where it is missing.
    ///
    /// - Parameters:
    ///   - directory: Where the files are.
    ///   - days: How many days are kept.
    ///   - dayLimit: The most bytes of a file.
    /// - Throws: `PlatformError` where there can be none.
    init(_ directory: String, days: Int, dayLimit: Int) throws(PlatformError) {
        self.directory = directory
        self.days = days
        self.dayLimit = dayLimit
        try FileSystem.createDirectories(directory)
    }

    /// Appends a record to the files of its day.
    func append(_ record: LogRecord) {
        do throws(PlatformError) {
            let today = String("\(record.time)".prefix(10))
            if today != day { try begin(today) }
            for part in Part.allCases where part.takes(record.level) {
                if lost > 0 {
                    try write("log records lost", lost, at: record.time, to: part)
                }
                try write(record, to: part)
            }
            lost = 0
        } catch {
            // A full disk pauses entries elsewhere.
            lost += 1
        }
    }

    private func write(_ record: LogRecord, to part: Part) throws(PlatformError) {
        var open = try open(part)
        defer { files[part] = open }
        let bytes = Array(record.jsonLine.utf8)
        guard open.size + bytes.count <= dayLimit else {
            open.turnedAway += 1
            guard open.turnedAway == 1 else { return }
            let note = LogRecord(
                time: record.time,
                level: .warning,
                "this file is full; its other records of the day are not kept"
            )
            try open.file.write(Array(note.jsonLine.utf8).span, at: open.size)
            return
        }
        try open.file.write(bytes.span, at: open.size)
        open.size += bytes.count
    }

    private func write(
        _ message: String,
        _ count: Int,
        at time: Timestamp,
        to part: Part
    ) throws(PlatformError) {
        let field = LogField("count", .integer(Int64(count)))
        try write(LogRecord(time: time, level: .warning, message, fields: [field]), to: part)
    }

    private func open(_ part: Part) throws(PlatformError) -> Open {
        if let open = files[part] { return open }
        let path = "\(directory)/\(day)\(part.ending)"
        let file = try File(path: path, mode: .append, permissions: 0o640)
        return Open(file: file, size: try file.size())
    }

    // MARK: Days

    private func begin(_ today: String) throws(PlatformError) {
        day = today
        files = [:]
        let found = try Self.days(in: directory)
        for old in Set(found + [today]).sorted().dropLast(days) where old != today {
            for part in Part.allCases {
                try FileSystem.removeFile("\(directory)/\(old)\(part.ending)")
            }
        }
    }

    /// The days that have files, oldest first; what has another name is none of ours.
    static func days(in directory: String) throws(PlatformError) -> [String] {
        let names = try FileSystem.list(directory)
        let days = names.compactMap { name -> String? in
            let day = String(name.prefix(10))
            guard Part.allCases.contains(where: { name == day + $0.ending }),
                day.utf8.count == 10, Timestamp(day) != nil
            else { return nil }
            return day
        }
        return Set(days).sorted()
    }
}
