internal import Network
internal import Runtime

/// How a simulated process reaches the exchange.
final class SimulatedConnections: VenueConnections {
    private let network: SimulatedNetwork
    private let process: Int

    init(_ network: SimulatedNetwork, process: Int) {
        self.network = network
        self.process = process
    }

    func sender(to address: HTTPAddress) throws -> any HTTPSender {
        SimulatedSender(network, process: process)
    }

    func sockets() throws -> any WebSocketDialer {
        SimulatedDialer(network, process: process, isMain: true)
    }

    func follow(_ plan: MarketStreamPlan, into inbox: Inbox) throws -> any MarketFollowing {
        let dialer = SimulatedDialer(network, process: process, isMain: false)
        let follower = MarketFollower(
            plan,
            SimulatedSender(network, process: process),
            dialer,
            inbox,
            clock: network.time.clock
        )
        network.follow(follower, dialer)
        return SimulatedFollowing()
    }
}

/// A public stream, which ends with its process.
private final class SimulatedFollowing: MarketFollowing {
    func end() {}
}
