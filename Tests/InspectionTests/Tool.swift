import Journal
import Platform
import Trading

@testable import Inspection

/// What a command line gave.
struct ToolRun {
    let status: Int32
    let output: String
    let messages: String

    /// The lines of the output.
    var lines: [Substring] { output.split(separator: "\n") }
}

/// Text that a console wrote.
private final class Gathered {
    var text = ""
}

extension TradedJournal {
    /// Runs a command line on this journal, in this process.
    func tool(_ words: String..., isOutputOpen: Bool = true, isTerminal: Bool = false) -> ToolRun {
        Self.tool(
            ["--journal", path] + words,
            state: state,
            isOutputOpen: isOutputOpen,
            isTerminal: isTerminal
        )
    }

    /// Runs any command line, in this process.
    static func tool(
        _ words: [String],
        state: String = "/nonexistent",
        isOutputOpen: Bool = true,
        isTerminal: Bool = false
    ) -> ToolRun {
        let output = Gathered()
        let messages = Gathered()
        let console = Console(
            showsProgress: isTerminal,
            isTerminal: isTerminal,
            output: { text in
                output.text += text
                return isOutputOpen
            },
            messages: { text in
                messages.text += text
                return true
            }
        )
        let settings = ToolSettings(
            program: "journalctl",
            version: "1.2.3",
            scan: .inProcess,
            stateDirectory: state,
            isStopWanted: { true }
        )
        let status = JournalTool(settings, console).run(words)
        return ToolRun(status: status, output: output.text, messages: messages.text)
    }

    /// Runs the program itself beside this process.
    func program(_ words: String...) throws -> ChildProcess.Outcome {
        let tests = try CurrentProcess.executablePath()
        return try ChildProcess.run(
            FileSystem.parent(of: tests) + "/journalctl",
            arguments: ["--journal", path] + words,
            timeLimit: 60_000_000_000
        )
    }

    /// Opens the journal for writing.
    func writer(segmentLimit: Int = 1 << 30) throws -> JournalWriter {
        var options = WriterOptions(stateDirectory: state)
        options.scan = .inProcess
        options.segmentLimit = segmentLimit
        return try JournalWriter.open(path, options: options)
    }

    /// The last event and its moment.
    func end() throws -> (head: UInt64, time: Int64) {
        var time: Int64 = 0
        let reader = try JournalReader.open(path)
        let head = try reader.head().sequence
        try reader.forEachBatch(from: head) { batch in
            batch.forEachEvent { time = $0.time }
            return .proceed
        }
        return (head, time)
    }

    /// The first segment's file.
    var data: String { path + "/segments/00000000000000000001/data.mdb" }

    /// Turns one bit wherever the first segment holds `text`: in the page that is read, and in
    /// those that it replaced.
    func damage(_ text: String) throws -> Bool {
        let bytes = try FileSystem.read(data)
        let wanted = Array(text.utf8)
        let places = bytes.indices.dropLast(wanted.count).filter {
            bytes[$0] == wanted[0] && bytes[$0..<($0 + wanted.count)].elementsEqual(wanted)
        }
        let file = try File(path: data, mode: .readWrite)
        for place in places {
            let flipped = [bytes[place] ^ 1]
            try file.write(flipped.span, at: place)
        }
        return !places.isEmpty
    }
}

extension JournalWriter {
    /// Puts an event into the open batch.
    @discardableResult
    func append(_ event: Event, time: Int64) throws -> UInt64 {
        var payload = ByteWriter()
        event.encode(into: &payload)
        let bytes = payload.bytes
        return try append(
            NewEvent(
                kind: event.kind.rawValue,
                version: event.version,
                time: time,
                trace: nextSequence,
                payload: bytes
            )
        )
    }

    /// Commits errors one by one.
    func note(_ texts: [String], time: Int64) throws {
        for text in texts {
            let event = Event.errorRecorded(ErrorRecorded(severity: .warning, text: text))
            try append(event, time: time)
            try commit(at: time)
        }
    }
}
