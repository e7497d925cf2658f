import Platform
import TestSupport
import Testing

/// Reads what the fuzzer found worth keeping, without the fuzzer.
@Suite(.temporaryDirectory) struct `The kept inputs` {
    private static let directory =
        FileSystem.parent(of: FileSystem.parent(of: #filePath)) + "/Corpus"

    @Test(arguments: NamedDecoder.all.map(\.name))
    func `are read by their decoder`(name: String) throws {
        let decoder = try #require(NamedDecoder.all.first { $0.name == name })
        let inputs = try Corpus.read(Corpus.path(name, in: Self.directory))
        #expect(!inputs.isEmpty, "make fuzz keeps some")
        let take = try decoder.make(scratch: TemporaryDirectory.path)
        for (number, input) in inputs.enumerated() {
            do {
                try take(input)
            } catch {
                Issue.record("input \(number) of \(name): \(error)")
            }
        }
    }
}
