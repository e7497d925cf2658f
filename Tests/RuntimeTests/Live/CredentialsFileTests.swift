import Digests
import Exchange
import Platform
import TestSupport
import Testing

@testable import Runtime

@Suite(.temporaryDirectory) struct `Credentials` {
    private func write(_ text: String, mode: UInt32 = 0o600) throws -> ConfiguredPath {
        let path = TemporaryDirectory.path + "/keys"
        let file = try File(path: path, mode: .createNew, permissions: mode)
        let bytes = Array(text.utf8)
        try file.write(bytes.span, at: 0)
        return ConfiguredPath(path, in: "")
    }

    @Test func `come from a file that only its owner may open`() throws {
        let credentials = try CredentialsFile.read(.file(write("the-key\r\n\n  the-hidden-one \n")))
        #expect(credentials.key == "the-key")
        let bytes = credentials.secret.withSpan { span in span.indices.map { span[$0] } }
        #expect(String(decoding: bytes, as: UTF8.self) == "the-hidden-one")
        #expect("\(credentials)" == "credentials" && !String(reflecting: credentials).contains("-"))
    }

    @Test(arguments: ["one line\n", "a\nb\nc\n", ""])
    func `of another form are refused, and not told`(text: String) throws {
        let path = try write(text)
        let failure = #expect(throws: RunFailure.self) { try CredentialsFile.read(.file(path)) }
        #expect(failure?.isRefusal == true && failure?.description.contains("one line") == false)
    }

    @Test func `that others may read are refused`() throws {
        let path = try write("a\nb\n", mode: 0o644)
        let failure = #expect(throws: RunFailure.self) { try CredentialsFile.read(.file(path)) }
        #expect(failure?.description.contains("0600") == true)
    }

    @Test func `that are nowhere are named by their place`() {
        let path = ConfiguredPath("/nowhere/keys", in: "")
        #expect(throws: RunFailure.self) { try CredentialsFile.read(.file(path)) }
        let settings = CredentialSettings.environment(key: "HF_NO_KEY", secret: "HF_NO_SECRET")
        let failure = #expect(throws: RunFailure.self) { try CredentialsFile.read(settings) }
        #expect(failure?.description.contains("HF_NO_KEY") == true)
    }
}
