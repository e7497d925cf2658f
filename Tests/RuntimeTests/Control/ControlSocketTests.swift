import Dispatch
import Journal
import Platform
import TestSupport
import Testing

@testable import Runtime

@Suite(.temporaryDirectory) struct `The control socket` {
    private let journal = TemporaryDirectory.path
    private var socket: String { journal + "/control" }

    /// Serves until `isDone`, as the engine does now and then.
    private func serve(
        _ server: ControlServer,
        for milliseconds: Int64 = 2000,
        until isDone: () -> Bool,
        _ answer: (ControlMessage) throws(JournalError) -> ControlMessage
    ) throws {
        let end = Clock.monotonic() + milliseconds * 1_000_000
        while !isDone(), Clock.monotonic() < end {
            try server.serve(answer)
            Clock.pause(nanoseconds: 100_000)
        }
    }

    /// What a plain connection gets for what it sends.
    private func exchange(_ sent: [UInt8], lines: Int = 1) throws -> [String] {
        let server = try ControlServer(journal)
        defer { try? server.close() }
        let connection = try LocalConnection(to: socket)
        var rest = sent[...]
        var got: [UInt8] = []
        var isEnded = false
        let end = Clock.monotonic() + 2_000_000_000
        while got.count(where: { $0 == 0x0A }) < lines, !isEnded, Clock.monotonic() < end {
            if !rest.isEmpty { rest = rest.dropFirst(try connection.write(Array(rest))) }
            try server.serve { request in .done(["heard": .text(request.text("request") ?? "")]) }
            switch try connection.read(limit: 1 << 16) {
            case .bytes(let bytes): got += bytes
            case .nothing: break
            case .end: isEnded = true
            }
        }
        return String(decoding: got, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `answers one line with one line`() throws {
        let lines = try exchange(Array("{\"request\":\"status\"}\n".utf8))
        #expect(lines == ["{\"ok\":true,\"heard\":\"status\"}"])
    }

    @Test func `answers several requests in one piece, and one in several`() throws {
        let two = "{\"request\":\"a\"}\n{\"request\":\"b\"}\n{\"request\":\"c\""
        let lines = try exchange(Array((two + "}\n").utf8), lines: 3)
        #expect(lines.map { $0.suffix(3) } == ["a\"}", "b\"}", "c\"}"])
        #expect(try exchange(Array(two.utf8), lines: 2).count == 2)
    }

    @Test(arguments: [
        "", "nonsense", "[]", "{", "{\"a\":[1]}", "{\"a\":1.5}", "{\"a\":null}", "\u{0}",
    ])
    func `says what is no request`(text: String) throws {
        let lines = try exchange(Array((text + "\n").utf8))
        #expect(lines == ["{\"ok\":false,\"reason\":\"this is no request\"}"])
    }

    @Test func `leaves one that sends no end of a line`() throws {
        let lines = try exchange([UInt8](repeating: 0x20, count: 1 << 20))
        #expect(lines == [])
    }

    @Test func `is for its owner alone, and takes the place of one that was left`() throws {
        let first = try ControlServer(journal)
        #expect(try FileSystem.status(socket)?.permissions == 0o600)
        // A killed engine leaves its socket; nobody listens behind it.
        withExtendedLifetime(first) {}
        let second = try ControlServer(journal)
        let client = try LocalConnection(to: socket)
        _ = try client.write(Array("{\"request\":\"x\"}\n".utf8))
        var heard = false
        try serve(second, until: { heard }) { _ in
            heard = true
            return .done()
        }
        #expect(heard)
        try second.close()
        #expect(try FileSystem.status(socket) == nil)
        #expect(throws: ControlFailure.self) { try ControlClient(journal) }
    }

    @Test func `is reached under a path longer than an address holds`() throws {
        let deep = journal + String(repeating: "/directory", count: 20)
        try FileSystem.createDirectories(deep)
        #expect(deep.utf8.count > 200)
        let server = try ControlServer(deep)
        #expect(try FileSystem.list(deep) == ["control"])
        let client = try LocalConnection(to: deep + "/control")
        _ = try client.write(Array("{\"request\":\"deep\"}\n".utf8))
        var heard: String?
        try serve(server, until: { heard != nil }) { request in
            heard = request.text("request")
            return .done()
        }
        #expect(heard == "deep")
    }

    /// The names of the requests that are done at one look.
    private func look(_ server: ControlServer) throws -> [String] {
        var heard: [String] = []
        try server.serve { request in
            heard.append(request.text("request") ?? "")
            return .done()
        }
        return heard
    }

    private func write(_ names: String..., to connection: LocalConnection) throws {
        let text = names.map { "{\"request\":\"\($0)\"}\n" }.joined()
        #expect(try connection.write(Array(text.utf8)) == text.utf8.count)
    }

    @Test func `gives each client one answer a look, however much one asks for`() throws {
        let server = try ControlServer(journal)
        let hasty = try LocalConnection(to: socket)
        let modest = try LocalConnection(to: socket)
        try write("a", "b", "c", to: hasty)
        try write("x", to: modest)
        #expect(try look(server).sorted() == ["a", "x"])
        try write("y", to: modest)
        #expect(try look(server).sorted() == ["b", "y"])
        #expect(try look(server) == ["c"])
        #expect(try look(server) == [])
    }

    @Test func `leaves the longest silent where all places are taken`() throws {
        let server = try ControlServer(journal)
        var idle: [LocalConnection] = []
        for _ in 0..<8 {
            idle.append(try LocalConnection(to: socket))
            #expect(try look(server) == [])
        }
        try write("first", to: idle[0])
        #expect(try look(server) == ["first"])
        let late = try LocalConnection(to: socket)
        try write("late", to: late)
        #expect(try look(server) == ["late"])
        #expect(try idle[1].read(limit: 100) == .end)
        for place in [0, 2, 7] { try write("\(place)", to: idle[place]) }
        #expect(try look(server).sorted() == ["0", "2", "7"])
    }

    @Test func `does nothing for a client that has left`() throws {
        let server = try ControlServer(journal)
        var client: LocalConnection? = try LocalConnection(to: socket)
        try write("unheard", to: try #require(client))
        client = nil
        #expect(try look(server) == [])
        client = try LocalConnection(to: socket)
        try write("heard", "unheard", to: try #require(client))
        #expect(try look(server) == ["heard"])
        client = nil
        #expect(try look(server) == [])
        let other = try LocalConnection(to: socket)
        try write("other", to: other)
        #expect(try look(server) == ["other"])
    }

    /// What a client says that gets no answer to a request.
    private func failure(
        _ client: ControlClient,
        _ name: String,
        patience: Int64 = 50_000_000
    ) -> ControlFailure? {
        do throws(ControlFailure) {
            _ = try client.ask(.request(name), patience: patience)
            return nil
        } catch {
            return error
        }
    }

    /// Takes the request of the second one that waits, and ends before the answer.
    private static func takeAndEnd(_ listener: LocalListener) {
        do {
            _ = try listener.accept()
            let connection = try #require(try listener.accept())
            while try connection.read(limit: 100) == .nothing { connection.wait(nanoseconds: 1) }
        } catch {
            Issue.record(error)
        }
    }

    @Test(arguments: [
        ("correct", "; whether it was done is open: see `journalctl show --kind correctionMade`"),
        ("seal", "; whether it was done is open: see `journalctl segments`"),
        ("remove", "; whether it was done is open: see `journalctl segments`"),
        ("signal", "; whether it was done is open: see `journalctl show --kind signalReceived`"),
        ("status", ""),
    ])
    func `tells one without an answer what is open`(name: String, open: String) throws {
        let listener = try LocalListener(path: socket)
        let silent = try ControlClient(journal)
        #expect(failure(silent, name)?.description == "\(socket) kept silent for 0 s\(open)")
        let ended = try ControlClient(journal)
        DispatchQueue(label: "engine").async { Self.takeAndEnd(listener) }
        let gone = failure(ended, name, patience: 20_000_000_000)
        #expect(gone?.kind == .gone)
        #expect(gone?.description == "the engine at \(socket) ended\(open)")
    }

    @Test func `tells one whose request did not get there that nothing was done`() throws {
        let listener = try LocalListener(path: socket)
        let client = try ControlClient(journal)
        withExtendedLifetime(try listener.accept()) {}
        let gone = failure(client, "correct")
        #expect(gone?.description == "the engine at \(socket) ended; nothing was done")
    }

    @Test func `passes on that the journal failed`() throws {
        let server = try ControlServer(journal)
        let client = try LocalConnection(to: socket)
        _ = try client.write(Array("{\"request\":\"x\"}\n".utf8))
        #expect(throws: JournalError.self) {
            try serve(server, until: { false }) { _ throws(JournalError) in
                _ = try JournalReader.open("/nonexistent")
                return .done()
            }
        }
    }

    @Test func `that keeps silent is not waited for for ever`() throws {
        let server = try ControlServer(journal)
        let client = try ControlClient(journal)
        let begun = Clock.monotonic()
        do throws(ControlFailure) {
            _ = try client.ask(.request("status"), patience: 200_000_000)
            Issue.record("expected an error")
        } catch {
            #expect(error.kind == .silent)
        }
        #expect(Clock.monotonic() - begun < 2_000_000_000)
        withExtendedLifetime(server) {}
    }

    @Test func `carries numbers, text and flags as they are`() throws {
        let message = ControlMessage([
            "text": .text("a \"b\"\n\u{1F6DF}"), "number": .number(UInt64(Int64.max)),
            "flag": .flag(false),
        ])
        let line = message.line
        #expect(line.last == 0x0A && line.count { $0 == 0x0A } == 1)
        #expect(ControlMessage(line: Array(line.dropLast())) == message)
    }
}
