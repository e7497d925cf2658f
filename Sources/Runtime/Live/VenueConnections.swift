package import Network

/// How a run reaches its venue.
package protocol VenueConnections: AnyObject {
    /// Opens what sends requests to a host.
    func sender(to address: HTTPAddress) throws -> any HTTPSender

    /// Opens what keeps the private streams; the run waits by servicing it.
    func sockets() throws -> any WebSocketDialer

    /// Begins to follow a public stream.
    func follow(_ plan: MarketStreamPlan, into inbox: Inbox) throws -> any MarketFollowing
}

/// Connections of this machine.
final class MachineConnections: VenueConnections {
    func sender(to address: HTTPAddress) throws -> any HTTPSender {
        try HTTPClient(HTTPOptions(address))
    }

    func sockets() throws -> any WebSocketDialer { try WebSocketClient() }

    func follow(_ plan: MarketStreamPlan, into inbox: Inbox) throws -> any MarketFollowing {
        try MarketStream(plan, authorities: WebSocketClient.systemAuthorities, into: inbox)
    }
}
