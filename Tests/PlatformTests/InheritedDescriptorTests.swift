import Glibc
import Platform
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct `Descriptors beside programs that are started` {
    /// As a library opens it: nothing says that other programs shall not have it.
    private func unmarkedDescriptor() throws -> Int32 {
        let descriptor = dup(STDERR_FILENO)
        try #require(descriptor > STDERR_FILENO)
        return descriptor
    }

    @Test func `are closed in a program, however they were opened`() throws {
        let descriptor = try unmarkedDescriptor()
        defer { close(descriptor) }
        let outcome = try ChildProcess.run(
            "/bin/ls",
            arguments: ["/proc/self/fd"],
            timeLimit: 30_000_000_000
        )
        let open = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        // The last is the directory that is listed.
        #expect(outcome.ending == .exited(0) && open == ["0", "1", "2", "3"])
    }

    @Test func `do not hold a lock that was given up`() throws {
        let path = TemporaryDirectory.path + "/lock"
        var lock: LockFile?
        if case .acquired(let acquired) = try LockFile.acquire(path) { lock = acquired }
        try #require(lock != nil)
        let held = try #require(try descriptor(of: path))
        // What a child has while it is being started: another descriptor of the same opening.
        let another = dup(held)
        defer { close(another) }
        #expect(try LockFile.isHeld(path))
        lock = nil
        #expect(try !LockFile.isHeld(path))
        guard case .acquired = try LockFile.acquire(path) else {
            Issue.record("the lock is still held")
            return
        }
    }

    /// The descriptor of a file that is open here.
    private func descriptor(of path: String) throws -> Int32? {
        try FileSystem.list("/proc/self/fd").compactMap { Int32($0) }.first { descriptor in
            // One that is closed meanwhile has none.
            try FileSystem.status("/proc/self/fd/\(descriptor)") == FileSystem.status(path)
        }
    }
}
