import Platform
import TestSupport
import Testing

/// Reads what the fuzzer found worth keeping, without the fuzzer.
@Suite(.temporaryDirectory) struct `The kept inputs` {
    private static let top = FileSystem.parent(of: FileSystem.parent(of: #filePath))

    @Test(arguments: NamedDecoder.all.map(\.name))
    func `are read by their decoder`(name: String) throws {
        let inputs = try Corpus.read(Corpus.path(name, in: Self.top + "/Corpus"))
        #expect(!inputs.isEmpty, "make fuzz keeps some")
        try read(inputs, by: name)
    }

    @Test(arguments: NamedDecoder.all.map(\.name))
    func `that are made by code are read, too`(name: String) throws {
        let decoder = try #require(NamedDecoder.all.first { $0.name == name })
        try read(try decoder.seeds(), by: name)
    }

    @Test(arguments: NamedDecoder.all.map(\.name))
    func `that crashed it once do so no more`(name: String) throws {
        let directory = "\(Self.top)/Crashes/\(name)"
        guard try FileSystem.status(directory) != nil else { return }
        let files = try FileSystem.list(directory)
        #expect(!files.isEmpty)
        try read(try files.map { try FileSystem.read("\(directory)/\($0)") }, by: name)
    }

    private func read(_ inputs: [[UInt8]], by name: String) throws {
        let decoder = try #require(NamedDecoder.all.first { $0.name == name })
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
