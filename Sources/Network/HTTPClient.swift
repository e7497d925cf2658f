internal import Glibc
public import Platform
internal import Synchronization

/// Sends requests to one server, on a thread of its own.
///
/// A request leaves at most once: it is never sent again by itself, no redirect is followed, and
/// target, headers and body leave byte for byte as they were given. Certificates are always
/// verified. Cookies, a `.netrc` and the environment's proxies are not used.
public final class HTTPClient: Sendable {
    /// What it was made with.
    public let options: HTTPOptions
    private let loop: HTTPLoop
    private let count = Atomic<UInt64>(0)

    /// A day: no request is meant to take longer.
    private static let longestMilliseconds: Int64 = 86_400_000

    /// Starts a client.
    ///
    /// - Throws: `PlatformError` where there is no memory or no thread for it.
    public init(_ options: HTTPOptions) throws(PlatformError) {
        guard let loop = HTTPLoop(options) else {
            throw PlatformError(action: "prepare", subject: "an HTTP client", code: ENOMEM)
        }
        try loop.start()
        self.options = options
        self.loop = loop
    }

    deinit { loop.stop() }

    /// Sends a request and returns at once; may be called from any thread.
    ///
    /// The completion is called exactly once, on the client's thread, and must not keep it waiting.
    /// On a client that was stopped it is called before this returns.
    ///
    /// - Parameters:
    ///   - request: What is sent; one that cannot be sent byte for byte fails as malformed.
    ///   - limitMilliseconds: How long it may take; `nil` for the client's limit.
    ///   - completion: Is told what came of it.
    /// - Returns: What ``cancel(_:)`` takes.
    @discardableResult
    public func send(
        _ request: HTTPRequest,
        limitMilliseconds: Int? = nil,
        completion: @escaping @Sendable (HTTPOutcome) -> Void
    ) -> HTTPCallID {
        let id = count.add(1, ordering: .relaxed).newValue
        let asked = Clock.monotonic()
        let limit = Int64(clamping: limitMilliseconds ?? options.totalLimitMilliseconds)
        let job = HTTPJob(
            id: id,
            request: request,
            asked: asked,
            deadline: asked + max(0, min(limit, Self.longestMilliseconds)) * 1_000_000,
            completion: completion
        )
        if !loop.add(job) { job.fail(.stopped, "", options.address) }
        return HTTPCallID(number: id)
    }

    /// Ends a request that is under way; one that has ended stays as it is.
    public func cancel(_ call: HTTPCallID) { loop.cancel(call.number) }

    /// Ends every request that is under way as stopped, closes the connections and takes no more.
    ///
    /// Returns when the last completion has returned; called in a completion, at once.
    public func stop() { loop.stop() }
}

/// A request that was handed to a client.
public struct HTTPCallID: Hashable, Sendable {
    let number: UInt64
}
