import Platform
import TestSupport
import Testing
import Trading

@testable import Runtime

/// On a tape whoever tells something writes it: what was told is in the files at once.
@Suite(.temporaryDirectory) struct `The log of a run` {
    private static let key = "the-key-of-a-test"
    private static let hidden = "the-hidden-one-of-a-test"
    private static let day = "2026-12-01"

    private var directory: String { TemporaryDirectory.path + "/log" }

    /// A log that keeps warnings and worse in ``directory``, and knows credentials.
    private func log(permissions: UInt32 = 0o600) throws -> RunLog {
        let path = TemporaryDirectory.path + "/keys"
        let file = try File(path: path, mode: .createNew, permissions: permissions)
        try file.write(Array("\(Self.key)\n\(Self.hidden)\n".utf8).span, at: 0)
        let more = """
            log: { level: "warning", directory: "\(directory)" },
              venue: { kind: "paper", credentials: { file: "\(path)" } },
              balances:
            """
        let configuration = try Sample.parse(Sample.spot.replacing("balances:", with: more))
        return try RunLog(configuration, journal: TemporaryDirectory.path + "/journal")
    }

    private func message(
        _ text: String,
        _ severity: Severity?,
        isStep: Bool = false
    ) throws -> RunMessage {
        RunMessage(
            time: try #require(Timestamp(Self.day)),
            severity: severity,
            text: text,
            trace: TraceID(7),
            event: SequenceNumber(9),
            cause: SequenceNumber(8),
            isStep: isStep
        )
    }

    /// The records of one of the two files of the day; none where there is no file.
    private func records(_ ending: String) throws -> [String] {
        let path = "\(directory)/\(Self.day)\(ending)"
        guard try FileSystem.status(path) != nil else { return [] }
        return String(decoding: try FileSystem.read(path), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    private static func record(_ level: String, _ text: String) -> String {
        #"{"time":"2026-12-01T00:00:00Z","level":"\#(level)","message":"\#(text)","#
            + #""trace":"7","event":"9","cause":"8"}"#
    }

    @Test func `keeps nothing below its level, and the rest in both files of the day`() throws {
        let log = try log()
        log.write(try message("a step", nil, isStep: true))
        log.write(try message("a deal", nil))
        #expect(try FileSystem.list(directory).isEmpty)
        log.write(try message("a retry", .warning))
        log.write(try message("a fault", .error))
        log.write(try message("a stop", .alarm))
        log.end()
        let kept = [
            Self.record("warning", "a retry"), Self.record("error", "a fault"),
            Self.record("alarm", "a stop"),
        ]
        #expect(try records(".jsonl") == kept)
        #expect(try records(".errors.jsonl") == kept)
        #expect(try FileSystem.status(TemporaryDirectory.path + "/journal-log") == nil)
    }

    @Test func `says in both files what ended the run, at the time of its last message`() throws {
        let log = try log()
        log.write(try message("a deal", nil))
        log.end(with: RunFailure("the disk is full"))
        let end =
            #"{"time":"2026-12-01T00:00:00Z","level":"error","#
            + #""message":"the run ended: the disk is full"}"#
        #expect(try records(".jsonl") == [end])
        #expect(try records(".errors.jsonl") == [end])
    }

    @Test func `has neither key nor secret in its files, whoever said them`() throws {
        let log = try log()
        let words = "asked with \(Self.key), signed with \(Self.hidden)"
        log.write(try message(words, .warning))
        log.end(with: RunFailure(words))
        for ending in [".jsonl", ".errors.jsonl"] {
            let told = try records(ending)
            #expect(told.count == 2)
            for record in told {
                #expect(record.contains("asked with [redacted], signed with [redacted]"))
                #expect(!record.contains(Self.key) && !record.contains(Self.hidden))
            }
        }
    }

    @Test func `is not opened where others may read the credentials`() {
        #expect(throws: RunFailure.self) { try log(permissions: 0o644) }
    }
}
