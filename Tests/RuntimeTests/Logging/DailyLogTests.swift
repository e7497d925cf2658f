import Platform
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory) struct `Log files by day` {
    private var directory: String { TemporaryDirectory.path + "/journal-log" }

    private func record(_ time: String, _ level: LogLevel, _ text: String = "x") throws -> LogRecord
    {
        LogRecord(time: try #require(Timestamp(time)), level: level, text)
    }

    private func lines(_ name: String) throws -> [String] {
        String(decoding: try FileSystem.read(directory + "/" + name), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    @Test func `hold every record in one and what went wrong in another`() throws {
        let log = try DailyLog(directory, days: 30, dayLimit: 1 << 20)
        for (number, level) in LogLevel.allCases.enumerated() {
            log.append(try record("2026-12-01T23:59:59Z", level, "record \(number)"))
        }
        let all = try lines("2026-12-01.jsonl")
        #expect(all.count == 5)
        #expect(try lines("2026-12-01.errors.jsonl") == Array(all[2...]))
        #expect(try FileSystem.status(directory + "/2026-12-01.jsonl")?.permissions == 0o640)
    }

    @Test func `begin anew at midnight`() throws {
        let log = try DailyLog(directory, days: 30, dayLimit: 1 << 20)
        log.append(try record("2026-12-01T23:59:59.999999999Z", .info))
        log.append(try record("2026-12-02", .info))
        #expect(try FileSystem.list(directory) == ["2026-12-01.jsonl", "2026-12-02.jsonl"])
    }

    @Test func `are kept for so many days, and nothing else is removed`() throws {
        try FileSystem.createDirectories(directory)
        let foreign = ["2020-01-01.txt", "2020-01-01.jsonl.old", "2020-13-01.jsonl", "a.jsonl"]
        for name in foreign { _ = try File(path: directory + "/" + name, mode: .createNew) }
        let log = try DailyLog(directory, days: 3, dayLimit: 1 << 20)
        for day in 1...9 { log.append(try record("2026-12-0\(day)", .error)) }
        let kept = ["7", "8", "9"].flatMap {
            ["2026-12-0\($0).errors.jsonl", "2026-12-0\($0).jsonl"]
        }
        #expect(try FileSystem.list(directory) == (foreign + kept).sorted())
    }

    @Test func `of the day at hand are kept where newer ones lie beside them`() throws {
        let log = try DailyLog(directory, days: 1, dayLimit: 1 << 20)
        log.append(try record("2030-01-01", .info))
        log.append(try record("2026-12-01", .info))
        #expect(try FileSystem.list(directory) == ["2026-12-01.jsonl", "2030-01-01.jsonl"])
        log.append(try record("2026-12-02", .info))
        #expect(try FileSystem.list(directory) == ["2026-12-02.jsonl", "2030-01-01.jsonl"])
    }

    @Test func `take so many bytes and say when they are full`() throws {
        let log = try DailyLog(directory, days: 3, dayLimit: 300)
        for _ in 0..<100 { log.append(try record("2026-12-01", .info)) }
        log.append(try record("2026-12-01", .error, "still told"))
        let all = try lines("2026-12-01.jsonl")
        #expect(all.count < 8 && all.last?.contains("this file is full") == true)
        #expect(try lines("2026-12-01.errors.jsonl").count == 1)
        log.append(try record("2026-12-02", .info))
        #expect(try lines("2026-12-02.jsonl").count == 1)
    }

    @Test func `are gone on with after a restart, by several processes at once`() throws {
        let first = try DailyLog(directory, days: 3, dayLimit: 1 << 20)
        let second = try DailyLog(directory, days: 3, dayLimit: 1 << 20)
        for number in 0..<10 {
            (number.isMultiple(of: 2) ? first : second)
                .append(try record("2026-12-01", .info, "record \(number)"))
        }
        let all = try lines("2026-12-01.jsonl")
        #expect(all.count == 10 && all[7].contains("record 7"))
    }

    @Test func `that could not be written tell how much is missing`() throws {
        let log = try DailyLog(directory, days: 3, dayLimit: 1 << 20)
        try FileSystem.removeTree(directory)
        for _ in 0..<3 { log.append(try record("2026-12-01", .info)) }
        try FileSystem.createDirectories(directory)
        log.append(try record("2026-12-01", .info, "back"))
        let all = try lines("2026-12-01.jsonl")
        #expect(all.first?.contains("log records lost") == true)
        #expect(all.first?.contains("\"count\":3") == true && all.count == 2)
    }

    @Test func `are found by the name of their journal`() throws {
        #expect(RunLog.directory(beside: "/data/journal/") == "/data/journal-log")
        #expect(RunLog.directory(beside: "journal") == "journal-log")
        let log = try DailyLog(directory, days: 3, dayLimit: 1 << 20)
        for day in 1...2 { log.append(try record("2026-12-0\(day)", .error)) }
        #expect(
            try RunLog.files(at: directory)
                == [directory + "/2026-12-01.jsonl", directory + "/2026-12-02.jsonl"]
        )
        let file = directory + "/2026-12-02.errors.jsonl"
        #expect(try RunLog.files(at: file) == [file])
        #expect(try RunLog.files(at: directory + "/nowhere").isEmpty)
    }
}
