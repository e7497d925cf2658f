import Glibc
import Platform
import Testing

@Suite struct `A program that runs beside this one` {
    private func sleeper() throws -> RunningChild {
        try ChildProcess.start("/bin/sleep", arguments: ["60"])
    }

    @Test func `ends with whoever started it, and is not left to the kernel`() throws {
        var child: RunningChild? = try sleeper()
        let id = try #require(child?.id)
        #expect(kill(id, 0) == 0)
        child = nil
        // One that has ended and is not waited for could still be sent a signal.
        #expect(kill(id, 0) == -1 && errno == ESRCH)
    }

    @Test func `is waited for once, and tells its end as often as it is asked`() throws {
        let child = try sleeper()
        child.send(signal: SIGTERM)
        #expect(child.wait() == .killed(signal: SIGTERM))
        #expect(child.wait() == .killed(signal: SIGTERM))
        child.send(signal: SIGTERM)
    }
}
