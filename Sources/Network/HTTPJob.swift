internal import Platform

/// A request as its caller handed it over.
struct HTTPJob: Sendable {
    let id: UInt64
    let request: HTTPRequest
    /// When it was handed over, monotonic.
    let asked: Int64
    /// When it has taken too long, monotonic.
    let deadline: Int64
    let completion: @Sendable (HTTPOutcome) -> Void

    /// Tells the caller that it ended before a byte of it could leave.
    func fail(_ cause: HTTPFailure.Cause, _ detail: String, _ address: HTTPAddress) {
        let failure = HTTPFailure(
            request: request.name(at: address),
            stage: .preparing,
            cause: cause,
            detail: detail
        )
        let moments = HTTPMoments(asked: asked, ended: Clock.monotonic())
        completion(HTTPOutcome(result: .failure(failure), moments: moments))
    }
}

extension HTTPRequest {
    /// Method, address and path, for a person.
    func name(at address: HTTPAddress) -> String { "\(method.rawValue) \(address)\(path)" }
}
