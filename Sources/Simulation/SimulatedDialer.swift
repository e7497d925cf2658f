internal import Network
internal import Synchronization

/// Keeps the WebSockets of a simulated process.
///
/// The one of the private streams is where the engine waits: there time passes. What is told to
/// the others is told when it arrives.
final class SimulatedDialer: WebSocketDialer {
    weak var delegate: (any WebSocketClientDelegate)?
    private let network: SimulatedNetwork
    private let process: Int
    private let isMain: Bool
    private let isWoken = WakeFlag()

    init(_ network: SimulatedNetwork, process: Int, isMain: Bool) {
        self.network = network
        self.process = process
        self.isMain = isMain
    }

    var wake: @Sendable () -> Void {
        let flag = isWoken
        return { flag.set() }
    }

    func connect(to url: String) throws(SocketError) -> ConnectionID {
        if url.isEmpty { throw SocketError("there is no address yet") }
        return network.connect(to: url, for: self, of: process)
    }

    func service(until deadline: Int64) {
        guard isMain else { return }
        network.pass(until: deadline, of: process) { isWoken.take() }
    }

    /// Has the wait end that is going on.
    func nudge() { isWoken.set() }

    func send(_ text: String, to id: ConnectionID) -> Bool { network.send(text, to: id) }

    func ping(_ id: ConnectionID) -> Bool { network.ping(id) }

    func close(_ id: ConnectionID) { network.close(id) }

    func drop(_ id: ConnectionID) { network.close(id) }
}

/// A flag that ends a wait.
private final class WakeFlag: Sendable {
    private let flag = Atomic(false)
    func set() { flag.store(true, ordering: .relaxed) }
    func take() -> Bool { flag.exchange(false, ordering: .relaxed) }
}
