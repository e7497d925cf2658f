internal import Network

/// Sends requests of a simulated process.
final class SimulatedSender: HTTPSender {
    private let network: SimulatedNetwork
    private let process: Int

    init(_ network: SimulatedNetwork, process: Int) {
        self.network = network
        self.process = process
    }

    func dispatch(
        _ request: HTTPRequest,
        completion: @escaping @Sendable (HTTPOutcome) -> Void
    ) {
        network.send(request, of: process, completion)
    }

    func stop() {}
}
