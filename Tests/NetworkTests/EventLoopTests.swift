import Testing

@testable import Network

@Suite struct `A loop of events` {
    /// On a busy machine the time may pass between the setting of the alarm and the wait.
    @Test(.timeLimit(.minutes(1))) func `ends a wait whose time has passed before it began`() throws
    {
        let loop = try EventLoop(.server, descriptors: 4, seconds: 1)
        for _ in 0..<10 { loop.wait(microseconds: 0) }
    }
}
