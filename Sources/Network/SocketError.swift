/// Something of the network that could not be begun.
public struct SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done, why it failed and what to try.
    public let description: String

    /// Makes one that says this.
    package init(_ description: String) { self.description = description }
}
