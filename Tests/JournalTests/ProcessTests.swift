import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Journals and processes` {
    let fixture = Fixture()
    var marker: String { fixture.root + "/marker" }

    /// Waits until a condition holds; a minute is for ever.
    private func wait(_ condition: () throws -> Bool) throws {
        let deadline = Clock.monotonic() + 60_000_000_000
        while try !condition() {
            try #require(Clock.monotonic() < deadline)
            Clock.pause(nanoseconds: 1_000_000)
        }
    }

    private func marked() throws -> UInt64 {
        guard try FileSystem.status(marker) != nil else { return 0 }
        let text = String(decoding: try FileSystem.read(marker), as: UTF8.self)
        return UInt64(text.prefix(20)) ?? 0
    }

    private func start(_ command: String) throws -> RunningChild {
        try ChildProcess.start(
            fixture.probe(),
            arguments: [command, fixture.journal, fixture.state, marker]
        )
    }

    @Test(arguments: [1, 40, 300])
    func `a killed writer loses nothing it had committed`(events: Int) throws {
        _ = try fixture.create()
        let child = try start("write")
        try wait { try marked() > UInt64(events) }
        child.send(signal: 9)
        #expect(child.wait() == .killed(signal: 9))
        let committed = try marked()
        let writer = try fixture.open()
        #expect(writer.head.sequence >= committed)
        #expect(writer.head.sequence <= committed + 3)
        let report = try fixture.verify()
        #expect(report.findings.filter { $0.severity != .note } == [])
    }

    @Test func `a live reader follows a writer in another process`() throws {
        _ = try fixture.create()
        let child = try start("write")
        try wait { try marked() > 10 }
        let reader = try JournalReader.open(fixture.journal)
        var next: UInt64 = 1
        var options = ReadOptions()
        options.checksChain = true
        while next < 400 {
            try reader.forEachBatch(from: next, options: options) { batch in
                if batch.header.firstSequence != next { Issue.record("a gap at \(next)") }
                next = batch.header.lastSequence + 1
                return .proceed
            }
            let limit = try marked() + 4
            try #require(next <= limit)
        }
        child.send(signal: 9)
        _ = child.wait()
    }

    @Test func `a journal verifies while it is written`() throws {
        _ = try fixture.create()
        let child = try start("write")
        try wait { try marked() > 10 }
        var options = VerifierOptions()
        options.stateDirectory = fixture.state
        options.scan = .child(executable: try fixture.probe())
        var last: UInt64 = 0
        while last < 600 {
            let report = try Verifier.verify(fixture.journal, options: options)
            #expect(report.findings.filter { $0.severity == .damage } == [])
            last = try #require(report.head?.sequence)
        }
        child.send(signal: 9)
        _ = child.wait()
    }

    @Test func `a writer in another process is named by its id`() throws {
        _ = try fixture.create()
        let child = try start("hold")
        try wait { try marked() > 0 }
        let error = #expect(throws: JournalError.self) { try fixture.open() }
        #expect(error?.code == .locked)
        #expect(error?.reason.contains("process \(child.id) ") == true)
        child.send(signal: 9)
        _ = child.wait()
        #expect(try fixture.open().head.sequence == 1)
    }

    @Test func `a child scans and reports what a scan here does`() throws {
        try fixture.fill(100, size: 5)
        let request = ScanRequest(directory: fixture.journal, lookups: [6, 101])
        let here = try RecoveryScan.run(request, .inProcess)
        let there = try RecoveryScan.run(request, .child(executable: fixture.probe()))
        #expect(here == there)
        #expect(there.hashes.count == 2)
        try fixture.flip(fixture.data, byte: 9000, bit: 1)
        let damaged = try RecoveryScan.run(request, .child(executable: fixture.probe()))
        #expect(try damaged == RecoveryScan.run(request, .inProcess))
    }

    @Test func `a child that dies is a finding, one that cannot scan an error`() throws {
        try fixture.fill(1, size: 1)
        let request = ScanRequest(directory: fixture.journal)
        let script = fixture.root + "/dies"
        let text = Array("#!/bin/sh\nkill -11 $$\n".utf8)
        try FileSystem.replaceDurably(script, with: [text], permissions: 0o755)
        let report = try RecoveryScan.run(request, .child(executable: script))
        #expect(report.findings.map(\.code) == [.scan])
        var options = fixture.options
        options.scan = .child(executable: script)
        #expect(code { _ = try JournalWriter.open(fixture.journal, options: options) } == .damaged)
        options.scan = .child(executable: "/bin/true")
        let other = code { _ = try JournalWriter.open(fixture.journal, options: options) }
        #expect(other == .scanFailed)
    }

    @Test func `reading and verifying change no byte and no time`() throws {
        try fixture.fill(400, size: 4, length: 300, limit: 64 << 10)
        func state() throws -> [String: [UInt8]] {
            var found: [String: [UInt8]] = [:]
            try visit(fixture.journal) { path, status in
                let bytes = status.isDirectory ? [] : try FileSystem.read(path)
                found["\(path) \(status)"] = bytes
            }
            return found
        }
        let before = try state()
        #expect(try fixture.read().count == 401)
        _ = try fixture.verify()
        #expect(try state() == before)
    }

    private func visit(
        _ path: String,
        _ body: (String, FileSystem.Status) throws -> Void
    ) throws {
        let found = try FileSystem.status(path)
        let status = try #require(found)
        try body(path, status)
        guard status.isDirectory else { return }
        for name in try FileSystem.list(path) { try visit(path + "/" + name, body) }
    }
}
