import Journal
import Platform
import TestSupport
import Testing

@testable import Runtime

@Suite(.temporaryDirectory) struct `Signals at the control socket` {
    private let journal = TemporaryDirectory.path

    private func send(_ names: [String], to connection: LocalConnection) throws {
        let text = names.map { "{\"request\":\"\($0)\"}\n" }.joined()
        #expect(try connection.write(Array(text.utf8)) == text.utf8.count)
    }

    private func answers(_ connection: LocalConnection) throws -> [String] {
        guard case .bytes(let bytes) = try connection.read(limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What is asked for at one look.
    private func look(
        _ server: ControlServer,
        settle: () throws(JournalError) -> Void = {}
    ) throws -> [String] {
        var heard: [String] = []
        try server.serve(
            { request in
                heard.append(request.text("request") ?? "")
                return .done()
            },
            settle: settle
        )
        return heard
    }

    @Test func `are taken together, up to the first other request`() throws {
        let server = try ControlServer(journal)
        let client = try LocalConnection(to: journal + "/control")
        try send(["signal", "signal", "signal", "status", "signal"], to: client)
        #expect(try look(server) == ["signal", "signal", "signal"])
        #expect(try look(server) == ["status"])
        #expect(try look(server) == ["signal"])
        #expect(try answers(client).count == 5)
    }

    @Test func `are answered after what they set off is settled`() throws {
        let server = try ControlServer(journal)
        let client = try LocalConnection(to: journal + "/control")
        try send(["signal", "signal"], to: client)
        var early: Result<[String], any Error>?
        let heard = try look(server) { early = Result { try answers(client) } }
        #expect(heard.count == 2)
        #expect(try early?.get() == [])
        #expect(try answers(client).count == 2)
    }

    @Test func `beyond the bound of one look are refused and not taken`() throws {
        let server = try ControlServer(journal)
        let clients = try (0..<3).map { _ in try LocalConnection(to: journal + "/control") }
        for client in clients {
            try send(Array(repeating: "signal", count: 100), to: client)
        }
        #expect(try look(server).count == ControlServer.mostSignals)
        let lines = try clients.flatMap(answers)
        #expect(lines.count == 300)
        let refused = lines.filter { $0.contains("\"ok\":false") }
        #expect(refused.count == 300 - ControlServer.mostSignals)
        #expect(refused.allSatisfy { $0.contains("was not taken, send it again") })
    }

    @Test func `are answered in their order to one who sends many`() throws {
        let server = try ControlServer(journal)
        let connection = try LocalConnection(to: journal + "/control")
        let requests = (0..<50).map { number in
            ControlMessage.request("signal", ["id": .text("\(number)")])
        }
        _ = try connection.write(requests.flatMap(\.line))
        try server.serve { request in .done(["id": .text(request.text("id") ?? "")]) }
        let expected = (0..<50).map { "{\"ok\":true,\"id\":\"\($0)\"}" }
        #expect(try answers(connection) == expected)
    }
}
