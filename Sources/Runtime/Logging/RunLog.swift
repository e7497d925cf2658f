internal import Exchange
internal import Platform
internal import Synchronization
internal import Trading

/// The log of a run: on standard error, and in files by day where the configuration says so.
///
/// Standard error gets JSON Lines, or words where a person reads along. The log is not evidence:
/// where it cannot be written the run goes on; what it says is in the journal. What the venue's
/// key and secret are is never in it, whoever said it.
///
/// Design note: on a venue a thread of its own writes, because a request that is to leave must not
/// wait for a disk or a terminal. On a tape nothing waits, and whoever tells something writes it.
public final class RunLog {
    private let level: LogLevel
    private let credentials: VenueCredentials?
    private let writer: LogWriter
    private var thread: WorkerThread?
    private var time = Timestamp.never

    /// Where the files of a run on a venue are when the configuration does not say: beside its
    /// journal.
    public static func directory(beside journal: String) -> String {
        var path = journal[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path + "-log"
    }

    /// The files of a log that hold every record, the newest last: those by day in a directory,
    /// or the one file that is named; none where there is nothing.
    ///
    /// - Throws: `PlatformError` where it cannot be looked at.
    public static func files(at path: String) throws -> [String] {
        guard let status = try FileSystem.status(path) else { return [] }
        guard status.isDirectory else { return status.isRegular ? [path] : [] }
        return try DailyLog.days(in: path).map { day in "\(path)/\(day)\(DailyLog.ending)" }
            .filter { try FileSystem.status($0)?.isRegular == true }
    }

    /// Opens the log.
    ///
    /// - Parameters:
    ///   - configuration: Where it goes, and where the secrets are that must not be in it.
    ///   - journal: The directory of the journal.
    /// - Throws: `PlatformError` where the directory of files cannot be made, ``RunFailure`` where
    ///   the credentials are not where they should be.
    public init(_ configuration: Configuration, journal: String) throws {
        let settings = configuration.log
        level = settings.level
        credentials = try configuration.venue.credentials.map { try CredentialsFile.read($0) }
        let isLive = configuration.mode != .tape
        let beside = isLive ? Self.directory(beside: journal) : nil
        let files = try (settings.directory?.resolved ?? beside).map { directory in
            try DailyLog(directory, days: settings.days, dayLimit: settings.dayLimit)
        }
        let writer = try LogWriter(files)
        self.writer = writer
        thread = isLive ? try WorkerThread { writer.run() } : nil
    }

    /// Takes a message of the run.
    public func write(_ message: RunMessage) {
        time = max(time, message.time)
        let level = message.level
        guard level >= self.level else { return }
        take(
            LogRecord(
                time: message.time,
                level: level,
                covered(message.text),
                trace: message.trace == .none ? nil : message.trace,
                event: message.event,
                cause: message.cause
            ),
            isForFilesOnly: false
        )
    }

    /// Writes what waits; nothing is taken afterwards.
    ///
    /// What ended the run goes into the files alone: the program says it on standard error.
    ///
    /// - Parameter error: What ended it; `nil` where it ended in order.
    public func end(with error: (any Error)? = nil) {
        if let error {
            let now = time == .never ? Timestamp(nanoseconds: Clock.wall()) : time
            let text = covered("the run ended: \(error)")
            take(LogRecord(time: now, level: .error, text), isForFilesOnly: true)
        }
        writer.end()
        thread?.join()
        thread = nil
    }

    private func take(_ record: LogRecord, isForFilesOnly: Bool) {
        let isFull = writer.put(record, isForFilesOnly: isForFilesOnly)
        if thread == nil || isFull { writer.drain() }
    }

    private func covered(_ text: String) -> String { credentials?.covered(text) ?? text }
}

/// What waits to be written, and the one who writes it.
private final class LogWriter: Sendable {
    private struct Waiting {
        var records: [(record: LogRecord, isForFilesOnly: Bool)] = []
        var isOver = false
    }

    /// How many records wait at most before whoever tells more has to write.
    private static let most = 4096
    /// How many milliseconds they wait at most.
    ///
    /// To wake the writer for each would cost whoever tells it the processor: on two cores, a tenth
    /// of a millisecond and more before a request leaves.
    private static let patience: Int32 = 50

    private let waiting = Mutex(Waiting())
    /// Whoever holds it writes; the files belong to nobody else.
    private let files: Mutex<DailyLog?>
    private let bell: Bell
    private let isTerminal = Terminal.isTerminal(.error)

    init(_ files: sending DailyLog?) throws(PlatformError) {
        self.files = Mutex(files)
        bell = try Bell()
    }

    /// Takes a record, without waiting for anything that is written.
    ///
    /// - Returns: Whether as many wait as may.
    func put(_ record: LogRecord, isForFilesOnly: Bool) -> Bool {
        let count = waiting.withLock { waiting in
            waiting.records.append((record, isForFilesOnly))
            return waiting.records.count
        }
        if count == Self.most / 2 { bell.ring() }
        return count >= Self.most
    }

    /// Writes what comes until the end, on a thread of its own.
    func run() {
        while !waiting.withLock({ $0.isOver }) {
            bell.wait(milliseconds: Self.patience)
            drain()
        }
    }

    func end() {
        drain()
        waiting.withLock { $0.isOver = true }
        bell.ring()
    }

    /// Writes what waits, in its order.
    func drain() {
        files.withLock { files in
            let records = waiting.withLock { waiting in
                defer { waiting.records = [] }
                return waiting.records
            }
            for (record, isForFilesOnly) in records {
                files?.append(record)
                if !isForFilesOnly { show(record) }
            }
        }
    }

    private func show(_ record: LogRecord) {
        do throws(PlatformError) {
            // The line of progress is not to be written into.
            let line = isTerminal ? "\r\u{1B}[2K" + record.line(inColour: true) : record.jsonLine
            try Terminal.write(line, to: .error)
        } catch {
            // Where messages cannot be written there is nowhere left to say so.
            return
        }
    }
}

extension RunMessage {
    /// The level of its record.
    fileprivate var level: LogLevel {
        switch severity {
        case nil: isStep ? .debug : .info
        case .warning: .warning
        case .error: .error
        case .alarm: .alarm
        }
    }
}
