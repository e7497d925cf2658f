public import Trading

/// A breaker for each endpoint: one that fails does not stop the others, cancels above all.
public struct CircuitBreakers: Hashable, Sendable {
    private var breakers: [VenueEndpoint: CircuitBreaker]

    /// Begins with all of them closed.
    public init(_ settings: CircuitBreaker.Settings) {
        breakers = Dictionary(
            uniqueKeysWithValues: VenueEndpoint.allCases.map { ($0, CircuitBreaker(settings)) }
        )
    }

    /// Asks for a request to pass.
    public mutating func admit(
        _ endpoint: VenueEndpoint,
        at now: Timestamp
    ) -> CircuitBreaker.Admission {
        breakers[endpoint]?.admit(at: now) ?? .refused(until: nil)
    }

    /// Takes the outcome of a request that passed.
    public mutating func record(
        _ outcome: CircuitBreaker.Outcome,
        _ endpoint: VenueEndpoint,
        of pass: CircuitBreaker.Pass,
        at now: Timestamp
    ) {
        breakers[endpoint]?.record(outcome, of: pass, at: now)
    }

    /// Closes one by hand, or all of them.
    public mutating func reset(_ endpoint: VenueEndpoint? = nil) {
        for name in VenueEndpoint.allCases where endpoint == nil || endpoint == name {
            breakers[name]?.reset()
        }
    }

    /// How each stands, in the order of the endpoints.
    public func status(
        at now: Timestamp
    ) -> [(endpoint: VenueEndpoint, status: CircuitBreaker.Status)] {
        VenueEndpoint.allCases.compactMap { endpoint in
            breakers[endpoint].map { (endpoint, $0.status(at: now)) }
        }
    }
}
