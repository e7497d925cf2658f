import Digests
import Platform
import TestSupport
import Testing

@testable import Runtime

@Suite(.temporaryDirectory)
struct `A file of keys` {
    private let path = TemporaryDirectory.path + "/key"

    private func refusal(_ path: String) -> String {
        do throws(KeyFileFailure) {
            _ = try KeyFile.signingKey(path)
            return ""
        } catch {
            return error.isRefusal ? error.description : "not a refusal: \(error)"
        }
    }

    /// Runs a program of the system on the file.
    private func run(_ program: String, _ words: String...) throws {
        let ending = try ChildProcess.run(
            "/usr/bin/env",
            arguments: [program] + words + [path],
            timeLimit: 10_000_000_000
        ).ending
        #expect(ending == .exited(0))
    }

    @Test func `is made for its owner alone, with the public key beside it`() throws {
        let name = try KeyFile.make(path)
        let status = try #require(try FileSystem.status(path))
        #expect(status.permissions == 0o600)
        let key = try KeyFile.signingKey(path)
        let open = try KeyFile.verifyingKey(path + ".pub")
        #expect(key.publicKey.bytes == open.bytes)
        #expect("\(open.fingerprint)" == name)
    }

    @Test func `is never written over`() throws {
        _ = try KeyFile.make(path)
        let before = try FileSystem.read(path)
        #expect(throws: KeyFileFailure.self) { try KeyFile.make(path) }
        #expect(try FileSystem.read(path) == before)
        try FileSystem.removeFile(path)
        // The public key of a lost one is evidence: it stays too.
        #expect(throws: KeyFileFailure.self) { try KeyFile.make(path) }
        #expect(try FileSystem.status(path) == nil)
    }

    @Test(arguments: ["644", "640", "604", "620", "700"])
    func `that others may open is refused`(mode: String) throws {
        _ = try KeyFile.make(path)
        try run("chmod", mode)
        #expect(refusal(path).contains("its mode is 0\(mode)"))
        try run("chmod", "400")
        #expect(refusal(path) == "")
    }

    @Test func `of another user is refused`() throws {
        _ = try KeyFile.make(path)
        // Only root can give a file away.
        guard CurrentProcess.userID == 0 else { return }
        try run("chown", "12345")
        #expect(refusal(path).contains("it belongs to another user"))
    }

    @Test func `that is no plain file is refused without being opened`() throws {
        try run("mkfifo", "-m", "600")
        #expect(refusal(path).contains("no plain file"))
        try FileSystem.removeFile(path)
        try FileSystem.createDirectory(path, permissions: 0o600)
        #expect(refusal(path).contains("no plain file"))
    }

    @Test func `that is missing or holds something else is named as what it is`() throws {
        #expect(refusal(path).contains("not a refusal: cannot read the key in \(path): there is"))
        let text = Array("nothing of the kind".utf8)
        try FileSystem.replaceDurably(path, with: [text], permissions: 0o600)
        #expect(refusal(path).contains("no private key in PEM"))
    }
}
