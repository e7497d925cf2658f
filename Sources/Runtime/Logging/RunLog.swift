internal import Platform
internal import Synchronization
internal import Trading

/// The log of a run: JSON Lines in a file, or on standard error; words where a person reads along.
///
/// It is not evidence. Where it cannot be written the run goes on; what it says is in the journal.
public final class RunLog {
    private let log: Log
    private var time = Timestamp.never

    /// Opens the log.
    ///
    /// - Throws: `PlatformError` where its file cannot be opened.
    public init(_ settings: LogSettings) throws {
        let sink: Log.Sink
        let form: Log.Form
        if let path = settings.file?.resolved {
            let file = try LogFile(path)
            sink = { line in file.append(line) }
            form = .json
        } else {
            let isTerminal = Terminal.isTerminal(.error)
            sink = { line in LogFile.toStandardError(line) }
            form = isTerminal ? .plain(inColour: true) : .json
        }
        log = Log(level: settings.level, form: form, capacity: 4096, sink: sink)
    }

    /// Takes a message of the run and writes what waits.
    public func write(_ message: RunMessage) {
        time = max(time, message.time)
        let level: LogLevel =
            switch message.severity {
            case nil: .info
            case .warning: .warning
            case .error: .error
            case .alarm: .alarm
            }
        log.record(
            level,
            message.text,
            at: message.time,
            trace: message.trace == .none ? nil : message.trace
        )
        log.flush(at: time)
    }
}

/// A file that lines are appended to; losing one is not worth stopping for.
private final class LogFile: Sendable {
    private let file: File
    private let end: Mutex<Int>

    init(_ path: String) throws(PlatformError) {
        try FileSystem.createDirectories(FileSystem.parent(of: path))
        file = try File(path: path, mode: .create)
        end = Mutex(try file.size())
    }

    func append(_ line: String) {
        let bytes = Array(line.utf8)
        end.withLock { end in
            do throws(PlatformError) {
                try file.write(bytes.span, at: end)
                end += bytes.count
            } catch {
                // A full disk pauses entries elsewhere; the log itself must not stop trading.
                return
            }
        }
    }

    static func toStandardError(_ line: String) {
        do throws(PlatformError) {
            try Terminal.write(line, to: .error)
        } catch {
            return
        }
    }
}
