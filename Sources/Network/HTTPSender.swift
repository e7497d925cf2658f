/// Sends requests to one server, each at most once.
public protocol HTTPSender: AnyObject {
    /// Sends a request and returns at once.
    ///
    /// - Parameters:
    ///   - request: What is sent.
    ///   - completion: Is told exactly once what came of it.
    func dispatch(_ request: HTTPRequest, completion: @escaping @Sendable (HTTPOutcome) -> Void)

    /// Ends every request that is under way, and takes no more.
    func stop()
}

extension HTTPClient: HTTPSender {
    /// Sends a request within the client's limit and returns at once.
    public func dispatch(
        _ request: HTTPRequest,
        completion: @escaping @Sendable (HTTPOutcome) -> Void
    ) {
        send(request, limitMilliseconds: nil, completion: completion)
    }
}
