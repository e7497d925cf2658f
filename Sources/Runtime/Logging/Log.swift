import Synchronization
public import Trading

/// Collects log records from all threads for one thread that writes them.
///
/// It owns a bounded buffer and no thread. ``record(_:_:at:trace:fields:)`` waits for nothing but
/// other callers' appends: where the buffer is full the record is dropped and counted. A quarter of
/// the buffer is kept for warnings and worse, so that a flood of lesser records cannot push them
/// out. ``flush(at:)`` is called by the writing thread, hands lines to the sink outside the lock,
/// and tells how many records were dropped since the last time.
public final class Log: Sendable {
    /// Takes whole lines, in order; where they go and what a failure to write means is its matter.
    public typealias Sink = @Sendable (String) -> Void

    /// How records are written.
    public enum Form: Hashable, Sendable {
        /// JSON Lines, for machines.
        case json
        /// One line each, for people.
        case plain(inColour: Bool)
    }

    private struct Buffer {
        var records: [LogRecord] = []
        var droppedSinceFlush = 0
        var dropped = 0
    }

    /// Less severe records are not kept.
    public let level: LogLevel
    private let form: Form
    private let capacity: Int
    private let sink: Sink
    private let buffer = Mutex(Buffer())
    /// Keeps two flushes from mixing their lines.
    private let writing = Mutex(())

    /// Makes a log.
    ///
    /// - Parameters:
    ///   - level: The least severe records to keep.
    ///   - form: How they are written.
    ///   - capacity: How many wait at most between two flushes.
    ///   - sink: Where lines go.
    public init(level: LogLevel, form: Form, capacity: Int, sink: @escaping Sink) {
        self.level = level
        self.form = form
        self.capacity = max(4, capacity)
        self.sink = sink
    }

    /// Whether a record of a level would be kept; ask before making one that is costly.
    public func keeps(_ level: LogLevel) -> Bool { level >= self.level }

    /// How many records were dropped in all.
    public var droppedCount: Int { buffer.withLock { buffer in buffer.dropped } }

    /// Takes a record.
    ///
    /// Never waits for the sink.
    public func record(
        _ level: LogLevel,
        _ message: String,
        at time: Timestamp,
        trace: TraceID? = nil,
        fields: [LogField] = []
    ) {
        guard keeps(level) else { return }
        let record = LogRecord(time: time, level: level, message, trace: trace, fields: fields)
        let room = level >= .warning ? capacity : capacity - capacity / 4
        buffer.withLock { buffer in
            if buffer.records.count < room {
                buffer.records.append(record)
            } else {
                buffer.dropped += 1
                buffer.droppedSinceFlush += 1
            }
        }
    }

    /// Writes all that waits.
    ///
    /// - Parameter time: The time of the record about dropped ones, if there must be one.
    public func flush(at time: Timestamp) {
        writing.withLock { _ in
            let (records, dropped) = buffer.withLock { buffer in
                let taken = (buffer.records, buffer.droppedSinceFlush)
                buffer.records = []
                buffer.droppedSinceFlush = 0
                return taken
            }
            for record in records { sink(line(of: record)) }
            guard dropped > 0 else { return }
            let note = LogRecord(
                time: time,
                level: .warning,
                "log records dropped",
                fields: [LogField("count", .integer(Int64(dropped)))]
            )
            sink(line(of: note))
        }
    }

    private func line(of record: LogRecord) -> String {
        switch form {
        case .json: record.jsonLine
        case .plain(let inColour): record.line(inColour: inColour)
        }
    }
}
