import Network
import Platform

/// A client that notes what it is told.
final class Listener: WebSocketClientDelegate {
    let client: WebSocketClient
    /// What was told, in order.
    private(set) var notes: [String] = []
    /// How many are open.
    private(set) var openCount = 0

    init(
        authorities: String = WebSocketClient.systemAuthorities,
        limits: NetworkLimits = NetworkLimits()
    ) throws {
        client = try WebSocketClient(authorities: authorities, limits: limits)
        client.delegate = self
    }

    /// Services the client, and a server of this process, until something holds or time is out.
    func wait(
        with server: ObligingServer? = nil,
        seconds: Int64 = 20,
        until holds: () -> Bool
    ) -> Bool {
        let deadline = Clock.monotonic() + seconds * 1_000_000_000
        while !holds() {
            guard Clock.monotonic() < deadline else { return false }
            client.service(until: Clock.monotonic() + 1_000_000)
            server?.turn(milliseconds: 1)
        }
        return true
    }

    func opened(_ id: ConnectionID) {
        openCount += 1
        notes.append("opened")
    }

    func received(_ text: String, from id: ConnectionID) {
        notes.append(text.utf8.count > 10_000 ? "\(text.utf8.count) bytes" : text)
    }

    func ponged(_ payload: [UInt8], from id: ConnectionID) {
        notes.append("ponged \(String(decoding: payload, as: UTF8.self))")
    }

    func failed(_ id: ConnectionID, _ reason: String) { notes.append("failed \(reason)") }

    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {
        openCount -= 1
        let code = ending.code.map { "\($0)" } ?? "-"
        notes.append("closed \(ending.initiator) \(code) \(ending.reason)")
    }
}
