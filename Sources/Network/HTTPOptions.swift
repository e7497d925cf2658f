/// How a client reaches one server, and what it bears.
public struct HTTPOptions: Hashable, Sendable {
    /// The server; a request's target is what follows it.
    public var address: HTTPAddress
    /// How long resolving, connecting and the handshake may take together.
    public var connectLimitMilliseconds = 5_000
    /// How long a request may take from being asked to the last byte of the answer.
    public var totalLimitMilliseconds = 10_000
    /// The longest body that is taken, counted with its compression undone.
    public var bodyLimitBytes = 64 << 20
    /// How many connections are open at once; further requests wait for one.
    public var connectionLimit = 8
    /// How long an unused connection is kept; less than the server keeps it, or requests meet one
    /// that is just being closed and their outcome is unknown.
    public var idleLimitSeconds = 50
    /// Whether requests share one connection where the server speaks HTTP/2.
    public var takesHTTP2 = true
    /// A PEM file with the only authorities that are trusted; `nil` for the system's.
    public var authorityFile: String?
    /// A proxy for encrypted connections; the environment is not asked for one.
    public var proxy: HTTPProxy?
    /// What the client calls itself.
    public var userAgent = "holdfast"

    /// The options for a server that fit a venue.
    public init(_ address: HTTPAddress) { self.address = address }
}
